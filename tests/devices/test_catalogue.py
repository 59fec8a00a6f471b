from __future__ import annotations

import pennylane as qml
import pytest

from qaimagic import devices
from qaimagic.devices.catalogue import info
from qaimagic.errors import DeviceError


def test_the_simulators_that_ship_with_pennylane_are_ready():
    ready = {entry.name for entry in devices.available() if entry.ready}
    assert {"qaimagic.qubit", "default.qubit", "default.mixed", "lightning.qubit"} <= ready


def test_our_own_device_comes_first_and_is_the_default():
    assert devices.names()[0] == "qaimagic.qubit" == devices.default()
    assert devices.names()[1:] == sorted(devices.names()[1:])


def test_what_is_listed_as_a_gradient_method_works():
    for entry in devices.available():
        if not entry.ready:
            assert entry.missing
            continue
        if entry.kind == "hardware":
            continue
        is_random = entry.name.startswith("qiskit.")
        methods = [method for method in entry.diff_methods if not is_random or "shift" in method]
        for method in methods:
            device = devices.make(entry.name, range(2))
            node = qml.QNode(_circuit, device, diff_method=method)
            value = qml.numpy.array(0.3, requires_grad=True)
            slope = qml.grad(node)(value)
            assert slope == pytest.approx(-0.2955, abs=0.1 if is_random else 0.02), (entry, method)


def _circuit(angle):
    qml.RX(angle, wires=0)
    return qml.expval(qml.Z(0))


def test_an_unknown_device_gets_the_nearest_name():
    with pytest.raises(DeviceError, match=r"Did you mean `default.qubit`"):
        info("default.qbit")
