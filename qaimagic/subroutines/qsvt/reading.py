"""What QSVT is asked for: a matrix in a block encoding, and values that a polynomial fits."""

from __future__ import annotations

from typing import Any

from qaimagic._checks import requirement
from qaimagic.subroutines.block_encodings.block_encode import block_encode
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.qsvt.exact import Spectrum, spectrum_of
from qaimagic.subroutines.qsvt.polynomial import Polynomial


def encoding_of(matrix: Any, method: str | None = None) -> BlockEncoding:
    """Return a block encoding as it is, and a matrix in one.

    Args:
        matrix: As in :func:`block_encode`, or a block encoding.
        method: How a matrix is encoded.

    Raises:
        TypeError: As :func:`block_encode`.
        ValueError: As :func:`block_encode`, and if a block encoding comes with a method.
    """
    if isinstance(matrix, BlockEncoding):
        if method is not None:
            rule = "be left out for a block encoding"
            fix = f"It is encoded already, by `{matrix.method}`."
            raise ValueError(requirement("method", rule, f"it is {method!r}", fix))
        return matrix
    return block_encode(matrix, method=method)


def spectrum_for(encoding: BlockEncoding, polynomial: Polynomial) -> Spectrum:
    """Return the values of a matrix by alpha.

    Raises:
        ValueError: If the polynomial has both parities and the matrix is not Hermitian.
    """
    spectrum = spectrum_of(encoding.matrix, encoding.alpha)
    if polynomial.parity == "mixed" and not spectrum.is_hermitian:
        rule = "be even or odd for a matrix that is not Hermitian"
        fix = (
            "An odd polynomial leads to left singular vectors and an even one to right ones: run "
            "the two apart, or give a Hermitian matrix."
        )
        raise ValueError(requirement("polynomial", rule, "it has both parities", fix))
    return spectrum
