"""A circuit that can be looked into: gate by gate, with sliders for its inputs and weights."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pennylane as qml
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic._checks import check_int, requirement
from qaimagic.drawing.circuit_svg import circuit_svg
from qaimagic.drawing.circuit_text import circuit_text
from qaimagic.drawing.describe import describe_item
from qaimagic.drawing.diagram import Gate
from qaimagic.drawing.page import Picture
from qaimagic.explore._living import bundle
from qaimagic.explore.circuit_model import CircuitModel
from qaimagic.explore.pure_state import bloch_vectors, cut_entropies
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.training.events import Event, RunEnded, RunStarted, StepEnded
from qaimagic.widgets._messages import answer_on_subshell, deliver
from qaimagic.widgets.circuit import CircuitView, Question, Sight

_PIXELS_PER_LETTER = 9
_ONE_STRIP = 10**7
_LARGEST_MATRIX = 8
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
        TypeError: If ``layer`` is no hybrid layer.
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
        self._model = CircuitModel(layer, [torch.as_tensor(sample) for sample in inputs])
        self._view: CircuitView | None = None
        self._shown_diagram = self._model.diagram
        self._is_training = False
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
        return bloch_vectors(self.state(column))

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
        if isinstance(event, RunStarted):
            self._is_training = True
        elif isinstance(event, RunEnded):
            self._is_training = False
            self.refresh()
        elif isinstance(event, StepEnded) and self._view is not None:
            self._attend(self._view)

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        return bundle(self.picture, self._living)

    def __repr__(self) -> str:
        return self.picture.text

    def _living(self) -> CircuitView:
        if self._view is None:
            self._view = CircuitView(self._answer, **self._plain())
            answer_on_subshell(self._view)
        return self._view

    def _attend(self, view: CircuitView) -> None:
        now = time.perf_counter()
        if now >= self._listen_at:
            deliver(view)
            self._listen_at = now + _LISTENS
        if now < self._refresh_at and not view.is_waiting:
            return
        self._is_training = False
        try:
            if now >= self._refresh_at:
                self._model.refresh()
                self._refresh_at = now + _REFRESHES
            view.tell()
        finally:
            self._is_training = True

    def _answer(self, question: Question) -> Sight | None:
        """Return what is seen; nothing during training, whose thread answers between two steps."""
        if self._is_training:
            return None
        model = self._model
        if question.is_back:
            model.refresh()
        for place, value in question.changes:
            model.set(place, value)
        gates = model.gates()
        if model.diagram is not self._shown_diagram and self._view is not None:
            self._shown_diagram = model.diagram
            for name, value in self._plain().items():
                setattr(self._view, name, value)
        column = min(question.column or 0, self.n_columns)
        column = self.n_columns if question.column is None else column
        state = model.state(column)
        answers, gradients = model.outcome(self._checked_output(question.output))
        sight = Sight(
            column,
            state,
            bloch_vectors(state),
            cut_entropies(state),
            model.values,
            gradients,
            answers,
        )
        if question.gate is None or question.gate >= len(gates):
            return sight
        gate = gates[question.gate]
        matrix = np.empty((0, 0), np.complex128) if gate.matrix is None else gate.matrix
        is_small = max(matrix.shape) <= _LARGEST_MATRIX
        return replace(
            sight,
            gate=question.gate,
            parameters=gate.parameters,
            matrix=matrix if is_small else matrix[:0],
        )

    def _plain(self) -> dict[str, Any]:
        model, diagram = self._model, self._model.diagram
        return {
            "svg": circuit_svg(diagram, max_width=_ONE_STRIP),
            "gates": [self._gate(gate) for gate in diagram.gates],
            "columns": model.columns,
            "wires": list(diagram.wires),
            "controls": [
                {"label": label, "group": label.partition("[")[0]} for label in model.labels
            ],
            "data": list(diagram.data),
            "outputs": self._outputs(),
        }

    def _gate(self, gate: Gate) -> dict[str, Any]:
        places = {label: place for place, label in enumerate(self._model.labels)}
        named = (re.findall(r"[^\W\d]\w*(?:\[[\d,]+\])?", label) for label in gate.parameters)
        return {
            "words": describe_item(gate, self._model.diagram),
            "parameters": list(gate.parameters),
            "controls": [[places[name] for name in names if name in places] for names in named],
        }

    def _outputs(self) -> list[str]:
        diagram = self._model.diagram
        n_outputs = self._model.layer.n_outputs or 0
        if len(diagram.measurements) == n_outputs:
            return [describe_item(measured, diagram) for measured in diagram.measurements]
        return [f"output {place}" for place in range(n_outputs)]

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
