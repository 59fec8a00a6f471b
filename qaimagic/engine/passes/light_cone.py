"""Leaves out the gates that no measured word can see."""

from __future__ import annotations

import dataclasses

from qaimagic.engine.circuit import Circuit, Flip, Rotation

_MIXED = "XYZ"


def light_cone(circuit: Circuit) -> Circuit:
    """Return the circuit without the gates that cannot change any of its words' expectations.

    From the last gate to the first, it keeps for every wire which letters the words, carried
    back through the gates, may have there. A gate whose own letters are the same on all of these
    wires commutes with them all. It holds for any start; without words nothing is left out.
    """
    if not circuit.words:
        return circuit
    seen: dict[int, str] = {}
    for word in circuit.words:
        for wire, letter in word:
            _add(seen, wire, letter)
    kept = []
    for operation in reversed(circuit.operations):
        letters = _letters(operation)
        if any(seen.get(wire, letter) != letter for wire, letter in letters.items()):
            kept.append(operation)
            _carry(seen, operation, letters)
    return dataclasses.replace(circuit, operations=tuple(reversed(kept)))


def _letters(operation: Rotation | Flip) -> dict[int, str]:
    """Return the Pauli letter by which a gate acts on each of its wires."""
    if isinstance(operation, Flip):
        control = {} if operation.control is None else {operation.control: "Z"}
        return {operation.target: "X", **control}
    return {**dict(operation.word), **{wire: "Z" for wire, _ in operation.controls}}


def _carry(seen: dict[int, str], operation: Rotation | Flip, letters: dict[int, str]) -> None:
    """Carry what is seen after a gate to before it."""
    if not isinstance(operation, Flip):
        for wire, letter in letters.items():
            _add(seen, wire, letter)
    elif operation.control is not None:
        target, control = operation.target, operation.control
        of_target, of_control = seen.get(target, "X"), seen.get(control, "Z")
        if of_target != "X":
            _add(seen, control, "Z")
        if of_control != "Z":
            _add(seen, target, "X")


def _add(seen: dict[int, str], wire: int, letter: str) -> None:
    seen[wire] = letter if seen.get(wire, letter) == letter else _MIXED
