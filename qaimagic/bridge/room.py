"""Refuses circuits that PennyLane's simulators have no memory for, before one of them tries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pennylane.tape import QuantumScript

from qaimagic.engine.memory import free_for, state_bytes

_NUMBERS = {"default.qubit": 1, "lightning.qubit": 1, "default.mixed": 2}
"""How often each wire doubles the numbers that a simulator keeps of one sample."""
_SMALL = 64 * 2**20
"""Below this a look at the machine takes longer than it is worth."""


def check_room(tapes: Sequence[QuantumScript], device: Any) -> None:
    """Check that one sample of each circuit fits into memory.

    Args:
        tapes: The circuits.
        device: The PennyLane device that would run them.

    Raises:
        MemoryNeedError: If one does not.
    """
    doublings = _NUMBERS.get(device.name)
    if doublings is None or not tapes:
        return
    n_wires = max(len(tape.wires) for tape in tapes)
    need = state_bytes(doublings * n_wires, itemsize=8)
    if need > _SMALL:
        free_for(n_wires, need, doubles=False)
