"""Many arrays in few: each is where its place says, and no two overlap."""

from __future__ import annotations

from math import prod

import numpy as np

from qaimagic.engine.arrays import IS_REAL, LANE_BITS, PLACE, PLACES, Program, packed
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.program import plan

TURN = Rotation(((0, "X"),), Angle(((0, 1.0),), 0.5), ((1, 1),))
PHASE = Rotation(((0, "Z"), (1, "Z")), Angle(((1, 2.0),)))
CIRCUIT = Circuit(2, 1, 1, (TURN, PHASE, Flip(1, 0), TURN), (((0, "Z"),), ((1, "Y"),)))
SETTLED = ((2, 16), (5,), (2, 5), (3, 0, 8), (3, 1, 2, 8), (1, 2, 16), (3, 1, 2, 8))
UNDONE = ((3, 2, 8), (3, 1, 4, 2, 8), (3, 1, 7, 8))


def places(integers):
    n_arrays = len(Program._fields) + len(SETTLED) + len(UNDONE)
    head = integers[PLACES : PLACES + n_arrays * PLACE].reshape(n_arrays, PLACE)
    return [(int(row[0]), tuple(int(size) for size in row[1:])) for row in head]


def whole():
    program = plan(CIRCUIT, 0, from_zeros=True).program
    return program, packed(program, 3, True, SETTLED, UNDONE)


def test_a_program_is_found_again():
    program, found = whole()
    assert (found.integers[LANE_BITS], found.integers[IS_REAL]) == (3, 1)
    assert any(array.size for array in program)
    for array, (start, sizes) in zip(program, places(found.integers), strict=False):
        assert sizes[: array.ndim] == array.shape
        source = found.floats if array.dtype == np.float64 else found.integers
        there = source[start : start + array.size].reshape(array.shape)
        np.testing.assert_array_equal(there, array)


def test_arrays_to_fill_lie_apart_on_cache_lines():
    program, found = whole()
    rest = places(found.integers)[len(program) :]
    for shapes, length, these in (
        (SETTLED, found.n_settled, rest[: len(SETTLED)]),
        (UNDONE, found.n_undone, rest[len(SETTLED) :]),
    ):
        end = 0
        for shape, (start, sizes) in zip(shapes, these, strict=True):
            assert start >= end
            assert start % 16 == 0
            assert sizes[: len(shape)] == shape
            end = start + prod(shape)
        assert length >= end
