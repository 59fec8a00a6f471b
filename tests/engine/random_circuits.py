"""Random circuits of the engine, with parameters to run them with.

@given(cases())
def test_it(case):
    run(case.circuit, case.shared, case.varied)
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from hypothesis import strategies as st

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation

_SPECIAL = [math.pi, -math.pi, math.pi / 2, -math.pi / 2, math.pi / 4, 2 * math.pi, 0.0]


class Case(NamedTuple):
    """A circuit, shared parameters (n_shared,) and varied ones (B, n_varied), float64."""

    circuit: Circuit
    shared: torch.Tensor
    varied: torch.Tensor


@st.composite
def words(draw, n_wires, letters="XYZ", max_size=None):
    """Pauli words on any of the wires, the empty word among them."""
    wires = sorted(draw(st.sets(st.integers(0, n_wires - 1), max_size=max_size)))
    return tuple((wire, draw(st.sampled_from(letters))) for wire in wires)


@st.composite
def angles(draw, n_slots):
    """Angles with no, one or two parameters; the constants are often multiples of pi / 4."""
    offsets = st.sampled_from(_SPECIAL) | st.floats(-7, 7).map(lambda value: round(value, 3))
    n_terms = draw(st.sampled_from([0, 1, 1, 1, 2])) if n_slots else 0
    slots = (
        draw(st.sets(st.integers(0, n_slots - 1), min_size=1, max_size=n_terms)) if n_terms else ()
    )
    scales = st.sampled_from([1.0, 1.0, -1.0, 0.5, 2.0, -1.7])
    terms = tuple((slot, draw(scales)) for slot in sorted(slots))
    return Angle(terms, draw(offsets) if not terms or draw(st.booleans()) else 0.0)


@st.composite
def rotations(draw, n_wires, n_slots, max_word=3, max_controls=2, letters="XYZ"):
    """Rotations about words on up to ``max_word`` wires, some of them controlled."""
    word = draw(words(n_wires, letters, max_word))
    free = sorted(set(range(n_wires)) - {wire for wire, _ in word})
    n_controls = draw(st.sampled_from([0, 0, 1, max_controls])) if free else 0
    on = sorted(draw(st.sets(st.sampled_from(free), max_size=n_controls))) if n_controls else []
    controls = tuple((wire, draw(st.integers(0, 1))) for wire in on)
    return Rotation(word, draw(angles(n_slots)), controls)


@st.composite
def flips(draw, n_wires):
    """X on a wire, or CNOT on a pair."""
    order = draw(st.permutations(range(n_wires)))
    return Flip(*order[: draw(st.integers(1, 2))]) if n_wires > 1 else Flip(0)


@st.composite
def circuits(
    draw, min_wires=1, max_wires=5, max_operations=12, max_word=3, max_controls=2, letters="XYZ"
):
    """Circuits with shared and varied parameters, used any number of times, and a few words.

    Short ones come up as often as long ones; ``letters`` are those of the rotations, so that
    ``"Y"`` makes circuits of real amplitudes and ``"Z"`` diagonal ones.
    """
    n_wires = draw(st.integers(min_wires, max_wires))
    n_shared, n_varied = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    turns = rotations(n_wires, n_shared + n_varied, max_word, max_controls, letters)
    gates = st.one_of(turns, turns, flips(n_wires))
    operations = draw(st.lists(gates, max_size=max_operations))
    measured = draw(st.lists(words(n_wires), min_size=1, max_size=4))
    return Circuit(n_wires, n_shared, n_varied, tuple(operations), tuple(measured))


def parameters(circuit, n_samples=3, seed=0):
    """Parameters within (-pi, pi) for a circuit: (n_shared,) and (B, n_varied), float64."""
    random = torch.Generator().manual_seed(seed)
    sizes = (circuit.n_shared,), (n_samples, circuit.n_varied)
    draws = (torch.rand(*size, generator=random, dtype=torch.float64) for size in sizes)
    shared, varied = (2 * math.pi * (draw - 0.5) for draw in draws)
    return shared, varied


def starts(circuit, n_samples=None, seed=1):
    """A normalised random start, (2**n,), or one for each sample, (B, 2**n), complex128."""
    random = torch.Generator().manual_seed(seed)
    size = (2**circuit.n_wires,) if n_samples is None else (n_samples, 2**circuit.n_wires)
    start = torch.randn(*size, generator=random, dtype=torch.complex128)
    return start / torch.linalg.vector_norm(start, dim=-1, keepdim=True)


@st.composite
def cases(draw, max_samples=3, **kinds):
    """Circuits (see :func:`circuits`) with their parameters."""
    circuit = draw(circuits(**kinds))
    n_samples = draw(st.integers(1, max_samples))
    return Case(circuit, *parameters(circuit, n_samples, draw(st.integers(0, 10_000))))
