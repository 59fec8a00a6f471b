"""Curves as plain data: what a chart needs, and nothing of training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_choice, requirement

Role: TypeAlias = Literal["raw", "train", "validation", "reference", "modelled", "points"]
Floats: TypeAlias = NDArray[np.float64]

_ROLES = ("raw", "train", "validation", "reference", "modelled", "points")
_LOG_HELPS = 30.0


@dataclass(frozen=True)
class Series:
    """One line of a chart.

    Attributes:
        name: What stands at the end of the line.
        x: Shape (n,), ascending, such as steps or epochs.
        y: Shape (n,). NaN and infinite values leave a gap.
        role: ``"raw"`` is faint and has no label (the loss of each step), ``"train"`` thin,
            ``"validation"`` strong with marked points, ``"reference"`` a dotted horizontal line
            through the only value of ``y`` (an exact energy, a classical method's score),
            ``"modelled"`` dotted: how a measured line of its group goes on, with the label of both;
            ``"points"`` without a line, on stems from 0, those of groups 0 and 1 side by side.
        group: Whose line it is. Each group has its colour and its dashes: 0 is the model
            (solid), 1 its twin or baseline (dashed), further ones go on from there.
        band: The lower and the upper edge of a shaded band about the line, each of shape (n,),
            such as the spread over seeds; of points error bars. None for no band.
    """

    name: str
    x: Sequence[float] | Floats
    y: Sequence[float] | Floats
    role: Role = "train"
    group: int = 0
    band: tuple[Sequence[float] | Floats, Sequence[float] | Floats] | None = None

    def __post_init__(self) -> None:
        check_choice("role", self.role, _ROLES)
        if self.role == "reference":
            if len(self.y) != 1:
                rule = "be a single value for a reference line"
                raise ValueError(requirement("y", rule, f"it has {len(self.y)} values"))
        elif len(self.x) != len(self.y):
            received = f"it has {len(self.y)} values for {len(self.x)} of `x`"
            raise ValueError(requirement("y", "be as long as `x`", received))
        if self.band is not None and any(len(edge) != len(self.y) for edge in self.band):
            received = f"its edges have {len(self.band[0])} and {len(self.band[1])} values"
            raise ValueError(requirement("band", "be as long as `y`", received))

    @cached_property
    def points(self) -> tuple[Floats, Floats]:
        """``x`` and ``y`` as float64 arrays of shape (n,), infinite values made NaN."""
        y = np.array(self.y, dtype=np.float64)
        y[~np.isfinite(y)] = np.nan
        x = np.zeros(1) if self.role == "reference" else np.asarray(self.x, dtype=np.float64)
        return x, y

    @cached_property
    def edges(self) -> tuple[Floats, Floats] | None:
        """The band's lower and upper edge as float64 arrays of shape (n,), or None."""
        if self.band is None:
            return None
        low, high = (np.asarray(edge, dtype=np.float64) for edge in self.band)
        return low, high

    @cached_property
    def values(self) -> Floats:
        """The finite values of ``y`` in their order, shape (m,) with m at most n."""
        y = self.points[1]
        return y[~np.isnan(y)]


@dataclass(frozen=True)
class Curves:
    """One panel: lines that share their axes.

    Attributes:
        series: The lines, the most important one first.
        y_label: What is measured, with its unit in brackets if it has one: ``"energy (Ha)"``.
        x_label: What it is measured against.
        better: Which way is better, for the best value that texts name and charts mark; None
            when neither is, as for a function's graph: its lines end without a number.
        log: Whether the y axis is logarithmic; None to let the values decide.
        log_x: Whether the x axis is logarithmic, for which all of ``x`` must be above 0.
        x_end: Where the x axis ends at least, such as the steps planned; None for the last point.
        best_x: Where the best point is known to be, such as the epoch whose weights were kept;
            None for the best value of the leading line.
    """

    series: tuple[Series, ...]
    y_label: str = "loss"
    x_label: str = "step"
    better: Literal["lower", "higher"] | None = "lower"
    log: bool | None = None
    x_end: float | None = None
    best_x: float | None = None
    log_x: bool = False

    def __post_init__(self) -> None:
        for line in self.series:
            if self.log_x and line.role != "reference" and not np.all(line.points[0] > 0.0):
                received = f"that of {line.name} reaches {line.points[0].min():g}"
                raise ValueError(requirement("x", "be above 0 on a logarithmic axis", received))

    @cached_property
    def values(self) -> Floats:
        """The finite values of all lines and bands, shape (n,)."""
        edges = [edge for line in self.series for edge in line.edges or ()]
        found = [*(line.values for line in self.series), *(e[np.isfinite(e)] for e in edges)]
        return np.concatenate(found or [np.zeros(0)])

    @cached_property
    def is_log(self) -> bool:
        """Whether the y axis is logarithmic: as asked, or where the values span decades."""
        if self.log is False or not self.values.size:
            return False
        lowest, highest = float(self.values.min()), float(self.values.max())
        if self.log:
            return highest > 0.0
        return self.better == "lower" and lowest > 0.0 and highest > _LOG_HELPS * lowest

    @cached_property
    def digits(self) -> int:
        """Significant digits worth printing: more for energies, which have no natural zero."""
        return 5 if (self.values < 0.0).any() else 3

    @cached_property
    def lead(self) -> Series | None:
        """The line that matters: the model's on validation data, else its first one, else None."""
        own = [line for line in self.series if line.group == 0 and line.values.size]
        for role in ("validation", "train", "raw", "points"):
            for line in own:
                if line.role == role:
                    return line
        return None

    @cached_property
    def best(self) -> tuple[float, float] | None:
        """(x, y) of the best point of ``lead``, the earliest among equals, or None."""
        if self.lead is None or self.better is None:
            return None
        x, y = self.lead.points
        if self.best_x is not None:
            there = np.flatnonzero((x == self.best_x) & ~np.isnan(y))
            return (self.best_x, float(y[there[0]])) if there.size else None
        at = int(np.nanargmin(y) if self.better == "lower" else np.nanargmax(y))
        return float(x[at]), float(y[at])
