"""The circuit that maps numbers to numbers in these generators."""

from __future__ import annotations

from typing import Any

import pennylane as qml

from qaimagic._checks import check_int
from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer


def reuploading(
    n_wires: int, layers: int, n_outputs: int, *, device: Any, shots: int | None
) -> HybridLayer:
    """Return a circuit that takes one angle a wire, again in each layer.

    A layer turns each wire about Y by its angle, then freely by three weights, and sends CNOTs
    round the wires. The answers are the averages of Z on the first wires.

    Args:
        n_wires: How many wires, which is how many angles.
        layers: How many layers.
        n_outputs: How many wires are measured.
        device: Where it runs, or None for the default.
        shots: The number of shots, or None for exact answers.

    References:
        Pérez-Salinas et al., Quantum 4 (2020) 226, arXiv:1907.02085.
    """
    check_int("layers", layers, minimum=1)

    def circuit(inputs, theta: Any) -> Any:  # type: ignore[no-untyped-def]
        for layer in range(layers):
            for i in range(n_wires):
                qml.RY(inputs[i], wires=i)
                qml.Rot(*[theta[layer, i, k] for k in range(3)], wires=i)
            if n_wires > 1:
                for i in range(n_wires):
                    qml.CNOT(wires=[i, (i + 1) % n_wires])
        return [qml.expval(qml.Z(i)) for i in range(n_outputs)]

    shapes = {"theta": (layers, n_wires, 3)}
    return quantum(device=device, shots=shots, weight_shapes=shapes)(circuit)
