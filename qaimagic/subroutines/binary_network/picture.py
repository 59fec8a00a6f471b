"""Ways of training side by side: how many reads got how low, and the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.training.record.columns import Column, columns_html

if TYPE_CHECKING:
    from qaimagic.subroutines.binary_network.result import Share, SolverComparison, Trained

_DIGITS = 4


def picture_of(comparison: SolverComparison) -> Picture:
    """Return the fraction of reads at or below each loss, and the table below."""
    drawn = [way for way in comparison.ways if way.success is not None] or comparison.ways
    worst = max(float(way.losses[-1]) for way in drawn)
    lines = tuple(_steps(way, group, worst) for group, way in enumerate(drawn))
    told = text_of(comparison)
    curves = Curves(lines, "fraction of reads", "mean squared error, at most", better=None)
    picture = curves_picture(curves, title=told, table=columns_html(_table(comparison)))
    return replace(picture, text=told)


def text_of(comparison: SolverComparison) -> str:
    """Return what was found in one deterministic line."""
    found = ", ".join(
        f"{way.method} {way.success.count} of {way.success.total}"
        for way in comparison.ways
        if way.success is not None
    )
    best = comparison.ways[0]
    name, share = ("training", best.train) if best.test is None else ("test", best.test)
    other = comparison.logistic[0 if best.test is None else 1]
    first = (
        f"{comparison.n_weights} weights, {comparison.n_terms} terms; "
        f"lowest error {short_number(comparison.optimum, _DIGITS)}"
    )
    reads = f", reached by {found}" if found else ""
    return f"{first}{reads}; its {name} accuracy {share}, logistic regression {other}."


def _steps(way: Trained, group: int, end: float) -> Series:
    """Return the empirical distribution of a way's losses as a staircase that ends at ``end``."""
    losses, counts = np.unique(way.losses.round(9), return_counts=True)
    fractions = np.cumsum(counts) / counts.sum()
    below = np.concatenate([[0.0], fractions[:-1]])
    stairs = np.stack([below, fractions], axis=1).reshape(-1)
    return Series(way.method, [*np.repeat(losses, 2), end], [*stairs, 1.0], group=group)


def _table(comparison: SolverComparison) -> list[Column]:
    ways, (train, test) = comparison.ways, comparison.logistic
    chance = short_number(comparison.chance, 2)
    return [
        Column("method", [*map(_name, ways), "random weights", "logistic regression"], False),
        Column("lowest error", [*(short_number(way.loss, _DIGITS) for way in ways), "", ""]),
        Column("training accuracy", [*(_told(way.train) for way in ways), "", _told(train)]),
        Column("test accuracy", [*(_told(way.test) for way in ways), "", _told(test)]),
        Column("reads at the optimum", [*(_told(way.success) for way in ways), chance, ""]),
        Column("evaluations", [*(_count(way.evaluations) for way in ways), "", ""]),
        Column("circuits", [*(_count(way.circuits) for way in ways), "", ""]),
        Column("auxiliary bits", [*(_count(way.auxiliary) for way in ways), "", ""]),
        Column("seconds", [*(short_number(way.seconds, 2) for way in ways), "", ""]),
    ]


def _name(way: Trained) -> str:
    return f"{way.method}, simulated" if way.circuits else way.method


def _told(share: Share | None) -> str:
    return "" if share is None else repr(share)


def _count(number: int | None) -> str:
    return f"{number:,}" if number else ""
