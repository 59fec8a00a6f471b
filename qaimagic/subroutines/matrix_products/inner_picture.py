"""An inner product in a line, and what its precision costs as curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.matrices.fitting import n_wires_for

if TYPE_CHECKING:
    from qaimagic.subroutines.matrix_products.inner_result import InnerProductResult

METHODS = {"hadamard": "Hadamard test", "swap": "swap test", "overlap": "compute-uncompute"}
_FINEST, _POINTS = 1e-4, 25
_TOLD = 0.01


def picture_of(answer: InnerProductResult) -> Picture:
    """Return what is shown of a result; see ``InnerProductResult.plot``."""
    unit = (answer.norms[0] * answer.norms[1]) ** (1 if answer.has_sign else 2)
    errors = np.geomspace(_FINEST, 1e-1, _POINTS) * unit
    lines = [
        Series("shots, 1/ε²", errors, [answer.shots_for(one) for one in errors], "train"),
        Series(
            "queries, 1/ε",
            errors,
            [answer.queries_for(one) for one in errors],
            group=1,
        ),
    ]
    if answer.shots is not None and answer.standard_error is not None:
        here = max(complex(answer.standard_error).real, complex(answer.standard_error).imag)
        lines.insert(0, Series("this run", [here], [answer.shots], "validation"))
    panel = Curves(
        tuple(lines), "shots or queries, modelled", "error", better=None, log=True, log_x=True
    )
    told = text_of(answer)
    return replace(curves_picture(panel, title=told), text=told)


def text_of(answer: InnerProductResult) -> str:
    """Return what came out in one deterministic line."""
    what = "Inner product" if answer.has_sign else "Squared magnitude of the inner product"
    said = [
        f"{what} by {METHODS[answer.method]}: {_value(answer)}, numpy {number(answer.exact)}",
        f"p0 {short_number(answer.p0, 5)}",
        f"distance {short_number(answer.distance, 5)}",
    ]
    return " ".join([f"{'; '.join(said)}.", _costs(answer), *_remarks(answer)])


def number(value: float | complex, digits: int = 6) -> str:
    """Return a number, real or complex, with so many significant digits."""
    if isinstance(value, complex):
        sign = "-" if value.imag < 0 else "+"
        return f"{short_number(value.real, digits)} {sign} {short_number(abs(value.imag), digits)}i"
    return short_number(value, digits)


def _value(answer: InnerProductResult) -> str:
    if answer.standard_error is None:
        return number(answer.value)
    value, error = complex(answer.value), complex(answer.standard_error)
    real = with_error(value.real, error.real)
    if not isinstance(answer.value, complex):
        return real
    return f"({real}) + ({with_error(value.imag, error.imag)})i"


def _costs(answer: InnerProductResult) -> str:
    shots = "simulated exactly"
    if answer.shots is not None:
        shots = f"{answer.shots:,} shots on `{answer.device}`"
    unit = (answer.norms[0] * answer.norms[1]) ** (1 if answer.has_sign else 2)
    power = "product" if answer.has_sign else "product squared"
    circuits = f"{answer.circuits} circuit{'s' * (answer.circuits != 1)}"
    return (
        f"{circuits} on {answer.wires} wires, {shots}, {answer.gates} gates on two wires, "
        f"{answer.loading} of them for state preparation, depth {answer.depth}. Modelled for an "
        f"error of {short_number(_TOLD * unit)}, {_TOLD:.0%} of the norms' {power}: at most "
        f"{answer.shots_for(_TOLD * unit):,} shots, or {answer.queries_for(_TOLD * unit):,} "
        "queries by amplitude estimation."
    )


def _remarks(answer: InnerProductResult) -> list[str]:
    remarks = []
    if not answer.has_sign:
        remarks.append("Sign and phase are not told.")
    size = 2 ** n_wires_for(answer.length)
    if size != answer.length:
        remarks.append(f"{answer.length} numbers were padded to {size}.")
    if not answer.is_ideal:
        remarks.append(f"`{answer.device}` may have noise, which biases the estimate.")
    return remarks
