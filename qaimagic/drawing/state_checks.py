"""Checks that numbers are a state: amplitudes of norm 1, or a density matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.drawing.state_data import Complexes

_DOUBLES, _SINGLES = 1e-6, 1e-4


def checked_state(values: Any, argument: str) -> Complexes:
    """Return amplitudes or a density matrix as complex128.

    Args:
        values: Shape (2**n,) or (2**n, 2**n), n at least 1; an array or what becomes one.
        argument: What the caller calls it.

    Raises:
        TypeError: If it is not numbers.
        ValueError: If the shape is of neither, a number is not finite, amplitudes have another norm
            than 1, or a matrix is not Hermitian, of trace 1 and positive. Rounding is let pass:
            1e-6, or 1e-4 in single precision.

    Example:
        >>> checked_state([0.6, 0.8], "state")
        array([0.6+0.j, 0.8+0.j])
    """
    try:
        given = np.asarray(values)
        numbers = given.astype(np.complex128)
    except (TypeError, ValueError) as error:
        rule = "be amplitudes or a density matrix"
        raise TypeError(requirement(argument, rule, f"it is {type(values).__name__}")) from error
    _check_shape(numbers, argument)
    if not np.isfinite(numbers).all():
        raise ValueError(requirement(argument, "be finite", "it holds NaN or infinity"))
    near = _SINGLES if given.dtype in (np.float32, np.complex64) else _DOUBLES
    if numbers.ndim == 1:
        _check_vector(numbers, argument, near)
    else:
        _check_matrix(numbers, argument, near)
    return numbers


def _check_shape(numbers: Complexes, argument: str) -> None:
    shape = numbers.shape
    size = shape[-1] if shape else 0
    is_square = len(shape) == 1 or (len(shape) == 2 and shape[0] == size)
    if is_square and size >= 2 and size & (size - 1) == 0:
        return
    fix = ""
    if len(shape) in (2, 3) and shape[0] != size:
        fix = f"Of a batch, take one: `{argument}[0]`."
    rule = "have shape (2**n,) or (2**n, 2**n) for n wires"
    raise ValueError(requirement(argument, rule, f"its shape is {shape}", fix))


def _check_vector(numbers: Complexes, argument: str, near: float) -> None:
    norm = float(np.linalg.norm(numbers))
    if abs(norm - 1) > near:
        fix = f"Scale it: `{argument} / np.linalg.norm({argument})`." if norm else ""
        raise ValueError(requirement(argument, "have norm 1", f"its norm is {norm:.6g}", fix))


def _check_matrix(numbers: Complexes, argument: str, near: float) -> None:
    if np.abs(numbers - numbers.conj().T).max() > near:
        rule = "be Hermitian, as density matrices are"
        raise ValueError(requirement(argument, rule, "it is not its own adjoint"))
    trace = float(numbers.trace().real)
    if abs(trace - 1) > near:
        fix = f"Scale it: `{argument} / np.trace({argument})`." if trace else ""
        raise ValueError(requirement(argument, "have trace 1", f"its trace is {trace:.6g}", fix))
    try:
        np.linalg.cholesky(numbers + near * np.eye(len(numbers)))
    except np.linalg.LinAlgError as error:
        lowest = float(np.linalg.eigvalsh(numbers)[0])
        rule = "have no negative eigenvalue, as density matrices have none"
        raise ValueError(requirement(argument, rule, f"its lowest is {lowest:.3g}")) from error
