"""Samples of an annealer as a picture: energies, the exact ones, the best states below."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

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
    """Return what was found in one deterministic line.

    Args:
        answer: The samples.
        with_state: Whether to write the best state out where nothing was asked that it answers.
    """
    asked = answer.problem.question is not None
    energy = _lowest(answer)
    said = [
        f"{value_words(answer)}; {energy[0].lower()}{energy[1:]}" if asked else energy,
        _temperature(answer),
        solution_words(answer) if asked else _state(answer) if with_state else "",
        *answer.notes,
    ]
    if answer.chain_breaks is not None:
        said.append(f"{100 * answer.chain_breaks:.2g}% of the chains of qubits broke.")
    return " ".join(filter(None, said))


def value_words(answer: Annealed) -> str:
    """Return what the solution is worth, and whether anything is worth more."""
    question = answer.problem.question
    assert question is not None
    value = f"{question.measure.capitalize()} {short_number(answer.value + 0.0, 6)}"
    if not answer.is_feasible:
        return f"{value}, not feasible"
    if not answer.is_ground:
        return value
    return f"{value}, the {'largest' if question.maximise else 'smallest'}"


def _lowest(answer: Annealed) -> str:
    """Return the lowest energy, how often it came, and what is known of lower ones."""
    energy, n = f"Lowest energy {_written(answer.energy)}", answer.reads
    if answer.is_enumeration:
        return f"{energy}, by enumeration."
    said = f"{energy} in {answer.found} of {n} read{'s' * (n != 1)}"
    said += f" on {answer.device}" if answer.device else ""
    if answer.is_ground:
        return f"{said}, the exact ground energy."
    if answer.ground_energy is not None:
        return f"{said}; the exact ground energy is {_written(answer.ground_energy)}."
    if answer.bound is not None:
        return f"{said}; none lies below {_written(answer.bound)}."
    return f"{said}."


def _written(energy: float) -> str:
    return short_number(energy + 0.0, 6)


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
    return f"Best state: {_listed(words)}.".replace(MINUS, "-")


def solution_words(answer: Annealed) -> str:
    """Return the answer to what was asked, in a sentence."""
    place = {label: i for i, label in enumerate(answer.labels)}
    return f"Solution: {_told(answer.solution, place)}."


def _told(part: Any, place: dict[Hashable, int]) -> str:
    """Return part of a solution in words; sets in the order of the problem's own labels."""
    if isinstance(part, tuple):
        sides = [each for each in part if isinstance(each, set | list)]
        return " and ".join(_told(each, place) for each in sides or part)
    if isinstance(part, dict):
        return _listed([f"{key}: {_told(value, place)}" for key, value in part.items()])
    if isinstance(part, set | frozenset):
        members = sorted(part, key=lambda each: (place.get(each, len(place)), repr(each)))
        return f"{{{_listed([str(each) for each in members])}}}"
    if isinstance(part, list):
        return f"[{_listed([str(each) for each in part])}]"
    return str(part)


def _listed(words: list[str]) -> str:
    more = len(words) - _COLUMNS
    return ", ".join([*words[:_COLUMNS], f"and {more} more"] if more > 0 else words)
