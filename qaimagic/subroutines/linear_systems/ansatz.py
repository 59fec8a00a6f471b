"""Circuits whose state becomes the direction of a solution."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pennylane as qml

from qaimagic._checks import requirement
from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.hardware_efficient import (
    hardware_efficient,
    n_layers_for,
    turns_for,
)
from qaimagic.subroutines.linear_systems.system import LinearSystem
from qaimagic.subroutines.matrices.reading import is_real

_ENDING = "number_of_ending"


@dataclass(frozen=True)
class Ansatz:
    """A circuit with weights.

    Attributes:
        body: Queues its gates; its arguments are the weights.
        shapes: The shape of each weight, where the body does not say so itself.
    """

    body: Callable[..., Any]
    shapes: Mapping[str, tuple[int, ...]] | None

    def layer(self, ending: Callable[[], Any], wires: list[Any]) -> HybridLayer:
        """Return a layer that ends in further gates and a measurement, in double precision."""

        @wraps(self.body)
        def circuit(**weights: Any) -> Any:
            self.body(**weights)
            return ending()

        return quantum(wires=wires, weight_shapes=self.shapes)(circuit).double()

    def layer_of_many(self, endings: Sequence[Callable[[], Any]], wires: list[Any]) -> HybridLayer:
        """Return a layer that ends as its data say, by numbers of endings, shape (batch, 1).

        The circuits of a batch are submitted together.
        """

        @wraps(self.body)
        def circuit(**arguments: Any) -> Any:
            number = int(arguments.pop(_ENDING)[0])
            self.body(**arguments)
            return endings[number % len(endings)]()

        own = inspect.signature(self.body)
        which = inspect.Parameter(_ENDING, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        signature = own.replace(parameters=[which, *own.parameters.values()])
        circuit.__signature__ = signature  # type: ignore[attr-defined]
        return quantum(wires=wires, weight_shapes=self.shapes)(circuit).double()


def ansatz_of(given: Any, system: LinearSystem, layers: int | None, *, many: bool) -> Ansatz:
    """Return what the user gives, or turns of each wire and CNOTs from wire to wire.

    Args:
        given: A body with weights and without a measurement, or None.
        system: What is to be solved; a real one has a real solution, which turns about Y reach.
        layers: How many layers the default circuit has, or None.
        many: Whether it then has twice as many angles as a state has numbers.

    Raises:
        TypeError: If ``given`` is no body.
        ValueError: If it takes data, has no weight, measures something, acts on other wires, or is
            given together with ``layers``.
        CircuitError: If it fails.
    """
    if given is None:
        return _efficient(system, layers, many=many)
    if layers is not None:
        rule = "be left out where an ansatz is given"
        raise ValueError(requirement("layers", rule, f"it is {layers}"))
    if not inspect.isfunction(given):
        rule = "be a circuit body"
        fix = "`def ansatz(theta: (2, 3)): ...` has its gates, and no measurement."
        raise TypeError(requirement("ansatz", rule, f"it is {type(given).__name__}", fix))
    _check(given, list(system.wires))
    return Ansatz(given, None)


def _efficient(system: LinearSystem, layers: int | None, *, many: bool) -> Ansatz:
    wires = list(system.wires)
    turns = turns_for(is_real=is_real(system.fitted) and is_real(system.right))
    depth = layers or n_layers_for(len(wires), many=many)

    def ansatz(theta: Any) -> None:
        hardware_efficient(theta, wires, turns)

    return Ansatz(ansatz, {"theta": (depth + 1, len(wires), len(turns))})


def _check(body: Callable[..., Any], wires: list[Any]) -> None:
    def circuit(**weights: Any) -> Any:
        body(**weights)
        return qml.state()

    layer = quantum(wraps(body)(circuit))
    if layer.data_names or not layer.weight_shapes:
        rule = "take weights alone"
        name = layer.data_names[0] if layer.data_names else "theta"
        received = f"`{name}` is data" if layer.data_names else f"`{body.__name__}` has none"
        fix = f"An annotation makes it a weight: `{name}: (2, 4)`."
        raise ValueError(requirement("ansatz", rule, received, fix))
    with qml.queuing.AnnotatedQueue() as queue:
        returned = body(**layer.example())
    if returned is not None:
        rule = "return nothing: its state is what is asked"
        received = f"`{body.__name__}` returns a {type(returned).__name__}"
        raise ValueError(requirement("ansatz", rule, received))
    used = qml.tape.QuantumScript.from_queue(queue).wires.toset()
    if used - set(wires):
        rule = f"act on wires {', '.join(map(str, wires))}"
        other = sorted(used - set(wires), key=str)[0]
        raise ValueError(requirement("ansatz", rule, f"it acts on {other!r}"))
