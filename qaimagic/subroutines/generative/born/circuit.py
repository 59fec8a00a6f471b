"""The circuit of a Born machine: a default one, or one of the user's that returns probabilities."""

from __future__ import annotations

import inspect
import math
from itertools import pairwise
from typing import Any

import pennylane as qml
from pennylane.measurements import ProbabilityMP
from torch import Tensor, nn

from qaimagic._checks import check_int, requirement
from qaimagic.bridge.body import kind_of
from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer

MOST_BITS = 20
"""The most bits whose probabilities are computed at every step."""
_SPREAD = 0.1


def layer_of(circuit: Any, layers: int | None, device: Any, shots: int | None) -> HybridLayer:
    """Return a layer that answers with the probabilities of all strings of bits.

    Args:
        circuit: A number of bits, a body, or a layer.
        layers: How many layers the default circuit has; None for as many as bits.
        device: Where it runs, or None for the default.
        shots: The number of shots, or None for exact answers.

    Raises:
        TypeError: If ``circuit`` is none of these.
        ValueError: If it takes data, has no weight, or returns something else than probabilities of
            at most 20 bits, or if an option does not go with it.
        CircuitError: If the body fails.
    """
    if isinstance(circuit, HybridLayer):
        for name, value in (("device", device), ("shots", shots)):
            if value is not None:
                fix = f"`@qaimagic.quantum({name}=...)` tells it where it is declared."
                raise ValueError(requirement(name, "be the layer's own", f"it is {value!r}", fix))
        layer = circuit
    elif inspect.isfunction(circuit):
        layer = quantum(device=device, shots=shots)(circuit)
    elif isinstance(circuit, bool | float | str) or not hasattr(circuit, "__index__"):
        received = f"it is a {type(circuit).__name__}"
        fix = "`qaimagic.HybridLayer(qnode, weight_shapes)` makes a layer of a QNode."
        rule = "be a number of bits, a circuit body or a layer"
        raise TypeError(
            requirement("circuit", rule, received, fix if isinstance(circuit, qml.QNode) else "")
        )
    else:
        n = _checked_width(check_int("circuit", circuit, minimum=1))
        depth = n if layers is None else check_int("layers", layers, minimum=1)
        return _efficient(n, depth, device, shots)
    if layers is not None:
        rule = "be left out where a circuit is given"
        raise ValueError(requirement("layers", rule, f"it is {layers}"))
    _check(layer)
    return layer


def width_of(layer: HybridLayer) -> int:
    """Return how many bits a layer's probabilities are of."""
    tape = layer.circuit.probe().tape
    return len(tape.measurements[0].wires or tape.wires)


def _efficient(n: int, layers: int, device: Any, shots: int | None) -> HybridLayer:
    """Return turns of each wire and CNOTs from wire to wire, so many times, and turns again.

    Angles start so that all strings are about equally likely: near 0, and the last ones near a
    right angle. Random ones would start on a plateau.

    References:
        Grant et al., Quantum 3 (2019) 214, arXiv:1903.05076.
    """

    def born(theta: Any = _near_nothing, last: Any = _near_a_right_angle) -> Any:
        for turns in range(layers):
            for wire in range(n):
                qml.RY(theta[turns, wire, 0], wires=wire)
                qml.RZ(theta[turns, wire, 1], wires=wire)
            for pair in pairwise(range(n)):
                qml.CNOT(wires=pair)
        for wire in range(n):
            qml.RY(last[wire], wires=wire)
        return qml.probs(wires=range(n))

    shapes = {"theta": (layers, n, 2), "last": (n,)}
    return quantum(device=device, shots=shots, weight_shapes=shapes)(born)


def _near_nothing(angles: Tensor) -> Tensor:
    return nn.init.normal_(angles, std=_SPREAD)


def _near_a_right_angle(angles: Tensor) -> Tensor:
    return nn.init.normal_(angles, mean=math.pi / 2, std=_SPREAD)


def _check(layer: HybridLayer) -> None:
    if layer.data_names:
        name = layer.data_names[0]
        received = f"`{layer.name}` takes data, `{name}`"
        fix = f"An annotation makes it a weight: `{name}: (2, 4)`."
        raise ValueError(requirement("circuit", "take weights alone", received, fix))
    if not layer.weight_shapes:
        raise ValueError(requirement("circuit", "have weights", f"`{layer.name}` has none"))
    returned = layer.circuit.probe().tape.measurements
    first = returned[0]
    if len(returned) > 1 or not isinstance(first, ProbabilityMP) or first.obs or first.mv:
        listing = ", ".join(f"`{kind_of(each)}`" for each in returned)
        fix = "End it with `return qml.probs(wires=range(4))`."
        received = f"`{layer.name}` returns {listing}"
        if first.obs:
            received += f" of `{first.obs}`"
        rule = "return one `qml.probs` of wires"
        raise ValueError(requirement("circuit", rule, received, fix))
    _checked_width(width_of(layer))


def _checked_width(n: int) -> int:
    if n > MOST_BITS:
        fix = "`BoltzmannMachine` takes as many as you like."
        rule = f"have at most {MOST_BITS} bits, all of whose strings have a probability"
        raise ValueError(requirement("circuit", rule, f"it has {n}", fix))
    return n
