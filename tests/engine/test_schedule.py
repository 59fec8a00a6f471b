"""Flips as bookkeeping, phases and turns in order, blocks: each keeps what the circuit does."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic.engine.blocks import MOST_ROW_BITS, blocks
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.frame import Frame
from qaimagic.engine.schedule import Turn, schedule
from tests.engine.random_circuits import cases, flips
from tests.oracles import circuits as oracle


def parities(indices, mask):
    return (np.bitwise_count(indices & mask) & 1).astype(int)


def value(angle, slots):
    return angle.offset + sum(scale * slots[slot] for slot, scale in angle.terms)


def run_schedule(scheduled, n_wires, slots):
    """The scheduled circuit on the zeros, amplitude by amplitude, by wires."""
    indices = np.arange(2**n_wires)
    state = np.zeros(2**n_wires, complex)
    state[0] = 1
    for layer in scheduled.layers:
        exponent = sum(
            value(angle, slots) * (1 - 2.0 * parities(indices, mask))
            for mask, angle in layer.phases.items()
        )
        state = state * np.exp(-0.5j * exponent)
        for turn in layer.turns:
            half = value(turn.angle, slots) / 2
            roles = 1 - 2 * parities(indices, turn.z)
            turned = math.cos(half) * state - roles * math.sin(half) * state[indices ^ turn.x]
            held = np.all([parities(indices, mask) == bit for mask, bit in turn.conditions], axis=0)
            state = np.where(held, turned, state)
    by_wires = np.zeros_like(indices)
    for mask, inverted in scheduled.bits:
        by_wires = 2 * by_wires + (parities(indices, mask) ^ inverted)
    answer = np.empty_like(state)
    answer[by_wires] = state
    return answer


@settings(max_examples=150, deadline=None)
@given(cases(max_samples=1, max_operations=16), st.booleans())
def test_a_schedule_keeps_the_state_phase_included(case, from_zeros):
    circuit = Circuit(
        case.circuit.n_wires, case.circuit.n_shared, case.circuit.n_varied, case.circuit.operations
    )
    slots = [*case.shared.tolist(), *case.varied[0].tolist()]
    found = run_schedule(schedule(circuit, from_zeros=from_zeros), circuit.n_wires, slots)
    wanted = np.asarray(oracle.states(circuit, case.shared, case.varied))[0]
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.lists(flips(4), max_size=12))
def test_a_frame_reads_the_wires_of_flipped_states(gates):
    frame = Frame(4)
    for gate in gates:
        frame.flip(gate)
    circuit = Circuit(4, 0, 0, tuple(gates))
    for start in range(16):
        amplitudes = torch.zeros(16, dtype=torch.complex128)
        amplitudes[start] = 1
        matrix = np.asarray(oracle.matrix(circuit, np.zeros(0)))
        [end] = np.flatnonzero(np.abs(matrix @ amplitudes.numpy()) > 0.5)
        bits = [(start & mask).bit_count() % 2 ^ inverted for mask, inverted in frame.index_bits()]
        assert bits == [int(bit) for bit in f"{end:04b}"]


def entangling_layers(n_wires, depth):
    operations = []
    for _ in range(depth):
        operations += [
            Rotation(((wire, letter),), Angle(((0, 1.0),)))
            for wire in range(n_wires)
            for letter in "ZYZ"
        ]
        operations += [Flip((wire + 1) % n_wires, wire) for wire in range(n_wires)]
    return Circuit(n_wires, 1, 0, tuple(operations), (((0, "Z"),),))


def test_rings_of_flips_and_all_phases_of_a_layer_cost_one_pass():
    scheduled = schedule(entangling_layers(6, 3))
    assert [len(layer.turns) for layer in scheduled.layers] == [6, 6, 6, 0]
    assert [bool(layer.phases) for layer in scheduled.layers] == [False, True, True, True]


def test_a_cost_layer_is_one_pass_however_many_edges():
    edges = [Rotation(((a, "Z"), (b, "Z")), Angle(((0, 1.0),))) for a in range(5) for b in range(a)]
    mixer = [Rotation(((wire, "X"),), Angle(((1, 1.0),))) for wire in range(5)]
    start = [Rotation(((wire, "Y"),), Angle((), math.pi / 2)) for wire in range(5)]
    circuit = Circuit(5, 2, 0, (*start, *edges, *mixer), (((0, "Z"), (1, "Z")),))
    layers = schedule(circuit).layers
    assert [len(layer.phases) for layer in layers] == [0, 15, 5]
    assert [len(layer.turns) for layer in layers] == [5, 5, 0]


masks = st.integers(1, 2**9 - 1)


@st.composite
def turns(draw):
    x = draw(masks)
    z = draw(masks.filter(lambda mask: (mask & x).bit_count() % 2 == 1))
    return Turn(x, z, Angle((), 0.3))


@settings(max_examples=100, deadline=None)
@given(st.lists(turns(), min_size=1, max_size=20), st.sampled_from([0, 2, 3]))
def test_blocks_take_every_turn_once_and_see_the_same_pairs(some, lane_bits):
    found = list(blocks(some, lane_bits, reach=9))
    assert [block.first for block in found] == [0, *(block.last for block in found[:-1])]
    assert found[-1].last == len(some)
    for block in found:
        assert len(block.span) <= MOST_ROW_BITS
        rows = [0]
        for vector in block.span:
            rows += [row ^ vector for row in rows]
        assert len(set(rows)) == len(rows)
        for turn, local in zip(some[block.first : block.last], block.local, strict=True):
            assert rows[local.x] == turn.x >> lane_bits
            for place, row in enumerate(rows):
                wanted = (row & (turn.z >> lane_bits)).bit_count() % 2
                assert (place & local.z).bit_count() % 2 == wanted


@pytest.mark.parametrize("reach", [0, 3])
def test_turns_of_fresh_bits_reach_twice_as_far_each_time(reach):
    some = [Turn(1 << bit, 1 << bit, Angle((), 0.3)) for bit in range(reach, reach + 4)]
    [block] = blocks(some, 0, reach)
    assert [local.live for local in block.local] == [2, 4, 8, 16]
