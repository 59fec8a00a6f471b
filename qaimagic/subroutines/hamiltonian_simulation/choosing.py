"""What is to be simulated, and how many steps that takes."""

from __future__ import annotations

from dataclasses import dataclass

from qaimagic._checks import requirement
from qaimagic.subroutines.hamiltonian_simulation.bounds import (
    Bound,
    fewest,
    product_bound,
    qdrift_bound,
)
from qaimagic.subroutines.hamiltonian_simulation.exact import MOST_DENSE
from qaimagic.subroutines.hamiltonian_simulation.formulas import ORDERS, Exponential, step_of
from qaimagic.subroutines.hamiltonian_simulation.qsvt import Signal
from qaimagic.subroutines.hamiltonian_simulation.running import Site
from qaimagic.subroutines.hamiltonian_simulation.terms import Terms
from qaimagic.subroutines.matrices.starting import Start

_MOST_ROTATIONS = 10**7


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be simulated.

    Attributes:
        terms: The Hamiltonian.
        start: The state at time 0.
        time: The time.
        method: How.
        draws: How many draws of qDRIFT.
    """

    terms: Terms
    start: Start
    time: float
    method: str
    draws: int

    @property
    def is_still(self) -> bool:
        """Whether nothing moves but the phase of all."""
        return self.time == 0 or not self.terms.words


def own_step(task: Task) -> list[Exponential]:
    """Return the exponentials of a product formula's step."""
    order = ORDERS.get(task.method, 1)
    return step_of(order, 0 if task.is_still else len(task.terms.words))


def bound_of(task: Task, signal: Signal | None) -> Bound | None:
    """Return what the error is at most, or None where that takes long."""
    if task.is_still:
        return lambda _: 0.0
    if signal is not None:
        return signal.bound
    if task.method == "qdrift":
        return qdrift_bound(task.terms, task.time)
    return product_bound(task.terms, task.method, task.time)


def chosen_steps(task: Task, bound: Bound | None, epsilon: float) -> int:
    """Return the fewest steps that a bound promises an error for.

    Raises:
        ValueError: If there is no bound, or it asks for too many.
    """
    if bound is None:
        rule = f"be given for {len(task.terms.words):,} Pauli words"
        received = "it is not, and the bound that would choose it takes too long"
        raise ValueError(requirement("steps", rule, received))
    steps = fewest(bound, epsilon)
    if steps is None:
        fix = "Give `steps`, a larger `epsilon`, or another method."
        rule = "be within reach of a billion steps"
        raise ValueError(requirement("epsilon", rule, f"it is {epsilon:g}", fix))
    return steps


def check_length(task: Task, steps: int, site: Site) -> None:
    """Check that circuits are not longer than can be run, and that each draw has a shot.

    Raises:
        ValueError: If they are.
    """
    is_power = site.is_own and len(task.terms.wires) <= MOST_DENSE
    if task.method == "qsvt" or task.is_still or (task.method in ORDERS and is_power):
        return
    if task.method == "qdrift" and site.shots is not None and site.shots < task.draws:
        rule = f"be at least one for each of {task.draws} draws"
        raise ValueError(requirement("shots", rule, f"it is {site.shots}"))
    each = len(task.terms.words) if task.method in ORDERS else task.draws
    if steps * each > _MOST_ROTATIONS:
        rule = f"take {_MOST_ROTATIONS:,} rotations at most"
        received = f"{steps:,} take {steps * each:,}"
        fix = "A larger `epsilon` takes fewer steps."
        raise ValueError(requirement("steps", rule, received, fix))
