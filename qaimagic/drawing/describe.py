"""A circuit in words: tooltips, and what a screen reader says."""

from __future__ import annotations

from collections.abc import Sequence

from qaimagic.drawing.diagram import Diagram, Gate, Measurement
from qaimagic.drawing.labels import clean
from qaimagic.drawing.layout import Item

_SPOKEN = 40


def describe_item(item: Item, diagram: Diagram) -> str:
    """Return one gate or measurement in words, nothing folded or shortened.

    Example:
        >>> gate = Gate("X", wires=(1,), controls=(0,), control_values=(False,))
        >>> describe_item(gate, Diagram(("a", "b"), (gate,), ()))
        'X on wire b, controlled by wire a being 0'
    """
    if isinstance(item, Measurement):
        label = "" if item.label in ("", item.kind) else f" of {clean(item.label)}"
        return f"{item.kind}{label}{_on(item.wires, diagram)}"
    parameters = f"({', '.join(map(clean, item.parameters))})" if item.parameters else ""
    inverse = "inverse of " if item.adjoint else ""
    return f"{inverse}{clean(item.name)}{parameters}{_on(item.wires, diagram)}" + _controls(
        item, diagram
    )


def describe(diagram: Diagram) -> str:
    """Return the whole circuit in words: its size, then gate by gate.

    Circuits of more than 40 gates are told by how often each gate occurs.
    """
    wires = _count(len(diagram.wires), "wire")
    gates = _count(len(diagram.gates), "gate")
    parts = [f"{wires}, {gates}, {_count(len(diagram.measurements), 'measurement')}."]
    if len(diagram.gates) <= _SPOKEN:
        parts += [f"{describe_item(gate, diagram)}." for gate in diagram.gates]
    else:
        names = [clean(gate.name) for gate in diagram.gates]
        counted = (f"{names.count(name)} {name}" for name in dict.fromkeys(names))
        parts.append(f"Gates: {', '.join(counted)}.")
    parts += [f"Measured: {describe_item(m, diagram)}." for m in diagram.measurements]
    return " ".join(parts)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _on(rows: Sequence[int], diagram: Diagram) -> str:
    if not rows:
        return " on all wires"
    noun = "wire" if len(rows) == 1 else "wires"
    return f" on {noun} {', '.join(clean(diagram.wires[row]) for row in rows)}"


def _controls(gate: Gate, diagram: Diagram) -> str:
    if not gate.controls:
        return ""
    spoken = (
        f"wire {clean(diagram.wires[row])}" + ("" if on_one else " being 0")
        for row, on_one in zip(gate.controls, gate.control_values, strict=True)
    )
    return f", controlled by {' and '.join(spoken)}"
