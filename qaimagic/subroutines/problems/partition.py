"""``number_partition``: numbers on two sides whose sums differ as little as possible."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.question import Question, States
from qaimagic.subroutines.energies.variables import spins
from qaimagic.subroutines.problems.stating import stated

_RULE = "be several numbers"


class Partition(NamedTuple):
    """Numbers on two sides.

    Attributes:
        one: Those on the first number's side.
        other: The others.
        difference: How far apart the two sums are.
    """

    one: list[float]
    other: list[float]
    difference: float


def number_partition(numbers: Iterable[float]) -> Problem:
    r"""Return the problem of an even partition: on which two sides do the sums differ least?

    A spin for each number a says its side, and the energy is the square of the difference:

    .. math:: E(s) = \Bigl(\sum_i a_i s_i\Bigr)^2.

    Energies are exact for whole numbers whose absolute values add up to less than
    :math:`2^{26}`, about 67 million; beyond, they are rounded as any double is.

    Args:
        numbers: The numbers, in any order; one may stand there twice.

    Returns:
        A problem whose value is the difference, and whose solution is a ``Partition``: two lists
        and their difference. Variable i is number i.

    Raises:
        TypeError: If they are no numbers.
        ValueError: If there is none, or one is not finite, or the square of their sum is not.

    Example:
        >>> import qaimagic
        >>> answer = qaimagic.anneal(qaimagic.problems.number_partition([4, 5, 6, 7, 8]))
        >>> sum(answer.solution.one), sum(answer.solution.other), answer.value
        (15, 15, 0.0)

    References:
        Mertens, Phys. Rev. Lett. 81 (1998) 4281, doi:10.1103/PhysRevLett.81.4281 (where it is
        hard); Lucas, Frontiers in Physics 2 (2014) 5, doi:10.3389/fphy.2014.00005.
    """
    given = _checked(numbers)
    partition = _Partitioned(tuple(given))
    s = spins(list(range(len(given))))
    energy = sum(a * spin for a, spin in zip(partition.floats, s.values(), strict=True)) ** 2
    question = Question(
        "number partition", partition.difference, partition.sides, measure="difference"
    )
    return stated(energy, s, question)


def _checked(numbers: Any) -> list[Any]:
    if isinstance(numbers, str) or not isinstance(numbers, Iterable):
        raise TypeError(requirement("numbers", _RULE, f"it is {numbers!r}"))
    given = [each.item() if isinstance(each, np.generic) else each for each in numbers]
    if not given:
        raise ValueError(requirement("numbers", "have at least one", "there is none"))
    for each in given:
        if isinstance(each, bool) or not isinstance(each, Real):
            raise TypeError(requirement("numbers", _RULE, f"one is {each!r}"))
        if not math.isfinite(each):
            raise ValueError(requirement("numbers", "be finite", f"one is {each}"))
    total = sum(abs(float(each)) for each in given)
    if not math.isfinite(total * total):
        fix = "Divide them all by the largest."
        received = f"that of their sum, {total:.3g}, overflows"
        raise ValueError(requirement("numbers", "have finite squares", received, fix))
    return given


@dataclass(frozen=True)
class _Partitioned:
    numbers: tuple[Any, ...]

    @property
    def floats(self) -> list[float]:
        return [float(each) for each in self.numbers]

    def difference(self, states: States) -> Floats:
        return np.asarray(np.abs(states.astype(np.float64) @ np.array(self.floats)))

    def sides(self, state: NDArray[np.int8]) -> Partition:
        is_first = (state == state[0]).tolist()
        one = [each for each, first in zip(self.numbers, is_first, strict=True) if first]
        other = [each for each, first in zip(self.numbers, is_first, strict=True) if not first]
        return Partition(one, other, float(self.difference(state[None])[0]))
