"""``block_encode``: any matrix as the corner of a unitary made of gates.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, check_number

if TYPE_CHECKING:
    from qaimagic.subroutines.block_encodings.encoding import BlockEncoding

METHODS = ("dilation", "lcu", "fable", "sparse")


def block_encode(
    matrix: Any, *, method: str | None = None, tolerance: float = 0.0
) -> BlockEncoding:
    r"""Encode a matrix in the corner of a unitary.

    .. math:: (\langle 0| \otimes I) \, U \, (|0\rangle \otimes I) = A / \alpha

    A circuit can only be unitary, but where its auxiliary wires read 0 it acted as A. That happens
    with the probability :math:`\| A x \|^2 / (\alpha \| x \|)^2`, so that a small subnormalisation
    :math:`\alpha` is worth a lot; the spectral norm is the least there is.

    ``"dilation"`` has that least, one auxiliary wire, and of the order of :math:`4^n` gates.
    ``"lcu"`` adds up Pauli words, or the unitary terms of an operator; :math:`\alpha` is the sum of
    the coefficients' absolute values. ``"fable"`` turns one wire for each entry, with
    :math:`\alpha = 2^n \max |a_{ij}|`. ``"sparse"`` adds up permutations with entries, as many as a
    row or column has entries, with :math:`\alpha` at most that number times the largest one.

    Args:
        matrix: Shape (m, n), real or complex, not zero, padded with zeros to a power of two; or an
            operator of PennyLane.
        method: One of these. By default ``"lcu"`` for an operator, and ``"dilation"`` for a matrix;
            ``"sparse"`` on n wires, 5 at least, if no row or column has more than n entries.
        tolerance: How large the error may be, in the spectral norm and in units of the entries.
            Words or rotations that add up to no more are left out; the dilation is always exact.

    Returns:
        The encoding with its costs, and the matrix beside what its gates encode.

    Raises:
        TypeError: If the matrix holds no numbers, or an argument is of the wrong type.
        ValueError: If the matrix is zero, empty or not finite, a term of the operator is not
            unitary, there is no such method, or the tolerance is not below the spectral norm.

    Example:
        >>> import qaimagic
        >>> encoding = qaimagic.block_encode([[3, 1], [1, -1]], method="lcu")
        >>> encoding.alpha, round(encoding.norm, 3), encoding.error < 1e-9
        (4.0, 3.236, True)
        >>> round(encoding.success_probability([1, 0]), 3)
        0.625

    References:
        Gilyen, Su, Low, Wiebe, STOC (2019) 193, arXiv:1806.01838;
        Childs, Wiebe (2012), arXiv:1202.5822 (LCU);
        Camps, Van Beeumen (2022), arXiv:2205.00081 (FABLE);
        Camps, Lin, Van Beeumen, Yang (2024), arXiv:2203.10236 (sparse).
    """
    if method is not None:
        check_choice("method", method, METHODS)
    check_number("tolerance", tolerance, minimum=0)
    from qaimagic.subroutines.block_encodings.methods import check_tolerance, encode, read_encodable

    given = read_encodable("matrix", matrix)
    check_tolerance(tolerance, given)
    return encode(given, method, tolerance)
