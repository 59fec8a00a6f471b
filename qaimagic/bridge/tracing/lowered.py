"""A tape brought into the engine's terms, before anything is known of its parameters' values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pennylane.measurements import ExpectationMP
from pennylane.ops import MidMeasure
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.diagrams import wires_of
from qaimagic.bridge.lowering import lower, prepared, split_start, start_state
from qaimagic.bridge.observables import sentence_of
from qaimagic.bridge.readout import Readout, readout
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.engine.circuit import Angle, Flip, Rotation


@dataclass(frozen=True)
class Lowered:
    """A tape in the engine's terms.

    Attributes:
        tape: The tape with native operations alone.
        wire_index: The number of each wire.
        operations: Its gates.
        start: The state it starts from, of shape (2**n,) or (B, 2**n), or None.
        readout: What it measures.
    """

    tape: QuantumScript
    wire_index: Mapping[Any, int]
    operations: Sequence[Rotation | Flip]
    start: Tensor | None
    readout: Readout

    @property
    def is_plain(self) -> bool:
        """Whether measurement k is nothing but the expectation value of word k."""
        measurements, words = self.tape.measurements, self.readout.words
        return len(measurements) == len(words) and all(
            isinstance(one, ExpectationMP)
            and one.obs is not None
            and sentence_of(one.obs, self.wire_index) == {word: 1.0}
            for one, word in zip(measurements, words, strict=True)
        )


def lowered(
    tape: QuantumScript,
    wires: list[Any],
    angle_of: Callable[[Any], Angle],
    is_constant: Callable[[Any], bool],
    *,
    sees_batch: bool,
) -> Lowered:
    """Return a tape in the engine's terms.

    Args:
        tape: What a body queued.
        wires: The wires in order, where they hold all of the tape's.
        angle_of: Turns a gate parameter into an angle.
        is_constant: Tells the parameters that are the same in every run.
        sees_batch: Whether the body was given the whole batch.

    Raises:
        NotTraceableError: If the tape has to be made anew for each call.
        NotNativeError: If the engine cannot run it.
    """
    _check(tape, sees_batch)
    order = list(wires_of([tape], wires))
    native = prepared(tape, is_constant)
    order += [wire for wire in native.wires if wire not in order]
    index = {wire: number for number, wire in enumerate(order)}
    preparation, operations = split_start(native)
    start = None
    if preparation is not None:
        start = start_state(preparation.data[0], preparation.wires, index, len(order))
    gates = lower(operations, index, angle_of)
    read = readout(native.measurements, index, len(order), is_normalized=start is None)
    return Lowered(native, index, gates, start, read)


def _check(tape: QuantumScript, sees_batch: bool) -> None:
    if tape.shots:
        raise NotTraceableError("it asks for shots")
    if any(gate.hyperparameters.get("seed", 0) is None for gate in tape.operations):
        raise NotTraceableError("it draws random numbers")
    if any(isinstance(gate, MidMeasure) for gate in tape.operations):
        if sees_batch:
            raise NotTraceableError("its QNode settles how to measure within the circuit")
        if any(not one.wires and one.mv is None for one in tape.measurements):
            raise NotTraceableError("it reads all wires, with measurements within the circuit")
