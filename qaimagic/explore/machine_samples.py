"""A Boltzmann machine's samples: its energy as a problem, and its visible states as a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.thermal import Levels
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.sample_view import SampleView
from qaimagic.layers.boltzmann.field import Field, states_numbered
from qaimagic.layers.boltzmann.hidden import free_energy
from qaimagic.layers.boltzmann.machine import BoltzmannMachine
from qaimagic.subroutines.anneal.view import Beside, Places, graph_of, histogram_of
from qaimagic.subroutines.energies.problem import Problem

MOST_VISIBLE = 16
"""The most visible units whose states are enumerated."""
_ROWS = 2**12


@torch.no_grad()
def machine_problem(machine: BoltzmannMachine) -> Problem:
    """Return a machine's energy of all its units, ``v[0]`` and on and then ``h[0]`` and on."""
    units, field = machine.units, machine.field()
    labels = [f"v[{i}]" for i in range(units.n_visible)]
    labels += [f"h[{i}]" for i in range(units.n_hidden)]
    terms: dict[tuple[int, ...], float] = {(): 0.0}
    terms |= {(i,): -value for i, value in enumerate(field.bias.double().tolist())}
    coupling = field.coupling.double()
    terms |= {(u, v): -float(coupling[u, v]) for u, v in units.edges}
    return Problem(tuple(labels), (False,) * len(labels), terms)


@torch.no_grad()
def machine_view(
    machine: BoltzmannMachine, states: NDArray[np.int8], positions: Places
) -> SampleView:
    """Return visible states by their free energy, beside the exact distribution.

    Args:
        machine: The machine.
        states: Zeros and ones, shape (m, n_visible).
        positions: Where each unit is drawn, or None.

    Raises:
        ValueError: If a state holds something else.
    """
    if (states < 0).any():
        raise ValueError(requirement("found", "hold zeros and ones", "it holds -1"))
    distinct, counts = np.unique(states, axis=0, return_counts=True)
    energies = _free_energies(machine, torch.as_tensor(distinct))
    order = np.argsort(energies, kind="stable")
    distinct, counts, energies = distinct[order], counts[order], energies[order]
    beside = None
    n_visible, n = machine.units.n_visible, len(states)
    if n_visible <= MOST_VISIBLE:
        everything = _free_energies(machine, *_all_states(n_visible))
        beside = Beside(Levels.of(everything), 1.0, "exact distribution of visible states")
    text = f"{_counted(n, 'sample')} of {n_visible} visible units, "
    lowest = "".join(map(str, distinct[0]))
    text += f"{_counted(len(distinct), 'state')}; the likeliest of them, {lowest}, "
    text += f"came {_counted(int(counts[0]), 'time')}"
    if beside is not None:
        expected = beside.expected(energies[:1], n)[0]
        text += f", where {short_number(float(expected))} were expected"
    text += f" (free energy {short_number(float(energies[0]), 5)})."
    problem = machine_problem(machine)
    shown, notes = _with_hidden(machine, distinct)
    graph = None
    if shown is not None:
        graph, more = graph_of(problem, positions or in_layers(machine))
        notes += more
    return SampleView(
        labels=list(map(str, problem.labels[: (distinct if shown is None else shown).shape[1]])),
        states=distinct if shown is None else shown,
        energies=energies,
        counts=counts,
        histogram=histogram_of(energies, counts, beside, x_label="free energy", y_label="samples"),
        graph=graph,
        title=f"Free energies of {n} samples of a Boltzmann machine",
        text=text,
        caption=text,
        expected=beside.expected(energies, n) if beside else None,
        notes=notes,
    )


def _counted(n: int, word: str) -> str:
    return f"{n} {word}{'s' * (n != 1)}"


def _all_states(n: int) -> list[torch.Tensor]:
    return [
        states_numbered(torch.arange(start, min(start + _ROWS, 2**n)), n, torch.zeros(()))
        for start in range(0, 2**n, _ROWS)
    ]


def _free_energies(machine: BoltzmannMachine, *states: torch.Tensor) -> NDArray[np.float64]:
    """Return free energies in double precision, so that equal ones are equal in any batch."""
    field = machine.field()
    field = Field(field.bias.double(), field.coupling.double())
    parts = [free_energy(field, machine.units, each.to(field.bias)) for each in states]
    return torch.cat(parts).cpu().numpy()


def _with_hidden(
    machine: BoltzmannMachine, visible: NDArray[np.int8]
) -> tuple[NDArray[np.int8] | None, list[str]]:
    """Return states of all units, hidden ones at their likelier value where they are alone."""
    units = machine.units
    if units.hidden_kept:
        return None, ["Hidden units are coupled with one another; the graph is not drawn."]
    hidden = torch.zeros(len(visible), units.n_hidden)
    known = torch.cat([torch.as_tensor(visible, dtype=torch.float32), hidden], dim=1)
    along = machine.field().at(known.to(machine.weight))[:, units.n_visible :]
    likelier = (along > 0).to(torch.int8).cpu().numpy()
    return np.concatenate([visible, likelier], axis=1), [
        "Hidden units are drawn at their likelier value."
    ]


def in_layers(machine: BoltzmannMachine) -> Mapping[Any, tuple[float, float]] | None:
    """Return the two layers of a restricted machine, the visible one below."""
    units = machine.units
    if not units.is_restricted:
        return None
    rows = (("v", units.n_visible, 0.0), ("h", units.n_hidden, 0.6))
    return {f"{name}[{i}]": ((i + 0.5) / n, y) for name, n, y in rows for i in range(n)}
