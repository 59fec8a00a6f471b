"""`accelerate` says what it did and what was gained, and changes nothing where it cannot."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from qaimagic import HybridLayer, accelerate
from qaimagic.errors import CircuitError, QaimagicNote
from qaimagic.layers import accelerate as module
from qaimagic.layers.accelerated import Accelerated
from tests.layers.torch_layers import circuit, is_fast, small_model, torch_layer


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.fixture
def model():
    return small_model()


def test_says_where_layers_run_what_was_gained_and_that_they_agree(model, capsys):
    assert accelerate(model, torch.rand(8, 3)) is model
    where, gained, agree = capsys.readouterr().out.splitlines()
    assert where == "`1` runs on `qaimagic.qubit` now."
    assert gained.startswith("A training step on this batch takes ")
    assert gained.endswith("x, measured here, now.")
    assert agree.startswith("Answers and gradients agree with PennyLane's, to ")
    assert is_fast(model[1])


def test_without_a_batch_says_how_to_see_the_gain(model, capsys):
    accelerate(model)
    assert "`accelerate(model, X)`" in capsys.readouterr().out
    assert is_fast(model[1])


def test_leaves_no_trace_of_measuring():
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5), torch_layer())
    model[0].weight.grad = torch.ones(2)
    x = torch.rand(4, 2, requires_grad=True)
    mean, state = model[0].running_mean.clone(), torch.get_rng_state()
    accelerate(model, x)
    assert torch.equal(model[0].running_mean, mean)
    assert int(model[0].num_batches_tracked) == 0
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(model[0].weight.grad, torch.ones(2))
    assert model[2].weights.grad is None
    assert x.grad is None
    assert not model[2]._forward_pre_hooks


def test_a_model_that_is_a_torchlayer_itself(capsys):
    layer = torch_layer()
    assert accelerate(layer, torch.rand(3, 2)) is layer
    assert capsys.readouterr().out.startswith("The model runs on `qaimagic.qubit` now.")


def test_tied_layers_stay_tied():
    layer = torch_layer()
    model = nn.Sequential(layer, nn.Linear(2, 2), layer)
    accelerate(model, torch.rand(3, 2))
    assert model[0] is model[2] is layer
    assert is_fast(layer)
    assert len(list(model.parameters())) == 4


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.listed = nn.ModuleList([torch_layer(), nn.Sequential(torch_layer("tuple"))])
        self.named = nn.ModuleDict({"a": torch_layer("probs")})
        self.attribute = torch_layer("one")
        self.linear = parametrize.register_parametrization(nn.Linear(2, 2), "weight", nn.Identity())

    def forward(self, x, factor):
        x = self.linear(x)
        parts = [self.listed[0](x), self.listed[1](x).squeeze(-1).T, self.named["a"](x)]
        return {"all": torch.cat(parts, dim=1), "one": factor * self.attribute(x)}


def test_finds_layers_in_containers_and_measures_any_call(capsys):
    model = Nested()
    x = torch.rand(3, 2)
    expected = model(x, 2.0)
    accelerate(model, x, 2.0)
    layers = [one for one in model.modules() if isinstance(one, qml.qnn.TorchLayer)]
    assert [is_fast(one) for one in layers] == [True] * 4
    assert capsys.readouterr().out.startswith("`listed.0`, `listed.1.0`, `named.a`, `attribute` ru")
    torch.testing.assert_close(model(x, 2.0), expected, atol=1e-5, rtol=1e-5)


def test_takes_arrays_as_batch_in_the_dtype_of_the_model(model):
    accelerate(model.double(), np.random.default_rng(0).random((4, 3)).astype(np.float32))
    assert model(torch.rand(4, 3, dtype=torch.float64)).dtype == torch.float64


def wrong(self, x, weights):
    return 0.9 * self.by_pennylane(x, weights)


def test_refuses_other_numbers_and_leaves_the_model_untouched(model, monkeypatch):
    before = {name: set(one.__dict__) for name, one in model.named_modules()}
    with monkeypatch.context() as patch:
        patch.setattr(Accelerated, "by_engine", wrong)
        with pytest.raises(CircuitError, match=r"`1` would not give the same.*The model is as it"):
            accelerate(model, torch.rand(4, 3))
    assert type(model[1]) is qml.qnn.TorchLayer
    assert {name: set(one.__dict__) for name, one in model.named_modules()} == before


def test_refuses_gradients_that_differ(model, monkeypatch):
    def halved(self, x, weights):
        answer = self.by_pennylane(x, weights)
        return (answer + answer.detach()) / 2

    monkeypatch.setattr(Accelerated, "by_engine", halved)
    with pytest.raises(CircuitError, match="gradients by 0"):
        accelerate(model, torch.rand(4, 3))


def test_the_first_call_keeps_pennylanes_numbers_where_others_come(model, monkeypatch):
    x = torch.rand(4, 3)
    expected = model(x)
    monkeypatch.setattr(Accelerated, "by_engine", wrong)
    accelerate(model)
    with pytest.warns(QaimagicNote, match="runs as before, on `default.qubit`.*answers differ"):
        torch.testing.assert_close(model(x), expected)
    torch.testing.assert_close(model(x), expected)


def test_a_model_that_fails_fails_as_before(model):
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        accelerate(model, torch.rand(4, 7))
    assert type(model[1]) is qml.qnn.TorchLayer


def test_where_nothing_is_gained_the_model_is_as_it_was(model, monkeypatch, capsys):
    monkeypatch.setattr(module, "in_turn", lambda *_: (1e-3, 2e-3))
    accelerate(model, torch.rand(4, 3))
    assert type(model[1]) is qml.qnn.TorchLayer
    assert capsys.readouterr().out.startswith("Nothing gained")


def noisy():
    @qml.qnode(qml.device("default.mixed", wires=2))
    def node(inputs, angle):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.RY(angle, wires=0)
        return qml.expval(qml.Z(0))

    return qml.qnn.TorchLayer(node, {"angle": 1})


def drawing():
    @qml.qnode(qml.device("default.qubit", wires=2))
    def node(inputs, angle):
        qml.AngleEmbedding(inputs * torch.rand(()), wires=range(2))
        qml.RY(angle, wires=0)
        return qml.expval(qml.Z(0))

    return qml.qnn.TorchLayer(node, {"angle": 1})


class OwnWay(qml.qnn.TorchLayer):
    def _evaluate_qnode(self, x):
        return 2 * super()._evaluate_qnode(x)


def parametrized():
    return parametrize.register_parametrization(torch_layer(), "weights", nn.Softplus())


LEFT_ALONE = {
    "`default.mixed` is not an ideal simulator": noisy,
    "random": drawing,
    "`OwnWay` evaluates the circuit": lambda: OwnWay(circuit(), {"weights": (2, 2), "angle": 1}),
    "does not use the weights that are registered": parametrized,
}


@pytest.mark.parametrize("reason", LEFT_ALONE)
def test_what_cannot_be_swapped_is_left_alone_and_named(reason, capsys):
    model = nn.Sequential(nn.Linear(2, 2), LEFT_ALONE[reason]())
    kind = type(model[1])
    accelerate(model, torch.rand(3, 2))
    assert type(model[1]) is kind
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("As before: `1`; ")
    assert reason in line


def test_swaps_one_layer_and_leaves_another(capsys):
    model = nn.Sequential(torch_layer(), noisy())
    accelerate(model, torch.rand(3, 2))
    assert [is_fast(one) for one in model] == [True, False]
    assert capsys.readouterr().out.splitlines()[-1].startswith("As before: `1`; ")


def test_what_pennylane_cannot_train_is_left_alone(capsys):
    model = nn.Sequential(nn.Linear(2, 2), torch_layer("probs", device="lightning.qubit"))
    with pytest.raises(NotImplementedError, match="broadcasted"):
        model(torch.rand(3, 2)).sum().backward()
    accelerate(model, torch.rand(3, 2))
    assert not is_fast(model[1])
    assert "PennyLane cannot train it on this batch (NotImpl" in capsys.readouterr().out


def test_twice_is_once(model, capsys):
    x = torch.rand(4, 3)
    accelerate(accelerate(model, x), x)
    assert type(model[1])._kind is qml.qnn.TorchLayer
    assert capsys.readouterr().out.count("measured here") == 2


def test_layers_that_the_batch_does_not_reach_are_compared_later(capsys):
    model = nn.ModuleDict({"used": nn.Linear(2, 2), "not": torch_layer()})
    model.forward = lambda x: model["used"](x)
    accelerate(model, torch.rand(3, 2))
    assert "did not come by" in capsys.readouterr().out
    assert is_fast(model["not"])


def test_without_a_torchlayer_says_so(capsys):
    accelerate(nn.Linear(2, 2), torch.rand(1, 2))
    assert capsys.readouterr().out.startswith("There is no TorchLayer in the model")
    accelerate(HybridLayer(circuit(), {"weights": (2, 2), "angle": 1}))
    assert "The model is a HybridLayer" in capsys.readouterr().out


def test_a_qnode_is_no_model():
    with pytest.raises(TypeError, match=r"`model` must be a torch module.*HybridLayer"):
        accelerate(circuit())
