"""``inner_product``: what two vectors have in common, from interference.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.matrix_products.inner_result import InnerProductResult

METHODS = ("hadamard", "swap", "overlap")


def inner_product(
    a: Any,
    b: Any,
    *,
    method: str = "hadamard",
    shots: int | None = None,
    device: Any = None,
    seed: int = 0,
    budget: float | None = None,
) -> InnerProductResult:
    r"""Estimate the inner product of two vectors by loading them as amplitudes.

    .. math:: \langle a, b \rangle = \sum_k a_k^* b_k = \|a\| \|b\| \langle a | b \rangle

    ``"hadamard"`` tells it with its sign and phase, on one wire more than a vector needs:
    :math:`p_0 = (1 + \mathrm{Re} \langle a | b \rangle) / 2`, and a second circuit has the
    imaginary part if there is one. ``"swap"`` and ``"overlap"`` tell
    :math:`|\langle a, b \rangle|^2` alone. The swap test, :math:`p_0 = (1 + |\langle a | b
    \rangle|^2) / 2`, takes states of unknown origin. The other one runs the preparation of a
    backwards after that of b, :math:`p_0 = |\langle a | b \rangle|^2`, on the fewest wires.

    Loading takes of the order of 2^n gates for 2^n numbers, which is as many as numpy needs for
    the answer. N shots leave an error of the order of :math:`\|a\| \|b\| / \sqrt{N}`.

    Args:
        a: A vector of any length, complex or not, of any norm but 0.
        b: Another one, of the same length.
        method: ``"hadamard"``, ``"swap"`` or ``"overlap"``.
        shots: How many shots each circuit has; by default exact answers.
        device: Where the circuits run; by default where layers do.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The estimate with its standard error, beside numpy's, with what it cost.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a vector is zero, or not finite, lengths differ, or there is no such method.
        DeviceError: If there is no such device, or it cannot do what is asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> result = qaimagic.inner_product([3, 1, -2], [1, 2, 4])
        >>> round(result.value, 10), result.wires, result.loading
        (-3.0, 3, 6)

    References:
        Cleve, Ekert, Macchiavello, Mosca, Proceedings of the Royal Society A 454 (1998) 339,
        arXiv:quant-ph/9708016 (Hadamard test);
        Buhrman, Cleve, Watrous, de Wolf, Physical Review Letters 87 (2001) 167902,
        arXiv:quant-ph/0102001 (swap test);
        Moettoenen et al., Quantum Information and Computation 5 (2005) 467,
        arXiv:quant-ph/0407010 (state preparation).
    """
    check_choice("method", method, METHODS)
    from qaimagic.subroutines.matrices.reading import read_vector
    from qaimagic.subroutines.matrix_products.running import Running
    from qaimagic.subroutines.matrix_products.solving import inner

    left = read_vector("a", a)
    right = read_vector("b", b, len(left))
    running = Running(device, shots, seed)
    with nullcontext() if budget is None else spending(budget):
        return inner(left, right, method, running)
