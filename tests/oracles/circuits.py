"""What an engine Circuit gives, by dense matrices."""

from __future__ import annotations

import dataclasses

import numpy as np

from qaimagic.engine.circuit import Angle, Flip
from tests.oracles import dense, rotations


def matrix(circuit, shared=(), varied=()):
    """The circuit's matrix for one sample's parameters."""
    slots = [*map(float, shared), *map(float, varied)]
    assert len(shared) == circuit.n_shared
    assert len(varied) == circuit.n_varied
    bound = [_bound(operation, slots) for operation in circuit.operations]
    return rotations.matrix_of(bound, circuit.n_wires)


def states(circuit, shared, varied, start=None):
    """The final states, (B, 2**n), of a batch of parameters and, if given, of starts."""
    if start is None:
        start = np.eye(2**circuit.n_wires)[0]
    starts = np.broadcast_to(np.asarray(start), (len(varied), 2**circuit.n_wires))
    rows = zip(varied, starts, strict=True)
    return np.array([matrix(circuit, shared, sample) @ first for sample, first in rows])


def expvals(circuit, shared, varied, start=None):
    """The words' expectation values, (B, n_words)."""
    words = [
        dense.on({wire: rotations.PAULIS[letter] for wire, letter in word}, circuit.n_wires)
        for word in circuit.words
    ]
    finals = states(circuit, shared, varied, start)
    return np.array([[dense.expval(final, word) for word in words] for final in finals])


def _bound(operation, slots):
    if isinstance(operation, Flip):
        return operation
    angle = operation.angle
    total = angle.offset + sum(scale * slots[slot] for slot, scale in angle.terms)
    return dataclasses.replace(operation, angle=Angle((), total))
