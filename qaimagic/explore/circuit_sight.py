"""What a circuit's view is told: once, how it looks; at every question, what is seen there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic.bridge.gate_by_gate import Gate as Step
from qaimagic.drawing.circuit_svg import circuit_svg
from qaimagic.drawing.describe import describe_item
from qaimagic.drawing.diagram import Gate
from qaimagic.explore.circuit_model import CircuitModel
from qaimagic.explore.entanglement import cut_entropies
from qaimagic.widgets.circuit import Question, Sight

_ONE_STRIP = 10**7
_LARGEST_MATRIX = 8
_NAME = re.compile(r"[^\W\d]\w*(?:\[[\d,]+\])?")


def traits_of(model: CircuitModel) -> dict[str, Any]:
    """Return the traits of a `CircuitView`: the drawing, and what its parts are called."""
    diagram, labels = model.diagram, model.labels
    places = {label: place for place, label in enumerate(labels)}

    def told(gate: Gate) -> dict[str, Any]:
        named = map(_NAME.findall, gate.parameters)
        return {
            "words": describe_item(gate, diagram),
            "parameters": list(gate.parameters),
            "controls": [[places[name] for name in names if name in places] for names in named],
        }

    return {
        "svg": circuit_svg(diagram, max_width=_ONE_STRIP),
        "gates": [told(gate) for gate in diagram.gates],
        "columns": model.columns,
        "wires": list(diagram.wires),
        "controls": [{"label": label, "group": label.partition("[")[0]} for label in labels],
        "data": list(diagram.data),
        "outputs": _outputs(model),
    }


def sight_of(model: CircuitModel, question: Question) -> Sight:
    """Return what a question asks to see, at the model's present values.

    Raises:
        CircuitError: If the circuit fails at them.
        ValueError: If the layer has no such answer.
    """
    gates = model.gates()
    last = len(model.columns)
    column = last if question.column is None else min(question.column, last)
    state = model.looked_at(column)
    answers, gradients = model.outcome(question.output)
    sight = Sight(
        column=column,
        amplitudes=state.values,
        bloch=state.bloch,
        entropies=cut_entropies(state.values),
        values=model.values,
        gradients=gradients,
        answers=answers,
    )
    if question.gate is None or question.gate >= len(gates):
        return sight
    gate = gates[question.gate]
    return replace(sight, gate=question.gate, parameters=gate.parameters, matrix=_matrix(gate))


def _matrix(gate: Step) -> NDArray[Any]:
    """Return a gate's matrix; an empty one if it has none, or one too large to read."""
    nothing = np.empty((0, 0))
    if gate.matrix is None or gate.matrix.shape[1] not in range(2, _LARGEST_MATRIX + 1):
        return nothing
    return gate.matrix


def _outputs(model: CircuitModel) -> list[str]:
    diagram, n_outputs = model.diagram, model.layer.n_outputs or 0
    if len(diagram.measurements) == n_outputs:
        return [describe_item(measured, diagram) for measured in diagram.measurements]
    return [f"output {place}" for place in range(n_outputs)]
