"""Learning curves of policies, and what came out in one line and as a table."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture
from qaimagic.training.record.columns import Column, columns_html

if TYPE_CHECKING:
    from qaimagic.subroutines.policies.result import Learnt, PolicyResult, Score

_DIGITS = 4


def picture_of(result: PolicyResult) -> Picture:
    """Return the curves; see ``PolicyResult.plot``."""
    lines = [_line(one, result.batch, group) for group, one in enumerate(result.learnt)]
    lines.append(Series("random", [0], [_mean(result.random)], "reference"))
    if result.optimum is not None:
        lines.append(Series("optimum", [0], [result.optimum], "reference"))
    curves = Curves(tuple(lines), "return", "episodes", better=None)
    return curves_picture(curves, title=text_of(result), table=columns_html(_table(result)))


def text_of(result: PolicyResult) -> str:
    """Return what came out in one deterministic line."""
    n = len(result.policy.policies)
    told = [_told(one) for one in result.learnt]
    told.append(f"random {_value(result.random)}")
    if result.optimum is not None:
        told.append(f"optimum {short_number(result.optimum, _DIGITS)}")
    seeds = f"{n} seed{'s' * (n != 1)}"
    return f"{result.env}, return over {seeds}: {'; '.join(told)}. {result.stop_message}"


def _line(one: Learnt, batch: int, group: int) -> Series:
    episodes = batch * np.arange(1, one.returns.shape[1] + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no seed came so far: a gap
        means = np.nanmean(one.returns, axis=0)
        band = (np.nanmin(one.returns, axis=0), np.nanmax(one.returns, axis=0))
    several = len(one.returns) > 1
    return Series(one.name, episodes, means, group=group, band=band if several else None)


def _told(one: Learnt) -> str:
    return f"{one.name} ({one.parameters} parameters) {_value(one.sampled)}"


def _value(score: Score) -> str:
    """Return the exact mean, with its error from seed to seed; else what was played."""
    if score.exact is None:
        return repr(score)
    if len(score.exact) == 1:
        return short_number(float(score.exact[0]), _DIGITS)
    error = score.exact.std(ddof=1) / len(score.exact) ** 0.5
    return with_error(float(score.exact.mean()), float(error))


def _mean(score: Score) -> float:
    return score.mean if score.exact_mean is None else score.exact_mean


def _table(result: PolicyResult) -> list[Column]:
    learnt = result.learnt
    last = ["random"] + (["optimum"] if result.optimum is not None else [])
    gap = [""] * len(last)
    optimum = [] if result.optimum is None else [short_number(result.optimum, _DIGITS)]
    exact = result.optimum is not None and result.random.exact is not None
    return [
        Column("", [*(one.name for one in learnt), *last], False),
        Column("parameters", [*(str(one.parameters) for one in learnt), *gap]),
        Column(
            "sampled",
            [*(repr(one.sampled) for one in learnt), repr(result.random), *optimum],
        ),
        Column(
            "exact",
            [
                *(_exact(one.sampled) for one in learnt),
                _exact(result.random),
                *(optimum if exact else gap[1:]),
            ],
        ),
        Column("greedy", [*(repr(one.greedy) for one in learnt), *gap]),
        Column("exact, greedy", [*(_exact(one.greedy) for one in learnt), *gap]),
        Column("steps", [*(f"{one.steps:,}" for one in learnt), *gap]),
        Column("circuits, modelled", [*(_count(one.circuits) for one in learnt), *gap]),
        Column("seconds", [*(short_number(one.seconds, 2) for one in learnt), *gap]),
    ]


def _exact(score: Score) -> str:
    return "" if score.exact_mean is None else short_number(score.exact_mean, _DIGITS)


def _count(number: int) -> str:
    return f"{number:,}" if number else ""
