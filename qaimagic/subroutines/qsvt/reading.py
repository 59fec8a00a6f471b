"""What QSVT is asked for: a matrix in a block encoding, and values that a polynomial fits."""

from __future__ import annotations

from typing import Any

from qaimagic._checks import requirement
from qaimagic.subroutines.block_encodings.dilation import dilation
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.matrices.reading import read_matrix
from qaimagic.subroutines.qsvt.exact import Spectrum, spectrum_of
from qaimagic.subroutines.qsvt.polynomial import Polynomial


def encoding_of(matrix: Any) -> BlockEncoding:
    """Return a block encoding as it is, and a matrix in its dilation.

    Raises:
        TypeError: If the matrix holds no numbers.
        ValueError: If it has not two dimensions, is zero, or holds NaN or infinity.
    """
    if isinstance(matrix, BlockEncoding):
        return matrix
    numbers = read_matrix("matrix", matrix)
    if not numbers.any():
        fix = "Singular values are taken by the largest one."
        raise ValueError(requirement("matrix", "not be zero", "all its numbers are 0", fix))
    return dilation(numbers)


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
