"""Operators and measurements made outside of a function may change before it queues them."""

from __future__ import annotations

import pennylane as qml
import pytest

from qaimagic.bridge.guards import Guards


def data():
    gate = qml.RX(0.3, 0)
    return gate, lambda: setattr(gate, "data", (1.0,))


def data_of_a_base():
    gate = qml.ctrl(qml.RX(0.3, 0), 1)
    return gate, lambda: setattr(gate.base, "data", (1.0,))


def wires():
    gate = qml.RX(0.3, 0)
    return gate, lambda: setattr(gate, "_wires", qml.wires.Wires([1]))


def hyperparameters():
    gate = qml.PauliRot(0.3, "XI", [0, 1])
    return gate, lambda: gate.hyperparameters.update(pauli_word="IX")


def coefficients():
    sum_of_words = qml.Hamiltonian([1.0, 2.0], [qml.Z(0), qml.X(1)])
    return sum_of_words, lambda: setattr(sum_of_words, "data", (3.0, 2.0))


def factor():
    scaled = 2.0 * qml.Z(0)
    return scaled, lambda: setattr(scaled, "scalar", 3.0)


def operands():
    added = qml.Z(0) + qml.X(1)
    return added, lambda: setattr(added, "operands", (qml.Z(0), qml.Z(1)))


def observable():
    measured = qml.expval(qml.Z(0))
    return measured, lambda: setattr(measured, "obs", qml.X(0))


def measured_wires():
    measured = qml.probs(wires=[0])
    return measured, lambda: setattr(measured, "_wires", qml.wires.Wires([1]))


CASES = [
    data,
    data_of_a_base,
    wires,
    hyperparameters,
    coefficients,
    factor,
    operands,
    observable,
    measured_wires,
]


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_noticed(case):
    thing, change = case()
    guards = Guards.of(lambda: qml.apply(thing))
    with qml.queuing.AnnotatedQueue():
        qml.apply(thing)
    assert guards.still_hold()
    change()
    assert not guards.still_hold()


@pytest.mark.parametrize("case", CASES)
def test_what_pennylane_works_out_is_no_change(case):
    thing, _ = case()
    guards = Guards.of(lambda: thing)
    repr(thing), hash(thing), thing.wires
    if isinstance(thing, qml.operation.Operator):
        _ = thing.batch_size, thing.hyperparameters, thing.pauli_rep, thing.num_params
    assert guards.still_hold()
