"""``product_costs``: what products of matrices would cost on a quantum machine.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from qaimagic._checks import check_int, check_number, check_several, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.matrix_products.costs_result import ProductCosts

_MEASURED = 1024


def product_costs(
    sizes: Iterable[int] = (64, 1024, 16384),
    *,
    epsilon: float = 0.01,
    shots_per_second: float = 1e5,
    quantum_operations: float = 1e4,
    gpu_operations: float = 550e12,
    bits_per_second: float = 1e9,
    bits: int = 16,
    claim: float = 10.0,
    repeats: int = 20,
    seed: int = 0,
) -> ProductCosts:
    r"""Model how long products of n x n matrices take, beside what can be measured here.

    .. math:: T = \frac{n^2}{\epsilon^2} \left( t_{shot} + \frac{2 n b}{r} \right)
        \quad \text{against} \quad \frac{2 n^3}{r_{GPU}}

    Measured are numpy's times, up to n = 1024, and the powers of n and of 1/epsilon that shots
    grow with, in simulated products of up to 32 x 32. Everything else is a model, optimistic for
    the quantum machine: no errors to correct, loading at the full rate of its input, and circuits
    one gate long. No machine runs it today.

    Args:
        sizes: Numbers of rows and columns, 2 at least.
        epsilon: The standard error of an entry, as a share of the norms of its row and its column,
            below 1. Random entries are themselves about 1 / sqrt(n) of these.
        shots_per_second: How many circuits the machine runs in a second.
        quantum_operations: How many 16-bit operations of arithmetic it does in a second.
        gpu_operations: How many a GPU does; 5.5e14 is in reach of those of today, and what the
            source gives a chip made for it.
        bits_per_second: How fast numbers get into the machine.
        bits: How many bits a number has.
        claim: How many times faster than the GPU the machine is claimed to be.
        repeats: How many simulated products each measured point is of, 2 at least.
        seed: Decides the simulated products.

    Returns:
        Times for each size, with the assumptions.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds.

    Example:
        >>> import qaimagic
        >>> costs = qaimagic.product_costs([1024], repeats=2)
        >>> costs.of(1024).slower > 1e9
        True

    References:
        Hoefler, Haener, Troyer, Communications of the ACM 66(5) (2023) 82, arXiv:2307.00523 (the
        rates of an optimistic future machine and of a classical chip);
        Beame, Kornerup, Whitmeyer, arXiv:2401.05321 (no asymptotic gain at any memory).
    """
    several = check_several("sizes", sizes, "whole numbers")
    asked = sorted({check_int("sizes", n, minimum=2) for n in several})
    if not asked:
        raise ValueError(requirement("sizes", "name at least one size", "it names none"))
    epsilon = check_number("epsilon", epsilon, above=0)
    if epsilon >= 1:
        fix = "It is a share of the norms."
        raise ValueError(requirement("epsilon", "be below 1", f"it is {epsilon:g}", fix))
    rates = {
        "shots_per_second": shots_per_second,
        "quantum_operations": quantum_operations,
        "gpu_operations": gpu_operations,
        "bits_per_second": bits_per_second,
        "claim": claim,
    }
    checked = {name: check_number(name, rate, above=0) for name, rate in rates.items()}
    check_int("bits", bits, minimum=1)
    check_int("repeats", repeats, minimum=2)
    check_int("seed", seed, minimum=0)
    import numpy as np

    from qaimagic.subroutines.matrix_products.costs_result import ProductCosts
    from qaimagic.subroutines.matrix_products.measuring import clocked
    from qaimagic.subroutines.matrix_products.modelling import (
        Assumptions,
        crossover_of,
        growth_of,
        row_of,
    )
    from qaimagic.subroutines.matrix_products.simulating import simulated

    given = Assumptions(epsilon=epsilon, bits=bits, **checked)
    rng = np.random.default_rng(seed)
    rows = []
    for n in asked:
        seconds = None
        if n <= _MEASURED:
            a, b = rng.normal(size=(2, n, n))
            seconds = clocked(partial(np.matmul, a, b))
        rows.append(row_of(n, given, seconds))
    crossover, crossover_seconds = crossover_of(given)
    return ProductCosts(
        rows=tuple(rows),
        assumptions=given,
        simulated=simulated(repeats, seed),
        crossover=crossover,
        crossover_seconds=crossover_seconds,
        growth=growth_of(given),
    )
