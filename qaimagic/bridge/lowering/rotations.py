"""Constant rotations about Pauli words as one operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pennylane.operation import Operation

from qaimagic.engine.circuit import Word


class PauliRotations(Operation):  # type: ignore[misc]
    r"""A product of rotations :math:`e^{-i \theta P / 2}` about Pauli words, first to last.

    To build hundreds of ``qml.PauliRot`` takes longer than to run them.

    Args:
        angles: One for each word, constants in radians.
        words: Pauli words of places among the wires.
        wires: What the places stand for.
    """

    batch_size = None

    def __init__(self, angles: Sequence[float], words: Sequence[Word], wires: Sequence[Any]):
        super().__init__(*angles, wires=wires)
        self.hyperparameters["words"] = words
