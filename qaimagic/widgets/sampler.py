"""Samples of an energy: what was found how often, one state at a time on its graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from qaimagic._checks import requirement
from qaimagic.drawing.histogram_data import Histogram
from qaimagic.drawing.sample_view import SampleView
from qaimagic.drawing.spin_graph import SpinGraph
from qaimagic.widgets._base import Widget, check_kind, front_end

MOST_STATES = 1000
"""How many of the lowest states can be looked at."""


class SampleExplorer(Widget):
    """A histogram of energies, and the states behind its bars.

    Args:
        view: What is shown.

    Attributes:
        chosen: The rank of the state that is looked at, 0 for the lowest; it may be set.
        lines: What is said above, one paragraph each.
        labels: What the n variables are called.
        histogram: The bars, as in ``widgets/sampler/samples.ts``.
        graph: Places, pairs, couplings and fields, or nothing.
        energies: Of the states that can be looked at, float64.
        counts: How often each came, float64.
        expected: How often a distribution expects each, float64, or nothing.
        bars: In which bar each is, int32.
        states: Their values, int8, row by row; nothing without a graph.

    Raises:
        traitlets.TraitError: If ``chosen`` is set to no state's rank.

    Example:
        >>> import numpy as np
        >>> data = Histogram([-1.0, 1.0], [9, 1])
        >>> found = np.array([[-1], [1]], dtype=np.int8)
        >>> view = SampleView(["a"], found, *data.levels, data, None, "Ten", "", "")
        >>> explorer = SampleExplorer(view)
        >>> explorer.chosen = 1
        >>> explorer.close()
    """

    _esm = front_end("sampler", "js")
    _css = front_end("sampler", "css")
    chosen = traitlets.Int(0).tag(sync=True)
    lines = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    histogram: traitlets.Dict[str, Any] = traitlets.Dict(read_only=True).tag(sync=True)
    graph: traitlets.Dict[str, Any] = traitlets.Dict(read_only=True).tag(sync=True)
    energies = traitlets.Bytes(read_only=True).tag(sync=True)
    counts = traitlets.Bytes(read_only=True).tag(sync=True)
    expected = traitlets.Bytes(read_only=True).tag(sync=True)
    bars = traitlets.Bytes(read_only=True).tag(sync=True)
    states = traitlets.Bytes(read_only=True).tag(sync=True)

    def __init__(self, view: SampleView) -> None:
        check_kind("view", view, SampleView)
        most = MOST_STATES
        notes = list(view.notes)
        if len(view.states) > most:
            notes.append(f"The lowest {most:,} of {len(view.states):,} states can be looked at.")
        energies = np.asarray(view.energies[:most], dtype=np.float64)
        self._n_states = len(energies)
        super().__init__()
        shown = {
            "lines": [view.caption, *notes],
            "labels": list(view.labels),
            "histogram": _bars(view.histogram),
            "graph": _graph(view.graph),
            "energies": energies.tobytes(),
            "counts": np.asarray(view.counts[:most], dtype=np.float64).tobytes(),
            "expected": b"" if view.expected is None else view.expected[:most].tobytes(),
            "bars": view.histogram.bar_of(energies).astype(np.int32).tobytes(),
            "states": view.states[:most].tobytes() if view.graph else b"",
        }
        with self.hold_sync():
            for name, value in shown.items():
                self.set_trait(name, value)

    @traitlets.validate("chosen")
    def _check_chosen(self, proposal: Any) -> int:
        rank: int = proposal["value"]
        if not 0 <= rank < self._n_states:
            rule = f"be from 0 to {self._n_states - 1}"
            raise traitlets.TraitError(requirement("chosen", rule, f"it is {rank}"))
        return rank


def _bars(data: Histogram) -> dict[str, Any]:
    low, high, counts = data.bars
    return {
        "low": low.tolist(),
        "high": high.tolist(),
        "counts": counts.tolist(),
        "errors": data.bar_errors.tolist() if data.errors else None,
        "expected": None if data.expected is None else data.bar_expected.tolist(),
        "names": data.bar_names,
        "xLabel": data.x_label,
        "yLabel": data.y_label,
        "mark": data.mark,
        "markLabel": data.mark_label,
        "expectedLabel": data.expected_label,
    }


def _graph(graph: SpinGraph | None) -> dict[str, Any]:
    if graph is None:
        return {}
    return {
        "spins": [bool(spin) for spin in graph.spins],
        "places": graph.places.tolist(),
        "pairs": graph.pairs.tolist(),
        "couplings": graph.couplings.tolist(),
        "fields": graph.fields.tolist(),
    }
