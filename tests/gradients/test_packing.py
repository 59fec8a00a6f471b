"""Circuits that run as rows of one tape answer as they do alone, and can be drawn from again."""

from __future__ import annotations

from typing import Any

import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic import gradients
from qaimagic.gradients import packing


def layers() -> dict[str, Any]:
    @qaimagic.quantum
    def many_gates(inputs, theta: 4, phi: 3):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.IsingXY(theta[0], wires=[0, 1])
        qml.CRX(theta[1], wires=[1, 2])
        qml.PauliRot(theta[2], "XYZ", wires=[0, 1, 2])
        qml.DoubleExcitation(theta[3], wires=[0, 1, 2, 3])
        qml.Rot(*phi, wires=3)
        return [qml.expval(qml.Z(0) @ qml.X(3)), qml.expval(qml.Y(2)), qml.expval(qml.Z(3))]

    @qaimagic.quantum
    def weighted(inputs, theta: 3):
        qml.RY(theta[0] + inputs[0], wires=0)
        qml.CNOT([0, 1])
        qml.RX(theta[1] * inputs[1], wires=1)
        return qml.expval(theta[2] * qml.Z(0) + qml.X(1))

    @qaimagic.quantum
    def distribution(inputs, theta: 2):
        qml.RY(theta[0] + inputs[0], wires=0)
        qml.CRY(theta[1] + inputs[1], wires=[0, 1])
        return qml.probs(wires=[0, 1])

    return {"many gates": many_gates, "weighted": weighted, "distribution": distribution}


@pytest.mark.parametrize("name", ["many gates", "weighted", "distribution"])
@pytest.mark.parametrize("method", ["parameter-shift", "hadamard", "finite-diff", "spsa"])
def test_rows_answer_as_circuits_of_their_own(name, method, monkeypatch) -> None:
    layer, X = layers()[name], torch.linspace(-1, 1, 4).reshape(2, 2)
    options = {"method": method, "seed": 1, "directions": 3}
    together = gradients.estimate(layer, X, **options)
    monkeypatch.setattr(packing, "_parts", lambda jobs, _: [[n] for n in range(len(jobs))])
    alone = gradients.estimate(layer, X, **options)
    assert (
        together.circuits
        == alone.circuits
        == gradients.circuits(
            layer, X, **{key: value for key, value in options.items() if key != "seed"}
        )
    )
    for argument, jacobian in together.jacobians.items():
        torch.testing.assert_close(jacobian, alone.jacobians[argument], atol=1e-7, rtol=0)


def test_a_thousand_circuits_are_few_tapes(monkeypatch) -> None:
    sizes = []
    real = packing.execute

    def counted(tapes, *args, **options):
        sizes.append(len(tapes))
        return real(tapes, *args, **options)

    monkeypatch.setattr(packing, "execute", counted)

    @qaimagic.quantum
    def layer(theta: 200):
        for place, angle in enumerate(theta):
            qml.RX(angle, wires=place % 3)
            qml.CZ([place % 3, (place + 1) % 3])
        return qml.expval(qml.Z(0))

    for method in ("parameter-shift", "hadamard", "finite-diff"):
        gradients.estimate(layer, method=method, shots=100, seed=1)
    assert sizes == [1, 1, 1]


def test_noise_comes_after_the_gates_of_each_circuit_alone() -> None:
    profile = qaimagic.devices.get("qaimagic.qubit", depolarizing=0.05)
    layer, X = layers()["distribution"], torch.zeros(1, 2)
    shift = gradients.estimate(layer, X, device=profile).jacobians["theta"]
    test = gradients.estimate(layer, X, device=profile, method="hadamard").jacobians["theta"]
    assert not torch.allclose(shift, test, atol=1e-3)


@pytest.mark.parametrize("method", ["parameter-shift", "hadamard", "finite-diff"])
def test_repeated_estimates_scatter_about_the_truth_as_they_claim(method) -> None:
    layer, X = layers()["many gates"], torch.linspace(-1, 1, 4).reshape(2, 2)
    options = {"method": method, "step": 0.3}
    exact = gradients.estimate(layer, X, **options)
    found = list(gradients.repeated(layer, X, repeats=200, shots=300, seed=2, **options))
    assert {one.circuits for one in found} == {exact.circuits}
    for name, truth in exact.jacobians.items():
        rows = torch.stack([one.jacobians[name] for one in found])
        claimed = torch.stack([one.standard_errors[name] for one in found]).square().mean(dim=0)
        deviations = (rows.mean(dim=0) - truth) / (claimed / 200 + 1e-12).sqrt()
        assert deviations.abs().max() < 5
        assert float(rows.var(dim=0).mean() / claimed.mean()) == pytest.approx(1, abs=0.15)


def test_repeated_estimates_draw_new_directions() -> None:
    layer, X = layers()["distribution"], torch.zeros(1, 2)
    options = {"method": "spsa", "directions": 2, "step": 0.1}
    found = list(gradients.repeated(layer, X, repeats=400, shots=10**6, seed=4, **options))
    assert found[0].circuits == gradients.circuits(layer, X, method="spsa", directions=2)
    exact = gradients.estimate(layer, X, method="backprop").jacobians["theta"]
    rows = torch.stack([one.jacobians["theta"] for one in found])
    assert len({float(row.flatten()[0]) for row in rows}) > 2
    deviations = (rows.mean(dim=0) - exact).abs() / (rows.std(dim=0) / 20 + 1e-3)
    assert deviations.max() < 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "adjoint"}, "Argument `method` must be one of"),
        ({"repeats": 0}, "Argument `repeats` must be at least 1"),
        ({"shots": 1}, "Argument `shots` must be at least 2"),
    ],
)
def test_repeating_refuses_what_makes_no_sense(options, message) -> None:
    arguments = {"repeats": 3, "shots": 10, **options}
    with pytest.raises(ValueError, match=message):
        next(gradients.repeated(layers()["distribution"], torch.zeros(1, 2), **arguments))
