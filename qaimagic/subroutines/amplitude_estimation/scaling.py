"""``amplitude_scaling``: how errors fall with queries, measured over many runs.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, requirement
from qaimagic.devices.spending import spending
from qaimagic.subroutines.amplitude_estimation.checks import check_setting

if TYPE_CHECKING:
    from qaimagic.subroutines.amplitude_estimation.scaling_result import AmplitudeScaling


def amplitude_scaling(
    circuit: Any,
    good: Any,
    *,
    epsilons: Sequence[float] = (0.1, 0.03, 0.01, 0.003, 0.001),
    repeats: int = 30,
    confidence: float = 0.95,
    shots: int = 100,
    device: Any = None,
    seed: int = 0,
    budget: float | None = None,
) -> AmplitudeScaling:
    r"""Measure how the error of a probability falls with the number of queries N.

    Each method of `amplitude_estimation` runs ``repeats`` times for each epsilon, with other shots
    each time, and plain sampling with as many queries as the iterative method, always on a
    computer without noise. The slope of the median error by N, both logarithmic, is about -1 for
    amplitude estimation and -1/2 for plain sampling; its standard error is by bootstrap over the
    runs. It is the median because intervals promise nothing about the few runs they let out.

    Args:
        circuit: As in `amplitude_estimation`.
        good: As in `amplitude_estimation`.
        epsilons: Half-widths to ask for, two at least.
        repeats: How many runs for each, 2 at least.
        confidence: The chance that each interval is to hold the probability with.
        shots: How many shots each circuit has.
        device: Where the circuits run; by default where layers do.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        Errors, queries and slopes of the three methods, and how often intervals held the truth.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, the circuit takes data or measures, has too many
            wires for an exact answer, or a good wire is not among its own.
        CircuitError: If the body of the circuit fails; names its line.
        DeviceError: If there is no such device, it is too small, or it mitigates its errors.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> def coin():
        ...     qml.RY(1.2, wires=0)
        >>> scaling = qaimagic.amplitude_scaling(coin, good=0, repeats=10)
        >>> scaling.slopes["iterative"].value < scaling.slopes["plain sampling"].value
        True

    References:
        Brassard, Hoyer, Mosca, Tapp (2002), arXiv:quant-ph/0005055.
    """
    from qaimagic.subroutines.amplitude_estimation.measuring import measure
    from qaimagic.subroutines.amplitude_estimation.preparation import read
    from qaimagic.subroutines.amplitude_estimation.solving import Setting
    from qaimagic.subroutines.amplitude_estimation.source import source_of
    from qaimagic.subroutines.amplitude_estimation.states import MOST_EXACT, exact_chance
    from qaimagic.training.loop.streams import derive

    check_int("repeats", repeats, minimum=2)
    asked = sorted(set(epsilons), reverse=True)
    if len(asked) < 2:
        raise ValueError(requirement("epsilons", "be two at least", f"there is {len(asked)}"))
    for epsilon in asked:
        check_setting("iterative", epsilon, confidence, shots, seed)
    preparation = read(circuit, good)
    exact = exact_chance(preparation)
    if exact is None:
        received = f"it has {len(preparation.wires)}"
        rule = f"have {MOST_EXACT} wires at most, so that errors are known"
        raise ValueError(requirement("circuit", rule, received))
    source = source_of(preparation, device, derive(seed, "hits"))
    settings = [Setting(epsilon, confidence, shots) for epsilon in asked]
    with nullcontext() if budget is None else spending(budget):
        return measure(source, exact, settings, repeats, seed)
