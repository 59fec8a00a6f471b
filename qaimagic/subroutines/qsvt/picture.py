"""A polynomial with what a circuit made of each value, and what is left of a vector."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.qsvt.polynomial_picture import graph, lines_of

if TYPE_CHECKING:
    from qaimagic.subroutines.matrices.postselection import Kept
    from qaimagic.subroutines.matrices.reading import Vector
    from qaimagic.subroutines.qsvt.angles import Floats
    from qaimagic.subroutines.qsvt.result import QSVTResult


def picture_of(answer: QSVTResult) -> Picture:
    """Return what is shown of a result; see ``QSVTResult.plot``."""
    panels = [graph([*lines_of(answer.polynomial), *_made(answer)])]
    if answer.kept is not None and answer.exact_state is not None:
        panels.append(_left(answer.kept, answer.exact_state))
    return replace(curves_picture(*panels, title=answer.text), text=answer.text)


def _made(answer: QSVTResult) -> list[Series]:
    values, made = answer.values, answer.transformed
    if made is None:
        return []
    kind = "eigenvalues" if answer.spectrum.is_hermitian else "singular values"
    if not np.iscomplexobj(answer.polynomial.coefficients):
        return [_dots(f"circuit, {kind}", values, made.real, 2)]
    return [
        _dots("circuit, real", values, made.real, 4),
        _dots("circuit, imaginary", values, made.imag, 5),
    ]


def _dots(name: str, x: Floats, y: Floats, group: int) -> Series:
    """Return points without a line: a gap follows each."""
    order = np.argsort(x)
    gaps = np.full(len(x), np.nan)
    down = np.stack([y[order], gaps], axis=1).reshape(-1)
    return Series(name, np.repeat(x[order], 2), down, "validation", group=group)


def _left(kept: Kept, exact: Vector) -> Curves:
    states = np.arange(len(exact), dtype=np.float64)
    found = kept.probabilities[: len(exact)]
    band = None
    if kept.standard_errors is not None:
        errors = kept.standard_errors[: len(exact)]
        band = (np.clip(found - errors, 0, None), found + errors)
    lines = (
        Series("circuit", states, found, "validation", group=2, band=band),
        Series("exact", states, np.abs(exact) ** 2, group=1),
    )
    return Curves(lines, "probability", "basis state", better=None, log=False)
