"""``gradient_costs``: what a gradient of very many parameters would cost, modelled.

It imports without torch and PennyLane.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qaimagic._checks import check_int, check_number, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.gradient_estimation.cost_result import GradientCosts

_MOST = 1e40


def gradient_costs(
    parameters: float = 1e9,
    *,
    precision: float = 0.01,
    seconds_per_circuit: float = 1e-3,
    seconds_per_query: float = 1e-3,
    flops: float = 1e14,
    backprop_passes: float = 3.0,
    directions: int = 1,
) -> GradientCosts:
    r"""Extrapolate what one gradient costs by each method. All of it is modelled, nothing runs.

    With P parameters, the shift rule takes 2P circuits, and each slope has the standard error
    :math:`\epsilon` after :math:`1/(2 \epsilon^2)` shots of each; the Hadamard test takes P
    circuits of :math:`1/\epsilon^2`. Finite differences have a bias of :math:`h^2/6` besides, and
    with the best step h take :math:`\sqrt{3}/(8 \epsilon^3)` shots of each of 2P circuits. SPSA
    takes two of these a direction whatever P, for the slope along it, but its variance is
    (P - 1)/K times the squared gradient. Gilyen,
    Arunachalam and Wiebe's quantum gradient takes of the order of :math:`\sqrt P / \epsilon`
    queries, one after the other in one circuit, for the largest error :math:`\epsilon` of a slope;
    the constant in front is taken for 1, and logarithms are left out, which favours it.

    The fair baseline is backpropagation through a classical network with as many parameters: about
    three forward passes of 2P floating-point operations each, for all slopes, exactly. A circuit
    whose state exists only once has nothing like it (Abbas et al.).

    Args:
        parameters: The number P.
        precision: The error :math:`\epsilon` of a slope, of functions between -1 and 1; below 1.
        seconds_per_circuit: How long a machine takes for one expectation value, its shots
            included.
        seconds_per_query: How long it takes for one coherent query, a run of the whole circuit.
        flops: Floating-point operations in a second, of the computer that backpropagates.
        backprop_passes: How many forward passes backpropagation costs.
        directions: The number K of SPSA's directions.

    Returns:
        Circuits, shots and seconds of each method, and what a speed-up would ask for.

    Raises:
        TypeError: If a number is of another type.
        ValueError: If one is out of bounds.

    Example:
        >>> import qaimagic
        >>> costs = qaimagic.gradient_costs(1e9)
        >>> costs.of("parameter-shift").evaluations, round(costs.of("parameter-shift").days, 2)
        (2000000000.0, 23.15)

    References:
        Gilyen, Arunachalam, Wiebe, SODA 2019, arXiv:1711.00465;
        Abbas et al., NeurIPS 2023, arXiv:2305.13362;
        Griewank, Walther, Evaluating Derivatives (2008), doi:10.1137/1.9780898717761 (at most
        five evaluations for a gradient backwards).
    """
    given = {
        "parameters": parameters,
        "seconds_per_circuit": seconds_per_circuit,
        "seconds_per_query": seconds_per_query,
        "flops": flops,
        "backprop_passes": backprop_passes,
    }
    for name, number in given.items():
        if check_number(name, number, above=0) > _MOST or number < 1 / _MOST:
            rule = f"be between {1 / _MOST:g} and {_MOST:g}"
            raise ValueError(requirement(name, rule, f"it is {float(number):g}"))
    count = check_number("parameters", parameters, minimum=1)
    epsilon = check_number("precision", precision, above=0)
    if epsilon >= 1:
        fix = "Functions are between -1 and 1."
        raise ValueError(requirement("precision", "be below 1", f"it is {epsilon:g}", fix))
    per_circuit, per_query = float(seconds_per_circuit), float(seconds_per_query)
    per_pass = 2 * count / float(flops)
    passes = check_number("backprop_passes", backprop_passes, minimum=1)
    check_int("directions", directions, minimum=1)
    from qaimagic.subroutines.gradient_estimation.cost_result import GradientCost, GradientCosts

    of_shifts = math.ceil(1 / (2 * epsilon**2))
    of_tests = math.ceil(1 / epsilon**2)
    of_differences = math.ceil(math.sqrt(3) / (8 * epsilon**3))
    queries = math.sqrt(count) / epsilon
    scatter = (count - 1) / directions

    def by_circuits(
        method: str, circuits: float, shots: int, variance: float = 0.0
    ) -> GradientCost:
        seconds = circuits * per_circuit
        return GradientCost(method, "circuits", circuits, circuits * shots, seconds, variance)

    methods = (
        GradientCost("backprop", "forward passes", passes, 0.0, passes * per_pass, 0.0),
        by_circuits("parameter-shift", 2 * count, of_shifts),
        by_circuits("hadamard", count, of_tests),
        by_circuits("finite-diff", 2 * count, of_differences),
        by_circuits("spsa", 2.0 * directions, of_differences, scatter),
        GradientCost("quantum gradient", "queries", queries, 0.0, queries * per_query, 0.0),
    )
    return GradientCosts(
        methods, count, epsilon, per_circuit, per_query, float(flops), passes, directions
    )
