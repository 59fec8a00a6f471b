"""What an ideal simulator makes of a QSVT circuit: U is simulated once, and its matrix repeated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.qsvt.phases import Phases

MOST_REPEATED = 10
"""The most wires of a block encoding whose unitary is kept as a matrix."""


def encoding_wires(encoding: BlockEncoding) -> int:
    """Return how many wires a block encoding has."""
    return len(encoding.auxiliary) + len(encoding.wires)


def kept_amplitudes(encoding: BlockEncoding, phases: Phases, columns: Matrix) -> Matrix:
    """Return what is left of states where all flags read 0, shape (2^n, columns).

    The wires that hold the real part and add the two parts are turned around Z alone between their
    first and their last gate, so each of their basis states has a circuit of its own here.

    Args:
        encoding: The matrix in the corner of a unitary, on ``MOST_REPEATED`` wires at most.
        phases: The turns of the polynomial.
        columns: States of the wires, shape (2^n, columns).
    """
    size, count = columns.shape
    parts = len(phases.weights)
    unitary = encoding.unitary
    states = np.zeros((len(unitary), parts, 2, count), complex)
    states[:size] = columns[:, None, None, :]
    signs = np.array([1.0, -1.0])
    for call, turns in enumerate(phases.turns):
        factors = np.exp(1j * turns[:, None] * signs)[:, :, None]
        states[:size] *= factors
        states[size:] /= factors
        if call < phases.calls:
            u = unitary.conj().T if call % 2 else unitary
            running = slice(None) if call < phases.calls - 1 else slice(-1, None)
            states[:, running] = _applied(u, states[:, running])
    weights = phases.weights * np.exp(1j * phases.shifts) * phases.scale
    left: Matrix = np.einsum("npqc,p->nc", states[:size], weights) / 2
    return left


def _applied(unitary: Matrix, states: NDArray[np.complex128]) -> NDArray[np.complex128]:
    return (unitary @ states.reshape(len(unitary), -1)).reshape(states.shape)
