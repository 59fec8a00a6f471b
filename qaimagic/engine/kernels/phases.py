"""Phases: one pass over the state for any number of Z words, and the sweep back over it."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import part
from qaimagic.engine.kernels.sincos import sincos
from qaimagic.engine.kernels.walsh import BLOCK_BITS, clear, put, take, transform
from qaimagic.engine.simd import (
    add,
    fill,
    imag_part,
    joined,
    load,
    load_lanes,
    mul,
    real_part,
    store,
    sub,
    swapped,
    twice,
)


@part
def phase_table(
    terms: Any,
    angles: Any,
    places: Any,
    first_angle: int,
    first_row: int,
    n_rows: int,
    lane_bits: int,
    cosines: Any,
    sines: Any,
    block: Any,
) -> None:
    r"""Fill the tables of phases for one sample, or for all where they share the angles.

    .. math:: e^{i \varphi_a}, \quad \varphi_a = -\tfrac12 \sum_m \theta_m (-1)^{a \cdot m}

    Args:
        terms: For each Z word its mask :math:`m`.
        angles: The angles, in radians.
        places: For each Z word the place of its angle, counted from ``first_angle``.
        first_angle: Where this sample's angles start.
        first_row: The half row to start from.
        n_rows: The number of half rows to fill.
        lane_bits: The number of bits of an index that are lanes.
        cosines: Receives the cosines by index.
        sines: Receives the sines by index.
        block: Room for a block of half rows.
    """
    in_block = min(n_rows, 1 << BLOCK_BITS)
    like = load_lanes(block, 0)
    for row in range(0, n_rows, in_block):
        clear(block, in_block)
        for k in range(terms.shape[0]):
            weights = fill(like, -0.5 * angles[first_angle + places[k]])
            put(block, in_block, first_row + row, lane_bits, terms[k], weights)
        transform(block, in_block, lane_bits, 1)
        for i in range(in_block):
            s, c = sincos(load_lanes(block, i))
            store(cosines, row + i, c)
            store(sines, row + i, s)


@part
def phase(
    state: Any,
    base: int,
    first_row: int,
    n_rows: int,
    first_entry: int,
    lane_bits: int,
    table: Any,
) -> None:
    """Multiply rows by the phases of a table."""
    signs = _signs(table[0], 1.0)
    for i in range(n_rows):
        c, s = _entry(table, first_entry + i, lane_bits, signs)
        place = base + first_row + i
        row = load(state, place)
        store(state, place, add(mul(c, row), mul(s, swapped(row))))


@part
def sign(
    state: Any,
    base: int,
    first_row: int,
    n_rows: int,
    first_entry: int,
    lane_bits: int,
    table: Any,
) -> None:
    """Multiply rows of real parts by the cosines of a table."""
    for i in range(n_rows):
        place = base + first_row + i
        row = load(state, place)
        entry = first_entry + i
        c = load(table[0], entry) if lane_bits else fill(row, table[0, entry])
        store(state, place, mul(c, row))


@part
def phase_back(
    state: Any,
    costate: Any,
    base: int,
    first_row: int,
    in_block: int,
    first_entry: int,
    lane_bits: int,
    table: Any,
    terms: Any,
    changes: Any,
    first_change: int,
    block: Any,
) -> None:
    """Undo :func:`phase` on a block and its cotangent, adding up the terms' cotangents."""
    signs = _signs(table[0], -1.0)
    for i in range(in_block):
        c, s = _entry(table, first_entry + i, lane_bits, signs)
        _unphase(state, costate, base + first_row + i, c, s, block, i)
    _share_out(block, in_block, first_row, lane_bits, terms, changes, first_change)


@part
def phase_lanes(
    state: Any,
    base: int,
    first_row: int,
    in_block: int,
    terms: Any,
    angles: Any,
    places: Any,
    first_angle: int,
    block: Any,
) -> None:
    """Multiply a block by phases that differ by sample; ``angles`` are half rows of them."""
    _angles_of_block(terms, angles, places, first_angle, in_block, first_row, block)
    for i in range(in_block):
        s, c = sincos(load_lanes(block, i))
        row = load(state, base + first_row + i)
        turned = mul(joined(sub(fill(s, 0.0), s), s), swapped(row))
        store(state, base + first_row + i, add(mul(twice(c), row), turned))


@part
def phase_lanes_back(
    state: Any,
    costate: Any,
    base: int,
    first_row: int,
    in_block: int,
    terms: Any,
    angles: Any,
    places: Any,
    first_angle: int,
    changes: Any,
    first_change: int,
    block: Any,
) -> None:
    """Undo :func:`phase_lanes`; see :func:`phase_back`."""
    _angles_of_block(terms, angles, places, first_angle, in_block, first_row, block)
    for i in range(in_block):
        s, c = sincos(load_lanes(block, i))
        back = joined(s, sub(fill(s, 0.0), s))
        _unphase(state, costate, base + first_row + i, twice(c), back, block, i)
    _share_out(block, in_block, first_row, 0, terms, changes, first_change)


@part
def _signs(values: Any, sign: float) -> Any:
    plus = fill(load_lanes(values, 0), sign)
    return joined(sub(fill(plus, 0.0), plus), plus)


@part
def _entry(table: Any, row: int, lane_bits: int, signs: Any) -> Any:
    if lane_bits:
        c = twice(load_lanes(table[0], row))
        s = mul(signs, twice(load_lanes(table[1], row)))
    else:
        c = fill(signs, table[0, row])
        s = mul(signs, fill(signs, table[1, row]))
    return c, s


@part
def _angles_of_block(
    terms: Any,
    angles: Any,
    places: Any,
    first_angle: int,
    in_block: int,
    first_row: int,
    block: Any,
) -> None:
    clear(block, in_block)
    for k in range(terms.shape[0]):
        theta = load_lanes(angles, first_angle + places[k])
        put(block, in_block, first_row, 0, terms[k], mul(fill(theta, -0.5), theta))
    transform(block, in_block, 0, 1)


@part
def _unphase(state: Any, costate: Any, here: int, c: Any, s: Any, block: Any, i: int) -> None:
    row = load(state, here)
    corow = load(costate, here)
    across = mul(corow, swapped(row))
    store(block, i, sub(imag_part(across), real_part(across)))
    store(state, here, add(mul(c, row), mul(s, swapped(row))))
    store(costate, here, add(mul(c, corow), mul(s, swapped(corow))))


@part
def _share_out(
    block: Any,
    in_block: int,
    first_row: int,
    lane_bits: int,
    terms: Any,
    changes: Any,
    first_change: int,
) -> None:
    transform(block, in_block, lane_bits, 1)
    for k in range(terms.shape[0]):
        share = take(block, in_block, first_row, lane_bits, terms[k])
        place = first_change + k
        store(changes, place, add(load_lanes(changes, place), share))
