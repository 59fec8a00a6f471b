"""``amplitude_amplification``: a rare outcome made likely, in the square root of the repetitions.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_shots, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.amplitude_amplification.result import AmplifiedResult


def amplitude_amplification(
    circuit: Any,
    good: Any,
    *,
    rounds: int | None = None,
    shots: int | None = None,
    device: Any = None,
    seed: int = 0,
    budget: float | None = None,
) -> AmplifiedResult:
    r"""Amplify the good outcomes of a circuit.

    .. math:: Q^k A |0\rangle = \sin((2k + 1)\theta) \, |good\rangle
        + \cos((2k + 1)\theta) \, |bad\rangle

    A circuit whose outcome is good with the probability :math:`p = \sin^2\theta` would be repeated
    1 / p times. Each round :math:`Q = -A S_0 A^\dagger S_{good}` turns its state by
    :math:`2 \theta` towards the good ones, so that about :math:`\pi / 4 \sqrt{p}` rounds are
    enough; more of them turn it beyond. A circuit with k rounds counts as 2k + 1 queries.

    Grover's search is this for a uniform superposition, and post-selection on auxiliary wires that
    read 0 succeeds more often by it. Its rounds can only be chosen well where p is known about.

    Args:
        circuit: A body without arguments and without a measurement, an operation, or a layer with
            its weights, whose measurement does not count; of 16 wires at most.
        good: A wire, good where it is 1; or bits by wire, ``{0: 1, 1: 0}``.
        rounds: The most rounds, 10,000 at most; by default as many as are best.
        shots: How many shots each circuit has; by default exact answers.
        device: Where the circuits run; by default where layers do.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The success probability after each number of rounds, beside the formula and repetition.
        After an interrupt it has the rounds that ran.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, the good outcome is impossible, the device has no
            exact answers and no shots are given, the circuit takes data or measures, it has too
            many wires, or a good wire is not among its own.
        CircuitError: If the body of the circuit fails; names its line.
        DeviceError: If there is no such device, it is too small, or it mitigates its errors.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> def guess():
        ...     for wire in range(3):
        ...         qml.Hadamard(wire)
        >>> found = qaimagic.amplitude_amplification(guess, good={0: 1, 1: 0, 2: 1})
        >>> [round(float(p), 4) for p in found.successes]
        [0.125, 0.7812, 0.9453]

    References:
        Grover, STOC (1996) 212, arXiv:quant-ph/9605043;
        Brassard, Hoyer, Mosca, Tapp (2002), arXiv:quant-ph/0005055.
    """
    if rounds is not None:
        rounds = check_int("rounds", rounds, minimum=0)
    shots = check_shots(shots)
    check_int("seed", seed, minimum=0)
    from qaimagic.subroutines.amplitude_amplification.running import run
    from qaimagic.subroutines.amplitude_estimation.preparation import read
    from qaimagic.subroutines.amplitude_estimation.source import source_of
    from qaimagic.subroutines.amplitude_estimation.states import MOST_EXACT, exact_chance
    from qaimagic.training.loop.streams import derive

    preparation = read(circuit, good)
    exact = exact_chance(preparation)
    if exact is None:
        rule = f"have {MOST_EXACT} wires at most, so that its probability is known"
        received = f"it has {len(preparation.wires)}"
        raise ValueError(requirement("circuit", rule, received))
    source = source_of(preparation, device, derive(seed, "hits"))
    if source.answers_by_shots and shots is None:
        received = f"`{source.device}` answers by shots alone"
        raise ValueError(requirement("shots", "be given", received, "`shots=1000`, for example."))
    with nullcontext() if budget is None else spending(budget):
        return run(source, exact, rounds, shots)
