"""Runs a tape by way of its lowering, and by default.qubit, for tests that compare the two."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import torch
from pennylane.tape import QuantumScript

from qaimagic.bridge.lowering import lower, prepared, split_start, start_state
from qaimagic.bridge.readout import readout
from qaimagic.engine.circuit import Angle, Circuit
from qaimagic.engine.eager import expvals, state
from tests.oracles.rotations import matrix_of

DOUBLE = torch.float64


def lowered(tape, wires, batch_size=1):
    """The answers of the tape's measurements, each with the batch in front."""
    tape = prepared(tape)
    start, operations = split_start(tape)
    wire_index = {wire: i for i, wire in enumerate(qml.wires.Wires.all_wires([wires, tape.wires]))}
    shared, varied = [], []
    found = []

    def angle_of(value):
        if not isinstance(value, torch.Tensor):
            return Angle((), float(value))
        column = shared if value.dim() == 0 else varied
        column.append(value)
        found.append((column, len(column) - 1))
        return Angle(((len(found) - 1, 1.0),))

    steps = lower(operations, wire_index, angle_of)
    order = sorted(range(len(found)), key=lambda i: found[i][0] is varied)
    slots = {old: new for new, old in enumerate(order)}
    n_wires = len(wire_index)
    read = readout(tape.measurements, wire_index, n_wires, is_normalized=start is None)
    circuit = Circuit(
        n_wires, len(shared), len(varied), tuple(_moved(step, slots) for step in steps), read.words
    )
    shared = torch.stack(shared).to(DOUBLE) if shared else torch.zeros(0, dtype=DOUBLE)
    varied = torch.stack(varied, 1) if varied else torch.zeros(batch_size, 0, dtype=DOUBLE)
    if start is not None:
        start = start_state(start.data[0], start.wires, wire_index, n_wires)
    return read.assemble((expvals if read.words else state)(circuit, shared, varied, start))


def _moved(step, slots):
    if not hasattr(step, "angle"):
        return step
    terms = tuple((slots[slot], scale) for slot, scale in step.angle.terms)
    return type(step)(step.word, Angle(terms, step.angle.offset), step.controls)


def by_default_qubit(tape, wires):
    """PennyLane's answers, each a tensor that is differentiable in the tape's tensors."""
    device = qml.device("default.qubit", wires=wires)
    [answers] = qml.execute([tape], device, diff_method="backprop")
    answers = answers if len(tape.measurements) > 1 else [answers]
    return [torch.as_tensor(np.asarray(a) if isinstance(a, float) else a) for a in answers]


def steps_of(operation, wires):
    """The rotations and flips of one operation with constant parameters."""
    tape = prepared(QuantumScript([operation]))
    index = {wire: i for i, wire in enumerate(wires)}
    return lower(tape.operations, index, lambda value: Angle((), float(value)))


def matrix_by_steps(operation, wires):
    """The matrix that these make."""
    return matrix_of(steps_of(operation, wires), len(wires))
