"""``qsvt_solve``: a system of linear equations by a polynomial that comes close to 1/x.

It imports without torch and PennyLane.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, check_shots
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.linear_systems.result import LinearSolution


def qsvt_solve(
    matrix: Any,
    vector: Any,
    *,
    epsilon: float = 1e-3,
    condition: float | None = None,
    method: str | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
) -> LinearSolution:
    r"""Solve A x = b by the quantum singular value transformation.

    .. math:: A^\dagger = \alpha \, V \Sigma W^\dagger, \quad
        x \approx \frac{1}{s \, \alpha} \, V P(\Sigma) W^\dagger b, \quad P(x) \approx s / x

    The circuit calls a block encoding of the adjoint matrix about
    :math:`\kappa \log(\kappa / \epsilon)` times, with :math:`\kappa` the condition number times
    :math:`\alpha / \| A \|`. It succeeds with a probability between about :math:`1 / 2\kappa^2` and
    1/2. A matrix need not be Hermitian. Both the state b and the encoding are taken for granted:
    to prepare them costs gates that grow with the numbers in them.

    Args:
        matrix: A, shape (n, n), invertible, padded to a power of two.
        vector: b, shape (n,), not zero; it need not be normalised.
        epsilon: The relative error of x, from 1e-12 to below 1.
        condition: The condition number that the polynomial is made for; by default the matrix's
            own, by numpy.
        method: How the adjoint matrix is encoded, as in ``qaimagic.block_encode``.
        device: Where the circuit runs; by default where layers do.
        shots: How many shots it has; by default exact answers.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The solution beside numpy's, with its costs.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the matrix is not square, or singular, or its condition number is beyond
            ``condition`` or what angles are computed for; the vector does not fit or is zero; or
            epsilon is out of bounds.
        ArithmeticError: If the polynomial's angles do not converge.
        DeviceError: If there is no such device, or it cannot do what is asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> found = qaimagic.qsvt_solve([[1, -1 / 3], [-1 / 3, 1]], [1, 0])
        >>> found.solution.real.round(2).tolist()
        [1.12, 0.38]

    References:
        Gilyen, Su, Low, Wiebe, STOC 2019, arXiv:1806.01838;
        Sünderhauf, Nemeth, Walayat, Patterson, Berntson (2025), arXiv:2507.15537.
    """
    from qaimagic.subroutines.linear_systems.inverting import prepare
    from qaimagic.subroutines.linear_systems.reading import solution_of
    from qaimagic.subroutines.linear_systems.system import read_system
    from qaimagic.subroutines.qsvt.making import check_error

    start = time.perf_counter()
    check_error(epsilon)
    if condition is not None:
        check_number("condition", condition, minimum=1)
    shots = check_shots(shots)
    check_int("seed", seed, minimum=0)
    system = read_system(matrix, vector, hermitian=False)
    inverted = prepare(system, epsilon, condition, method, device=device, shots=shots, seed=seed)
    with nullcontext() if budget is None else spending(budget):
        return solution_of(
            "qsvt_solve",
            system,
            inverted.prepared,
            bound=inverted.bound,
            start=start,
            notes=inverted.notes,
        )
