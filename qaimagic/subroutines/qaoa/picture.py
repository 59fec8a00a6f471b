"""QAOA's result as a picture: samples on the exact distribution, then the run and the others."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.devices.annealers.thermal import Levels
from qaimagic.drawing.curves import Curves, Series, curves_svg
from qaimagic.drawing.curves_axes import MINUS, short_number, with_error
from qaimagic.drawing.histogram import Histogram
from qaimagic.drawing.page import Picture
from qaimagic.drawing.sample_view import SampleView, view_picture
from qaimagic.subroutines.anneal.picture import solution_words, value_words
from qaimagic.subroutines.anneal.view import graph_of

if TYPE_CHECKING:
    from qaimagic.subroutines.qaoa.result import QAOAResult

_MISSING = 0.5
"""How many samples expected above those that are shown may be left out."""


def picture_of(answer: QAOAResult) -> Picture:
    """Return what is shown of a result; see ``QAOAResult.plot``."""
    samples = answer.samples
    graph, notes = graph_of(samples.problem, None)
    histogram, expected = _histogram(answer)
    view = SampleView(
        labels=[str(label) for label in samples.labels],
        states=samples.states,
        energies=samples.energies,
        counts=samples.counts,
        histogram=histogram,
        graph=graph,
        title=f"Energies of {samples.reads} reads, {samples.device}",
        text=text_of(answer),
        caption=text_of(answer),
        expected=expected,
        notes=notes,
    )
    picture = view_picture(view)
    below = [_run(answer), _beside(answer), picture.below]
    spaced = "".join(f'<div style="margin-top:1em">{part}</div>' for part in below if part)
    return replace(picture, below=spaced)


def text_of(answer: QAOAResult) -> str:
    """Return what came out in one deterministic line."""
    mean = short_number(answer.expectation + 0.0, 6)
    if answer.standard_error:
        mean = with_error(answer.expectation, answer.standard_error)
    asked = answer.samples.problem.question is not None
    first = f"{value_words(answer.samples)}. " if asked else ""
    said = [f"{first}QAOA with p = {answer.p} and mixer {answer.mixer}: mean energy {mean}"]
    if answer.reach is not None:
        said[0] += f", where the exact ground energy is {short_number(answer.reach.lowest, 6)}"
    if answer.approximation_ratio is not None:
        said.append(f"approximation ratio {short_number(answer.approximation_ratio, 4)}")
    if answer.success_probability is not None:
        said.append(f"success probability {short_number(answer.success_probability, 3)}")
    lowest = short_number(answer.samples.energy + 0.0, 6)
    reads = answer.samples.reads
    best = f"Lowest energy {lowest} in {answer.samples.found} of {reads} read{'s' * (reads != 1)}."
    alarms = [] if answer.run is None else [alarm.message for alarm in answer.run.alarms]
    solution = [solution_words(answer.samples)] if asked else []
    return " ".join([f"{'; '.join(said)}.", best, *solution, *alarms]).replace(MINUS, "-")


def _histogram(answer: QAOAResult) -> tuple[Histogram, np.ndarray | None]:
    """Return the samples' energies beside those of the state, and each sample's expectation."""
    samples, reach = answer.samples, answer.reach
    energies, counts = samples.energies, samples.counts
    levels = expected = each = None
    if answer.probabilities is not None and reach is not None:
        levels = Levels.of(reach.energies, reach.rounding)
        middles = 0.5 * (levels.energies[1:] + levels.energies[:-1])
        where = np.searchsorted(middles, reach.energies)
        shares = samples.reads * np.bincount(where, answer.probabilities, len(levels.energies))
        shown = (levels.energies <= energies.max()) | (np.cumsum(shares[::-1])[::-1] >= _MISSING)
        energies = np.concatenate([energies, levels.energies[shown]])
        counts = np.concatenate([counts, np.zeros(int(shown.sum()), dtype=np.int64)])
        expected = np.concatenate([np.zeros(len(samples.energies)), shares[shown]])
        each = samples.reads * answer.probabilities[_numbers(answer)]
    return (
        Histogram(
            energies,
            counts,
            mark=None if reach is None else reach.lowest,
            mark_label="exact ground energy",
            expected=expected,
            expected_label="exact, of the state" if expected is not None else "",
            errors=True,
        ),
        each,
    )


def _numbers(answer: QAOAResult) -> np.ndarray:
    """Return which of all 2^n states each sampled one is, shape (m,)."""
    spins = np.asarray(answer.samples.problem.spins)
    states = answer.samples.states.astype(np.int64)
    bits = np.where(spins, (1 - states) // 2, states)
    return np.asarray(bits @ (1 << np.arange(len(spins) - 1, -1, -1)))


def _run(answer: QAOAResult) -> str:
    """Return the curve of the run as SVG, between guessing and the exact answer."""
    if answer.run is None or not answer.run.history.steps:
        return ""
    losses = answer.run.history.losses
    lines = [Series(answer.run.loss, list(range(1, len(losses) + 1)), losses)]
    if answer.reach is not None:
        lines.append(Series("exact", [0.0], [answer.reach.lowest], "reference"))
        lines.append(Series("guessing", [0.0], [answer.reach.mean], "reference"))
    panel = Curves(tuple(lines), y_label=answer.run.loss, log=False)
    return curves_svg(panel, title=f"The run. {answer.run.stop_message}")


def _beside(answer: QAOAResult) -> str:
    """Return QAOA, annealing and guessing as an HTML table, escaped."""
    heads = ["method", "mean energy", "approximation ratio", "success in a sample"]
    rows = []
    for method, *numbers in (row.values() for row in answer.beside()):
        cells = "".join(f"<td>{_cell(number)}</td>" for number in numbers)
        rows.append(f'<tr><th scope="row">{escape(method)}</th>{cells}</tr>')
    head = "".join(f'<th scope="col">{word}</th>' for word in heads)
    return (
        "<table><caption>Beside other methods</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(number: float | None) -> str:
    return "" if number is None else short_number(number + 0.0, 4).replace("-", MINUS)
