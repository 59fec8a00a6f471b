"""A layer's circuit with values of its own: its gates, the states between them, its gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextvars import Context
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.bridge.diagrams import to_diagram, wires_of
from qaimagic.bridge.gate_by_gate import Gate, State, first_state, gates_of, taken_apart
from qaimagic.devices.selection import Choice
from qaimagic.drawing.diagram import Diagram
from qaimagic.drawing.layout import gate_columns
from qaimagic.drawing.state_data import State as LookedAt
from qaimagic.errors import CircuitError
from qaimagic.layers.hybrid import HybridLayer

MOST_WIRES = 16
"""Beyond them a state is more than can be looked at, or sent while a slider moves."""


class CircuitModel:
    """The circuit of a layer at one sample and at weights that are free to move.

    The layer itself is never changed, nor are its circuits counted or its device asked: numbers
    come of an ideal simulation.

    Args:
        layer: The layer.
        data: One sample of shape (n_features,) for each of its data arguments, or none.

    Attributes:
        labels: What each value is called, such as ``"theta[0,1]"``, data first.
        values: Those values, shape (P,), in radians where they are angles.
        diagram: The circuit, taken apart into gates.
        columns: The places of its gates, column by column.

    Raises:
        CircuitError: If the circuit has no pure state between its gates, or too many wires.
    """

    def __init__(self, layer: HybridLayer, data: Sequence[Tensor] = ()) -> None:
        self.layer = layer
        example = layer.example(*data)
        self._shapes = {name: example[name].shape for name in (*layer.data_names, *example)}
        self.labels = [
            f"{name}[{','.join(map(str, place))}]" if shape else name
            for name, shape in self._shapes.items()
            for place in np.ndindex(*shape)
        ]
        parts = [example[name].detach().double().reshape(-1) for name in self._shapes]
        self.values: NDArray[np.float64] = torch.cat([torch.empty(0), *parts]).double().numpy()
        tape = taken_apart(layer.circuit.trace(example))
        self._wires = wires_of([tape], layer.circuit.wires())
        if len(self._wires) > MOST_WIRES:
            raise CircuitError(
                f"`{layer.name}` has {len(self._wires)} wires, and states are shown of at most "
                f"{MOST_WIRES}. `qaimagic.draw` draws it."
            )
        self._draw(tape, example)
        initial = {name: example[name].detach() for name in layer.weight_shapes}
        choice = Choice("qaimagic.qubit")
        self._twin = HybridLayer.assembled(layer.circuit, initial, choice).double()
        self._gates: list[Gate] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Take over the present weights of the layer."""
        for name in self.layer.weight_shapes:
            weight = getattr(self.layer, name).detach().cpu().double().numpy()
            self.values[self._places(name)] = weight.reshape(-1)
        self._gates = None

    def set(self, place: int, value: float) -> None:
        """Change one value.

        Raises:
            ValueError: If it is not finite, or there is none at that place.
        """
        if not 0 <= place < len(self.values):
            rule = f"be one of {len(self.values)} values"
            raise ValueError(requirement("place", rule, f"it is {place}"))
        if not math.isfinite(value):
            raise ValueError(requirement("value", "be finite", f"it is {value}"))
        self.values[place] = value
        self._gates = None

    def arguments(self) -> dict[str, Tensor]:
        """Return the values as the arguments of the circuit, in double precision."""
        return {
            name: torch.tensor(self.values[self._places(name)]).reshape(shape)
            for name, shape in self._shapes.items()
        }

    def gates(self) -> list[Gate]:
        """Return the gates at the present values.

        Raises:
            CircuitError: If the circuit fails at them.
        """
        if self._gates is None:
            arguments = self.arguments()
            with torch.no_grad():
                tape = taken_apart(self.layer.circuit.trace(arguments))
                gates = gates_of(tape, self._wires)
            if _names(tape) != self._drawn:
                live = {name: value.requires_grad_() for name, value in arguments.items()}
                self._draw(taken_apart(self.layer.circuit.trace(live)), live)
            self._gates = gates
        return self._gates

    def state(self, column: int) -> State:
        """Return the state after so many columns of gates, shape (2**n_wires,).

        Raises:
            CircuitError: If the circuit fails.
        """
        gates = self.gates()
        state = first_state(len(self._wires))
        for places in self.columns[:column]:
            for place in places:
                state = gates[place].act(state)
        return state.reshape(-1)

    def looked_at(self, column: int) -> LookedAt:
        """Return the same as a state with names of its wires."""
        return LookedAt(self.state(column), self.diagram.wires, self.layer.name)

    def outcome(self, output: int | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the layer's answers, and the gradient of one of them by every value.

        Args:
            output: Which answer; None for their sum.

        Returns:
            Shapes (n_outputs,) and (P,); both empty where answers are no real numbers, such as
            counts.
        """
        if self.layer.n_outputs is None:
            return np.empty(0), np.empty(0)
        # A context of its own: a training run around this one may have chosen a device that costs.
        return Context().run(self._outcome, output)

    @torch.inference_mode(False)
    @torch.enable_grad()
    def _outcome(self, output: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        arguments = {name: value.requires_grad_() for name, value in self.arguments().items()}
        weights = {name: arguments[name] for name in self.layer.weight_shapes}
        data = tuple(arguments[name] for name in self.layer.data_names)
        answers = torch.func.functional_call(self._twin, weights, data).reshape(-1)
        if answers.is_complex():
            return np.empty(0), np.empty(0)
        chosen = answers.sum() if output is None else answers[output]
        gradients = [torch.zeros(())] * len(arguments)
        if chosen.requires_grad:
            gradients = list(
                torch.autograd.grad(chosen, list(arguments.values()), materialize_grads=True)
            )
        flat: list[Any] = [gradient.reshape(-1).numpy() for gradient in gradients]
        return answers.detach().numpy(), np.concatenate(flat or [np.empty(0)])

    def _places(self, name: str) -> slice:
        start = 0
        for each, shape in self._shapes.items():
            if each == name:
                return slice(start, start + math.prod(shape))
            start += math.prod(shape)
        raise KeyError(name)

    def _draw(self, tape: QuantumScript, arguments: dict[str, Tensor]) -> None:
        self._drawn = _names(tape)
        self.diagram: Diagram = to_diagram(
            tape,
            arguments,
            wires=self._wires,
            data=self.layer.data_names,
            title=self.layer.name,
        )
        self.columns = gate_columns(self.diagram)


def _names(tape: QuantumScript) -> list[tuple[str, Any]]:
    return [(operation.name, operation.wires) for operation in tape.operations]
