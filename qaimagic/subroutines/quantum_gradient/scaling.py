"""``quantum_gradient_scaling``: queries of a quantum gradient by dimension and precision.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, check_several, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.quantum_gradient.scaling_result import QuantumGradientScaling

_FINEST = 1e-6
_MOST_NUMBERS = 10**7


def quantum_gradient_scaling(
    family: Callable[[int], Callable[[Any], Any]],
    *,
    dimensions: Sequence[int] = (1, 2, 4, 8, 16, 32),
    epsilons: Sequence[float] = (0.4, 0.2, 0.1, 0.05),
    max_slope: float = 1.5,
    n_points: int = 5000,
    seed: int = 0,
) -> QuantumGradientScaling:
    r"""Find how many phase queries a quantum gradient takes, by dimension d and precision.

    A run is within :math:`\epsilon` with a chance of 2/3 for each component where the grid has
    :math:`N \geq 8 M / \epsilon` points along a side, and all but a thousandth of them have the
    phases of a linear function within 1/21. The widest grid on which that holds for so many
    sampled points decides the queries, :math:`\pi N / (M l) \sum_j |a_j|`, of Jordan's method and
    of Gilyen's, whose order is the best of 2, 4, 8 and 16. That takes no simulation, and goes on to
    hundreds of components; grids of up to 2^16 points are simulated as well.

    For functions whose derivatives grow no faster than those of :math:`\sin(x_1 + \dots + x_d)`,
    Gilyen's method is to need about :math:`\sqrt{d} / \epsilon` queries, for many components, and
    Jordan's about the square of that. Among few components both grow faster: a law for more is to
    be fitted without them, as to ``dimensions=(16, 64, 256)``. Backprop takes the
    time of a few evaluations, whatever d is.

    Args:
        family: Takes a number of components d, and returns a function of points of shape (m, d),
            as `quantum_gradient` has it. Its gradient at 0 is asked for.
        dimensions: Numbers of components, ascending.
        epsilons: Precisions of each component, one at least, from 1e-6 on.
        max_slope: M, 1.5 times every slope at least.
        n_points: How many points of each grid are looked at, 1000 at least.
        seed: Decides which.

    Returns:
        Queries for each method, d and epsilon, with the power laws that fit, beside what a
        computer needs.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, or a function is not as `quantum_gradient` has it.

    Example:
        >>> import qaimagic
        >>> def family(d):
        ...     return lambda points: (points.sum(dim=1) + 1).sin()
        >>> scaling = qaimagic.quantum_gradient_scaling(family, dimensions=(1, 4, 16))
        >>> scaling.laws["gilyen"].of_precision < scaling.laws["jordan"].of_precision
        True

    References:
        Gilyen, Arunachalam, Wiebe, SODA 2019, arXiv:1711.00465.
    """
    if not callable(family):
        received = f"it is {type(family).__name__}"
        raise TypeError(requirement("family", "be a function of a number", received))
    given = check_several("dimensions", dimensions, "numbers of components")
    counts = [check_int("dimensions", d, minimum=1) for d in given]
    if not counts or counts != sorted(set(counts)):
        rule = "be numbers of components, ascending"
        raise ValueError(requirement("dimensions", rule, f"they are {counts}"))
    several = check_several("epsilons", epsilons, "precisions")
    asked = sorted(
        {check_number("epsilons", one, minimum=_FINEST) for one in several}, reverse=True
    )
    if not asked:
        raise ValueError(requirement("epsilons", "be one at least", "there is none"))
    check_number("max_slope", max_slope, above=0)
    if check_int("n_points", n_points, minimum=1000) * counts[-1] > _MOST_NUMBERS:
        rule = f"be {_MOST_NUMBERS // counts[-1]:,} at most for {counts[-1]:,} components"
        raise ValueError(
            requirement("n_points", rule, f"it is {n_points}", "All are held at once.")
        )
    check_int("seed", seed, minimum=0)
    from qaimagic.subroutines.quantum_gradient.widths import measure

    return measure(family, counts, asked, float(max_slope), n_points, seed)
