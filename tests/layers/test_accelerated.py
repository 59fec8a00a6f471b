"""An accelerated layer is the layer that it was, sooner."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings

import pennylane as qml
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from qaimagic import accelerate, devices
from qaimagic.errors import QaimagicNote
from tests.layers.torch_layers import FORMS, circuit, is_fast, small_model, torch_layer


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.fixture
def model():
    return small_model()


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


class OwnForward(qml.qnn.TorchLayer):
    def forward(self, inputs):
        return 2 * super().forward(inputs)


def test_a_subclass_with_a_forward_of_its_own():
    layer = OwnForward(circuit(), {"weights": (2, 2), "angle": 1})
    x = torch.rand(3, 2)
    expected = layer(x)
    accelerate(layer, x)
    assert is_fast(layer)
    assert isinstance(layer, OwnForward)
    torch.testing.assert_close(layer(x), expected, atol=1e-5, rtol=1e-5)


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
