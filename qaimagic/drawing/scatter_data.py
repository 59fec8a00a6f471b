"""Points on a plane as plain data, in words and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.curves_data import Floats


@dataclass(frozen=True)
class Scatter:
    """Groups of points on one plane.

    Attributes:
        groups: Points by name, each of shape (m, 2); a point that is not finite is left out. The
            first group lies on top.
        heading: What stands above the plane.
        x_label: What runs across.
        y_label: What runs upwards.
        equal: Whether a unit is as long upwards as across.
    """

    groups: Mapping[str, Any]
    heading: str = ""
    x_label: str = "x"
    y_label: str = "y"
    equal: bool = True

    def __post_init__(self) -> None:
        if not self.groups:
            raise ValueError(requirement("groups", "hold at least one group", "there is none"))
        for name, values in self.groups.items():
            shape = np.shape(values)
            if len(shape) != 2 or shape[1] != 2:
                received = f"`{name}` has shape {shape}"
                raise ValueError(requirement("groups", "hold points of shape (m, 2)", received))

    @cached_property
    def points(self) -> dict[str, Floats]:
        """The finite points of each group, shape (m, 2)."""
        arrays = {name: np.asarray(values, np.float64) for name, values in self.groups.items()}
        return {name: rows[np.isfinite(rows).all(axis=1)] for name, rows in arrays.items()}

    @cached_property
    def box(self) -> Floats:
        """The lowest and the highest x and y of all points, shape (2, 2), the lowest first."""
        rows = np.concatenate(list(self.points.values()))
        if not len(rows):
            return np.array([[0.0, 0.0], [1.0, 1.0]])
        return np.stack([rows.min(axis=0), rows.max(axis=0)])


def scatter_text(*panels: Scatter) -> str:
    """Return the panels in one line: of each group how many points, their mean and deviation.

    Example:
        >>> scatter_text(Scatter({"here": [[1.0, 2.0]]}, heading="One point"))
        'One point: here: 1 point about (1, 2)'
    """
    return " | ".join(
        (f"{panel.heading}: " if panel.heading else "")
        + "; ".join(_sentence(name, rows) for name, rows in panel.points.items())
        for panel in panels
    ).replace(MINUS, "-")


def _sentence(name: str, rows: Floats) -> str:
    if not len(rows):
        return f"{name}: no points"
    count = f"{len(rows)} point{'s' * (len(rows) != 1)}"
    middle = ", ".join(map(say, rows.mean(axis=0)))
    if len(rows) == 1:
        return f"{name}: {count} about ({middle})"
    spread = ", ".join(map(say, rows.std(axis=0)))
    return f"{name}: {count} about ({middle}) ± ({spread})"


def scatter_table(*panels: Scatter) -> str:
    """Return means, deviations and quartiles of each group as HTML tables, escaped."""
    return "".join(_table(panel) for panel in panels)


def _table(panel: Scatter) -> str:
    heads = ("", "points", "", "mean", "deviation", "lowest", "quartile", "median", "quartile")
    head = "".join(f'<th scope="col">{name}</th>' for name in (*heads, "highest"))
    body = ""
    for name, rows in panel.points.items():
        for label, column in zip((panel.x_label, panel.y_label), rows.T, strict=True):
            if not len(column):
                continue
            marks = np.quantile(column, [0.0, 0.25, 0.5, 0.75, 1.0])
            numbers = (column.mean(), column.std(), *marks)
            cells = "".join(f"<td>{say(value)}</td>" for value in numbers)
            body += (
                f'<tr><th scope="row">{escape(name)}</th><td>{len(rows):,}</td>'
                f"<td>{escape(label)}</td>{cells}</tr>"
            )
    caption = f"<caption>{escape(panel.heading)}</caption>" if panel.heading else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def say(value: float) -> str:
    """Return a value as one reads it, to two decimals where it is of order 1."""
    text = f"{value:.2f}" if 1e-2 <= abs(value) < 1e2 else short_number(float(value) + 0.0, 2)
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)
