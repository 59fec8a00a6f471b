"""The circuit that variational subroutines train where none is given: turns and CNOTs in layers.

References:
    Kandala et al., Nature 549 (2017) 242, arXiv:1704.05018;
    Larocca et al., Nature Computational Science 3 (2023) 542, arXiv:2109.11676 (how many angles do
    away with local minima).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pennylane as qml

_MOST_WIRES = 12
"""Up to so many wires a circuit may have twice as many angles as a state has numbers."""


def n_layers_for(n: int, *, many: bool) -> int:
    """Return how many layers a circuit of n wires has.

    Args:
        n: How many wires.
        many: Whether it is to have so many angles that there are hardly any local minima.
    """
    return max(n, math.ceil(2 ** (n + 1) / n)) if many and n <= _MOST_WIRES else n


def turns_for(*, is_real: bool) -> tuple[Any, ...]:
    """Return the rotations of each wire in a layer: about Y alone where the state is real."""
    return (qml.RY,) if is_real else (qml.RY, qml.RZ)


def hardware_efficient(theta: Any, wires: Sequence[Any], turns: Sequence[Any]) -> None:
    """Queue turns of each wire and CNOTs from wire to wire, so many times, and turns again.

    Args:
        theta: The angles in radians, shape (layers + 1, n_wires, n_turns).
        wires: The wires.
        turns: The rotations of each wire in a layer.
    """
    for layer, angles in enumerate(theta):
        if layer:
            for pair in pairwise(wires):
                qml.CNOT(wires=pair)
        for i, wire in enumerate(wires):
            for k, turn in enumerate(turns):
                turn(angles[i, k], wires=wire)
