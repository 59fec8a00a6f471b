"""``compare_linear_solvers``: what each solver costs as systems become ill-conditioned.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, check_int, check_number, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.linear_systems.comparison import SolverComparison

METHODS = ("hhl", "qsvt_solve", "vqls")
CONDITIONS = (2, 5, 10, 20, 50)
SIZE = 8
MOST = 16
"""The most unknowns: VQLS has thousands of Hadamard tests for more."""


def compare_linear_solvers(
    matrix: Any = None,
    vector: Any = None,
    *,
    conditions: Sequence[float] | None = None,
    n: int | None = None,
    methods: Sequence[str] = METHODS,
    epsilon: float = 0.01,
    seed: int = 0,
) -> SolverComparison:
    r"""Measure error, success probability and gates of solvers by the condition number.

    Systems are drawn with eigenvalues from 1 down to :math:`1/\kappa`, evenly by their logarithm,
    random eigenvectors and a random right side; all have the same vectors. A right side along the
    largest eigenvalue would succeed with a probability of :math:`1/\kappa^2` only. Beside the
    circuits are `numpy.linalg.solve` and conjugate gradients, which take n iterations but for
    rounding, and about :math:`\sqrt{\kappa}` where n is large.

    The cost is what a machine runs until it has one copy of the solution, in gates on two wires:
    for `hhl` and `qsvt_solve` those of the circuit over its success probability. Every use of A is
    a dense gate there; `hhl`, whose powers of :math:`e^{iAt}` are one gate each when simulated,
    is charged for all repetitions of the first. VQLS is trained on states here; a machine would
    run all Hadamard tests for each cost, and for each angle's slope twice as many. That is modelled
    with one shot for each, which is far too few: to see a cost that guarantees epsilon takes of
    the order of :math:`(n \kappa^2 / \epsilon^2)^2`. To read x from copies takes many of them.

    All is simulated on an ideal machine. Seconds are those of the simulation.

    Args:
        matrix: A system of one's own instead, as in `hhl`, up to 16 unknowns.
        vector: Its right side.
        conditions: The condition numbers, above 1; by default 2, 5, 10, 20 and 50.
        n: How many unknowns, 2 to 16; by default 8.
        methods: Which of ``"hhl"``, ``"qsvt_solve"``, ``"vqls"``.
        epsilon: The relative error that each is asked for.
        seed: Decides the systems, and where VQLS starts.

    Returns:
        A row for each method and condition number, classical ones too, and the powers of the
        condition number that costs grow with; after an interrupt what was measured.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, no method is named, or one twice; conditions are
            given with a matrix; or the matrix and vector are not as `hhl` needs them.
        KeyboardInterrupt: If nothing was measured until then.

    Example:
        >>> import qaimagic
        >>> found = qaimagic.compare_linear_solvers(conditions=(2, 8), n=2, methods=["qsvt_solve"])
        >>> [point.error <= point.bound for point in found.of("qsvt_solve")]
        [True, True]

    References:
        As in `hhl`, `qsvt_solve` and `vqls`; Aaronson, Nature Physics 11 (2015) 291 (what such
        solvers leave open); Hestenes, Stiefel, Journal of Research of the NBS 49 (1952) 409.
    """
    chosen = _several("methods", methods)
    for method in chosen:
        check_choice("methods", method, METHODS)
    if len(set(chosen)) < len(chosen):
        raise ValueError(requirement("methods", "differ", f"they are {chosen}"))
    check_int("seed", seed, minimum=0)
    if (matrix is None) != (vector is None):
        name, other = ("vector", "matrix") if vector is None else ("matrix", "vector")
        raise ValueError(requirement(name, f"be given with `{other}`", "it is left out"))
    for name, given in (("conditions", conditions), ("n", n)):
        if matrix is not None and given is not None:
            rule = "be left out where a matrix is given"
            raise ValueError(requirement(name, rule, f"it is {given}"))
    size = SIZE if n is None else check_int("n", n, minimum=2)
    if size > MOST:
        raise ValueError(requirement("n", f"be {MOST} at most", f"it is {size}"))
    several = _several("conditions", CONDITIONS if conditions is None else conditions)
    asked = sorted({check_number("conditions", condition, above=1) for condition in several})
    from qaimagic.subroutines.linear_systems.comparing import measure, own_system, systems_of
    from qaimagic.subroutines.qsvt.making import check_error

    check_error(epsilon)
    systems = systems_of(asked, size, seed) if matrix is None else own_system(matrix, vector)
    return measure(systems, chosen, epsilon, seed)


def _several(name: str, given: Any) -> list[Any]:
    """Return what was given as a list that is not empty."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        fix = f"One makes a list of one: `[{given!r}]`."
        raise TypeError(requirement(name, "be a list", f"it is {given!r}", fix))
    found = list(given)
    if not found:
        raise ValueError(requirement(name, "hold at least one", "it is empty"))
    return found
