"""Families of circuits: for each number of wires, a layer whose data are all its angles."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pennylane as qml
import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.errors import CircuitError
from qaimagic.layers.body_circuit import BodyCircuit
from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.barren_plateaus.costs import COSTS, Cost
from qaimagic.training.alarms.measured import Measured, measured

COLUMNS = 8
"""Columns of rotations in a block; the last four undo the first where their angles do."""

_HALF = (qml.RY, qml.RZ)


@dataclass(frozen=True, eq=False)
class Member:
    """A circuit of a family.

    Attributes:
        layer: Takes angles of shape (batch, n_angles), and returns the expectation values.
        n_wires: How many wires it has.
        n_angles: How many angles.
        n_blocks: How many blocks they belong to; 0 where there are none.
        cost: What it measures; None for a circuit with its own cost.
        expected: The mean square of a derivative and the variance of the cost by a closed form
            for uniform angles, or None.
    """

    layer: HybridLayer
    n_wires: int
    n_angles: int
    n_blocks: int
    cost: Cost | None
    expected: tuple[float, float] | None

    def values(self, angles: Tensor) -> Tensor:
        """Return the cost of each row of angles, (batch,)."""
        answers: Tensor = self.layer(angles).reshape(-1)
        return answers if self.cost is None else self.cost.constant - answers

    def one_shot(self, values: Tensor) -> Tensor | None:
        """Return about the variance of a shot at such costs, (batch,); None where unknown."""
        answers = values if self.cost is None else self.cost.constant - values
        if self.scatter is None:
            return None
        return self.scatter.one_shot(torch.ones_like(answers)[:, None], answers[:, None])

    @cached_property
    def scatter(self) -> Measured | None:
        """What the answers are averages of, as far as that is known."""
        return measured(self.layer.circuit.probe().tape)


Family = Callable[[int], Member]


def families_of(
    ansatz: str | Callable[[int], Any], costs: Sequence[str], n_blocks: int | None
) -> dict[str, Family]:
    """Return families by the name of their cost; that of a function's circuits has its name."""
    if callable(ansatz):
        return {getattr(ansatz, "__name__", "circuit"): partial(_own, ansatz)}
    if ansatz == "product":
        return {name: partial(_product, COSTS[name]) for name in costs}
    return {name: partial(_layered, COSTS[name], n_blocks) for name in costs}


def _product(cost: Cost, n_wires: int) -> Member:
    def product(inputs: Tensor) -> Any:
        for wire in range(n_wires):
            qml.RY(inputs[wire], wires=wire)
        return qml.expval(cost.observable(n_wires))

    return Member(quantum(product), n_wires, n_wires, 0, cost, cost.product(n_wires))


def _layered(cost: Cost, n_blocks: int | None, n_wires: int) -> Member:
    blocks = n_wires if n_blocks is None else n_blocks
    wires = range(n_wires)

    def column(gate: Any, angles: Tensor) -> None:
        for wire in wires:
            gate(angles[wire], wires=wire)

    def ladder() -> None:
        for wire in wires[:-1]:
            qml.CZ([wire, wire + 1])

    def layered(inputs: Tensor) -> Any:
        angles = inputs.reshape(blocks, COLUMNS, n_wires)
        for wire in wires:
            qml.RY(math.pi / 4, wires=wire)
        for block in range(blocks):
            for place, gate in enumerate((*_HALF, *_HALF, *_HALF[::-1], *_HALF[::-1])):
                column(gate, angles[block, place])
                if place in (1, 5):
                    ladder()
        return qml.expval(cost.observable(n_wires))

    n_angles = blocks * COLUMNS * n_wires
    return Member(quantum(layered), n_wires, n_angles, blocks, cost, cost.scrambled(n_wires))


def _made(make: Callable[[int], Any], n_wires: int) -> Any:
    rule, fix = "take a number of wires, and return a layer or a body", "A body has weights alone."
    try:
        made = make(n_wires)
    except CircuitError:
        raise
    except Exception as error:
        received = f"for {n_wires} it fails: {error}"
        raise CircuitError(requirement("ansatz", rule, received, fix)) from error
    if not isinstance(made, HybridLayer) and not inspect.isfunction(made):
        received = f"for {n_wires} it returns {type(made).__name__}"
        raise CircuitError(requirement("ansatz", rule, received, fix))
    return made


def _own(make: Callable[[int], Any], n_wires: int) -> Member:
    made = _made(make, n_wires)
    layer = made if isinstance(made, HybridLayer) else quantum(made)
    circuit = layer.circuit
    if not isinstance(circuit, BodyCircuit):
        fix = "Return a layer that `@qaimagic.quantum` made, or a body."
        raise CircuitError(requirement("ansatz", "give bodies", "it gives a QNode's layer", fix))
    if circuit.data or not circuit.shapes:
        received = f"`{circuit.name}` takes data" if circuit.data else "there are no weights"
        fix = "Annotate each argument with its shape: its angles."
        rule = "give circuits of weights alone"
        raise CircuitError(requirement("ansatz", rule, received, fix))
    shapes, body = dict(circuit.shapes), circuit.function
    sizes = [math.prod(shape) for shape in shapes.values()]

    def own(inputs: Tensor) -> Any:
        parts = torch.split(inputs, sizes)
        named = {name: part.reshape(shapes[name]) for name, part in zip(shapes, parts, strict=True)}
        return body(**named)

    flat = quantum(wires=circuit.given_wires)(own)
    asked = flat.circuit.probe().tape.measurements
    if len(asked) != 1 or not isinstance(asked[0], qml.measurements.ExpectationMP):
        received = f"`{circuit.name}` returns {len(asked)} measurements, or another kind"
        rule = "give circuits with one expectation value"
        raise CircuitError(requirement("ansatz", rule, received))
    return Member(flat, n_wires, sum(sizes), 0, None, None)
