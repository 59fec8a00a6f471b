"""``matrix_product``: two matrices multiplied by circuits, entry by entry or column by column.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.matrix_products.matrix_result import MatrixProductResult

METHODS = ("hadamard", "swap", "block-encoding")

_MOST_ROWS = 128


def matrix_product(
    A: Any,
    B: Any,
    *,
    method: str = "hadamard",
    shots: int | None = None,
    device: Any = None,
    seed: int = 0,
    budget: float | None = None,
) -> MatrixProductResult:
    r"""Estimate the product of two matrices by circuits.

    .. math:: (A B)_{ij} = \langle a_i^* , b_j \rangle

    ``"hadamard"`` has a circuit for each entry, which is the inner product of a row and a column,
    and another one for an imaginary part; ``"swap"`` tells the squared magnitude of each entry
    alone. ``"block-encoding"`` has a circuit for each column: it puts both matrices into unitaries,
    one after the other, and what is left where their auxiliary wires read 0 is A B, divided by
    both largest singular values. Interference with a uniform state tells all entries of a column.

    Whichever it is, precision takes shots: of the order of n^2 / epsilon^2 for all entries of n x n
    matrices, where epsilon is a share of the norms of a row and a column. numpy takes 2 n^3
    operations and is exact.

    Args:
        A: Shape (m, k), complex or not, not zero.
        B: Shape (k, n). By ``"block-encoding"`` both have 128 rows and columns at most.
        method: ``"hadamard"``, ``"swap"`` or ``"block-encoding"``.
        shots: How many shots each circuit has; by default exact answers.
        device: Where the circuits run; by default where layers do.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The product with its standard errors, beside numpy's, with what it cost. After an interrupt
        it has the rows, or the columns, that ran.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a matrix is zero, or not finite, shapes do not fit each other, or there is
            no such method.
        DeviceError: If there is no such device, or it cannot do what is asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import numpy as np, qaimagic
        >>> result = qaimagic.matrix_product([[1, 2], [3, 4]], [[0, 1], [-1, 0]])
        >>> result.product.round(10).tolist(), result.circuits
        ([[-2.0, 1.0], [-4.0, 3.0]], 4)

    References:
        Buhrman, Spalek, Symposium on Discrete Algorithms (2006) 880, arXiv:quant-ph/0409035 (what
        is known to be faster: to check a product);
        Gilyen, Su, Low, Wiebe, Symposium on Theory of Computing (2019) 193, arXiv:1806.01838,
        lemma 53 (products of block encodings).
    """
    check_choice("method", method, METHODS)
    from qaimagic.subroutines.matrices.reading import check_not_zero, read_matrix
    from qaimagic.subroutines.matrix_products.by_columns import by_columns
    from qaimagic.subroutines.matrix_products.by_pairs import by_pairs
    from qaimagic.subroutines.matrix_products.running import Running

    left, right = read_matrix("A", A), read_matrix("B", B)
    if left.shape[1] != right.shape[0]:
        rule = f"have as many rows as `A` has columns, {left.shape[1]}"
        raise ValueError(requirement("B", rule, f"its shape is {right.shape}"))
    for name, matrix in (("A", left), ("B", right)):
        check_not_zero(name, matrix)
        if method == "block-encoding" and max(matrix.shape) > _MOST_ROWS:
            rule = f"have {_MOST_ROWS} rows and columns at most for `block-encoding`"
            fix = "Its unitaries are of twice the size, and taken apart into gates."
            raise ValueError(requirement(name, rule, f"its shape is {matrix.shape}", fix))
    running = Running(device, shots, seed)
    with nullcontext() if budget is None else spending(budget):
        if method == "block-encoding":
            return by_columns(left, right, running)
        return by_pairs(left, right, method, running)
