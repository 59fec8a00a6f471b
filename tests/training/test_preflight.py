from __future__ import annotations

from typing import Any

import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.errors import StaleLayerError
from tests.training.problems import quiet, same_states, small_net, two_blobs


def _layer() -> Any:
    @qaimagic.quantum(wires=2)
    def encoder(inputs, theta: (1, 2)):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.BasicEntanglerLayers(theta, wires=range(2))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    return encoder


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (nn.Tanh(), ValueError, "must have trainable parameters, but it has none"),
        (nn.Linear, TypeError, r"Make one: `Linear\(\)`"),
        ("model", TypeError, "must be a torch module, but it is a str"),
        (nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), ValueError, "at `0` takes 3 features"),
        (nn.Sequential(nn.Linear(2, 4), nn.Linear(3, 2)), ValueError, "4 arrive there"),
        (nn.LSTM(2, 3), TypeError, "must return a tensor, but it returns a tuple"),
    ],
)
def test_a_model_that_cannot_be_trained_is_refused(
    model: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        quiet(model, two_blobs())


def test_an_answer_cut_off_from_its_parameters_is_refused() -> None:
    class Cut(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x).detach()

    with pytest.raises(ValueError, match="its answer has no gradient"):
        quiet(Cut(2, 2), two_blobs())


def test_an_old_layer_is_refused() -> None:
    layer = _layer()
    model = nn.Sequential(layer, nn.Linear(2, 2))
    layer.circuit.superseded = True
    with pytest.raises(StaleLayerError, match=r"old `encoder` \(at `0`\).*Run the cell"):
        quiet(model, two_blobs())


def test_the_wrong_width_for_a_circuit_is_refused_before_anything_runs() -> None:
    model = nn.Sequential(nn.Linear(2, 3), _layer(), nn.Linear(2, 2))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(ValueError, match="inputs"):
        quiet(model, two_blobs())
    assert same_states(model.state_dict(), before)


def test_samples_cannot_be_trained() -> None:
    @qaimagic.quantum(shots=5)
    def sampler(inputs, theta: 2):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.RX(theta[0], wires=0)
        return qml.sample(wires=range(2))

    with pytest.raises(ValueError, match="Return `expval`, `probs` or `var`"):
        quiet(nn.Sequential(nn.Linear(2, 2), sampler), two_blobs())


def test_a_layer_in_two_places_is_told() -> None:
    layer = _layer()
    twice = nn.Sequential(layer, nn.Linear(2, 2), layer, nn.Linear(2, 2))
    run = quiet(twice, two_blobs(8), steps=1, val=0)
    assert "`encoder` stands at `0` and `2`: they share their weights." in run.notices
    beside = nn.Sequential(layer, nn.Linear(2, 2))
    run = quiet(
        nn.Sequential(layer, nn.Linear(2, 2)), two_blobs(8), steps=1, val=0, baseline=beside
    )
    assert any("in the model and in the baseline" in notice for notice in run.notices)


def test_the_trial_leaves_no_trace() -> None:
    model = small_net()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    X, y = two_blobs()
    with pytest.raises(ValueError, match="classes from 0 to 1"):
        quiet(model, (X, y + 5))
    assert same_states(model.state_dict(), before)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert model.training


def test_a_layer_without_weights_may_stand_first() -> None:
    @qaimagic.quantum
    def features(inputs):
        qml.AngleEmbedding(inputs, wires=range(2))
        return qml.probs(wires=range(2))

    run = quiet(nn.Sequential(features, nn.Linear(4, 2)), two_blobs(), epochs=1)
    assert run.stop_reason == "finished"


def test_a_layer_may_be_mapped_within_the_model() -> None:
    class Mapped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.head = _layer(), nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(torch.func.vmap(self.layer)(x))

    mapped = Mapped()
    plain = nn.Sequential(mapped.layer.new(), nn.Linear(2, 2))
    plain[0].load_state_dict(mapped.layer.state_dict())
    plain[1].load_state_dict(mapped.head.state_dict())
    of_mapped, of_plain = (quiet(model, two_blobs(), epochs=2) for model in (mapped, plain))
    assert of_mapped.history.losses == pytest.approx(of_plain.history.losses)
