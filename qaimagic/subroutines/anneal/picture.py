"""Samples of an annealer as a picture: energies, the exact one marked, the best states below."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.histogram import Histogram, histogram_picture
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.anneal.result import Annealed

_ROWS = 3
_COLUMNS = 12


def picture_of(answer: Annealed) -> Picture:
    """Return the picture of an annealer's samples; see ``Annealed.plot``."""
    data = Histogram(
        answer.energies,
        answer.counts,
        mark=answer.ground_energy,
        mark_label="exact ground energy",
        y_label="states" if _is_enumeration(answer) else "reads",
    )
    title = f"Energies of {answer.reads} {data.y_label}, {answer.device}"
    table = _table(answer)
    return histogram_picture(
        data,
        title=title,
        text=text_of(answer),
        caption=text_of(answer, with_state=not table),
        below=table,
    )


def text_of(answer: Annealed, *, with_state: bool = True) -> str:
    """Return what was found in one deterministic line."""
    energy = short_number(answer.energy + 0.0, 6)
    n = answer.reads
    if _is_enumeration(answer):
        first = f"Lowest energy {energy}, by enumeration."
    else:
        first = f"Lowest energy {energy} in {answer.found} of {n} read{'s' * (n != 1)}"
        first += f" on {answer.device}"
        if answer.is_ground:
            first += ", the exact ground energy."
        elif answer.ground_energy is not None:
            exact = short_number(answer.ground_energy, 6)
            first += f"; the exact ground energy is {exact}."
        else:
            first += "."
    said = [first, *([_state(answer)] if with_state else []), *answer.notes]
    if answer.chain_breaks is not None:
        said.append(f"{100 * answer.chain_breaks:.2g}% of the chains of qubits broke.")
    return " ".join(said)


def _is_enumeration(answer: Annealed) -> bool:
    return answer.device == "anneal:exact"


def _state(answer: Annealed) -> str:
    words = [f"{label} = {_value(answer, 0, i)}" for i, label in enumerate(answer.labels)]
    if len(words) > _COLUMNS:
        words = [*words[:_COLUMNS], f"and {len(words) - _COLUMNS} more"]
    return f"Best state: {', '.join(words)}.".replace(MINUS, "-")


def _value(answer: Annealed, rank: int, index: int) -> str:
    return str(answer.states[rank, index]).replace("-", MINUS)


def _table(answer: Annealed) -> str:
    """Return the best states as an HTML table, where their variables fit side by side."""
    if len(answer.labels) > _COLUMNS:
        return ""
    heads = ["energy", "found", *map(str, answer.labels)]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    rows = []
    for rank in range(min(_ROWS, len(answer.states))):
        energy = short_number(float(answer.energies[rank]) + 0.0, 6).replace("-", MINUS)
        values = [_value(answer, rank, i) for i in range(len(answer.labels))]
        cells = [f"{answer.counts[rank]}", *values]
        body = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{energy}</th>{body}</tr>')
    return (
        f"<table><caption>The lowest states</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
