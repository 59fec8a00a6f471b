"""A circuit as plain data: what a picture needs, and nothing of PennyLane."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """One gate, block or other mark on the wires of a diagram.

    Attributes:
        name: The field's name, such as ``"RX"``, ``"X"`` (also for a CNOT's target),
            ``"StronglyEntanglingLayers"``, or ``"measure"`` within a circuit.
        wires: Rows (indices into ``Diagram.wires``) of the target, in the gate's order.
        controls: Rows of the control wires.
        control_values: For each control, whether it fires on 1 (filled) or on 0 (open).
        parameters: Labels such as ``"theta[0,1,2]"``, ``"inputs[0]"``, ``"2·theta[0]"``,
            ``"f(inputs[0])"`` or ``"0.50"``, in the gate's order.
        adjoint: Whether the inverse of the named gate is meant (drawn with a dagger).
        is_template: Whether it stands for a whole sub-circuit.
    """

    name: str
    wires: tuple[int, ...]
    controls: tuple[int, ...] = ()
    control_values: tuple[bool, ...] = ()
    parameters: tuple[str, ...] = ()
    adjoint: bool = False
    is_template: bool = False


@dataclass(frozen=True)
class Measurement:
    """One measurement at the end of a circuit.

    Attributes:
        kind: ``"expval"``, ``"var"``, ``"probs"``, ``"sample"``, ``"counts"`` or ``"state"``.
        label: What is measured, such as ``"Z"``, ``"X⊗Y"`` or ``"ℋ"`` for a sum.
        wires: The rows it acts on.
    """

    kind: str
    label: str
    wires: tuple[int, ...]


@dataclass(frozen=True)
class Diagram:
    """A circuit ready to be drawn.

    Attributes:
        wires: The label of each row, from top to bottom.
        gates: The gates in the order in which they act.
        measurements: The measurements in the order in which they are returned.
        title: The circuit's name, or an empty string.
        data: The names in the gates' parameters that stand for data; all others are weights.
    """

    wires: tuple[str, ...]
    gates: tuple[Gate, ...]
    measurements: tuple[Measurement, ...]
    title: str = ""
    data: tuple[str, ...] = ("inputs",)
