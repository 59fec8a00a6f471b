"""States made up for the tests."""

from __future__ import annotations

import numpy as np

from qaimagic.drawing.state_data import State


def names(n_wires: int) -> tuple[str, ...]:
    return tuple(map(str, range(n_wires)))


def vector(n_wires: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = rng.normal(size=2**n_wires) + 1j * rng.normal(size=2**n_wires)
    return found / np.linalg.norm(found)


def density(n_wires: int, seed: int = 0, rank: int | None = None) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shape = (2**n_wires, rank or 2**n_wires)
    half = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    found = half @ half.conj().T
    return found / np.trace(found)


def pure(n_wires: int, seed: int = 0, name: str = "pure") -> State:
    return State(vector(n_wires, seed), names(n_wires), name)


def mixed(n_wires: int, seed: int = 0, name: str = "mixed") -> State:
    return State(density(n_wires, seed), names(n_wires), name)
