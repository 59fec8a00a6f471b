"""The ways to choose weights: enumeration, searches, an annealer, QAOA, and Adam."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.devices.annealers import resolve
from qaimagic.devices.annealers.spectrum import lowest, spectrum, states
from qaimagic.subroutines.anneal.anneal import anneal
from qaimagic.subroutines.anneal.result import Annealed
from qaimagic.subroutines.binary_network.adam import train_restarts
from qaimagic.subroutines.binary_network.search import Search, anneal_spins, descend
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.quadratic import to_quadratic
from qaimagic.training.loop.threads import fitting_threads


@dataclass(frozen=True, eq=False)
class Task:
    """What every solver is given.

    Attributes:
        problem: The mean squared error as an energy.
        X: The units' inputs, shape (m, n), with a column of ones for thresholds.
        y: +1 and -1, shape (m,).
        n_hidden: How many units vote.
        has_bias: Whether one more weight votes.
        reads: How many reads, restarts or shots.
        steps: How many steps of Adam.
        lr: Adam's learning rate.
        p: How many layers QAOA has.
        device: The annealer.
        seed: The seed of everything random.
    """

    problem: Problem
    X: Tensor
    y: Tensor
    n_hidden: int
    has_bias: bool
    reads: int
    steps: int
    lr: float
    p: int
    device: Any
    seed: int


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a solver found.

    Attributes:
        weights: One row for each read, shape (reads, n_weights), +1 or -1.
        evaluations: How many losses, or changes of one, were computed; None where nobody counts.
        seconds: How long it took.
        circuits: How many circuits ran.
        auxiliary: How many bits a quadratic model needed beside the weights.
    """

    weights: NDArray[np.int8]
    evaluations: int | None
    seconds: float
    circuits: int = 0
    auxiliary: int = 0


def _exact(task: Task) -> Outcome:
    start = time.perf_counter()
    spins = task.problem.spins
    best = states(lowest(spectrum(task.problem.terms, spins), 1), spins)
    return Outcome(best, 2 ** len(spins), time.perf_counter() - start)


def _descent(task: Task) -> Outcome:
    return _searched(descend, task)


def _annealing(task: Task) -> Outcome:
    return _searched(anneal_spins, task)


def _searched(search: Callable[[Problem, int, int], Search], task: Task) -> Outcome:
    start = time.perf_counter()
    found = search(task.problem, task.reads, task.seed)
    return Outcome(found.states, found.evaluations, time.perf_counter() - start)


def _quadratic(task: Task) -> Outcome:
    sampler = resolve(task.device)
    answer = anneal(task.problem, device=sampler, reads=task.reads, seed=task.seed)
    auxiliary = len(to_quadratic(task.problem).products)
    sweeps = getattr(sampler, "sweeps", None)
    updates = len(task.problem.spins) + auxiliary
    evaluations = None if sweeps is None else answer.reads * sweeps * updates
    return Outcome(_each_read(answer), evaluations, answer.seconds, auxiliary=auxiliary)


def _qaoa(task: Task) -> Outcome:
    from qaimagic import qaoa

    start = time.perf_counter()
    result = qaoa(task.problem, p=task.p, reads=task.reads, seed=task.seed, live=_unheard)
    seconds = time.perf_counter() - start
    return Outcome(_each_read(result.samples), None, seconds, circuits=result.circuits)


def _unheard(_event: object) -> None:
    """Let the run of a single solver go by unseen."""


def _adam(task: Task) -> Outcome:
    def trained(restarts: int, steps: int) -> NDArray[np.int8]:
        return train_restarts(
            task.X,
            task.y,
            task.n_hidden,
            has_bias=task.has_bias,
            restarts=restarts,
            steps=steps,
            rate=task.lr,
            seed=task.seed,
        )

    with fitting_threads((), task.reads * len(task.problem.labels)):
        trained(1, 1)  # torch loads parts of itself at the first step.
        start = time.perf_counter()
        weights = trained(task.reads, task.steps)
    return Outcome(weights, task.reads * task.steps, time.perf_counter() - start)


def _each_read(answer: Annealed) -> NDArray[np.int8]:
    return np.repeat(answer.states, answer.counts, axis=0)


SOLVERS: dict[str, Callable[[Task], Outcome]] = {
    "exact": _exact,
    "descent": _descent,
    "annealing": _annealing,
    "quadratic": _quadratic,
    "qaoa": _qaoa,
    "adam": _adam,
}
