"""An accelerated model is the model that it was, sooner."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from qaimagic import HybridLayer, accelerate, devices
from qaimagic.errors import CircuitError, QaimagicNote
from qaimagic.layers import accelerate as module
from qaimagic.layers.accelerated import Accelerated

FORMS = {
    "one": lambda: qml.expval(qml.Z(0)),
    "list": lambda: [qml.expval(qml.Z(0)), qml.expval(qml.X(1))],
    "list of one": lambda: [qml.expval(qml.Z(0))],
    "tuple": lambda: (qml.expval(qml.Z(0)), qml.expval(qml.Z(1))),
    "tuple of one": lambda: (qml.expval(qml.Z(0)),),
    "tuple of lists": lambda: (
        [qml.expval(qml.Z(0)), qml.expval(qml.Z(1))],
        [qml.expval(qml.X(0)), qml.var(qml.X(1))],
    ),
    "probs": lambda: qml.probs(wires=[1, 0]),
    "probs of all": lambda: qml.probs(),
    "both": lambda: [qml.expval(qml.Z(0) @ qml.Y(1)), qml.probs(wires=0), qml.purity(wires=1)],
    "matrices": lambda: [qml.density_matrix(0), qml.density_matrix(1)],
}


def circuit(form="list", n=2, device="default.qubit", **options):
    @qml.qnode(qml.device(device, wires=n), **options)
    def node(inputs, weights, angle):
        qml.AngleEmbedding(inputs, wires=range(n))
        qml.BasicEntanglerLayers(weights, wires=range(n))
        qml.RY(angle, wires=0)
        return FORMS[form]()

    return node


def torch_layer(form="list", n=2, **options):
    return qml.qnn.TorchLayer(circuit(form, n, **options), {"weights": (2, n), "angle": 1})


def is_fast(layer):
    return isinstance(layer, Accelerated)


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(3, 2), torch_layer(), nn.Linear(2, 1))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("batch", [(), (1,), (5,), (2, 3)])
def test_shapes_answers_and_gradients_are_those_of_torchlayer(form, batch):
    layer = torch_layer(form).double()
    x = torch.rand(*batch, 2, dtype=torch.float64, requires_grad=True)
    expected = layer(x)
    cotangent = torch.rand_like(expected)
    gradients = torch.autograd.grad(expected, [x, *layer.parameters()], cotangent)
    assert accelerate(layer) is layer
    for _ in range(2):  # the first call runs both ways
        with warnings.catch_warnings():
            warnings.simplefilter("error", QaimagicNote)
            found = layer(inputs=x)
        torch.testing.assert_close(found, expected)
        ours = torch.autograd.grad(found, [x, *layer.parameters()], cotangent)
        torch.testing.assert_close(ours, gradients)
    assert is_fast(layer)


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


def test_an_optimizer_goes_on(model):
    model.double()
    slow = copy.deepcopy(model)
    x, y = torch.rand(6, 3, dtype=torch.float64), torch.rand(6, 1, dtype=torch.float64)
    optimizers = [torch.optim.Adam(one.parameters(), lr=0.1) for one in (model, slow)]

    def train(steps):
        for one, optimizer in zip((model, slow), optimizers, strict=True):
            for _ in range(steps):
                optimizer.zero_grad()
                nn.functional.mse_loss(one(x), y).backward()
                optimizer.step()

    train(2)
    start = [parameter.detach().clone() for parameter in model.parameters()]
    accelerate(model, x)
    train(3)
    for mine, theirs, before in zip(model.parameters(), slow.parameters(), start, strict=True):
        torch.testing.assert_close(mine, theirs)
        assert not torch.equal(mine, before)


def test_keeps_parameters_keys_flags_mode_and_hooks(model):
    layer, calls = model[1], []
    layer.angle.requires_grad_(False)
    layer.register_forward_hook(lambda *_: calls.append(1))
    layer.note = "kept"
    model.eval()
    parameters, keys = dict(model.named_parameters()), list(model.state_dict())
    accelerate(model, torch.rand(4, 3))
    calls.clear()
    model(torch.rand(4, 3))
    assert model[1] is layer
    assert is_fast(layer)
    assert isinstance(layer, qml.qnn.TorchLayer)
    assert list(model.state_dict()) == keys
    assert all(one is parameters[name] for name, one in model.named_parameters())
    assert not layer.angle.requires_grad
    assert not layer.training
    assert layer.note == "kept"
    assert calls == [1]


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


def test_takes_an_old_checkpoint(model):
    old = copy.deepcopy(model)
    x = torch.rand(4, 3)
    checkpoint = {name: torch.rand_like(value) for name, value in model.state_dict().items()}
    old.load_state_dict(checkpoint)
    accelerate(model, x).load_state_dict(checkpoint)
    torch.testing.assert_close(model(x), old(x))


def test_weights_assigned_later_are_those_that_run(model):
    old = copy.deepcopy(model)
    x = torch.rand(4, 3)
    checkpoint = {name: torch.rand_like(value) for name, value in model.state_dict().items()}
    old.load_state_dict(checkpoint)
    accelerate(model, x).load_state_dict(checkpoint, assign=True)
    torch.testing.assert_close(model(x), old(x))
    with qml.Tracker(model[1].qnode.device), pytest.warns(QaimagicNote, match="counts"):
        torch.testing.assert_close(model(x), old(x))


def test_functional_call_uses_the_weights_it_is_given(model):
    layer = accelerate(model, torch.rand(4, 3))[1]
    other, x = {"angle": torch.tensor(0.3)}, torch.rand(4, 2)
    found = torch.func.functional_call(layer, other, (x,))
    with torch.no_grad():
        layer.angle.fill_(0.3)
    torch.testing.assert_close(found, layer(x))


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


class OwnForward(qml.qnn.TorchLayer):
    def forward(self, inputs):
        return 2 * super().forward(inputs)


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


def test_a_subclass_with_a_forward_of_its_own():
    layer = OwnForward(circuit(), {"weights": (2, 2), "angle": 1})
    x = torch.rand(3, 2)
    expected = layer(x)
    accelerate(layer, x)
    assert is_fast(layer)
    assert isinstance(layer, OwnForward)
    torch.testing.assert_close(layer(x), expected, atol=1e-5, rtol=1e-5)


def test_what_pennylane_cannot_train_is_left_alone(capsys):
    model = nn.Sequential(nn.Linear(2, 2), torch_layer("probs", device="lightning.qubit"))
    with pytest.raises(NotImplementedError, match="broadcasted"):
        model(torch.rand(3, 2)).sum().backward()
    accelerate(model, torch.rand(3, 2))
    assert not is_fast(model[1])
    assert "PennyLane cannot train it on this batch (NotImpl" in capsys.readouterr().out


def test_a_parametrization_after_the_swap_counts():
    layer = accelerate(torch_layer())
    x = torch.rand(3, 2)
    layer(x)
    parametrize.register_parametrization(layer, "weights", nn.Softplus())
    expected = copy.deepcopy(accelerate(torch_layer()))
    with torch.no_grad():
        expected.weights.copy_(layer.weights)
        expected.angle.copy_(layer.angle)
    torch.testing.assert_close(layer(x), expected(x))


def test_many_batch_sizes_in_a_row_all_run_on_the_engine():
    layer = accelerate(torch_layer(), torch.rand(3, 2))
    slow = torch_layer()
    slow.load_state_dict(layer.state_dict())
    with warnings.catch_warnings():
        warnings.simplefilter("error", QaimagicNote)
        for size in range(1, 25):
            x = torch.rand(size, 2)
            torch.testing.assert_close(layer(x), slow(x), atol=1e-5, rtol=1e-5)


factor = 1.0


@qml.qnode(qml.device("default.qubit", wires=1))
def scaled(inputs, angle):
    qml.RX(inputs[..., 0] * factor, wires=0)
    qml.RY(angle, wires=0)
    return qml.expval(qml.Z(0))


def test_follows_the_values_that_the_circuit_reads_from_outside(monkeypatch):
    layer, slow = (qml.qnn.TorchLayer(scaled, {"angle": 1}) for _ in range(2))
    slow.load_state_dict(layer.state_dict())
    x = torch.rand(3, 1)
    accelerate(layer, x)
    monkeypatch.setattr(sys.modules[__name__], "factor", 2.0)
    for one in (layer, copy.deepcopy(layer)):
        torch.testing.assert_close(one(x), slow(x), atol=1e-5, rtol=1e-5)


def test_data_that_the_engine_does_not_take_go_the_old_way():
    layer, slow = torch_layer(), torch_layer()
    slow.load_state_dict(layer.state_dict())
    accelerate(layer, torch.rand(3, 2))
    whole = torch.ones(3, 2, dtype=torch.int64)
    with pytest.warns(QaimagicNote, match="floating point"):
        assert torch.equal(layer(whole), slow(whole))


@pytest.mark.parametrize("asked", [{"device": "default.qubit"}, {"shots": 10}])
def test_within_an_override_runs_as_pennylane_does(asked):
    layer = torch_layer()
    x = torch.rand(3, 2)
    expected = layer(x)
    accelerate(layer, x)
    with devices.override(**asked), pytest.warns(QaimagicNote, match="`devices.override` asks"):
        assert torch.equal(layer(x), expected)
    with devices.override("qaimagic.qubit"):
        torch.testing.assert_close(layer(x), expected)


def test_a_copy_has_weights_of_its_own(model):
    x = torch.rand(4, 3)
    twin = copy.deepcopy(accelerate(model, x))
    assert is_fast(twin[1])
    torch.testing.assert_close(twin(x), model(x))
    with torch.no_grad():
        twin[1].angle.add_(1)
    assert not torch.allclose(twin(x), model(x))
    assert twin[1].qnode_weights["angle"] is twin[1].angle


def test_a_pickled_model_answers_the_same_in_a_fresh_process(model, tmp_path):
    x = torch.rand(4, 3)
    expected = accelerate(model, x)(x).detach()
    file = tmp_path / "model.pkl"
    file.write_bytes(pickle.dumps((model, x, expected)))
    program = (
        "import pickle, pathlib, torch\n"
        f"model, x, y = pickle.loads(pathlib.Path({str(file)!r}).read_bytes())\n"
        "torch.testing.assert_close(model(x), y)\n"
        "model(x).sum().backward()\n"
        "print(type(model[1]).__name__, float(model[1].angle.grad) != 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["AcceleratedTorchLayer", "True"]


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
    accelerate(HybridLayer(scaled, {"angle": 1}))
    assert "The model is a HybridLayer" in capsys.readouterr().out


def test_a_qnode_is_no_model():
    with pytest.raises(TypeError, match=r"`model` must be a torch module.*HybridLayer"):
        accelerate(scaled)
