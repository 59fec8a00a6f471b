"""The circuit that makes a state of a token's angles, and the one that compares two tokens."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.counting import CircuitCounter
from qaimagic.layers.circuits import Circuit
from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.product import ProductCircuit, product_circuit

_WEIGHT = "theta"


def overlap_layer(n_wires: int, layers: int, device: Any, shots: int | None) -> HybridLayer:
    r"""Return the layer that prepares a key's state and undoes a query's.

    Its first answer is the probability that all wires read 0, :math:`|\langle q | k \rangle|^2`.

    Args:
        n_wires: How many wires, which is how many angles a token has.
        layers: How many layers of weights.
        device: Where it runs, or None for the default.
        shots: The number of shots, or None for exact answers.
    """
    embed = _embedding(n_wires, layers)

    def overlap(queries, keys, theta: Any) -> Any:  # type: ignore[no-untyped-def]
        embed(keys, theta)
        qml.adjoint(embed)(queries, theta)
        return qml.probs(wires=range(n_wires))

    shapes = {_WEIGHT: (layers, n_wires, 2)}
    return quantum(device=device, shots=shots, wires=n_wires, weight_shapes=shapes)(overlap)


def states_of(layer: HybridLayer, angles: Tensor) -> Tensor:
    """Return the states of tokens by the engine, shape (m, 2^n), complex.

    Args:
        layer: What `overlap_layer` returned, or the same without its entanglers; its device
            simulates exactly.
        angles: Shape (m, n), float32 or float64.
    """
    circuit = _state_circuit(
        layer.weight_shapes[_WEIGHT], isinstance(layer.circuit, ProductCircuit)
    )
    job = layer.runner.job(layer.circuit, for_errors=True)
    job = job._replace(shots=None, counter=CircuitCounter(), is_traced=True)
    theta: Tensor = getattr(layer, _WEIGHT)  # of a functional call's own, if there is one
    answers = circuit.run({"angles": angles}, {_WEIGHT: theta.to(angles.dtype)}, job)
    return answers if isinstance(answers, Tensor) else torch.as_tensor(answers[0])


@lru_cache
def _state_circuit(shape: tuple[int, int, int], is_product: bool) -> Circuit:
    """Return the circuit whose answer is a token's state, with the weights of the overlap."""
    layers, n_wires, _ = shape
    embed = _embedding(n_wires, layers)

    def token(angles, theta: Any) -> Any:  # type: ignore[no-untyped-def]
        embed(angles, theta)
        return qml.state()

    circuit = quantum(wires=n_wires, weight_shapes={_WEIGHT: shape})(token).circuit
    return product_circuit(circuit) if is_product else circuit


def _embedding(n_wires: int, layers: int) -> Callable[[Tensor, Tensor], None]:
    """Return gates that tell the angles again in each layer, and once more after the last.

    Without that once more the last weights would cancel in every overlap.

    References:
        Pérez-Salinas et al., Quantum 4 (2020) 226, arXiv:1907.02085 (data re-uploading).
    """
    ring = n_wires if n_wires > 2 else n_wires - 1

    def embed(angles: Tensor, theta: Tensor) -> None:
        for layer in range(layers):
            for wire in range(n_wires):
                qml.RX(angles[wire], wires=wire)
            for wire in range(n_wires):
                qml.RY(theta[layer, wire, 0], wires=wire)
                qml.RZ(theta[layer, wire, 1], wires=wire)
            for wire in range(ring):
                qml.CZ(wires=[wire, (wire + 1) % n_wires])
        for wire in range(n_wires):
            qml.RX(angles[wire], wires=wire)

    return embed
