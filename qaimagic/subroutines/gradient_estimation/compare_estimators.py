"""``compare_estimators``: what gradients cost by each estimator, as parameters grow.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, check_int, check_several, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.gradient_estimation.comparison import EstimatorComparison

METHODS = ("backprop", "adjoint", "parameter-shift", "hadamard", "finite-diff", "spsa")

_MOST_PARAMETERS = 10_000


def compare_estimators(
    layer: Any = None,
    *data: Any,
    parameters: Sequence[int] = (10, 30, 100, 300, 1000),
    methods: Sequence[str] = METHODS,
    total_shots: int = 1_000_000,
    repeats: int = 20,
    directions: int = 1,
    n_wires: int = 4,
    device: Any = None,
    seed: int = 0,
    budget: float | None = None,
) -> EstimatorComparison:
    r"""Measure what the estimators of `qaimagic.gradients` cost and how wrong they are.

    Every estimator has the same number of shots in all, divided among its circuits, and estimates
    one gradient many times: bias and variance are those of the estimates, beside the variance that
    their standard errors claim. By default circuits grow: P rotations in layers on few wires, by
    random angles, with :math:`\langle Z_0 Z_1 \rangle` at the end. On the engine they run once for
    all repeats, as rows of one batch, and shots are drawn from their exact chances.

    Beyond the most parameters, values are modelled up to 1e9: by power laws whose exponents follow
    from how the estimators work, and whose factors are fitted to the two largest sizes measured.
    The laws of errors assume that each slope stays as large as it is, and end where a circuit has
    less than one shot.

    SPSA's step is the others' divided by :math:`\sqrt P`, so that all move equally far.

    Args:
        layer: A layer to differentiate by its weights, instead of circuits that grow.
        *data: The layer's data.
        parameters: How many parameters the circuits have, 10,000 at most. Without meaning for a
            layer.
        methods: Which estimators.
        total_shots: How many shots an estimate has in all.
        repeats: How many estimates of the same gradient, 2 at least.
        directions: The number of SPSA's directions for each sample.
        n_wires: How many wires the circuits have, 2 at least. Without meaning for a layer.
        device: Where circuits with shots run; by default on the engine, once. Elsewhere each
            repeat runs them all.
        seed: Decides angles, shots and directions.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        Circuits, bias, variance, error and seconds of each, with the laws. After an interrupt they
        are those of what ran.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If there is no such method, a number is out of bounds, or the shots are too
            few for two for each circuit.
        DeviceError: If there is no such device, or it cannot run a method's circuits.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> found = qaimagic.compare_estimators(parameters=(4, 8), repeats=5, total_shots=10_000)
        >>> [found.at("parameter-shift", p).circuits for p in (4, 8)]
        [8, 16]
        >>> found.modelled("parameter-shift", "circuits", 1e9)
        2000000000.0

    References:
        Mitarai et al., Phys. Rev. A 98 (2018) 032309, arXiv:1803.00745;
        Spall, IEEE Trans. Autom. Control 37 (1992) 332, doi:10.1109/9.119632;
        Abbas et al., NeurIPS 2023, arXiv:2305.13362 (no backpropagation from single copies).
    """
    several = check_several("methods", methods, "names of methods")
    chosen = [check_choice("methods", method, METHODS) for method in several]
    if not chosen:
        raise ValueError(requirement("methods", "name one at least", "it is empty"))
    check_int("total_shots", total_shots, minimum=4)
    check_int("repeats", repeats, minimum=2)
    check_int("directions", directions, minimum=1)
    check_int("n_wires", n_wires, minimum=2)
    check_int("seed", seed, minimum=0)
    numbers = check_several("parameters", parameters, "whole numbers")
    sizes = sorted({check_int("parameters", size, minimum=1) for size in numbers})
    if not sizes:
        raise ValueError(requirement("parameters", "hold one number at least", "it is empty"))
    if sizes[-1] > _MOST_PARAMETERS:
        rule, received = f"be {_MOST_PARAMETERS:,} at most", f"it is {sizes[-1]:,}"
        raise ValueError(requirement("parameters", rule, received, "`modelled` goes further."))
    if "spsa" in chosen and total_shots < 4 * directions:
        rule, received = f"be {total_shots // 4:,} at most", f"it is {directions:,}"
        fix = "Each takes two circuits, and each of those two shots of `total_shots` at least."
        raise ValueError(requirement("directions", rule, received, fix))
    from qaimagic.subroutines.gradient_estimation.family import Subject, grown
    from qaimagic.subroutines.gradient_estimation.measuring import Setting, measure

    if layer is None:
        subjects = [grown(size, n_wires, seed) for size in sizes]
    else:
        subjects = [Subject(layer, data)]
    setting = Setting(tuple(dict.fromkeys(chosen)), total_shots, repeats, directions, device, seed)
    with nullcontext() if budget is None else spending(budget):
        return measure(subjects, setting)
