"""Runs circuits in few tapes: on the ideal engine those of one template are rows of one batch.

A shift rule sends thousands of circuits with the same gates. Whatever is done for each gate of each
of them takes longer than its simulation; as rows of one tape it is done once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from pennylane.operation import Channel
from pennylane.ops import Controlled
from pennylane.ops.qubit.attributes import supports_broadcasting
from pennylane.tape import QuantumScript

from qaimagic.bridge.execution import execute
from qaimagic.gradients.readings import Basis
from qaimagic.gradients.recipes import Circuit

_MAX_AMPLITUDES = 2**22


class Job(NamedTuple):
    """A circuit, and a basis to read it in."""

    circuit: Circuit
    basis: Basis


def run_all(jobs: Sequence[Job], device: Any, shots: int | None) -> list[Any]:
    """Return the answer of each job; all go to the device in one submission.

    Args:
        jobs: What to run.
        device: A PennyLane device object.
        shots: The number of shots for each, or None for exact answers.
    """
    parts = _parts(jobs, device)
    tapes = [_tape([jobs[place] for place in part], shots) for part in parts]
    answers: list[Any] = [None] * len(jobs)
    for part, result in zip(parts, execute(tapes, device, diff_method=None), strict=True):
        rows = result if len(part) > 1 else [result]
        for place, row in zip(part, rows, strict=True):
            answers[place] = row
    return answers


def _parts(jobs: Sequence[Job], device: Any) -> list[list[int]]:
    """Return the places of jobs that are rows of one tape, in the order of the first."""
    is_ideal = device.name == "qaimagic.qubit" and device.in_steps is None
    parts: dict[Any, list[int]] = defaultdict(list)
    takes_rows: dict[int, bool] = {}
    for place, (circuit, basis) in enumerate(jobs):
        key: Any = place
        if is_ideal and circuit.row is not None:
            template = circuit.row.template
            if id(template) not in takes_rows:
                takes_rows[id(template)] = _takes_rows(template)
            if takes_rows[id(template)]:
                key = id(template), basis.letters, basis.is_parity
        parts[key].append(place)
    return [piece for part in parts.values() for piece in _pieces(part, jobs)]


def _pieces(part: list[int], jobs: Sequence[Job]) -> list[list[int]]:
    circuit = jobs[part[0]].circuit
    if len(part) == 1 or circuit.row is None:
        return [part]
    n_wires = circuit.row.template.num_wires
    room = max(1, _MAX_AMPLITUDES >> n_wires)
    return [part[start : start + room] for start in range(0, len(part), room)]


def _takes_rows(template: QuantumScript) -> bool:
    if any(isinstance(gate, Channel) for gate in template.operations):
        return False
    trained = (template.get_operation(n)[0] for n in range(len(template.trainable_params)))
    return all(map(_broadcasts, trained))


def _broadcasts(gate: Any) -> bool:
    base = gate.base if isinstance(gate, Controlled) else gate
    return base in supports_broadcasting


def _tape(jobs: Sequence[Job], shots: int | None) -> QuantumScript:
    circuit, basis = jobs[0]
    if len(jobs) == 1 or circuit.row is None:
        tape = circuit.tape
    else:
        template = circuit.row.template
        rows = np.array([job.circuit.row.parameters for job in jobs if job.circuit.row is not None])
        varied = np.flatnonzero((rows != rows[0]).any(axis=0)).tolist()
        still = np.flatnonzero((rows == rows[0]).all(axis=0)).tolist()
        values = [*rows[:, varied].T, *rows[0, still].tolist()]
        places = [template.trainable_params[index] for index in (*varied, *still)]
        tape = template.bind_new_parameters(values, places)
    return QuantumScript(tape.operations, [basis.measurement], shots=shots)
