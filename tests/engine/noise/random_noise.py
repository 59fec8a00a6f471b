"""Random channels for random circuits, and what they give by dense matrices."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from hypothesis import strategies as st

from qaimagic.engine.noise import Channel, NoisyCircuit
from tests.engine.random_circuits import cases
from tests.oracles import circuits as oracle


def kraus_matrices(n_kraus, side, seed, n_samples=None):
    """Kraus matrices of a random channel, (K, d, d), or one channel a sample, (B, K, d, d)."""
    random = torch.Generator().manual_seed(seed)
    batch = () if n_samples is None else (n_samples,)
    draw = torch.randn(*batch, n_kraus * side, side, generator=random, dtype=torch.complex128)
    isometry, _ = torch.linalg.qr(draw)
    return isometry.reshape(*batch, n_kraus, side, side)


@st.composite
def noisy_cases(draw, max_channels=4, **kinds):
    """Noisy circuits, their parameters and Kraus matrices."""
    circuit, shared, varied = draw(cases(**kinds))
    channels, kraus = [], []
    last = len(circuit.operations)
    for after in sorted(draw(st.lists(st.integers(0, last), max_size=max_channels))):
        order = draw(st.permutations(range(circuit.n_wires)))
        wires = tuple(order[: draw(st.integers(1, min(2, circuit.n_wires)))])
        channels.append(Channel(wires, after))
        n_samples = draw(st.sampled_from([None, len(varied)]))
        n_kraus, seed = draw(st.integers(1, 3)), draw(st.integers(0, 1000))
        kraus.append(kraus_matrices(n_kraus, 2 ** len(wires), seed, n_samples))
    return NoisyCircuit(circuit, tuple(channels)), shared, varied, kraus


def density_matrices(noisy, shared, varied, kraus, start=None):
    """The final density matrices, (B, 2**n, 2**n), NumPy."""
    size = 2**noisy.circuit.n_wires
    start = np.eye(size)[0] if start is None else np.asarray(start)
    finals = []
    for index, (sample, psi) in enumerate(
        zip(varied, np.broadcast_to(start, (len(varied), size)), strict=True)
    ):
        rho = np.outer(psi, psi.conj())
        for place, piece in enumerate(noisy.pieces()):
            if place:
                matrices = kraus[place - 1].numpy()
                matrices = matrices[index] if matrices.ndim == 4 else matrices
                wires = noisy.channels[place - 1].wires
                full = [_embedded(matrix, wires, noisy.circuit.n_wires) for matrix in matrices]
                rho = sum(one @ rho @ one.conj().T for one in full)
            unitary = oracle.matrix(dataclasses.replace(piece, words=()), shared, sample)
            rho = unitary @ rho @ unitary.conj().T
        finals.append(rho)
    return np.array(finals)


def _embedded(matrix, wires, n_wires):
    """A matrix on some wires as one on all, entry by entry."""
    size = 2**n_wires
    full = np.zeros((size, size), dtype=complex)
    for row in range(size):
        for column in range(size):
            bits = [
                [index >> (n_wires - 1 - wire) & 1 for wire in range(n_wires)]
                for index in (row, column)
            ]
            if all(bits[0][w] == bits[1][w] for w in range(n_wires) if w not in wires):
                small = [
                    sum(one[w] << (len(wires) - 1 - i) for i, w in enumerate(wires)) for one in bits
                ]
                full[row, column] = matrix[small[0], small[1]]
    return full
