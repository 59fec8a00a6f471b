"""Machines in the catalogue, as devices of layers and profiles, and with their packages missing."""

import pickle
from importlib.metadata import PackageNotFoundError

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import devices, quantum
from qaimagic.devices.machines import families
from qaimagic.errors import DeviceError

MACHINES = ["google:willow_pink", "ibm:FakeManilaV2"]


@quantum
def encoder(inputs, theta: (2, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]


def test_the_catalogue_shows_one_of_each_family_and_lists_all():
    assert {"google:willow_pink", "ibm:FakeTorino"} <= set(devices.names())
    assert "ibm:FakeTorino" in devices.names("ibm")
    assert devices.families()["ibm"] == len(devices.names("ibm")) > 40
    assert [entry.n_wires for entry in devices.available("google")] == [23, 53, 105]
    entry = devices.info("ibm:FakeTorino")
    assert (entry.kind, entry.n_wires, entry.ready) == ("noisy simulator", 133, True)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_hybrid_model_trains_on_it(machine):
    torch.manual_seed(0)
    X = torch.randn(3, 2)
    model = nn.Sequential(nn.Linear(2, 2), encoder.new(), nn.Linear(2, 1))
    gradients = {}
    for device in ("qaimagic.qubit", machine):
        model.zero_grad()
        with devices.override(device):
            model(X).square().sum().backward()
        gradients[device] = torch.cat([p.grad.flatten() for p in model.parameters()])
    free, noisy = gradients.values()
    assert torch.allclose(noisy, free, atol=0.25)
    assert not torch.allclose(noisy, free, atol=1e-4)
    assert torch.nn.functional.cosine_similarity(noisy, free, dim=0) > 0.95


@pytest.mark.parametrize("machine", MACHINES)
def test_a_gradient_by_shifts_is_the_slope_of_the_noisy_answer(machine):
    layer = encoder.new().double()
    x = torch.randn(2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    with devices.override(machine):
        layer(x)[:, 0].sum().backward()
        with torch.no_grad():
            step = torch.zeros_like(layer.theta)
            step[0, 1, 0] = 1e-3
            start = layer.theta.clone()
            layer.theta.copy_(start + step)
            above = layer(x)[:, 0].sum()
            layer.theta.copy_(start - step)
            slope = (above - layer(x)[:, 0].sum()) / 2e-3
    assert layer.theta.grad[0, 1, 0] == pytest.approx(float(slope), abs=1e-4)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_profile_has_shots_and_a_seed(machine):
    lab = devices.get(machine, shots=50, seed=3)
    x = torch.zeros(2, 2)
    answers = []
    for _ in range(2):
        layer = encoder.new()
        layer.load_state_dict(encoder.state_dict())
        with devices.override(lab):
            assert layer.shots == 50
            answers.append(layer(x))
    assert torch.equal(*answers)
    assert torch.allclose((answers[0] * 25).round(), answers[0] * 25, atol=1e-4)


def test_noise_of_ones_own_is_for_simulators_without_noise():
    with pytest.raises(DeviceError, match="`ibm:FakeTorino` has no noise channels"):
        devices.get("ibm:FakeTorino", depolarizing=0.1)


def test_a_layer_that_ran_on_a_machine_is_pickled():
    layer = quantum(encoder.circuit.function, device="ibm:FakeManilaV2")
    before = layer(torch.zeros(1, 2))
    after = pickle.loads(pickle.dumps(layer))(torch.zeros(1, 2))
    assert torch.allclose(before, after)


@pytest.fixture
def _without_packages(monkeypatch):
    def missing(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr(families, "version", missing)
    families.machine_info.cache_clear()
    yield
    families.machine_info.cache_clear()


@pytest.mark.usefixtures("_without_packages")
def test_a_missing_package_is_named():
    entry = devices.info("ibm:FakeTorino")
    assert not entry.ready
    assert 'pip install "qaimagic[ibm]"' in entry.missing
    assert devices.names("ibm") == []
    with pytest.raises(DeviceError, match=r'pip install "qaimagic\[google\]"'):
        devices.make("google:willow_pink", 2)
    with pytest.raises(DeviceError, match=r'pip install "qaimagic\[ibm\]"'):
        devices.set_default("ibm:FakeTorino")


def test_an_unknown_family():
    with pytest.raises(ValueError, match="`family` must be `google` or `ibm`, but it is 'ibn'"):
        devices.names("ibn")
    with pytest.raises(
        DeviceError, match=r"Device `imb:FakeTorino` is not installed. Did you mean"
    ):
        devices.info("imb:FakeTorino")


def test_the_time_of_a_circuit_is_measured_and_nothing_is_sent_to_hardware():
    assert 0 < devices.seconds("ibm:FakeTorino") < 10
    assert devices.seconds("qiskit.remote") is None
    with pytest.raises(DeviceError, match="is not installed"):
        devices.seconds("lightnin.qubit")
