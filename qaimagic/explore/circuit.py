"""A circuit that can be looked into: gate by gate, with sliders for its inputs and weights."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from qaimagic._checks import check_int, requirement
from qaimagic.drawing.circuit_svg import circuit_svg
from qaimagic.drawing.circuit_text import circuit_text
from qaimagic.drawing.page import Picture
from qaimagic.explore._living import Living
from qaimagic.explore._states import one_sample
from qaimagic.explore.circuit_model import CircuitModel
from qaimagic.explore.circuit_sight import sight_of, traits_of
from qaimagic.explore.entanglement import cut_entropies
from qaimagic.layers.finite import check_weights
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.training.events import Event, RunEnded, RunStarted, StepEnded
from qaimagic.widgets._kept import is_open
from qaimagic.widgets._messages import answer_on_subshell, deliver
from qaimagic.widgets.circuit import CircuitView, Question, Sight

_PIXELS_PER_LETTER = 9
_REFRESHES, _LISTENS = 0.25, 0.05


class CircuitExplorer:
    r"""A circuit's drawing that shows the state between any two of its gates.

    In JupyterLab and Notebook 7 it is alive: sliders move inputs and weights, a cursor moves
    through time, gates tell their matrices, and the gradient of an answer by each parameter is
    beside its slider. Elsewhere, and in a saved notebook, it is the drawing. The layer itself stays
    as it is; numbers come of an ideal simulation.

    Args:
        layer: The layer.
        *inputs: One sample of shape (n_features,) for each data argument; without them, values
            made up.
        max_width: The widest a line of the lasting drawing may be, in pixels.

    Raises:
        TypeError: If ``layer`` is no hybrid layer, or the inputs are not those that it takes.
        ValueError: If they are more than one sample, or a number is not finite.
        CircuitError: If the circuit measures before its end, adds noise, or has over 16 wires.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> @qaimagic.quantum
        ... def bell(inputs):
        ...     qml.RY(inputs[0], wires=0)
        ...     qml.CNOT([0, 1])
        ...     return qml.expval(qml.Z(1))
        >>> explorer = qaimagic.CircuitExplorer(bell, [torch.pi / 2])
        >>> [explorer.entropies(column).round(3).tolist() for column in range(3)]
        [[0.0], [0.0], [1.0]]
    """

    def __init__(self, layer: HybridLayer, *inputs: Any, max_width: int = 900) -> None:
        if not isinstance(layer, HybridLayer):
            rule = "be a hybrid layer"
            raise TypeError(requirement("layer", rule, f"it is {type(layer).__name__}"))
        self._width = check_int("max_width", max_width, minimum=200)
        check_weights("layer", {name: getattr(layer, name) for name in layer.weight_shapes})
        samples = one_sample(layer, inputs) if inputs else {}
        self._model = CircuitModel(layer, [rows[0] for rows in samples.values()])
        self._view: CircuitView | None = None
        self._shown_diagram = self._model.diagram
        self._refresh_at = self._listen_at = 0.0

    @property
    def n_columns(self) -> int:
        """The number of columns of gates; gates in one column share no wire."""
        return len(self._model.columns)

    @property
    def values(self) -> dict[str, Tensor]:
        """The inputs and weights at which the circuit is looked at, in double precision."""
        return self._model.arguments()

    @property
    def picture(self) -> Picture:
        """The drawing that lasts."""
        diagram = self._model.diagram
        text = circuit_text(diagram, max_width=self._width // _PIXELS_PER_LETTER)
        return Picture(circuit_svg(diagram, max_width=self._width), text, caption="")

    def state(self, column: int | None = None) -> NDArray[np.complex128]:
        """Return the state after so many columns of gates, or after all of them.

        Returns:
            Amplitudes of shape (2**n_wires,), wire 0 the most significant bit.
        """
        return self._model.state(self._checked(column))

    def bloch(self, column: int | None = None) -> NDArray[np.float64]:
        """Return where each wire points after so many columns, shape (n_wires, 3)."""
        return self._model.looked_at(self._checked(column)).bloch

    def entropies(self, column: int | None = None) -> NDArray[np.float64]:
        """Return the entanglement entropy across each cut after so many columns, in bits.

        Returns:
            Shape (n_wires - 1,).
        """
        return cut_entropies(self.state(column))

    def gradients(self, output: int | None = None) -> dict[str, float]:
        """Return the gradient of an answer, or of the sum of all, by each input and weight.

        Args:
            output: Which of the layer's answers; None for their sum.

        Raises:
            ValueError: If there is no such answer.
        """
        found = self._model.outcome(self._checked_output(output))[1]
        return dict(zip(self._model.labels, found.tolist(), strict=bool(len(found))))

    def refresh(self) -> None:
        """Show the present weights of the layer."""
        self._model.refresh()
        if self._view is not None:
            self._view.tell()

    def listener(self, event: Event) -> None:
        """Follow a training run: ``train(..., listeners=[explorer.listener])``.

        Refreshes at most four times a second, and answers clicks while the cell runs.
        """
        view = self._view
        if view is not None and isinstance(event, RunStarted | StepEnded | RunEnded):
            view.is_held = not isinstance(event, RunEnded)
        if isinstance(event, RunEnded):
            self.refresh()
        elif isinstance(event, StepEnded) and view is not None:
            self._attend(view)

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, Any]:
        return Living(self.picture, self._living)._repr_mimebundle_()

    def __repr__(self) -> str:
        return self.picture.text

    def _living(self) -> CircuitView:
        if self._view is None or not is_open(self._view):
            self._view = CircuitView(self._answer, **traits_of(self._model))
            answer_on_subshell(self._view)
        return self._view

    def _attend(self, view: CircuitView) -> None:
        now = time.perf_counter()
        if now >= self._listen_at:
            deliver(view)
            self._listen_at = now + _LISTENS
        if now >= self._refresh_at:
            self.refresh()
            self._refresh_at = time.perf_counter() + _REFRESHES
        elif view.is_waiting:
            view.tell()

    def _answer(self, question: Question) -> Sight:
        model = self._model
        if question.is_back:
            model.refresh()
        for place, value in question.changes:
            model.set(place, value)
        model.gates()
        if model.diagram is not self._shown_diagram and self._view is not None:
            self._shown_diagram = model.diagram
            for name, value in traits_of(model).items():
                setattr(self._view, name, value)
        return sight_of(model, question)

    def _checked(self, column: int | None) -> int:
        if column is None:
            return self.n_columns
        check_int("column", column, minimum=0)
        if column > self.n_columns:
            rule = f"be at most {self.n_columns}, the number of columns"
            raise ValueError(requirement("column", rule, f"it is {column}"))
        return column

    def _checked_output(self, output: int | None) -> int | None:
        if output is None:
            return None
        check_int("output", output, minimum=0)
        n_outputs = self._model.layer.n_outputs or 0
        if output >= n_outputs:
            rule = f"name one of the layer's {n_outputs} answers, counted from 0"
            raise ValueError(requirement("output", rule, f"it is {output}"))
        return output
