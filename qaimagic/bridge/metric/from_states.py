r"""The metric from the states and their derivatives, which the engine gives exactly.

A rotation :math:`e^{-i \theta P / 2}` where controls project on :math:`\Pi` has the derivative
:math:`-\tfrac{i}{2} P \Pi` times itself, which is a difference of two turned further:

.. math:: |\partial \psi\rangle =
    \tfrac14 \left( |\psi(\theta + \pi)\rangle - |\psi(\theta - \pi)\rangle \right)

Where nothing controls, the two are each other's negatives, and one will do. All these states are
rows of one batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

import torch
from torch import Tensor

from qaimagic.bridge.lowering import lower, start_state
from qaimagic.bridge.metric.turns import Turns
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.memory import rows_at_once
from qaimagic.engine.run import state

_ITEMSIZE = 8


def from_states(turns: Turns, n_rows: int) -> Tensor:
    """Return the metric in the angles of the turned gates, for each sample.

    Args:
        turns: The circuit, with K turned gates.
        n_rows: The number B of samples.

    Returns:
        A tensor of shape (B, K, K), float64.
    """
    shifted = _Shifted(turns)
    angles = turns.table(n_rows)
    start = _start(turns, n_rows)
    n_states = 2 * len(shifted.shifts) + len(turns.turned)
    at_once = rows_at_once(len(turns.wires), n_rows, _ITEMSIZE, states=n_states)
    parts = []
    for first in range(0, n_rows, at_once):
        rows = slice(first, first + at_once)
        parts.append(_metric(*shifted.states(angles[rows], None if start is None else start[rows])))
    return torch.cat(parts)


def _metric(states: Tensor, slopes: Tensor) -> Tensor:
    """Return the metric of states, (B, 2**n), with their derivatives, (B, K, 2**n)."""
    along = slopes.conj() @ states.unsqueeze(-1)
    return (slopes.conj() @ slopes.mT - along @ along.mH).real


@dataclass(frozen=True)
class _Turn:
    """A rotation that a turned gate brings.

    Attributes:
        gate: The number of the gate among the turned ones.
        factor: How its angle grows with the gate's.
        is_controlled: Whether it has controls.
    """

    gate: int
    factor: float
    is_controlled: bool


class _Shifted:
    """A circuit with one more slot for each rotation of a turned gate, to turn it further.

    Attributes:
        circuit: The gates; the slots of their angles come first, then those of the shifts.
        shifts: The shifts of each row, of shape (rows, n_shifts); the first row has none.
        combination: How the derivatives combine the rows, of shape (K, rows).
    """

    def __init__(self, turns: Turns) -> None:
        self._n_angles = sum(bool(gate.data) for gate in turns.gates)
        operations, turned = self._operations(turns)
        self.circuit = Circuit(len(turns.wires), 0, self._n_angles + len(turned), tuple(operations))
        shifts, columns = [_zeros(len(turned))], [_zeros(len(turns.turned))]
        for position, turn in enumerate(turned):
            signs = (1.0, -1.0) if turn.is_controlled else (1.0,)
            for sign in signs:
                shifts.append(_unit(len(turned), position) * sign * torch.pi)
                share = sign * turn.factor / (2 * len(signs))
                columns.append(_unit(len(turns.turned), turn.gate) * share)
        self.shifts = torch.stack(shifts)
        self.combination = torch.stack(columns, dim=1)

    def _operations(self, turns: Turns) -> tuple[list[Rotation | Flip], list[_Turn]]:
        index = {wire: place for place, wire in enumerate(turns.wires)}
        numbers = {place: number for number, place in enumerate(turns.turned)}
        operations: list[Rotation | Flip] = []
        turned: list[_Turn] = []
        slots = count()
        for place, gate in enumerate(turns.gates):
            for step in lower([gate], index, lambda _: Angle(((next(slots), 1.0),))):
                if place in numbers and isinstance(step, Rotation) and step.angle.terms:
                    [(_, factor)] = step.angle.terms
                    shift = Angle(((self._n_angles + len(turned), 1.0),))
                    turned.append(_Turn(numbers[place], factor, bool(step.controls)))
                    step = replace(step, angle=step.angle.plus(shift))
                operations.append(step)
        return operations, turned

    def states(self, angles: Tensor, start: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return the states, (B, 2**n), and their derivatives, (B, K, 2**n).

        Args:
            angles: The gates' angles, of shape (B, n_angles).
            start: The start states, (B, 2**n), or None.
        """
        n_rows = len(self.shifts)
        shifts = self.shifts.to(angles).expand(len(angles), -1, -1)
        varied = torch.cat([angles.unsqueeze(1).expand(-1, n_rows, -1), shifts], dim=-1)
        starts = None if start is None else start.repeat_interleave(n_rows, dim=0)
        flat = state(self.circuit, angles.new_empty(0), varied.flatten(0, 1), starts)
        rows = flat.reshape(len(angles), n_rows, -1)
        return rows[:, 0], self.combination.to(rows) @ rows


def _zeros(size: int) -> Tensor:
    return torch.zeros(size, dtype=torch.float64)


def _unit(size: int, place: int) -> Tensor:
    unit = _zeros(size)
    unit[place] = 1
    return unit


def _start(turns: Turns, n_rows: int) -> Tensor | None:
    if turns.start is None:
        return None
    index = {wire: place for place, wire in enumerate(turns.wires)}
    amplitudes = start_state(turns.start.data[0], turns.start.wires, index, len(index))
    return amplitudes.detach().to(torch.complex128).expand(n_rows, -1)
