"""Samples of an annealer as a picture: energies, the exact ones, the best states below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.page import Picture
from qaimagic.drawing.sample_view import SampleView, has_columns, view_picture
from qaimagic.subroutines.anneal.view import Places, view_of

if TYPE_CHECKING:
    from qaimagic.subroutines.anneal.result import Annealed

_COLUMNS = 12


def picture_of(answer: Annealed, positions: Places = None) -> tuple[SampleView, Picture]:
    """Return what is shown of an annealer's samples, and its picture; see ``Annealed.plot``."""
    caption = text_of(answer, with_state=not has_columns(len(answer.labels)))
    view = view_of(answer, text_of(answer), caption, positions)
    return view, view_picture(view)


def text_of(answer: Annealed, *, with_state: bool = True) -> str:
    """Return what was found in one deterministic line."""
    energy = short_number(answer.energy + 0.0, 6)
    n = answer.reads
    if answer.is_enumeration:
        first = f"Lowest energy {energy}, by enumeration."
    else:
        first = f"Lowest energy {energy} in {answer.found} of {n} read{'s' * (n != 1)}"
        first += f" on {answer.device}" if answer.device else ""
        if answer.is_ground:
            first += ", the exact ground energy."
        elif answer.ground_energy is not None:
            exact = short_number(answer.ground_energy, 6)
            first += f"; the exact ground energy is {exact}."
        else:
            first += "."
    said = [first, _temperature(answer), _state(answer) if with_state else "", *answer.notes]
    if answer.chain_breaks is not None:
        said.append(f"{100 * answer.chain_breaks:.2g}% of the chains of qubits broke.")
    return " ".join(filter(None, said))


def _temperature(answer: Annealed) -> str:
    """Return at which temperature the samples fit a Boltzmann distribution, in a sentence."""
    fit = answer.temperature
    if fit is None:
        return ""
    if fit.value == 0:
        return f"Every read is a ground state: T is {fit}."
    if fit.value == float("inf"):
        return "On average they lie no lower than states drawn by chance."
    return f"A Boltzmann distribution has their mean energy at T = {fit}."


def _state(answer: Annealed) -> str:
    words = [
        f"{label} = {value}" for label, value in zip(answer.labels, answer.states[0], strict=True)
    ]
    if len(words) > _COLUMNS:
        words = [*words[:_COLUMNS], f"and {len(words) - _COLUMNS} more"]
    return f"Best state: {', '.join(words)}.".replace(MINUS, "-")
