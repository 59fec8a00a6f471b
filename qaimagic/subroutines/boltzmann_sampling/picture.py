"""Samples of a Boltzmann distribution as a picture, and in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.page import Picture
from qaimagic.drawing.sample_view import SampleView, view_picture
from qaimagic.subroutines.anneal.view import Beside, graph_of, histogram_of

if TYPE_CHECKING:
    from qaimagic.subroutines.boltzmann_sampling.result import BoltzmannSamples

_SURE = 1e-3


def picture_of(answer: BoltzmannSamples) -> Picture:
    """Return what is shown of samples; see ``BoltzmannSamples.plot``."""
    samples, exact = answer.samples, answer.exact
    told, beside = text_of(answer), None
    if exact is not None:
        at = short_number(answer.temperature)
        beside = Beside(exact.levels, answer.temperature, f"exact Boltzmann, T = {at}")
    graph, notes = graph_of(samples.problem, None)
    view = SampleView(
        labels=[str(label) for label in samples.labels],
        states=samples.states,
        energies=samples.energies,
        counts=samples.counts,
        histogram=histogram_of(
            samples.energies, samples.counts, beside, ground=samples.ground_energy
        ),
        graph=graph,
        title=f"Energies of {answer.reads} samples, {answer.device}",
        text=told,
        caption=told,
        expected=beside.expected(samples.energies, answer.reads) if beside else None,
        notes=[*samples.notes, *notes],
    )
    return view_picture(view)


def text_of(answer: BoltzmannSamples) -> str:
    """Return how good samples are in one deterministic line."""
    n, at = answer.reads, short_number(answer.temperature)
    said = f"{n:,} sample{'s' * (n != 1)} at T = {at} on {answer.device}: "
    said += f"mean energy {answer.mean_energy}"
    if answer.exact is not None:
        said += f", exactly {short_number(answer.exact.mean_energy + 0.0, 6)}"
        distance, expected = answer.total_variation, answer.expected_total_variation
        test = answer.chi_square
        assert distance is not None
        assert expected is not None
        assert test is not None
        said += (
            f"; total variation {short_number(distance)}, where independent samples have "
            f"{short_number(expected)} (chi-square: p = {short_number(test.p_value, 2)})"
        )
    if answer.effective_temperature is not None:
        said += f"; effective temperature {answer.effective_temperature}"
    if answer.rounds > 1:
        said += f", after {answer.rounds} rounds"
    if answer.chi_square is not None and answer.chi_square.p_value < _SURE:
        said += (
            ". They do not follow the distribution: more sweeps come nearer, and `anneal:exact` "
            "draws from it"
        )
    return f"{said}.".replace(MINUS, "-")
