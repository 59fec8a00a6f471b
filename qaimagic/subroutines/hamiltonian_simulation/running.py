"""Circuits that simulate an evolution, run where they are asked to run.

On an ideal simulator and few wires one step is simulated on all basis states, and its matrix
taken to the power of the steps; else the circuit of all steps runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic.bridge.unitaries import unitary_of
from qaimagic.devices import override
from qaimagic.devices.selection import Choice, describe, resolve
from qaimagic.layers.takeover import is_ideal, suits
from qaimagic.subroutines.hamiltonian_simulation.exact import MOST_DENSE
from qaimagic.subroutines.hamiltonian_simulation.formulas import (
    Exponential,
    gates_of,
    repeated,
)
from qaimagic.subroutines.hamiltonian_simulation.qdrift import (
    MOST_SIDE_BY_SIDE,
    draw_words,
    drawn_states,
    exponentials_of,
)
from qaimagic.subroutines.hamiltonian_simulation.terms import Terms
from qaimagic.subroutines.matrices.postselection import keep, scatter
from qaimagic.subroutines.matrices.reading import Matrix, Vector
from qaimagic.subroutines.matrices.starting import Start
from qaimagic.training.loop.streams import derive

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Site:
    """Where circuits run.

    Attributes:
        device: A device, or None for the default.
        shots: How many shots there are, or None for exact answers.
        seed: Decides shots and draws.
        name: The device's name.
        is_ideal: Whether it is an ideal machine.
        is_own: Whether it is the engine.
    """

    device: Any
    shots: int | None
    seed: int
    name: str
    is_ideal: bool
    is_own: bool


def site_of(device: Any, shots: int | None, seed: int, wires: Sequence[Any]) -> Site:
    """Return where circuits run.

    Raises:
        DeviceError: If there is no such device.
    """
    with override(device, shots=shots, seed=seed):
        choice = resolve(Choice())
    bare = Choice(choice.device)
    own = suits(bare, lambda: list(wires))
    return Site(device, choice.shots, seed, describe(choice.device), is_ideal(bare), own)


@dataclass(frozen=True, eq=False)
class Evolved:
    """What circuits left.

    Attributes:
        probabilities: Of the basis states, shape (2^n,); of qDRIFT the mean over draws.
        standard_errors: How far they scatter, for shots and for draws; None for exact answers.
        states: The final state, shape (1, 2^n), of qDRIFT those of its draws, shape (draws, 2^n);
            None where a device shows none.
        shots: How many shots there were together; None for exact answers.
        unitary: What the circuit does, shape (2^n, 2^n), or None.
        circuits: How many circuits ran.
        success: How often the auxiliary wires read 0.
        success_error: How far that scatters for its shots; None for exact answers.
        is_complete: Whether all ran; an interrupt leaves those before it.
    """

    probabilities: Floats
    standard_errors: Floats | None
    states: NDArray[np.complex128] | None
    shots: int | None
    unitary: Matrix | None = None
    circuits: int = 1
    success: float = 1.0
    success_error: float | None = None
    is_complete: bool = True


def run_product(
    terms: Terms, start: Start, step: Sequence[Exponential], steps: int, time: float, site: Site
) -> Evolved:
    """Run a product formula."""
    wires = list(terms.wires)
    if site.is_own and len(wires) <= MOST_DENSE:
        one = unitary_of(gates_of(terms, step, time / steps), wires)
        phase = np.exp(-1j * terms.constant * time)
        unitary: Matrix = phase * np.linalg.matrix_power(one, steps)
        return of_state(unitary @ start.vector, unitary, site)
    gates = [*start.gates, *gates_of(terms, repeated(step, steps), time / steps)]
    kept = keep(gates, {}, wires, device=site.device, shots=site.shots, seed=site.seed)
    states = None if kept.state is None else kept.state[None]
    return Evolved(kept.probabilities, kept.standard_errors, states, kept.shots)


def run_qdrift(
    terms: Terms, start: Start, steps: int, draws: int, time: float, site: Site
) -> Evolved:
    """Run draws of qDRIFT, with the shots dealt among them."""
    wires = list(terms.wires)
    drawn = draw_words(terms, steps, draws, np.random.default_rng(derive(site.seed, "draws")))
    each = None if site.shots is None else site.shots // draws
    if site.is_own and len(wires) <= MOST_SIDE_BY_SIDE:
        states = drawn_states(terms, start.vector, time, drawn)
        rows = np.abs(states) ** 2
        if each is not None:
            rng = np.random.default_rng(derive(site.seed, "shots"))
            rows = rng.multinomial(each, rows / rows.sum(1, keepdims=True)) / each
        return _mean(rows, states, each, is_complete=True)
    found, complete = [], True
    try:
        for number, words in enumerate(drawn):
            gates = [*start.gates, *gates_of(terms, exponentials_of(terms, words), time)]
            seed = derive(site.seed, "shots", number) % 2**31
            found.append(keep(gates, {}, wires, device=site.device, shots=each, seed=seed))
    except KeyboardInterrupt:
        complete = False
        if len(found) < 2:
            raise
    left = [kept.state for kept in found if kept.state is not None]
    shown = np.array(left) if len(left) == len(found) else None
    return _mean(
        np.array([kept.probabilities for kept in found]), shown, each, is_complete=complete
    )


def of_state(state: Vector, unitary: Matrix | None, site: Site, **further: Any) -> Evolved:
    """Return a simulated state, with shots drawn from it where they are asked for."""
    chances = np.abs(state) ** 2
    chances /= chances.sum()
    if site.shots is None:
        return Evolved(chances, None, state[None], None, unitary, **further)
    rng = np.random.default_rng(derive(site.seed, "shots"))
    shares = rng.multinomial(site.shots, chances) / site.shots
    return Evolved(shares, scatter(shares, site.shots), state[None], site.shots, unitary, **further)


def _mean(
    rows: Floats, states: NDArray[np.complex128] | None, each: int | None, *, is_complete: bool
) -> Evolved:
    count = len(rows)
    return Evolved(
        rows.mean(axis=0),
        rows.std(axis=0, ddof=1) / np.sqrt(count),
        states,
        None if each is None else each * count,
        circuits=count,
        is_complete=is_complete,
    )
