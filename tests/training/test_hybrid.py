"""Training through quantum layers: devices, shots, circuits, twins, and going on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.errors import DeviceError
from qaimagic.training.twin.baseline import ClassicalTwin
from tests.training.problems import InterruptAt, quiet, same_states, story, two_blobs


def _encoder(**options: Any) -> Any:
    @qaimagic.quantum(**options)
    def encoder(inputs, theta: (2, 2, 3)):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.StronglyEntanglingLayers(theta, wires=range(2))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    return encoder


def _model(**options: Any) -> nn.Module:
    torch.manual_seed(2)
    return nn.Sequential(nn.Linear(2, 2), _encoder(**options), nn.Linear(2, 2))


def test_a_hybrid_model_learns_beside_its_twin() -> None:
    run = quiet(
        _model(), two_blobs(), test=two_blobs(60, seed=9), epochs=12, lr=0.05, baseline="auto"
    )
    assert [row.name for row in run.table] == [
        "hybrid model",
        "classical twin",
        "logistic regression",
    ]
    assert all(row.test_metric > 0.85 for row in run.table)
    assert run.device == "qaimagic.qubit"
    assert run.circuits > 0
    assert run.history.steps[-1].circuits < run.circuits
    assert run.baseline.model == f"a classical twin with {run.baseline.parameters} parameters"


def test_circuits_are_those_of_the_run() -> None:
    model = _model(diff_method="parameter-shift")
    model(torch.zeros(3, 2))
    layer = model[1]
    before = layer.circuits
    run = quiet(model, two_blobs(8), epochs=1, batch_size=8, val=0)
    assert 0 < run.circuits <= layer.circuits - before
    assert run.resume(epochs=1).circuits > run.circuits


def test_the_runs_device_and_shots_win() -> None:
    run = quiet(_model(), two_blobs(6), steps=1, val=0, device="lightning.qubit", shots=20)
    assert run.device == "lightning.qubit (20 shots)"
    with pytest.raises(DeviceError, match="not installed"):
        quiet(_model(), two_blobs(6), device="default.qbit")


@pytest.mark.parametrize("seed", [None, 3])
def test_shots_go_on_exactly(seed: int | None, tmp_path: Path) -> None:
    options: dict[str, Any] = {"epochs": 2, "batch_size": 4}
    whole = quiet(_model(shots=10, seed=seed), two_blobs(8), **options)
    options["checkpoint"] = tmp_path / "run"
    quiet(_model(shots=10, seed=seed), two_blobs(8), **options, listeners=[InterruptAt(2)])
    longer = quiet(_model(shots=10, seed=seed), two_blobs(8), **options)
    assert same_states(longer.last_state, whole.last_state)
    assert longer.history.losses == whole.history.losses


def test_a_layer_alone_is_minimised() -> None:
    @qaimagic.quantum(seed=1)
    def energy(theta: (2,)):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=0)
        return qml.expval(qml.Z(0))

    run = quiet(energy, steps=120)
    assert run.history.losses[-1] == pytest.approx(-1.0, abs=1e-3)
    assert run.model == "energy with 2 parameters"


@pytest.mark.parametrize(("n_weights", "width"), [(4, 2), (200, 2), (12, 2)])
def test_the_twin_has_about_as_many_parameters(n_weights: int, width: int) -> None:
    from qaimagic.training.twin.baseline import Width

    twin = ClassicalTwin(Width(width, width, probabilities=False), n_weights)
    count = sum(parameter.numel() for parameter in twin.parameters())
    assert abs(count - n_weights) <= max(3, 0.1 * n_weights)
    answer = twin(torch.randn(5, width))
    assert answer.shape == (5, width)
    assert answer.abs().max() <= 1


def test_the_twin_of_probabilities_and_of_no_data() -> None:
    @qaimagic.quantum
    def born(inputs, theta: (1, 1, 3)):
        qml.RY(inputs[0], wires=0)
        qml.StronglyEntanglingLayers(theta, wires=[0])
        return qml.probs(wires=[0])

    X, y = two_blobs(24)
    run = quiet(born, (X[:, :1], y), epochs=1, baseline="auto")
    assert run.loss.startswith("negative log-likelihood")
    assert run.baseline.history.losses[0] > 0

    class Shifted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 2)

            @qaimagic.quantum
            def shift(theta: 2):
                qml.RX(theta[0], wires=0)
                qml.RX(theta[1], wires=1)
                return [qml.expval(qml.Z(i)) for i in range(2)]

            self.shift = shift

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.linear(x) + self.shift()

    run = quiet(Shifted(), (X, y), epochs=1, baseline="auto")
    assert run.baseline.parameters == 8


def test_a_changed_circuit_is_another_model() -> None:
    one, other = quiet(_model(), two_blobs(8), steps=1), quiet(_model(), two_blobs(8), steps=1)
    assert one.fingerprint == other.fingerprint
    assert story(one) == story(other)

    @qaimagic.quantum
    def encoder(inputs, theta: (2, 2, 3)):
        qml.AngleEmbedding(inputs, wires=range(2), rotation="Y")
        qml.StronglyEntanglingLayers(theta, wires=range(2))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    changed = nn.Sequential(nn.Linear(2, 2), encoder, nn.Linear(2, 2))
    run = quiet(changed, two_blobs(8), steps=1)
    assert run.fingerprint["model"] != one.fingerprint["model"]


def test_a_classical_run_needs_no_pennylane() -> None:
    code = (
        "import sys, torch, qaimagic;"
        "X = torch.randn(8, 2); run = qaimagic.train(torch.nn.Linear(2, 1), (X, X[:, :1]));"
        "sys.exit('pennylane' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
