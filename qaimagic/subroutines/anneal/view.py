"""An annealer's samples as a view: histogram beside the exact distribution, spins on a graph."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.devices.annealers.thermal import Levels
from qaimagic.drawing.histogram import Histogram
from qaimagic.drawing.sample_view import SampleView
from qaimagic.drawing.spin_graph import MOST_COUPLINGS, MOST_NODES, SpinGraph
from qaimagic.drawing.spin_layout import laid_out, within_square
from qaimagic.subroutines.energies.problem import Problem

if TYPE_CHECKING:
    from qaimagic.subroutines.anneal.result import Annealed

Places: TypeAlias = Mapping[Hashable, Sequence[float]] | None
_MISSING = 0.5
"""How many samples expected above those that are shown may be left out."""


@dataclass(frozen=True, eq=False)
class Beside:
    """The distribution to compare with: all energies, a temperature, and what it is called."""

    levels: Levels
    temperature: float
    words: str

    def expected(self, energies: Floats, n: int) -> Floats:
        """Return how often each of single states is expected among n samples, shape (m,)."""
        return n * self.levels.chance(energies, self.temperature)


def view_of(answer: Annealed, text: str, caption: str, positions: Places = None) -> SampleView:
    """Return the view of an annealer's samples.

    Args:
        answer: The samples.
        text: What a terminal prints.
        caption: The line under the histogram.
        positions: Where each variable is drawn, by its label or the label in ``spins`` and
            ``bits``; None for a layout of the graph's own.

    Raises:
        ValueError: If a position is missing or not finite.
    """
    beside = beside_of(answer)
    histogram = histogram_of(
        answer.energies,
        answer.counts,
        beside,
        ground=answer.ground_energy,
        y_label="states" if answer.is_enumeration else "reads",
        are_samples=not answer.is_enumeration,
    )
    graph, notes = graph_of(answer.problem, positions)
    return SampleView(
        labels=[str(label) for label in answer.labels],
        states=answer.states,
        energies=answer.energies,
        counts=answer.counts,
        histogram=histogram,
        graph=graph,
        title=", ".join(
            filter(None, [f"Energies of {answer.reads} {histogram.y_label}", answer.device])
        ),
        text=text,
        caption=caption,
        expected=beside.expected(answer.energies, answer.reads) if beside else None,
        notes=notes,
    )


def beside_of(answer: Annealed) -> Beside | None:
    """Return the Boltzmann distribution that fits best, where there is more to it than one bar."""
    levels, temperature = answer.levels, answer.temperature
    if levels is None or temperature is None or temperature.value == 0:
        return None
    return Beside(levels, temperature.value, f"exact Boltzmann, T = {temperature}")


def histogram_of(
    energies: Floats,
    counts: NDArray[np.int64],
    beside: Beside | None,
    *,
    ground: float | None = None,
    x_label: str = "energy",
    y_label: str = "reads",
    are_samples: bool = True,
) -> Histogram:
    """Return energies found beside those expected, up to where less than half a sample is."""
    values, expected = np.asarray(energies, dtype=np.float64), None
    if beside is not None:
        levels = beside.levels
        n_expected = counts.sum() * levels.shares(beside.temperature)
        is_rare = np.cumsum(n_expected[::-1])[::-1] < _MISSING
        shown = (levels.energies <= values.max()) | ~is_rare
        expected = np.concatenate([np.zeros(len(values)), n_expected[shown]])
        values = np.concatenate([values, levels.energies[shown]])
        counts = np.concatenate([counts, np.zeros(int(shown.sum()), dtype=np.int64)])
    return Histogram(
        values,
        counts,
        x_label=x_label,
        y_label=y_label,
        mark=ground,
        mark_label="exact ground energy",
        expected=expected,
        expected_label=beside.words if beside else "",
        errors=are_samples,
    )


def graph_of(problem: Problem, positions: Places) -> tuple[SpinGraph | None, list[str]]:
    """Return a problem's couplings as a graph, and what is not drawn of it, in sentences."""
    labels = [str(label) for label in problem.labels]
    pairs = {term: c for term, c in problem.terms.items() if len(term) == 2 and c}
    longer = sum(len(term) > 2 and bool(c) for term, c in problem.terms.items())
    if len(labels) > MOST_NODES or len(pairs) > MOST_COUPLINGS:
        size = f"{len(labels):,} variables and {len(pairs):,} couplings"
        limit = f"{MOST_NODES} and {MOST_COUPLINGS:,}"
        return None, [f"The graph has {size}; it is drawn up to {limit}."]
    if len(labels) == 1:
        return None, []
    graph = SpinGraph(
        labels,
        problem.spins,
        laid_out(len(labels), pairs) if positions is None else _given(problem, positions),
        np.array(list(pairs), dtype=np.int64).reshape(-1, 2),
        np.array(list(pairs.values()), dtype=np.float64),
        np.array([problem.terms.get((i,), 0.0) for i in range(len(labels))]),
    )
    one = longer == 1
    products = "product" if one else "products"
    said = f"{longer:,} {products} of three variables and more {'is' if one else 'are'} not drawn."
    return graph, [said] if longer else []


def _given(problem: Problem, positions: Any) -> Floats:
    """Return the user's own positions within the unit square, shape (n, 2)."""
    if not isinstance(positions, Mapping):
        fix = "`networkx.spring_layout(G)` gives them for the nodes of a graph."
        received = f"it is {type(positions).__name__}"
        raise TypeError(requirement("positions", "map labels to pairs", received, fix))
    own = [variable.family.labels[variable.index] for variable in problem.variables]
    names = list(zip(problem.labels, own or problem.labels, strict=True))
    found = []
    for label, inner in names:
        place = positions.get(label, positions.get(inner))
        try:
            x, y = (float(part) for part in place)
        except (TypeError, ValueError) as error:
            received = f"that of {label} is {place!r}"
            rule = "give each variable a pair of numbers"
            raise ValueError(requirement("positions", rule, received)) from error
        found.append((x, y))
    places = np.array(found)
    if not np.isfinite(places).all():
        raise ValueError(requirement("positions", "be finite", "one is NaN or infinite"))
    return within_square(places)
