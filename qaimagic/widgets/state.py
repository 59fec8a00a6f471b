"""A state one can turn and read: Bloch spheres, amplitudes, probabilities, shots drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.drawing.state_data import MOST_ROWS, MOST_STATES, State, ket, most_probable
from qaimagic.drawing.state_disks import full_size
from qaimagic.drawing.state_picture import (
    MOST_SPHERES,
    disks_heading,
    spheres_heading,
    what_is_left_out,
)
from qaimagic.drawing.state_sample import MOST_SHOTS, Sample, draw_shots
from qaimagic.widgets._base import Widget, check_kind, front_end


class StateViewer(Widget):
    """One state, or a pair.

    Args:
        states: One state, or two of as many wires.
        samples: Shots of each, or none; the front end may ask for others.
        fidelity: That of a pair.

    Attributes:
        scene: What is seen, as in ``widgets/state/scene.ts``.
        samples: What the shots of each state were, for the basis states in the scene.

    Raises:
        TypeError: If one is no state.
        ValueError: If there are no states, too many, or some of different wires.

    Example:
        >>> viewer = StateViewer([State(np.array([0.6, 0.8j]), ("0",))])
        >>> viewer.scene["states"][0]["amplitudes"]
        [[0.6, 0.0], [0.0, 0.8]]
        >>> viewer.close()
    """

    _esm = front_end("state", "js")
    _css = front_end("state", "css")
    scene: traitlets.Dict[str, Any] = traitlets.Dict(read_only=True).tag(sync=True)
    samples: traitlets.List[Any] = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self,
        states: Sequence[State],
        samples: Sequence[Sample] = (),
        fidelity: float | None = None,
    ) -> None:
        check_kind("states", states, Sequence)
        for state in states:
            check_kind("states", state, State)
        if len(states) not in (1, 2) or len({state.n_wires for state in states}) != 1:
            received = f"it holds {len(states)} of {[state.n_wires for state in states]} wires"
            raise ValueError(
                requirement("states", "be one state or two of as many wires", received)
            )
        self._states = tuple(states)
        self._shown = most_probable(states, MOST_STATES)
        self._draws = np.random.default_rng(samples[0].seed if samples else None)
        super().__init__()
        self.set_trait("scene", _scene(self._states, self._shown, fidelity))
        self.samples = [_told(sample, self._shown) for sample in samples]
        self.on_msg(self._hear)

    def draw_shots(self, shots: int) -> None:
        """Draw so many shots of each state, others than before.

        Raises:
            TypeError: If ``shots`` is no whole number.
            ValueError: If it is below 1 or above a billion.
        """
        self.samples = [
            _told(draw_shots(state.probabilities, shots, self._seed()), self._shown)
            for state in self._states
        ]

    def _seed(self) -> int:
        return int(self._draws.integers(2**31))

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict) or content.get("kind") != "shots":
            return
        shots = content.get("shots")
        if type(shots) is int and 0 < shots <= MOST_SHOTS:
            self.draw_shots(shots)


def _scene(
    states: Sequence[State], shown: NDArray[np.int64], fidelity: float | None
) -> dict[str, Any]:
    n_wires = states[0].n_wires
    return {
        "wires": list(states[0].wires[:MOST_SPHERES]),
        "kets": [ket(index, n_wires) for index in shown.tolist()],
        "states": [_seen(state, shown) for state in states],
        "fidelity": fidelity,
        "spheres": spheres_heading(states),
        "note": what_is_left_out(states, shown),
    }


def _seen(state: State, shown: NDArray[np.int64]) -> dict[str, Any]:
    rows = shown if state.is_vector else most_probable([state], MOST_ROWS)
    matrix = None if state.is_vector else state.values[np.ix_(rows, rows)]
    return {
        "name": state.name,
        "bloch": state.bloch[:MOST_SPHERES].tolist(),
        "probabilities": state.probabilities[shown].tolist(),
        "purity": state.purity,
        "amplitudes": _pairs(state.values[shown]) if matrix is None else None,
        "matrix": None if matrix is None else [_pairs(row) for row in matrix],
        "rows": [ket(index, state.n_wires) for index in rows.tolist()],
        "full": full_size(state, rows),
        "heading": disks_heading(state, rows),
    }


def _pairs(values: NDArray[np.complex128]) -> list[list[float]]:
    return [[value.real, value.imag] for value in values.tolist()]


def _told(sample: Sample, shown: NDArray[np.int64]) -> dict[str, Any]:
    low, high = sample.intervals
    return {
        "shots": sample.shots,
        "counts": sample.counts[shown].tolist(),
        "low": low[shown].tolist(),
        "high": high[shown].tolist(),
    }
