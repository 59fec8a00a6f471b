"""Samples of an energy as plain data: a histogram, a graph, and states in order of energy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.histogram import Histogram, histogram_picture
from qaimagic.drawing.page import Picture
from qaimagic.drawing.spin_graph import SpinGraph
from qaimagic.drawing.spin_graph_svg import spin_graph_svg

_ROWS = 3
_COLUMNS = 12


@dataclass(frozen=True, eq=False)
class SampleView:
    """What is shown of samples.

    Attributes:
        labels: What the n variables are called.
        states: The distinct states, the lowest energy first, shape (m, n).
        energies: Their energies, ascending, shape (m,).
        counts: How often each came, shape (m,).
        histogram: Their energies, and what stands beside them.
        graph: Where the variables lie and how they are coupled; None where it is not drawn.
        title: What a screen reader announces first.
        text: What a terminal prints.
        caption: The line under the histogram, beside which the states are seen.
        expected: How often a distribution expects each state, shape (m,), or None.
        notes: What a reader has to know, in sentences.
    """

    labels: Sequence[str]
    states: NDArray[np.int8]
    energies: Floats
    counts: NDArray[np.int64]
    histogram: Histogram
    graph: SpinGraph | None
    title: str
    text: str
    caption: str
    expected: Floats | None = None
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        shape = (len(self.energies), len(self.labels))
        if self.states.shape != shape or len(self.counts) != shape[0] or not shape[0]:
            received = f"its shape is {self.states.shape}, with {len(self.counts)} counts"
            raise ValueError(requirement("states", f"have shape {shape}", received))


def view_picture(view: SampleView) -> Picture:
    """Return samples as a picture that lasts, with the lowest state on its graph."""
    said = " ".join([view.caption, *view.notes])
    parts = [_graph(view), _table(view) if has_columns(len(view.labels)) else ""]
    beside = "".join(f"<div>{part}</div>" for part in parts if part)
    below = f'<div style="display:flex;flex-wrap:wrap;gap:1em 2em">{beside}</div>' if beside else ""
    return histogram_picture(
        view.histogram, title=view.title, text=view.text, caption=said, below=below
    )


def has_columns(n: int) -> bool:
    """Return whether the values of n variables fit side by side."""
    return n <= _COLUMNS


def _graph(view: SampleView) -> str:
    if view.graph is None:
        return ""
    energy = _number(float(view.energies[0]))
    return spin_graph_svg(view.graph, view.states[0], title=f"The lowest state, {energy}")


def _table(view: SampleView) -> str:
    """Return the lowest states as an HTML table, escaped."""
    heads = [view.histogram.x_label, "found", *["expected"][: view.expected is not None]]
    heads += view.labels
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    rows = []
    for rank in range(min(_ROWS, len(view.states))):
        values = [str(value).replace("-", MINUS) for value in view.states[rank].tolist()]
        found = [f"{view.counts[rank]:,}"]
        if view.expected is not None:
            found.append(_number(float(view.expected[rank]), 3))
        cells = "".join(f"<td>{cell}</td>" for cell in [*found, *values])
        energy = _number(float(view.energies[rank]))
        rows.append(f'<tr><th scope="row">{energy}</th>{cells}</tr>')
    return (
        f"<table><caption>The lowest states</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _number(value: float, digits: int = 6) -> str:
    return short_number(value + 0.0, digits).replace("-", MINUS)
