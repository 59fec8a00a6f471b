"""``amplitude_estimation``: the probability of an outcome, from fewer queries than samples need.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from qaimagic.devices.spending import spending
from qaimagic.subroutines.amplitude_estimation.checks import check_setting

if TYPE_CHECKING:
    from qaimagic.subroutines.amplitude_estimation.result import AmplitudeResult


def amplitude_estimation(
    circuit: Any,
    good: Any,
    *,
    method: str = "iterative",
    epsilon: float = 0.01,
    confidence: float = 0.95,
    shots: int = 100,
    device: Any = None,
    seed: int = 0,
    budget: float | None = None,
) -> AmplitudeResult:
    r"""Estimate the probability that a circuit's outcome is good.

    .. math:: A |0\rangle = \sin\theta \, |good\rangle + \cos\theta \, |bad\rangle, \quad
        Q^k A |0\rangle = \sin((2k + 1)\theta) \, |good\rangle + \cos((2k + 1)\theta) \, |bad\rangle

    Samples of A alone need of the order of :math:`1/\epsilon^2` queries for an error
    :math:`\epsilon`. Grover's amplification :math:`Q = -A S_0 A^\dagger S_{good}` multiplies the
    angle, so that about :math:`1/\epsilon` are enough; a circuit with k of them counts as 2k + 1
    queries. Up to 11 wires, the engine simulates one amplification, and repeats that.

    ``"iterative"`` chooses powers on the way. On an ideal machine its interval is not wider than
    asked, and misses the truth with a chance of 1 - ``confidence`` at most.
    ``"maximum-likelihood"`` has powers 0, 1, 2, 4, ... and needs fewer queries. Its interval
    is about as wide as asked, and holds the truth about as often, for many shots. With noise
    neither promises anything.

    Args:
        circuit: A body without arguments and without a measurement, an operation, or a layer with
            its weights, whose measurement does not count.
        good: A wire, good where it is 1; or bits by wire, ``{0: 1, 1: 0}``.
        method: ``"iterative"`` or ``"maximum-likelihood"``.
        epsilon: The half-width of the interval, from 1e-6 to below 1/2.
        confidence: The chance that it holds the probability, between 0 and 1.
        shots: How many shots each circuit has.
        device: Where the circuits run; by default where layers do.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The estimate with its interval, beside the exact probability and plain sampling. After an
        interrupt it is that of the rounds that ran.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, there is no such method, the circuit takes data
            or measures, or a good wire is not among its own.
        CircuitError: If the body of the circuit fails; names its line.
        DeviceError: If there is no such device, it is too small, or it mitigates its errors.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> def coin():
        ...     qml.RY(1.2, wires=0)
        >>> result = qaimagic.amplitude_estimation(coin, good=0)
        >>> round(result.exact, 4), result.interval[0] < result.exact < result.interval[1]
        (0.3188, True)

    References:
        Brassard, Hoyer, Mosca, Tapp (2002), arXiv:quant-ph/0005055;
        Grinko et al., npj Quantum Information 7 (2021) 52, arXiv:1912.05559, and Fukuzawa et al.,
        arXiv:2208.14612 (iterative);
        Suzuki et al., Quantum Information Processing 19 (2020) 75, arXiv:1904.10246 (maximum
        likelihood).
    """
    check_setting(method, epsilon, confidence, shots, seed)
    import numpy as np

    from qaimagic.subroutines.amplitude_estimation.monte_carlo import of_chance
    from qaimagic.subroutines.amplitude_estimation.preparation import read
    from qaimagic.subroutines.amplitude_estimation.solving import Setting, solve
    from qaimagic.subroutines.amplitude_estimation.source import source_of
    from qaimagic.subroutines.amplitude_estimation.states import exact_chance
    from qaimagic.training.loop.streams import derive

    preparation = read(circuit, good)
    source = source_of(preparation, device, derive(seed, "hits"))
    exact = exact_chance(preparation)
    rng = np.random.default_rng(derive(seed, "samples"))
    sampled = None
    if exact is not None:
        sampled = partial(of_chance, exact, confidence=confidence, rng=rng)
    with nullcontext() if budget is None else spending(budget):
        return solve(source, method, Setting(epsilon, confidence, shots), exact, sampled)
