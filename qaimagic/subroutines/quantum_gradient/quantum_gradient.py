"""``quantum_gradient``: all slopes of a function from phases on a grid, simulated.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, check_int, check_number, check_shots, requirement

if TYPE_CHECKING:
    from collections.abc import Callable

    from qaimagic.subroutines.quantum_gradient.result import QuantumGradientResult

METHODS = ("jordan", "gilyen")
_HIGHEST = 40


def quantum_gradient(
    function: Callable[[Any], Any],
    at: Any,
    *,
    method: str = "jordan",
    n_wires: int = 5,
    max_slope: float = 1.0,
    width: float = 0.01,
    order: int = 4,
    shots: int | None = None,
    seed: int = 0,
) -> QuantumGradientResult:
    r"""Estimate the gradient of a function as a quantum computer would, and simulate that.

    .. math:: \frac{1}{\sqrt{N^d}} \sum_{k \in \{0, \dots, N-1\}^d}
        e^{2 \pi i \frac{N}{2 M l} f(x + l u_k)} |k\rangle, \quad
        u_k = \frac{k + 1/2}{N} - \frac{1}{2}, \quad N = 2^n

    Each of the d components has n wires. The phases of a linear function are those of a Fourier
    state, and an inverse Fourier transform of each register leaves its slope, modulo 2M, in steps
    of 2M/N: with certainty where the slope is on that grid, else as the Fejer kernel tells.
    Curvature blurs it, the more the wider the grid. ``"jordan"`` takes the function itself,
    ``"gilyen"`` its central differences :math:`\sum_{j=-m}^{m} a_j f(x + j l u_k)` of the order
    2m, which are linear but for the power 2m + 1 of the width; that allows wider grids.

    A machine that is given f as a number in a register asks once (2m times). One that is given
    the phase :math:`e^{i f}` asks :math:`\pi N / (M l) \sum_j |a_j|` times, of the order of
    :math:`\sqrt{d} / \epsilon` for smooth functions and the widest grid that does. The simulation
    needs all :math:`2^{d n}` points, far more than the gradient costs: by differences it costs
    2d evaluations, and by backprop about as much as a few.

    Args:
        function: Takes points of shape (m, d), float64, any m, and returns their m values, real,
            shape (m,); a tensor or an array. ``nn.Module`` s need ``.double()``.
        at: The point x, shape (d,), or one number.
        method: ``"jordan"`` or ``"gilyen"``.
        n_wires: How many wires n each component has; d n is 20 at most.
        max_slope: M, above the size of every slope. A slope beyond it wraps around, and the result
            says so.
        width: The width l of the grid, in the units of ``at``.
        order: The order 2m of the differences, an even number up to 40; of ``"gilyen"`` alone.
        shots: How often the registers are read; the estimate is the median of each component. None
            for the exact distribution, and the most likely slope of each component.
        seed: Decides the shots.

    Returns:
        The estimate and each component's distribution, beside the exact gradient and what it costs
        a computer.

    Raises:
        TypeError: If an argument is of the wrong type, or the function's values are no real
            numbers.
        ValueError: If a number is out of bounds, there is no such method, there are too many
            wires, or the function is not written for many points or not finite on the grid.

    Example:
        >>> import qaimagic
        >>> def slope(points):
        ...     return 0.25 * points[:, 0] - 0.5 * points[:, 1]
        >>> result = qaimagic.quantum_gradient(slope, [0.3, 0.1])
        >>> result.value.tolist(), result.exact.tolist()
        ([0.25, -0.5], [0.25, -0.5])

    References:
        Jordan, Phys. Rev. Lett. 95 (2005) 050501, arXiv:quant-ph/0405146;
        Gilyen, Arunachalam, Wiebe, SODA 2019, arXiv:1711.00465.
    """
    check_choice("method", method, METHODS)
    n_wires = check_int("n_wires", n_wires, minimum=1)
    check_number("max_slope", max_slope, above=0)
    check_number("width", width, above=0)
    order = check_int("order", order, minimum=2)
    if order % 2 or order > _HIGHEST:
        fix = "Central differences come in pairs."
        rule = f"be even, and {_HIGHEST} at most"
        raise ValueError(requirement("order", rule, f"it is {order}", fix))
    shots = check_shots(shots)
    check_int("seed", seed, minimum=0)
    from qaimagic.subroutines.quantum_gradient.grid import Grid
    from qaimagic.subroutines.quantum_gradient.landscape import read
    from qaimagic.subroutines.quantum_gradient.solving import solve

    surface = read(function, at)
    grid = Grid(len(surface.at), n_wires, float(max_slope), float(width))
    return solve(surface, grid, method, order, shots, seed)
