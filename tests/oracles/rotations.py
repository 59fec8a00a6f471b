"""The engine's operations as dense matrices, written for the tests."""

from __future__ import annotations

import functools
import math

import numpy as np

from qaimagic.engine.circuit import Flip, Rotation
from tests.oracles import dense

PAULIS = {"X": dense.X, "Y": dense.Y, "Z": dense.Z}


def matrix_of(operations, n_wires):
    """The product of operations whose angles have no parameters."""
    matrices = [_matrix(operation, n_wires) for operation in operations]
    return functools.reduce(lambda product, one: one @ product, matrices, np.eye(2**n_wires))


def _matrix(operation, n_wires):
    if isinstance(operation, Flip):
        flip = dense.on({operation.target: dense.X}, n_wires)
        controls = () if operation.control is None else ((operation.control, 1),)
        return _where(controls, flip, n_wires)
    assert isinstance(operation, Rotation)
    assert not operation.angle.terms
    assert not {wire for wire, _ in operation.word} & {wire for wire, _ in operation.controls}
    word = dense.on({wire: PAULIS[letter] for wire, letter in operation.word}, n_wires)
    half = operation.angle.offset / 2
    turned = math.cos(half) * np.eye(2**n_wires) - 1j * math.sin(half) * word
    return _where(operation.controls, turned, n_wires)


def _where(controls, matrix, n_wires):
    holds = dense.on({wire: np.diag([1 - bit, bit]) for wire, bit in controls}, n_wires)
    return matrix @ holds + np.eye(2**n_wires) - holds
