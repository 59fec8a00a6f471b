"""A circuit to look into: its gates, the state between any two of them, and sliders."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from qaimagic.widgets._base import Widget, front_end

_NUMBERS = ("amplitudes", "bloch", "entropies", "values", "gradients", "answers", "matrix")


@dataclass(frozen=True)
class Question:
    """What the front end wants to see.

    Attributes:
        column: After how many columns of gates; None for after all of them.
        output: The answer whose gradient is shown; None for the sum of all.
        gate: The place of the gate that is looked at, or None.
        changes: Values that sliders moved, as (place, value).
        is_back: Whether all weights go back to where the layer has them.
    """

    column: int | None = None
    output: int | None = None
    gate: int | None = None
    changes: tuple[tuple[int, float], ...] = ()
    is_back: bool = False

    @classmethod
    def read(cls, content: Any) -> Question | None:
        """Return what a message asks, or None if it is no question."""
        if not isinstance(content, dict) or content.get("kind") != "ask":
            return None
        places = [content.get(name) for name in ("column", "output", "gate")]
        if not all(place is None or _is_place(place) for place in places):
            return None
        changes = content.get("changes", [])
        if not isinstance(changes, list) or not all(map(_is_change, changes)):
            return None
        return cls(
            column=places[0],
            output=places[1],
            gate=places[2],
            changes=tuple((place, float(value)) for place, value in changes),
            is_back=content.get("back") is True,
        )

    def after(self, earlier: Question) -> Question:
        """Return this question with what an earlier one moved."""
        is_back = self.is_back or earlier.is_back
        kept = () if self.is_back else earlier.changes
        return replace(self, changes=(*kept, *self.changes), is_back=is_back)

    def answered(self) -> Question:
        """Return it with nothing left to move, to be asked again."""
        return replace(self, changes=(), is_back=False)


@dataclass(frozen=True)
class Sight:
    """What is seen at one place of the circuit.

    Attributes:
        column: After how many columns of gates.
        amplitudes: The state, shape (2**n,), complex.
        bloch: The Bloch vector of each wire, shape (n, 3).
        entropies: The entanglement entropy across each cut in bits, shape (n - 1,).
        values: The value of each slider, shape (P,).
        gradients: The gradient by each, shape (P,); empty if there is none.
        answers: What the circuit returns, shape (n_outputs,); empty if those are no numbers.
        gate: The place of the gate that is looked at, or None.
        parameters: Its parameters; None for an array.
        matrix: Its matrix, complex; empty if it has none, or too large a one.
    """

    column: int
    amplitudes: ArrayLike
    bloch: ArrayLike
    entropies: ArrayLike
    values: ArrayLike
    gradients: ArrayLike
    answers: ArrayLike
    gate: int | None = None
    parameters: Sequence[float | None] = ()
    matrix: ArrayLike = field(default_factory=lambda: np.empty((0, 0)))


class CircuitView(Widget):
    """A circuit's drawing with a cursor in time, sliders, and the state at the cursor.

    Args:
        answer: Gives what a question asks for, on whatever thread it arrives. An exception is
            shown to whoever moved the slider.

    Attributes:
        is_held: Whether questions are kept until `tell` is called, as while a training runs in
            another thread.
        is_waiting: Whether a question is kept.
        svg: The drawing, in which ``data-gate`` marks gates by their places.
        gates: For each gate its ``words``, its ``parameters`` (labels), and under ``controls`` the
            places of the sliders that each of them depends on.
        columns: The places of the gates, column by column.
        wires: The label of each wire.
        controls: For each slider its ``label`` and its ``group``.
        data: The groups that are data; all others are weights.
        outputs: The name of each answer.

    Example:
        >>> view = CircuitView(lambda question: ..., wires=["0"])
        >>> view
        <CircuitView>
        >>> view.close()
    """

    _esm = front_end("circuit", "js")
    _css = front_end("circuit", "css")
    svg = traitlets.Unicode().tag(sync=True)
    gates = traitlets.List(traitlets.Dict()).tag(sync=True)
    columns = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    wires = traitlets.List(traitlets.Unicode()).tag(sync=True)
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    data = traitlets.List(traitlets.Unicode()).tag(sync=True)
    outputs = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, answer: Callable[[Question], Sight], **traits: Any) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self._question = Question()
        self._serial = 0
        self.is_waiting = False
        self.is_held = False
        super().__init__(**traits)
        self.on_msg(self._hear)

    def tell(self) -> None:
        """Show what the last question asks for, as it is by now."""
        with self._lock:
            question, serial = self._question, self._serial
            self._question, self.is_waiting = question.answered(), False
        try:
            sight = self._answer(question)
        except Exception as error:
            self.send({"kind": "error", "serial": serial, "message": str(error)})
            return
        about = {
            "kind": "sight",
            "serial": serial,
            "column": sight.column,
            "gate": sight.gate,
            "parameters": [_finite(value) for value in sight.parameters],
        }
        self.send(about, [_bytes(getattr(sight, name)) for name in _NUMBERS])

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        question = Question.read(content)
        if question is None:
            return
        with self._lock:
            self._question = question.after(self._question)
            self._serial = content.get("serial", 0)
            self.is_waiting = True
        if not self.is_held:
            self.tell()


def _is_place(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_change(change: object) -> bool:
    if not isinstance(change, list) or len(change) != 2:
        return False
    place, value = change
    return _is_place(place) and isinstance(value, int | float) and math.isfinite(value)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _bytes(values: ArrayLike) -> bytes:
    """Return numbers as float32; complex ones as pairs."""
    array = np.ascontiguousarray(values)
    kind = np.complex64 if np.iscomplexobj(array) else np.float32
    return array.astype(kind).tobytes()
