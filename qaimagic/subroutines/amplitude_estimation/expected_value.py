"""``expected_value``: the mean of values over a distribution, by amplitude estimation.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_number, requirement
from qaimagic.devices.spending import spending
from qaimagic.subroutines.amplitude_estimation.checks import check_setting

if TYPE_CHECKING:
    from qaimagic.subroutines.amplitude_estimation.result import AmplitudeResult

_SHARE = 0.01


def expected_value(
    values: Any,
    probabilities: Any,
    *,
    method: str = "iterative",
    epsilon: float | None = None,
    confidence: float = 0.95,
    shots: int = 100,
    device: Any = None,
    seed: int = 0,
    budget: float | None = None,
) -> AmplitudeResult:
    r"""Estimate the expected value :math:`\sum_x p_x f_x` by `amplitude_estimation`.

    The distribution is prepared on as many wires as its outcomes need, and one wire more is
    turned by each value, for values from the lowest to the highest, so that the chance to find it
    1 stands for the expected value. Each outcome has a rotation of its own: nothing is
    approximated, but the gates are as many as the outcomes, which a quantum machine would have to
    do without.

    Plain sampling beside it draws as many values from the same distribution.

    Args:
        values: The values f, shape (m,), up to 1024 of them.
        probabilities: Their probabilities p, shape (m,).
        method: ``"iterative"`` or ``"maximum-likelihood"``.
        epsilon: The half-width of the interval, in the values' units; a hundredth of their range
            if not given.
        confidence: The chance that it holds the expected value, between 0 and 1.
        shots: How many shots each circuit has.
        device: Where the circuits run; by default where layers do.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The estimate with its interval, beside the exact value and plain sampling. After an
        interrupt it is that of the rounds that ran.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If values or probabilities are not finite or of different lengths, probabilities
            are negative or do not add up to 1, or a number is out of bounds.
        DeviceError: If there is no such device, it is too small, or it mitigates its errors.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> die = qaimagic.expected_value([1, 2, 3, 4, 5, 6], [1 / 6] * 6)
        >>> round(die.exact, 6), abs(die.value - die.exact) < die.epsilon
        (3.5, True)

    References:
        Montanaro, Proc. R. Soc. A 471 (2015) 20150301, arXiv:1504.06987;
        Rebentrost, Gupt, Bromley, Phys. Rev. A 98 (2018) 022321, arXiv:1805.00109 (prices of
        options).
    """
    import numpy as np

    from qaimagic.subroutines.amplitude_estimation.distribution import Distribution
    from qaimagic.subroutines.amplitude_estimation.monte_carlo import of_values
    from qaimagic.subroutines.amplitude_estimation.preparation import read
    from qaimagic.subroutines.amplitude_estimation.solving import Scale, Setting, solve
    from qaimagic.subroutines.amplitude_estimation.source import source_of
    from qaimagic.training.loop.streams import derive

    given = Distribution.of(values, probabilities)
    width = given.unit * _SHARE if epsilon is None else check_number("epsilon", epsilon, above=0)
    if width >= given.unit / 2:
        received = f"it is {width:g}"
        rule = f"be below half the range of the values, {given.unit / 2:g}"
        raise ValueError(requirement("epsilon", rule, received))
    check_setting(method, width, confidence, shots, seed, unit=given.unit)
    source = source_of(read(given.prepare, given.n_wires), device, derive(seed, "hits"))
    rng = np.random.default_rng(derive(seed, "samples"))
    sampled = partial(of_values, given.values, given.probabilities, confidence=confidence, rng=rng)
    with nullcontext() if budget is None else spending(budget):
        return solve(
            source,
            method,
            Setting(width, confidence, shots),
            given.mean,
            sampled,
            Scale(given.low, given.unit),
        )
