"""From a Hamiltonian and a state to a result: steps chosen, run, and put beside the exact one."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass

import numpy as np

from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.hamiltonian_simulation.bounds import fewest
from qaimagic.subroutines.hamiltonian_simulation.choosing import (
    Task,
    bound_of,
    check_length,
    chosen_steps,
    own_step,
)
from qaimagic.subroutines.hamiltonian_simulation.costs import Costs, costs_of, costs_of_steps
from qaimagic.subroutines.hamiltonian_simulation.exact import (
    MOST_EXACT,
    Exact,
    exact_of,
    infidelity,
)
from qaimagic.subroutines.hamiltonian_simulation.formulas import ORDERS, gates_of, step_of
from qaimagic.subroutines.hamiltonian_simulation.qdrift import (
    MOST_MIXED,
    channel,
    draw_words,
    exponentials_of,
    trace_distance,
)
from qaimagic.subroutines.hamiltonian_simulation.qsvt import (
    costs_of_qsvt,
    run_qsvt,
    signal_of,
)
from qaimagic.subroutines.hamiltonian_simulation.result import SimulationResult
from qaimagic.subroutines.hamiltonian_simulation.running import (
    Evolved,
    Site,
    run_product,
    run_qdrift,
)
from qaimagic.subroutines.qsvt.circuit import Transformed
from qaimagic.training.loop.streams import derive

_EPSILON = 0.01
_MOST_SEARCHED = 6
_MOST_MIXINGS = 50_000


def solve(task: Task, steps: int | None, epsilon: float | None, site: Site) -> SimulationResult:
    """Simulate an evolution, and return what it left beside the exact answer.

    Args:
        task: What is to be simulated.
        steps: How many steps, or None to choose them by the bound.
        epsilon: The error that they are chosen for; 0.01 by default.
        site: Where circuits run.

    Raises:
        ValueError: If there is no bound to choose steps by, or it asks for too many.
    """
    terms, start, time = task.terms, task.start, task.time
    exact = None
    if len(terms.wires) <= MOST_EXACT:
        exact = exact_of(terms, start.vector, time)
    begin = clock.perf_counter()
    signal = signal_of(terms, time) if task.method == "qsvt" and not task.is_still else None
    bound = bound_of(task, signal)
    asked = None
    if steps is None:
        asked = _EPSILON if epsilon is None else epsilon
        steps = chosen_steps(task, bound, asked)
    check_length(task, steps, site)
    circuit = None if signal is None else signal.circuit(steps)
    evolved = run(task, circuit, steps, site)
    seconds = clock.perf_counter() - begin
    costs = _costs(task, circuit, steps, site)
    matter = None if exact is None else _compare(task, evolved, steps, exact, site)
    is_pure = site.shots is None and (task.method != "qdrift" or task.is_still)
    return SimulationResult(
        probabilities=evolved.probabilities,
        standard_errors=evolved.standard_errors,
        state=evolved.states[0] if is_pure and evolved.states is not None else None,
        exact_state=None if exact is None else exact.state,
        infidelity=None if matter is None else matter.infidelity,
        infidelity_error=None if matter is None else matter.infidelity_error,
        operator_error=None if matter is None else matter.operator_error,
        trace_distance=None if matter is None else matter.trace_distance,
        bound=None if bound is None else bound(steps),
        enough=None if asked is None else _enough(task, steps, asked, exact),
        method=task.method,
        time=float(time),
        steps=steps,
        epsilon=asked,
        terms=len(terms.words),
        reach=terms.reach,
        exponentials=costs.exponentials,
        queries=0 if circuit is None else circuit.calls,
        gates=costs.gates,
        depth=costs.depth,
        success=evolved.success,
        success_error=evolved.success_error,
        wires=terms.wires,
        circuits=evolved.circuits,
        shots=evolved.shots,
        device=site.name,
        is_ideal=site.is_ideal,
        is_complete=evolved.is_complete,
        remarks=tuple(filter(None, (terms.remark, start.remark))),
        seconds=seconds,
        exact_seconds=None if exact is None else exact.seconds,
    )


def run(task: Task, circuit: Transformed | None, steps: int, site: Site) -> Evolved:
    """Run the circuits of a method."""
    if circuit is not None:
        return run_qsvt(task.terms, task.start, circuit, task.time, site)
    if task.method == "qdrift" and not task.is_still:
        return run_qdrift(task.terms, task.start, steps, task.draws, task.time, site)
    return run_product(task.terms, task.start, own_step(task), steps, task.time, site)


def _costs(task: Task, circuit: Transformed | None, steps: int, site: Site) -> Costs:
    if circuit is not None:
        return costs_of_qsvt(circuit)
    if task.method == "qdrift" and not task.is_still:
        seed = derive(site.seed, "draws")
        [first] = draw_words(task.terms, steps, 1, np.random.default_rng(seed))
        return costs_of(task.terms, exponentials_of(task.terms, first))
    return costs_of_steps(task.terms, own_step(task), steps)


@dataclass(frozen=True, eq=False)
class _Comparison:
    """What the simulated and the exact evolution differ by."""

    infidelity: float | None = None
    infidelity_error: float | None = None
    operator_error: float | None = None
    trace_distance: float | None = None


def _compare(task: Task, evolved: Evolved, steps: int, exact: Exact, site: Site) -> _Comparison:
    if evolved.states is None or site.shots is not None:
        return _Comparison()
    found = np.array([infidelity(state, exact.state) for state in evolved.states])
    mean = float(found.mean())
    if task.method != "qdrift" or task.is_still:
        norm = None
        if evolved.unitary is not None and exact.unitary is not None:
            norm = float(np.linalg.norm(evolved.unitary - exact.unitary, 2))
        return _Comparison(mean, None, norm, float(np.sqrt(mean)))
    distance = None
    if len(task.terms.wires) <= MOST_MIXED and steps <= _MOST_MIXINGS:
        mixed = channel(task.terms, task.start.vector, task.time, steps)
        distance = trace_distance(mixed, exact.state)
    error = float(found.std(ddof=1) / np.sqrt(len(found)))
    return _Comparison(mean, error, None, distance)


def _enough(task: Task, most: int, epsilon: float, exact: Exact | None) -> int | None:
    """Return the fewest steps whose error in operator norm is small enough, of few wires."""
    terms = task.terms
    is_small = len(terms.wires) <= _MOST_SEARCHED
    if task.method not in ORDERS or task.is_still or not is_small or exact is None:
        return None
    step = step_of(ORDERS[task.method], len(terms.words))
    phase = np.exp(-1j * terms.constant * task.time)

    def error(steps: int) -> float:
        one = unitary_of(gates_of(terms, step, task.time / steps), terms.wires)
        whole = phase * np.linalg.matrix_power(one, steps)
        return float(np.linalg.norm(whole - exact.unitary, 2)) if steps < most else 0.0

    return fewest(error, epsilon)
