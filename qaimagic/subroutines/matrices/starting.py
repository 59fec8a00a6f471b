"""The state that a circuit starts from, as gates on wires, and the matrix or words it fits."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pennylane as qml
import torch
from pennylane.operation import Channel, Operation
from pennylane.ops import Conditional, MidMeasure
from pennylane.tape import QuantumScript

from qaimagic._checks import requirement
from qaimagic.bridge.diagrams import ordered_wires
from qaimagic.bridge.states import state_of
from qaimagic.devices import make
from qaimagic.layers.engine import NAME
from qaimagic.subroutines.matrices.fitting import padded_vector
from qaimagic.subroutines.matrices.reading import Vector, read_vector
from qaimagic.subroutines.recording import check_one_value, recorded

_FORMS = "be amplitudes, bits such as `'01'`, an operation, or a circuit body"
_NO_GATES = (Channel, MidMeasure, Conditional)
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Start:
    """A state as gates.

    Attributes:
        gates: What prepares it from all wires at 0, the first gate acting first.
        wires: All wires there are, the most significant bit first.
        remark: What was done to make it fit, as a sentence, or nothing.
    """

    gates: tuple[Any, ...]
    wires: tuple[Any, ...]
    remark: str = ""

    @cached_property
    def vector(self) -> Vector:
        """Its amplitudes by the engine, shape (2^n,)."""
        tape = QuantumScript(list(self.gates), [qml.state()])
        found: Vector = state_of(tape, make(NAME, self.wires), self.wires).numpy()
        return found


def read_start(state: Any, wires: Sequence[Any], size: int | None = None) -> Start:
    """Return the state that a circuit starts from.

    Args:
        state: None for all wires at 0; bits as a string, one for each wire; amplitudes; an
            operation; or a circuit body without arguments and without a measurement.
        wires: The wires of what acts on it. An operation or a body may have others besides.
        size: How many amplitudes there are; by default as many as basis states.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it does not fit the wires, is zero or not finite, takes arguments, measures,
            or is not made of gates.
        CircuitError: If the body fails; names its line.
    """
    own = tuple(wires)
    if state is None:
        return Start((), own)
    if isinstance(state, str):
        return Start(_flips(state, own), own)
    if isinstance(state, Operation):
        return _of_gates([state], own)
    if inspect.isroutine(state):
        return _of_gates(recorded("state", state).operations, own)
    if callable(state):
        raise TypeError(requirement("state", _FORMS, f"it is {type(state).__name__}"))
    return _of_vector(state, own, 2 ** len(own) if size is None else size)


def _flips(bits: str, wires: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(bits) != len(wires) or set(bits) - {"0", "1"}:
        rule = f"have a bit, 0 or 1, for each of {len(wires)} wire{'s' * (len(wires) != 1)}"
        raise ValueError(requirement("state", rule, f"it is {bits!r}"))
    return tuple(qml.X(wire) for wire, bit in zip(wires, bits, strict=True) if bit == "1")


def _of_vector(state: Any, wires: tuple[Any, ...], size: int) -> Start:
    vector = padded_vector(read_vector("state", state, size))
    norm = float(np.linalg.norm(vector))
    remark = (
        "" if abs(norm - 1) <= _ROUNDING else f"The state was normalised: its norm was {norm:.4g}."
    )
    amplitudes = torch.as_tensor(vector / norm)
    return Start((qml.StatePrep(amplitudes, wires=list(wires)),), wires, remark)


def _of_gates(gates: Sequence[Any], wires: tuple[Any, ...]) -> Start:
    if others := [gate for gate in gates if isinstance(gate, _NO_GATES)]:
        raise ValueError(requirement("state", "be made of gates", f"it has `{others[0].name}`"))
    check_one_value("state", gates)
    if wrong := [gate for gate in gates if not _is_finite(gate)]:
        received = f"one of `{wrong[0].name}` is NaN or infinite"
        raise ValueError(requirement("state", "have finite numbers in its gates", received))
    used = [wire for gate in gates for wire in gate.wires]
    order = wires if set(used) <= set(wires) else ordered_wires(dict.fromkeys([*wires, *used]))
    return Start(tuple(gates), tuple(order))


def _is_finite(gate: Any) -> bool:
    numbers = [qml.math.toarray(qml.math.detach(number)) for number in gate.parameters]
    return all(np.isfinite(number).all() for number in numbers)
