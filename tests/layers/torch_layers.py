"""PennyLane's `TorchLayer`s, in every form in which a QNode may return its measurements."""

from __future__ import annotations

import pennylane as qml
from torch import nn

from qaimagic.layers.accelerated import Accelerated

FORMS = {
    "one": lambda: qml.expval(qml.Z(0)),
    "list": lambda: [qml.expval(qml.Z(0)), qml.expval(qml.X(1))],
    "list of one": lambda: [qml.expval(qml.Z(0))],
    "tuple": lambda: (qml.expval(qml.Z(0)), qml.expval(qml.Z(1))),
    "tuple of one": lambda: (qml.expval(qml.Z(0)),),
    "tuple of lists": lambda: (
        [qml.expval(qml.Z(0)), qml.expval(qml.Z(1))],
        [qml.expval(qml.X(0)), qml.var(qml.X(1))],
    ),
    "probs": lambda: qml.probs(wires=[1, 0]),
    "probs of all": lambda: qml.probs(),
    "both": lambda: [qml.expval(qml.Z(0) @ qml.Y(1)), qml.probs(wires=0), qml.purity(wires=1)],
    "matrices": lambda: [qml.density_matrix(0), qml.density_matrix(1)],
}


def circuit(form="list", n=2, device="default.qubit", **options):
    @qml.qnode(qml.device(device, wires=n), **options)
    def node(inputs, weights, angle):
        qml.AngleEmbedding(inputs, wires=range(n))
        qml.BasicEntanglerLayers(weights, wires=range(n))
        qml.RY(angle, wires=0)
        return FORMS[form]()

    return node


def torch_layer(form="list", n=2, **options):
    return qml.qnn.TorchLayer(circuit(form, n, **options), {"weights": (2, n), "angle": 1})


def is_fast(layer):
    return isinstance(layer, Accelerated)


def small_model():
    return nn.Sequential(nn.Linear(3, 2), torch_layer(), nn.Linear(2, 1))
