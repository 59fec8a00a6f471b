"""The circuits of the grid as plain data, so that every engine builds the same ones.

Only the standard library is needed: each engine reads this file in an environment of its own.
Wire 0 is the most significant bit, angles are in radians, and numbers follow from a seed.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MOLECULES = Path(__file__).with_name("molecules.json")
MOLECULE_OF = {8: "H4", 12: "LiH"}
LAYERS = {"embedding": 3, "reuploading": 4, "qaoa": 4, "molecule": 3, "kernel": 2, "deep": 40}

Angle = tuple[str, int, float]
"""Where an angle comes from: ``"input"`` or ``"weight"``, which one, and times what."""
Word = tuple[tuple[int, str], ...]
"""A Pauli word: pairs of a wire and a letter, by rising wire; () is the identity."""


@dataclass(frozen=True)
class Gate:
    """A gate by name: H, X, RX, RY, RZ, Rot (RZ, RY, RZ as in PennyLane), ZZ, CNOT or CZ."""

    name: str
    wires: tuple[int, ...]
    angles: tuple[Angle, ...] = ()


@dataclass(frozen=True)
class Problem:
    """One circuit on a batch of samples.

    Attributes:
        n_wires: The number of wires n.
        batch: The number of samples B.
        n_inputs: Features of a sample.
        n_weights: Weights, which all samples share.
        gates: The gates, first to last.
        observables: Each a sum of words, as pairs of a coefficient and a word; empty where the
            answer is the Gram matrix of fidelities of the batch with itself.
    """

    n_wires: int
    batch: int
    n_inputs: int
    n_weights: int
    gates: tuple[Gate, ...]
    observables: tuple[tuple[tuple[float, Word], ...], ...]

    @property
    def answer_shape(self) -> tuple[int, int]:
        """The shape of the answer: (B, observables), or (B, B) for a Gram matrix."""
        return self.batch, len(self.observables) or self.batch


@dataclass(frozen=True)
class Numbers:
    """What the circuit is run with, and the weights of the sum that is differentiated."""

    inputs: list[list[float]]
    weights: list[float]
    cotangent: list[list[float]]


def build(family: str, n: int, batch: int) -> Problem:
    """Return the circuit of a family on n wires for a batch."""
    return FAMILIES[family](n, batch)


def numbers(problem: Problem, seed: int = 1) -> Numbers:
    """Return inputs, weights and cotangent of a circuit, the same for every engine."""
    draw = random.Random(seed)
    rows, columns = problem.answer_shape
    return Numbers(
        [[draw.uniform(-2, 2) for _ in range(problem.n_inputs)] for _ in range(problem.batch)],
        [draw.uniform(-math.pi, math.pi) for _ in range(problem.n_weights)],
        [[draw.uniform(-1, 1) for _ in range(columns)] for _ in range(rows)],
    )


def _x(k: int, factor: float = 1.0) -> tuple[Angle]:
    return (("input", k, factor),)


def _w(k: int, factor: float = 1.0) -> tuple[Angle]:
    return (("weight", k, factor),)


def _each_z(n: int) -> tuple[tuple[tuple[float, Word], ...], ...]:
    return tuple(((1.0, ((wire, "Z"),)),) for wire in range(n))


def _entangling(n: int, layers: int) -> list[Gate]:
    """Return PennyLane's strongly entangling layers."""
    gates = []
    for layer in range(layers):
        for wire in range(n):
            first = 3 * (layer * n + wire)
            angles = tuple(("weight", first + k, 1.0) for k in range(3))
            gates.append(Gate("Rot", (wire,), angles))
        step = layer % (n - 1) + 1
        gates += [Gate("CNOT", (wire, (wire + step) % n)) for wire in range(n)]
    return gates


def _ring(n: int) -> list[Gate]:
    links = n if n > 2 else 1
    return [Gate("CZ", (wire, (wire + 1) % n)) for wire in range(links)]


def embedding(n: int, batch: int) -> Problem:
    """Angle embedding and strongly entangling layers, the expval of each Z."""
    gates = [Gate("RX", (wire,), _x(wire)) for wire in range(n)]
    gates += _entangling(n, LAYERS["embedding"])
    return Problem(n, batch, n, 3 * n * LAYERS["embedding"], tuple(gates), _each_z(n))


def reuploading(n: int, batch: int) -> Problem:
    """RY of the data, RY of the weights, a ring of CZ, layer by layer: real amplitudes."""
    gates = []
    for layer in range(LAYERS["reuploading"]):
        gates += [Gate("RY", (wire,), _x(wire)) for wire in range(n)]
        gates += [Gate("RY", (wire,), _w(layer * n + wire)) for wire in range(n)]
        gates += _ring(n)
    return Problem(n, batch, n, n * LAYERS["reuploading"], tuple(gates), _each_z(n))


def qaoa(n: int, batch: int) -> Problem:
    """QAOA's circuit for a weighted random 3-regular graph, one cost.

    The 2p angles are weights; in a batch they are data, as when many starts are tried at once.
    """
    edges = _cubic_graph(n, random.Random(n))
    angle = _w if batch == 1 else _x
    depth = LAYERS["qaoa"]
    gates = [Gate("H", (wire,)) for wire in range(n)]
    for layer in range(depth):
        gates += [Gate("ZZ", edge, angle(2 * layer, 2 * weight)) for edge, weight in edges]
        gates += [Gate("RX", (wire,), angle(2 * layer + 1, 2.0)) for wire in range(n)]
    cost = tuple((weight, tuple((wire, "Z") for wire in edge)) for edge, weight in edges)
    counts = (0, 2 * depth) if batch == 1 else (2 * depth, 0)
    return Problem(n, batch, *counts, tuple(gates), (cost,))


def _cubic_graph(n: int, draw: random.Random) -> list[tuple[tuple[int, int], float]]:
    """Return the weighted edges of a random 3-regular graph; pairs stubs until it is simple."""
    while True:
        stubs = [wire for wire in range(n) for _ in range(3)]
        draw.shuffle(stubs)
        pairs = {(min(pair), max(pair)) for pair in zip(stubs[::2], stubs[1::2], strict=True)}
        if len(pairs) == 3 * n // 2 and all(a != b for a, b in pairs):
            return [(pair, draw.uniform(0.1, 1.0)) for pair in sorted(pairs)]


def molecule(n: int, batch: int) -> Problem:
    """The energy of a molecule in a hardware-efficient ansatz on the Hartree-Fock state.

    As in :func:`qaoa`, the angles are weights, and data in a batch.
    """
    data = json.loads(MOLECULES.read_text(encoding="utf-8"))[MOLECULE_OF[n]]
    angle = _w if batch == 1 else _x
    gates = [Gate("X", (wire,)) for wire in range(data["electrons"])]
    k = 0
    for _ in range(LAYERS["molecule"]):
        for name in ("RY", "RZ"):
            gates += [Gate(name, (wire,), angle(k + wire)) for wire in range(n)]
            k += n
        gates += [Gate("CNOT", (wire, wire + 1)) for wire in range(n - 1)]
    energy = tuple(
        (value, tuple((wire, letter) for wire, letter in enumerate(text) if letter != "I"))
        for text, value in data["words"].items()
    )
    counts = (0, k) if batch == 1 else (k, 0)
    return Problem(n, batch, *counts, tuple(gates), (energy,))


def kernel(n: int, batch: int) -> Problem:
    """The Gram matrix of fidelities of a trainable feature map."""
    gates = []
    for layer in range(LAYERS["kernel"]):
        gates += [Gate("RY", (wire,), _x(wire)) for wire in range(n)]
        gates += [Gate("RZ", (wire,), _w(layer * n + wire)) for wire in range(n)]
        gates += [Gate("CNOT", (wire, wire + 1)) for wire in range(n - 1)]
    return Problem(n, batch, n, n * LAYERS["kernel"], tuple(gates), ())


def deep(n: int, batch: int) -> Problem:
    """Many strongly entangling layers on one sample, the expval of one Z."""
    gates = [Gate("RX", (wire,), _x(wire)) for wire in range(n)]
    gates += _entangling(n, LAYERS["deep"])
    return Problem(n, batch, n, 3 * n * LAYERS["deep"], tuple(gates), _each_z(1))


FAMILIES: dict[str, Callable[[int, int], Problem]] = {
    "embedding": embedding,
    "reuploading": reuploading,
    "qaoa": qaoa,
    "molecule": molecule,
    "kernel": kernel,
    "deep": deep,
}
