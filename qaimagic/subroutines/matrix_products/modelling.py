"""How long an n x n product takes, modelled for a future quantum machine and for a GPU."""

from __future__ import annotations

import math
from dataclasses import dataclass

_NUMBERS_OF_A_SHOT = 2
_OPERATIONS = 2


@dataclass(frozen=True)
class Assumptions:
    """What a model of times stands on.

    Attributes:
        epsilon: The standard error of an entry, as a share of the norms of its row and its column.
        shots_per_second: How many circuits a quantum machine runs in a second, loading aside.
        quantum_operations: How many 16-bit operations of arithmetic it does in a second.
        gpu_operations: How many a GPU does.
        bits_per_second: How fast numbers get into a quantum machine.
        bits: How many bits a number has.
        claim: How many times faster than a GPU the quantum machine is claimed to be.
    """

    epsilon: float
    shots_per_second: float
    quantum_operations: float
    gpu_operations: float
    bits_per_second: float
    bits: int
    claim: float


@dataclass(frozen=True)
class CostRow:
    """Times of one product of two n x n matrices, in seconds.

    Attributes:
        n: How many rows and columns.
        shots: How many shots Hadamard tests take for all entries together.
        queries: How many queries amplitude estimation takes.
        loading: How long loading lasts, in one shot.
        hadamard: By Hadamard tests, modelled.
        amplitude_estimation: By amplitude estimation of each entry, modelled.
        arithmetic: By the schoolbook's multiplications on a quantum machine, modelled.
        gpu: On a GPU, modelled.
        claimed: What a claimed advantage over the GPU comes to.
        numpy: By numpy here, measured; None for larger matrices than are quickly multiplied.
    """

    n: int
    shots: float
    queries: float
    loading: float
    hadamard: float
    amplitude_estimation: float
    arithmetic: float
    gpu: float
    claimed: float
    numpy: float | None

    @property
    def best_quantum(self) -> float:
        """The shortest of the three quantum times."""
        return min(self.hadamard, self.amplitude_estimation, self.arithmetic)

    @property
    def slower(self) -> float:
        """How many times longer that is than the GPU's."""
        return self.best_quantum / self.gpu


def row_of(n: int, given: Assumptions, numpy_seconds: float | None) -> CostRow:
    r"""Return the times of an n x n product.

    .. math:: T = \frac{n^2}{\epsilon^2} \left( t_{shot} + \frac{2 n b}{r} \right)

    A query lasts as long as a shot: each loads a row and a column again, since states cannot be
    kept. Amplitude estimation has :math:`2 \pi / \epsilon` of them instead of
    :math:`1 / \epsilon^2`.

    Args:
        n: How many rows and columns.
        given: The assumptions.
        numpy_seconds: What numpy took.
    """
    shots = n**2 / given.epsilon**2
    queries = n**2 * 2 * math.pi / given.epsilon
    loading = _NUMBERS_OF_A_SHOT * n * given.bits / given.bits_per_second
    one = 1 / given.shots_per_second + loading
    operations = _OPERATIONS * float(n) ** 3
    gpu = operations / given.gpu_operations
    return CostRow(
        n=n,
        shots=shots,
        queries=queries,
        loading=loading,
        hadamard=shots * one,
        amplitude_estimation=queries * one,
        arithmetic=operations / given.quantum_operations,
        gpu=gpu,
        claimed=gpu / given.claim,
        numpy=numpy_seconds,
    )


def crossover_of(given: Assumptions) -> tuple[float, float]:
    r"""Return where amplitude estimation would draw level if loading took no time at all.

    .. math:: n^2 \frac{2 \pi}{\epsilon} t_{shot} = \frac{2 n^3}{r_{GPU}}

    Args:
        given: The assumptions.

    Returns:
        The size, and how many seconds both would take there.
    """
    n = math.pi * given.gpu_operations / (given.epsilon * given.shots_per_second)
    return n, _OPERATIONS * n**3 / given.gpu_operations


def growth_of(given: Assumptions) -> float:
    """Return how many times longer than a GPU it takes for huge matrices, where loading is all.

    Both then grow as the third power of the size, so that this ratio stays.

    Args:
        given: The assumptions.
    """
    loading = _NUMBERS_OF_A_SHOT * given.bits / given.bits_per_second
    cubic = min(1 / given.epsilon, 2 * math.pi) / given.epsilon * loading
    return cubic * given.gpu_operations / _OPERATIONS
