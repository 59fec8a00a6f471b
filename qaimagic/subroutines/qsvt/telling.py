"""A QSVT result in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qaimagic.drawing.curves_axes import short_number, with_error

if TYPE_CHECKING:
    from qaimagic.subroutines.qsvt.result import QSVTResult

_ROUNDING = 1e-15


def text_of(answer: QSVTResult) -> str:
    """Return what came out in one deterministic line."""
    kind = "eigenvalue" if answer.spectrum.is_hermitian else "singular value"
    count = len(answer.values)
    first = f"QSVT, {answer.polynomial.name}: {count} {kind}{'s' * (count != 1)}"
    said = [first, f"within {answer.target_error:.1e} of the target where it is promised"]
    if answer.error is not None:
        said.append(f"simulated within {_rounded(answer.error)} of numpy's polynomial")
    calls = f"{answer.degree:,} call{'s' * (answer.degree != 1)}"
    alpha = short_number(answer.encoding.alpha, 4)
    said.append(f"{calls} of the block encoding ({answer.encoding.method}, alpha {alpha})")
    wires = f"{answer.auxiliary} auxiliary wire{'s' * (answer.auxiliary != 1)}"
    said.append(f"{wires}, {answer.depth:,} gates on two wires deep")
    return " ".join([f"{said[0]} {'; '.join(said[1:])}.", *_remarks(answer)])


def _rounded(error: float) -> str:
    """Return an error as a bound: below rounding it differs from machine to machine."""
    return "1e-10" if error < 1e-10 else f"{error:.1e}"


def _chance(chance: float) -> str:
    return "0" if chance < _ROUNDING else short_number(chance, 4)


def _remarks(answer: QSVTResult) -> list[str]:
    remarks = []
    if answer.kept is not None and answer.exact_success is not None:
        found, error = answer.kept.success, answer.kept.success_error
        told = _chance(found) if error is None else with_error(found, error)
        shots = "" if answer.kept.shots is None else f" in {answer.kept.shots:,} shots"
        exact = _chance(answer.exact_success)
        remarks.append(
            f"All auxiliary wires read 0 with probability {told}{shots} on "
            f"`{answer.kept.device}`, exact {exact}."
        )
        if answer.kept.shots is not None and not found:
            most = short_number(3 / answer.kept.shots)
            remarks.append(f"No shot succeeded: with 95% the probability is below {most}.")
    outside = int((~answer.is_promised).sum())
    if outside:
        lie = "one of the values lies" if outside == 1 else f"{outside} of the values lie"
        remarks.append(f"Careful: {lie} where the polynomial promises nothing.")
    rows, columns = answer.encoding.matrix.shape
    size = 2 ** len(answer.encoding.wires)
    if (rows, columns) != (size, size):
        remarks.append(f"The {rows} by {columns} matrix was padded with zeros to {size} by {size}.")
    return remarks
