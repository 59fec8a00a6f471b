"""A circuit as gates of one angle each, and which of these angles depend on the weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pennylane as qml
import torch
from pennylane.ops import MidMeasure
from pennylane.ops.op_math import Conditional
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.lowering import NotNativeError, is_native, prepared, split_start
from qaimagic.bridge.mapping import tensor_of
from qaimagic.bridge.metric.errors import NoMetricError


@dataclass(frozen=True)
class Block:
    """Gates that stand side by side, so that their generators commute.

    Attributes:
        members: Their numbers among the turned gates.
        before: The gates that come first; the block's own and those after them can wait.
    """

    members: tuple[int, ...]
    before: tuple[Any, ...]


class Turns:
    """The gates of a tape, taken apart until each has one angle at most.

    Args:
        tape: A circuit of one sample, or a broadcast one.

    Attributes:
        start: The operation that prepares the start state, or None.
        gates: The gates, first to last.
        turned: The places of those whose angle depends on something trainable.
        wires: The wires.

    Raises:
        NoMetricError: If its state is not pure, or depends on weights otherwise.
    """

    def __init__(self, tape: QuantumScript) -> None:
        if any(isinstance(gate, MidMeasure | Conditional) for gate in tape.operations):
            raise NoMetricError("it measures within the circuit, so that its state is not pure")
        try:
            one_angled = prepared(tape, stays=_has_one_angle)
        except NotNativeError as error:
            raise NoMetricError(str(error)) from error
        self.start, self.gates = split_start(one_angled)
        if self.start is not None and qml.math.requires_grad(self.start.data[0]):
            raise NoMetricError("its start state depends on the weights")
        self.turned = [place for place, gate in enumerate(self.gates) if _is_trained(gate)]
        self.wires = list(one_angled.wires)
        self.batch_size: int | None = one_angled.batch_size

    def table(self, n_rows: int) -> Tensor:
        """Return the angles of all gates that have one, of shape (n_rows, n_angles), float64."""
        angles = [tensor_of(gate.data[0]).detach() for gate in self.gates if gate.data]
        columns = [angle.real.double().expand(n_rows) for angle in angles]
        return torch.stack(columns, dim=1)

    @property
    def angles(self) -> list[Tensor]:
        """The angle of each turned gate: a number, or one for each sample."""
        return [self.gates[place].data[0] for place in self.turned]

    @cached_property
    def blocks(self) -> list[Block]:
        """The turned gates in blocks, as they come; a gate that has to wait begins another one."""
        blocks: list[Block] = []
        done: list[Any] = []
        members: list[int] = []
        before: list[Any] = []
        touched: set[Any] = set()
        numbers = {place: number for number, place in enumerate(self.turned)}
        for place, gate in enumerate(self.gates):
            waits = not touched.isdisjoint(gate.wires)
            number = numbers.get(place)
            if number is not None and waits:
                blocks.append(Block(tuple(members), tuple(before)))
                members, before, touched = [], list(done), set()
            if number is not None:
                members.append(number)
                touched.update(gate.wires)
            elif waits:
                touched.update(gate.wires)
            else:
                before.append(gate)
            done.append(gate)
        return [*blocks, Block(tuple(members), tuple(before))] if members else blocks


def _has_one_angle(gate: Any) -> bool:
    return len(gate.data) <= 1 and is_native(gate)


def _is_trained(gate: Any) -> bool:
    return any(map(qml.math.requires_grad, gate.data))
