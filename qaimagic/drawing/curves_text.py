"""Curves in words and numbers: one line for a terminal, a table for whoever wants the data."""

from __future__ import annotations

from html import escape

import numpy as np

from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.curves_data import Curves, Floats, Series

_BARS = "▁▂▃▄▅▆▇█"


def curves_text(*panels: Curves, sparkline: int = 16) -> str:
    """Return the panels in one deterministic line.

    Each panel gives its leading line's first and last value, its shape, its best value, and the
    last values of the other lines.

    Args:
        panels: Any number of panels.
        sparkline: At most how many characters show the leading line's shape; 0 for none.

    Example:
        >>> curves_text(Curves((Series("training", [1, 2, 3], [0.9, 0.5, 0.4]),)), sparkline=0)
        'loss: training 0.9 → 0.4 (best step 3: 0.4)'
    """
    return " | ".join(_sentence(panel, sparkline) for panel in panels)


def _sentence(panel: Curves, sparkline: int) -> str:
    lead = panel.lead
    if lead is None:
        others = [line for line in panel.series if line.role != "raw"]
        values = ", ".join(f"{line.name} {_last(line, panel.digits)}" for line in others)
        return f"{panel.y_label}: {values or 'no values'}"
    y, digits = lead.values, panel.digits
    shape = f"{_spark(y, sparkline)} " if sparkline and len(y) > 2 else ""
    notes = []
    best = panel.best
    if best is not None:
        notes.append(f"best {panel.x_label} {best[0]:g}: {short_number(best[1], digits)}")
    notes += [
        f"{_heading(line)} {_last(line, panel.digits)}"
        for line in panel.series
        if line is not lead and line.role != "raw"
    ]
    first, last = (short_number(float(y[at]), digits) for at in (0, -1))
    journey = f"{first} → {shape}{last}" if len(y) > 1 else last
    remark = f" ({'; '.join(notes)})" if notes else ""
    return f"{panel.y_label}: {lead.name} {journey}{remark}"


def _last(line: Series, digits: int) -> str:
    return short_number(float(line.values[-1]), digits) if line.values.size else "without a value"


def _spark(y: Floats, width: int) -> str:
    """Return block characters for the means of at most ``width`` stretches of ``y``."""
    means = np.array([part.mean() for part in np.array_split(y, min(width, len(y)))])
    low, high = float(means.min()), float(means.max())
    if high == low:
        return _BARS[0] * len(means)
    levels = np.floor((means - low) / (high - low) * (len(_BARS) - 1) + 0.5).astype(int)
    return "".join(_BARS[level] for level in levels)


def curves_table(*panels: Curves, rows: int = 12) -> str:
    """Return the data behind the panels as an HTML table, escaped.

    Rows are spread evenly over the points of the leading line, its first, last and best point
    always among them; every other line shows its latest value up to there.

    Args:
        panels: Any number of panels.
        rows: At most about how many rows.
    """
    return "".join(_table(panel, max(2, rows)) for panel in panels)


def _table(panel: Curves, rows: int) -> str:
    lines = [line for line in panel.series if line.role != "raw"] or list(panel.series)
    header = "".join(
        f'<th scope="col">{escape(name)}</th>' for name in (panel.x_label, *map(_heading, lines))
    )
    body = []
    for position in _positions(panel, rows):
        cells = "".join(f"<td>{_value_at(line, position, panel.digits + 1)}</td>" for line in lines)
        body.append(f'<tr><th scope="row">{position:g}</th>{cells}</tr>')
    return (
        f"<table><caption>{escape(panel.y_label)}</caption><thead><tr>{header}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _heading(line: Series) -> str:
    return f"{line.name}, modelled" if line.role == "modelled" else line.name


def _positions(panel: Curves, rows: int) -> list[float]:
    lead = panel.lead
    if lead is None:
        return []
    x = lead.points[0]
    chosen = set(x[np.linspace(0, len(x) - 1, min(rows, len(x))).round().astype(int)].tolist())
    best = panel.best
    if best is not None:
        chosen.add(best[0])
    return sorted(chosen)


def _value_at(line: Series, position: float, digits: int) -> str:
    if line.role == "reference":
        return short_number(float(line.y[0]), digits)
    at = int(np.searchsorted(line.points[0], position + 1e-9, side="right")) - 1
    return short_number(float(line.y[at]), digits) if at >= 0 else ""
