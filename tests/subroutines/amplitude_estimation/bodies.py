"""Circuits with a known probability."""

from __future__ import annotations

import math

import pennylane as qml


def coin(a: float):
    """Return a circuit on one wire that is 1 with probability ``a``."""

    def prepare() -> None:
        qml.RY(2 * math.asin(math.sqrt(a)), wires=0)

    return prepare


def tangle() -> None:
    """Queue gates of many kinds, with complex amplitudes."""
    qml.Hadamard("a")
    qml.RY(0.7, wires="b")
    qml.CRX(0.9, wires=["a", "b"])
    qml.Toffoli(wires=["a", "b", "c"])
    qml.S("b")
    qml.IsingXY(0.4, wires=["b", "c"])
    qml.T("c")
