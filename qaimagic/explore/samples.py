"""Looks into samples of an energy: an annealer's, a Boltzmann machine's, or anybody's."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.thermal import Temperature
from qaimagic.drawing.page import Picture
from qaimagic.drawing.sample_view import SampleView, view_picture
from qaimagic.explore._living import Living
from qaimagic.subroutines.anneal.found import Found
from qaimagic.subroutines.anneal.picture import picture_of
from qaimagic.subroutines.anneal.result import Annealed
from qaimagic.subroutines.anneal.sampling import ground_of
from qaimagic.subroutines.anneal.view import Places
from qaimagic.subroutines.energies.problem import Problem, read

if TYPE_CHECKING:
    from qaimagic.layers.boltzmann.machine import BoltzmannMachine


class Samples(Living):
    """What samples show: a picture that lasts, and a widget where the front end has them.

    Attributes:
        picture: The picture.
        temperature: At which temperature the samples fit a Boltzmann distribution best, with its
            standard error; None where not all energies are known.
    """

    def __init__(self, view: SampleView, picture: Picture, temperature: Temperature | None) -> None:
        def explorer() -> Any:
            from qaimagic.widgets.sampler import SampleExplorer

            return SampleExplorer(view)

        super().__init__(picture, explorer)
        self.temperature = temperature


def samples(found: Any, energy: Any = None, *, positions: Places = None) -> Samples:
    """Look into samples of an energy: how often each came, and one state after the other.

    The energies found stand as a histogram, with standard errors of the counts. Up to 20 variables
    all states are enumerated: the exact ground energy is marked, and beside the bars stands the
    Boltzmann distribution with the samples' mean energy, which is that of the largest likelihood.
    Up to 150 variables a graph shows a state: which variables are up, and which couplings it
    violates.

    Args:
        found: What `qaimagic.anneal` found; a ``dimod.SampleSet``; or states of shape
            (m, n), with the values of spins (+1, -1) or bits (0, 1).
        energy: What was sampled, in each form that `qaimagic.anneal` takes, or a
            `BoltzmannMachine`; not needed for what `qaimagic.anneal` found. States of a machine's
            visible units alone are shown beside their exact distribution.
        positions: Where each variable is drawn, by its label, or by the label in ``spins`` and
            ``bits``, as pairs of numbers; None for a layout of the graph's own.

    Returns:
        A picture, alive in JupyterLab and Notebook 7: click a bar, or move through the states with
        the arrow keys.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If states and energy do not belong together.

    Example:
        >>> import qaimagic
        >>> s = qaimagic.spins(3)
        >>> ring = s[0] * s[1] + s[1] * s[2] + s[2] * s[0]
        >>> seen = qaimagic.samples([[1, 1, -1]] * 60 + [[1, 1, 1]] * 4, ring)
        >>> print(seen.temperature)
        2.49 ± 0.80
        >>> seen = qaimagic.samples(qaimagic.anneal(ring))
    """
    if _is_machine(energy):
        return _of_machine(_states(found, None), energy, positions)
    if isinstance(found, Annealed):
        if energy is not None:
            fix = "What `qaimagic.anneal` found knows its energy."
            raise ValueError(requirement("energy", "be left out", "it was given", fix))
        return _of_annealed(found, positions)
    if energy is None:
        fix = "The one that was sampled: `qaimagic.samples(found, energy)`."
        raise TypeError(requirement("energy", "be given", "it is None", fix))
    problem = read(energy)
    return _of_annealed(_annealed(*_rows(found, problem), problem), positions)


def _of_annealed(answer: Annealed, positions: Places) -> Samples:
    view, picture = picture_of(answer, positions)
    return Samples(view, picture, answer.temperature)


def _is_machine(energy: Any) -> bool:
    """Return whether an energy is a Boltzmann machine's, without importing torch for others."""
    if "torch" not in sys.modules:
        return False
    from qaimagic.layers.boltzmann.machine import BoltzmannMachine

    return isinstance(energy, BoltzmannMachine)


def _of_machine(states: NDArray[np.int8], machine: BoltzmannMachine, positions: Places) -> Samples:
    from qaimagic.explore.machine_samples import in_layers, machine_problem, machine_view

    if states.shape[1] == machine.units.n_visible != len(machine.units):
        view = machine_view(machine, states, positions)
        return Samples(view, view_picture(view), None)
    answer = _annealed(states, None, machine_problem(machine))
    return _of_annealed(answer, positions or in_layers(machine))


def _annealed(
    states: NDArray[np.int8], counts: NDArray[np.int64] | None, problem: Problem
) -> Annealed:
    """Return states from elsewhere as what an annealer found."""
    n = len(problem.labels)
    if states.shape[1] != n:
        received = f"their shape is {states.shape}"
        fix = f"The energy depends on {', '.join(map(str, problem.labels[:8]))}"
        fix += ", …" if n > 8 else "."
        raise ValueError(requirement("found", f"have {n} columns", received, fix))
    allowed = np.where(np.asarray(problem.spins), -1, 0)
    wrong = (states != 1) & (states != allowed)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        rule = "hold +1 and -1 for spins, 0 and 1 for bits"
        received = f"{problem.labels[column]} is {states[row, column]} in row {row}"
        raise ValueError(requirement("found", rule, received))
    if counts is None:
        counts = np.ones(len(states), dtype=np.int64)
    rows = Found(states, counts)
    ground = ground_of(problem)
    return Annealed.of(problem, rows, ground=ground, device="", seconds=math.nan)


def _rows(found: Any, problem: Problem) -> tuple[NDArray[np.int8], NDArray[np.int64] | None]:
    """Return the states of a sample set in the order of the problem's variables, and counts."""
    if not hasattr(found, "record"):
        return _states(found, problem), None
    place = {str(variable): i for i, variable in enumerate(found.variables)}
    missing = [label for label in problem.labels if str(label) not in place]
    if missing:
        received = f"{missing[0]} is not among them"
        raise ValueError(requirement("found", "hold the energy's variables", received))
    columns = found.record.sample[:, [place[str(label)] for label in problem.labels]]
    values = _as_spins_or_bits(np.asarray(columns), problem, is_spin=found.vartype.name == "SPIN")
    return values, np.asarray(found.record.num_occurrences, dtype=np.int64)


def _as_spins_or_bits(
    values: NDArray[np.int8], problem: Problem, *, is_spin: bool
) -> NDArray[np.int8]:
    """Return samples of one kind in the kind of each variable; bit 1 is spin +1, as in dimod."""
    bits = (values + 1) // 2 if is_spin else values
    return np.where(np.asarray(problem.spins), 2 * bits - 1, bits).astype(np.int8)


def _states(found: Any, problem: Problem | None) -> NDArray[np.int8]:
    """Return an array of states, shape (m, n)."""
    detached = found.detach().cpu() if hasattr(found, "detach") else found
    try:
        array = np.asarray(detached, dtype=np.float64)
    except (TypeError, ValueError) as error:
        rule = "be what `qaimagic.anneal` found, a dimod SampleSet, or an array of states"
        raise TypeError(requirement("found", rule, f"it is {type(found).__name__}")) from error
    if array.ndim != 2 or not len(array):
        n = "n" if problem is None else len(problem.labels)
        rule = f"have shape (m, {n}), with at least one state"
        raise ValueError(requirement("found", rule, f"its shape is {array.shape}"))
    if not np.isin(array, (-1, 0, 1)).all():
        odd = array[~np.isin(array, (-1, 0, 1))][0]
        raise ValueError(requirement("found", "hold +1, -1 and 0", f"it holds {odd:g}"))
    return array.astype(np.int8)
