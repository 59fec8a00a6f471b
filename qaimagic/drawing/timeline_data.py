"""Where time went, as plain data, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import numpy as np

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.curves_data import Floats

NOTHING = "no times were kept"
_LARGEST_SHARE_SAID = 0.995


@dataclass(frozen=True)
class Part:
    """What one phase took.

    Attributes:
        name: The phase.
        seconds: Seconds of the whole.
        steps: Seconds of each step, shape (n,).
        meaning: What is done in it, in a few words.
        group: Which of the theme's series lends its colour; None for ink.
    """

    name: str
    seconds: float
    steps: Sequence[float] | Floats = field(default_factory=list)
    meaning: str = ""
    group: int | None = None


@dataclass(frozen=True)
class Timeline:
    """Phases that together are a whole, in the order in which they are stacked.

    Attributes:
        parts: The phases; each keeps its place, and its colour, also where others took no time.
    """

    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        lengths = sorted({len(part.steps) for part in self.parts})
        if len(lengths) > 1:
            received = f"some have {lengths[0]} and some {lengths[-1]}"
            raise ValueError(requirement("parts", "have equally many steps", received))

    @cached_property
    def total(self) -> float:
        """Seconds of the whole."""
        return float(sum(part.seconds for part in self.parts))

    @cached_property
    def taken(self) -> list[tuple[int, Part]]:
        """The phases that took time, each with its place."""
        return [(place, part) for place, part in enumerate(self.parts) if part.seconds > 0]

    @cached_property
    def steps(self) -> Floats:
        """Seconds of each step by phase, shape (n, n_parts)."""
        if not self.parts:
            return np.zeros((0, 0))
        return np.stack([np.asarray(part.steps, dtype=np.float64) for part in self.parts], axis=1)

    def percent(self, part: Part) -> str:
        """Return a phase's part of the whole: ``"62%"``, ``"0.3%"``, ``"<0.1%"``."""
        share = part.seconds / self.total
        if share >= _LARGEST_SHARE_SAID and part.seconds < self.total:
            return ">99%"
        if share < 0.001:
            return "<0.1%"
        return f"{100 * share:.1f}%" if share < 0.0095 else f"{100 * share:.0f}%"


def duration(seconds: float) -> str:
    """Return a time as one reads it.

    Example:
        >>> duration(0.00042), duration(0.0734), duration(12.34), duration(754), duration(9000)
        ('420 µs', '73.4 ms', '12.3 s', '12 min 34 s', '2 h 30 min')
    """
    if seconds < 0.9995e-6:
        return f"{short_number(1e9 * seconds)} ns"
    if seconds < 0.9995e-3:
        return f"{short_number(1e6 * seconds)} µs"
    if seconds < 0.9995:
        return f"{short_number(1e3 * seconds)} ms"
    if seconds < 119.5:
        return f"{short_number(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 120:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def timeline_text(data: Timeline) -> str:
    """Return the timeline in one line, the longest phase first.

    Example:
        >>> timeline_text(Timeline((Part("classical", 1.0), Part("executing", 3.0))))
        '4 s: executing 3 s (75%), classical 1 s (25%)'
    """
    if not data.taken:
        return NOTHING
    longest = sorted((part for _, part in data.taken), key=lambda part: -part.seconds)
    words = [f"{part.name} {duration(part.seconds)} ({data.percent(part)})" for part in longest]
    return f"{duration(data.total)}: {', '.join(words)}"


def timeline_table(data: Timeline) -> str:
    """Return the phases as an HTML table, escaped: seconds of the whole, and of a step."""
    if not data.taken:
        return ""
    heads = ["phase", "seconds", "share", "what it is"]
    medians = np.median(data.steps, axis=0) if len(data.steps) else None
    if medians is not None:
        heads.insert(3, "ms of a step (median)")
    rows = []
    for place, part in data.taken:
        cells = [short_number(part.seconds, 4), data.percent(part), part.meaning]
        if medians is not None:
            cells.insert(2, short_number(1e3 * float(medians[place]), 4))
        body = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{escape(part.name)}</th>{body}</tr>')
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
