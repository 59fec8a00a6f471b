"""``compare_solvers``: a network's weights chosen in several ways, told honestly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from qaimagic._checks import check_choice, check_int, check_number, requirement
from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.subroutines.binary_network.committee import with_ones
from qaimagic.subroutines.binary_network.data import check_inputs, check_labels
from qaimagic.subroutines.binary_network.judging import Judge, logistic_regression
from qaimagic.subroutines.binary_network.network import BinaryNetwork
from qaimagic.subroutines.binary_network.result import SolverComparison, Trained, successes
from qaimagic.subroutines.binary_network.solvers import SOLVERS, Task

METHODS = tuple(SOLVERS)
MOST_WEIGHTS = 20
"""The most weights: all settings are enumerated, and circuits simulated."""


def compare_solvers(
    network: BinaryNetwork,
    X: Any,
    y: Any,
    X_test: Any = None,
    y_test: Any = None,
    *,
    methods: Sequence[str] = METHODS,
    reads: int = 100,
    steps: int = 100,
    lr: float = 0.2,
    p: int = 4,
    device: Any = "anneal:simulated",
    seed: int = 0,
) -> SolverComparison:
    """Train a network with weights of +1 and -1 in several ways on the same data.

    Every way begins ``reads`` times anew, and is judged by its best and by how often it met the
    exact optimum, which is enumerated. The methods are

    - ``exact``: every setting of the weights;
    - ``descent``: single flips downhill from random weights, until none is left;
    - ``annealing``: simulated annealing by single flips, 100 sweeps, on the polynomial itself;
    - ``quadratic``: an annealer, which takes products of two alone: the polynomial becomes
      quadratic by auxiliary bits, which make it far harder;
    - ``qaoa``: a circuit of p layers, simulated, whose final state is measured;
    - ``adam``: Adam with straight-through gradients; a restart keeps the best weights it visited.

    Nothing is tuned to the data at hand; the default rate of Adam was chosen on a few small
    problems, iris among them. Evaluations have no common price: one of Adam's goes through
    all samples and comes with a gradient, one of a search is the change that a flip makes. Seconds
    are measured here and leave out the making of the polynomial; those of QAOA are what it
    takes to simulate a circuit and say nothing of a machine.

    Args:
        network: The network; it stays as it is.
        X: Training inputs, shape (m, n_inputs); standardise them.
        y: Their classes, +1 and -1 or 0 and 1, shape (m,).
        X_test: Test inputs, or None.
        y_test: Their classes, or None.
        methods: Which ways; ``exact`` always comes first.
        reads: How many reads, restarts or shots.
        steps: Steps of Adam for each restart.
        lr: Adam's learning rate.
        p: Layers of QAOA.
        device: The annealer for ``quadratic``.
        seed: The seed; the same one gives the same result, but on a machine.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the data do not fit, there is no such method, or there are more than 20
            weights.

    Example:
        >>> from qaimagic import BinaryNetwork, compare_solvers
        >>> X, y = [[1, 1], [1, -1], [-1, 1], [-1, -1]], [-1, 1, 1, -1]
        >>> result = compare_solvers(BinaryNetwork(2, 2), X, y, methods=["descent", "adam"])
        >>> result["adam"].loss == result.optimum
        True

    References:
        Courbariaux et al., arXiv:1602.02830 (straight-through training); Wilson, J. Am. Stat.
        Assoc. 22 (1927) 209, doi:10.1080/01621459.1927.10502953 (the intervals).
    """
    names = _names(methods)
    _check_network(network)
    sets = _sets(network.n_inputs, X, y, X_test, y_test)
    samples, targets = sets[0]
    has_bias = network.bias is not None
    task = Task(
        problem=network.energy(samples, targets),
        X=with_ones(samples) if has_bias else samples,
        y=targets,
        n_hidden=network.n_hidden,
        has_bias=has_bias,
        reads=check_int("reads", reads, minimum=1),
        steps=check_int("steps", steps, minimum=1),
        lr=check_number("lr", lr, above=0),
        p=check_int("p", p, minimum=1),
        device=device,
        seed=check_int("seed", seed, minimum=0),
    )
    judge = Judge(network, task.problem, sets)
    ways: list[Trained] = []
    for name in names:
        ways.append(judge.judged(name, SOLVERS[name](task), ways[0].loss if ways else None))
    levels = spectrum(task.problem.terms, task.problem.spins)
    return SolverComparison(
        ways=tuple(ways),
        n_weights=len(network.labels),
        n_terms=len(task.problem.terms),
        degree=task.problem.degree,
        chance=successes(levels, ways[0].loss).value,
        logistic=logistic_regression(sets),
    )


def _names(methods: Sequence[str]) -> list[str]:
    if isinstance(methods, str):
        fix = f'One makes a list of one: `["{methods}"]`.'
        raise TypeError(requirement("methods", "be a list", f"it is {methods!r}", fix))
    return list(dict.fromkeys(["exact", *(check_choice("methods", m, METHODS) for m in methods)]))


def _check_network(network: Any) -> None:
    if not isinstance(network, BinaryNetwork):
        fix = "`qaimagic.BinaryNetwork(n_inputs, n_hidden)` makes one."
        received = f"it is {type(network).__name__}"
        raise TypeError(requirement("network", "be a `BinaryNetwork`", received, fix))
    n = len(network.labels)
    if n > MOST_WEIGHTS:
        fix = (
            "Take fewer hidden units or inputs. `network.energy` and `qaimagic.anneal` take more, "
            "without the exact optimum."
        )
        rule = f"have at most {MOST_WEIGHTS} weights to be compared with the exact optimum"
        raise ValueError(requirement("network", rule, f"it has {n}", fix))


def _sets(n_inputs: int, X: Any, y: Any, X_test: Any, y_test: Any) -> list[tuple[Tensor, Tensor]]:
    """Return inputs and classes for training and, where there are any, for testing."""
    if (X_test is None) != (y_test is None):
        given, missing = ("y_test", "X_test") if X_test is None else ("X_test", "y_test")
        raise ValueError(requirement(missing, f"come with `{given}`", "it is None"))
    inputs = check_inputs(X, n_inputs)
    sets = [(inputs, check_labels(y, len(inputs)))]
    if X_test is not None:
        inputs = check_inputs(X_test, n_inputs, "X_test")
        sets.append((inputs, check_labels(y_test, len(inputs), "y_test")))
    return sets
