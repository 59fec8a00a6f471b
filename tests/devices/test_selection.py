from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qaimagic import devices, quantum
from qaimagic.errors import DeviceError


@pytest.fixture
def restored_default():
    yield
    devices.set_default(None)


def body(inputs):
    qml.RX(inputs[0], wires=0)
    return qml.expval(qml.Z(0))


@pytest.mark.usefixtures("restored_default")
def test_run_wins_over_layer_wins_over_default():
    plain, own = quantum(body), quantum(device="default.mixed")(body)
    assert (plain.device_name, own.device_name) == ("qaimagic.qubit", "default.mixed")
    devices.set_default("lightning.qubit")
    assert (plain.device_name, own.device_name) == ("lightning.qubit", "default.mixed")
    with devices.override("default.qubit"):
        assert (plain.device_name, own.device_name) == ("default.qubit", "default.qubit")
    assert own.device_name == "default.mixed"


def test_the_run_may_ask_for_shots():
    layer = quantum(body)
    with devices.override(shots=10, seed=1):
        value = layer(torch.tensor([0.7]))
    assert float(value * 10) == pytest.approx(round(float(value * 10)), abs=1e-5)


def test_a_device_object_is_used_as_it_is():
    device = qml.device("default.qubit", wires=1)
    layer = quantum(device=device)(body)
    with qml.Tracker(device) as tracker:
        layer(torch.zeros(3, 1))
    assert tracker.totals["executions"] == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"device": "default.qbit"}, "Did you mean `default.qubit`"),
        ({"device": "lightning.qubit", "diff_method": "backprop"}, "no gradient method `backprop`"),
        ({"diff_method": "paramshift"}, "it has `backprop`, `adjoint`, `parameter-shift`"),
        ({"diff_method": "backprop", "shots": 10}, "needs exact expectation values"),
    ],
)
def test_what_a_device_cannot_do_is_refused_at_once(options, message):
    with pytest.raises(DeviceError, match=message):
        quantum(**options)(body)


def test_shots_must_be_a_whole_number():
    with pytest.raises(ValueError, match="`shots` must be at least 1"):
        quantum(shots=0)(body)
    with pytest.raises(TypeError, match="`shots` must be a whole number"):
        quantum(shots=1.5)(body)


@pytest.mark.parametrize("name", ["qiskit.aer", "qiskit.basicsim"])
def test_what_draws_shots_unasked_has_to_be_told_how_many(name):
    pytest.importorskip("pennylane_qiskit")

    def body(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    with pytest.raises(DeviceError, match=f"`{name}` answers by shots alone: say how many"):
        quantum(device=name)(body)
    layer = quantum(body)
    with (
        devices.override(name),
        pytest.raises(DeviceError, match="`shots=1000` in Python"),
    ):
        layer(torch.zeros(1, 1))
    with devices.override(name, shots=50):
        assert layer(torch.zeros(1, 1)).item() == 1
