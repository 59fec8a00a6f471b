"""How many circuits run, and in how many submissions."""

from __future__ import annotations

import pennylane as qml
import pytest

from qaimagic import gradients, quantum
from qaimagic.errors import CircuitError, DeviceError
from tests.gradients import bodies


class Counting(qml.devices.DefaultQubit):
    submissions = 0

    def execute(self, circuits, execution_config=None):
        type(self).submissions += 1
        return super().execute(circuits, execution_config)


@pytest.mark.parametrize("method", gradients.METHODS)
@pytest.mark.parametrize("body", [bodies.rotations, bodies.energy], ids=lambda one: one.__name__)
def test_as_many_run_as_were_predicted(method, body):
    layer = quantum(body)
    device = qml.device("default.qubit")
    try:
        predicted = gradients.circuits(
            layer, bodies.ROWS, method=method, device=device, directions=3
        )
        with qml.Tracker(device) as tracker:
            found = gradients.estimate(
                layer, bodies.ROWS, method=method, device=device, directions=3
            )
    except DeviceError:
        assert method == "adjoint"
        return
    assert found.circuits == predicted
    if method not in ("backprop", "adjoint"):
        assert tracker.totals["executions"] == predicted


@pytest.mark.parametrize("method", ["parameter-shift", "hadamard", "finite-diff", "spsa"])
@pytest.mark.parametrize("shots", [None, 20])
def test_all_circuits_of_a_batch_are_one_submission(method, shots):
    layer = quantum(bodies.controlled)
    Counting.submissions = 0
    gradients.estimate(layer, bodies.ROWS, method=method, device=Counting(seed=1), shots=shots)
    assert Counting.submissions == 1


def test_unknown_methods_and_what_is_no_layer():
    layer = quantum(bodies.rotations)
    with pytest.raises(ValueError, match="Did you mean `parameter-shift`"):
        gradients.estimate(layer, bodies.ROWS, method="parameter-shit")
    with pytest.raises(TypeError, match="`layer` must be a layer of a circuit"):
        gradients.estimate(bodies.rotations, bodies.ROWS)
    with pytest.raises(ValueError, match="`step` must be above 0"):
        gradients.estimate(layer, bodies.ROWS, method="spsa", step=0)
    with pytest.raises(ValueError, match="`directions` must be at least 1"):
        gradients.estimate(layer, bodies.ROWS, method="spsa", directions=0)
    with pytest.raises(ValueError, match="at least one sample"):
        gradients.estimate(layer, bodies.ROWS[:0])
    with pytest.raises(ValueError, match="shape of the layer's answer"):
        gradients.estimate(layer, bodies.ROWS).pulled_back(bodies.ROWS[0])


def test_what_a_device_cannot_do():
    layer = quantum(bodies.rotations)
    with pytest.raises(DeviceError, match="no gradient method `backprop`"):
        gradients.estimate(layer, bodies.ROWS, method="backprop", device="lightning.qubit")
    with pytest.raises(DeviceError, match="needs exact expectation values"):
        gradients.estimate(layer, bodies.ROWS, method="adjoint", shots=10)
    device = qml.device("default.qubit", wires=2)
    with pytest.raises(DeviceError, match="one wire besides the 2"):
        gradients.estimate(layer, bodies.ROWS, method="hadamard", device=device)


def test_what_a_method_cannot_differentiate():
    def spread(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.var(qml.Z(0))

    def still(inputs):
        qml.X(0)
        return qml.expval(qml.Z(0))

    def damped(inputs):
        qml.AmplitudeDamping(inputs[0] ** 2, wires=0)
        return qml.expval(qml.Z(0))

    with pytest.raises(CircuitError, match="`parameter-shift` differentiates `expval` and `probs`"):
        gradients.estimate(quantum(spread), bodies.ROWS[:, :1])
    with pytest.raises(ValueError, match="have weights or data to differentiate"):
        gradients.estimate(quantum(still), bodies.ROWS)
    with pytest.raises(CircuitError, match="no rule for the parameters of `AmplitudeDamping`"):
        gradients.estimate(quantum(damped), bodies.ROWS[:, :1])
