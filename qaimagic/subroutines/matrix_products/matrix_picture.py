"""A product of matrices in a line, and its entries as curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.matrices.fitting import n_wires_for

if TYPE_CHECKING:
    from qaimagic.subroutines.matrix_products.matrix_result import MatrixProductResult

_METHODS = {
    "hadamard": "Hadamard tests",
    "swap": "swap tests",
    "block-encoding": "block encodings",
}
_ERRORS = 2
_FINEST, _POINTS = 1e-4, 25
_TOLD = 0.01


def picture_of(answer: MatrixProductResult) -> Picture:
    """Return what is shown of a result; see ``MatrixProductResult.plot``."""
    told = text_of(answer)
    return replace(curves_picture(_entries(answer), _costs(answer), title=told), text=told)


def text_of(answer: MatrixProductResult) -> str:
    """Return what came out in one deterministic line."""
    m, k, n = answer.shape
    what = "Product" if answer.has_sign else "Squared magnitudes of the product"
    shots = "simulated exactly"
    if answer.shots is not None:
        shots = f"{answer.shots:,} shots on `{answer.device}`"
    loads = "state preparation" if answer.success is None else "loading both matrices"
    said = (
        f"{what} of {m} x {k} and {k} x {n} by {_METHODS[answer.method]}: {_errors(answer)}. "
        f"{answer.circuits:,} circuit{'s' * (answer.circuits != 1)} on {answer.wires} wires, "
        f"{shots}, {answer.gates:,} gates on two wires each, {answer.loading:,} of them for "
        f"{loads}, depth {answer.depth:,}."
    )
    return " ".join([said, *_remarks(answer)])


def _errors(answer: MatrixProductResult) -> str:
    largest = "exact but for rounding"
    if answer.max_error > _rounding(answer):
        largest = f"largest error {short_number(answer.max_error)}, Frobenius "
        largest += short_number(answer.frobenius_error)
    if answer.expected_error is not None:
        largest += f" where {short_number(answer.expected_error)} is expected"
    return f"{largest}, numpy's norm {short_number(float(np.linalg.norm(answer.exact)))}"


def _rounding(answer: MatrixProductResult) -> float:
    return 1e-10 * max(1.0, float(abs(answer.exact).max()))


def _remarks(answer: MatrixProductResult) -> list[str]:
    typical = typical_size(answer)
    remarks = [
        f"Modelled for errors of {short_number(_TOLD * typical)}, {_TOLD:.0%} of a typical entry: "
        f"{_count(answer.shots_for(_TOLD * typical))} shots in all, or "
        f"{_count(answer.queries_for(_TOLD * typical))} queries by amplitude estimation."
    ]
    if answer.success is not None:
        mean, least = float(answer.success.mean()), float(answer.success.min())
        remarks.append(
            f"Auxiliary wires read 0 with probability {short_number(mean)} in the mean and "
            f"{short_number(least)} in the worst column; subnormalisation "
            f"{short_number(answer.alpha or 0.0)}."
        )
    if not answer.has_sign:
        remarks.append("Signs and phases are not told.")
    sizes = answer.shape if answer.success is not None else answer.shape[1:2]
    size = 2 ** n_wires_for(max(sizes))
    if any(one != size for one in sizes):
        remarks.append(f"Zeros were padded up to {size}.")
    if not answer.is_complete:
        remarks.append("Interrupted: the entries that did not run are NaN.")
    if not answer.is_ideal:
        remarks.append(f"`{answer.device}` may have noise, which biases the entries.")
    return remarks


def typical_size(answer: MatrixProductResult) -> float:
    """Return the root mean square of numpy's entries, or 1 where all are zero."""
    return float(np.sqrt(np.mean(abs(answer.exact) ** 2))) or 1.0


def _count(number: int) -> str:
    return f"{number:,}" if number < 1e9 else short_number(number)


def _entries(answer: MatrixProductResult) -> Curves:
    """Return the entries' real parts, and imaginary parts after them, in numpy's order."""
    exact, found = _flat(answer.exact), _flat(answer.product)
    order = np.argsort(exact, kind="stable")
    band = None
    if answer.standard_errors is not None:
        reach = _ERRORS * _flat(answer.standard_errors)[order]
        band = (found[order] - reach, found[order] + reach)
    places = np.arange(1.0, len(order) + 1)
    label = "entry of the product" if answer.has_sign else "squared magnitude of the entry"
    lines = (
        Series("circuits", places, found[order], "train", band=band),
        Series("numpy", places, exact[order], group=1),
    )
    return Curves(lines, label, "entries in numpy's order", better=None, log=False)


def _flat(numbers: np.ndarray) -> np.ndarray:
    if np.iscomplexobj(numbers):
        return np.concatenate([numbers.real.ravel(), numbers.imag.ravel()])
    return numbers.ravel()


def _costs(answer: MatrixProductResult) -> Curves:
    errors = np.geomspace(_FINEST, 1e-1, _POINTS) * typical_size(answer)
    lines = [
        Series("shots, 1/ε²", errors, [answer.shots_for(one) for one in errors]),
        Series("queries, 1/ε", errors, [answer.queries_for(one) for one in errors], group=1),
    ]
    return Curves(
        tuple(lines),
        "shots or queries in all, modelled",
        "error of an entry",
        better=None,
        log=True,
        log_x=True,
    )
