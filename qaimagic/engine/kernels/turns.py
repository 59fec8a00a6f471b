"""Turns: real rotations of pairs of rows, and the sweep back over them."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import part
from qaimagic.engine.simd import (
    add,
    choose,
    crossed,
    fill,
    load,
    mul,
    parity,
    store,
    sub,
)


@part
def turn(state: Any, base: int, n_pairs: int, x: int, z: int, c: Any, s: Any) -> None:
    """Rotate the pairs of rows ``i`` and ``i ^ x`` in place; all lanes alike."""
    low = _below_top(x)
    back = sub(fill(s, 0.0), s)
    for pair in range(n_pairs):
        i = ((pair & ~low) << 1) | (pair & low)
        a = load(state, base + i)
        b = load(state, base + (i ^ x))
        t = choose(parity(i & z), back, s)
        store(state, base + i, sub(mul(c, a), mul(t, b)))
        store(state, base + (i ^ x), add(mul(c, b), mul(t, a)))


@part
def turn_back(
    state: Any, costate: Any, base: int, n_pairs: int, x: int, z: int, c: Any, s: Any
) -> Any:
    """Undo :func:`turn` on a state and its cotangent; return twice the angle's cotangent."""
    low = _below_top(x)
    back = sub(fill(s, 0.0), s)
    change = fill(s, 0.0)
    for pair in range(n_pairs):
        i = ((pair & ~low) << 1) | (pair & low)
        j = base + (i ^ x)
        i += base
        first = parity((i - base) & z)
        t = choose(first, back, s)
        a = load(state, i)
        b = load(state, j)
        d = load(costate, i)
        e = load(costate, j)
        difference = sub(mul(e, a), mul(d, b))
        change = choose(first, sub(change, difference), add(change, difference))
        store(state, i, add(mul(c, a), mul(t, b)))
        store(state, j, sub(mul(c, b), mul(t, a)))
        store(costate, i, add(mul(c, d), mul(t, e)))
        store(costate, j, sub(mul(c, e), mul(t, d)))
    return change


@part
def cross_turn(
    state: Any,
    base: int,
    n_rows: int,
    first_row: int,
    lane_bits: int,
    x: int,
    z: int,
    conditions: Any,
    lane_signs: Any,
    c: Any,
    s: Any,
) -> None:
    """Rotate pairs that may lie within a row, where the conditions hold."""
    lanes = (1 << lane_bits) - 1
    across = x >> lane_bits
    one = fill(c, 1.0)
    for i in range(n_rows):
        j = i ^ across
        if j < i:
            continue
        a = load(state, base + i)
        b = load(state, base + j)
        held = _held(i, first_row, lane_bits, conditions, lane_signs, one)
        t = mul(_roles(i, lane_bits, z, lane_signs, held), s)
        c_here = add(one, mul(held, sub(c, one)))
        new = sub(mul(c_here, a), mul(t, crossed(b, x & lanes)))
        if across:
            held = _held(j, first_row, lane_bits, conditions, lane_signs, one)
            t = mul(_roles(j, lane_bits, z, lane_signs, held), s)
            c_here = add(one, mul(held, sub(c, one)))
            store(state, base + j, sub(mul(c_here, b), mul(t, crossed(a, x & lanes))))
        store(state, base + i, new)


@part
def cross_turn_back(
    state: Any,
    costate: Any,
    base: int,
    n_rows: int,
    first_row: int,
    lane_bits: int,
    x: int,
    z: int,
    conditions: Any,
    lane_signs: Any,
    c: Any,
    s: Any,
) -> Any:
    """Undo :func:`cross_turn` on a state and its cotangent; see :func:`turn_back`."""
    lanes = (1 << lane_bits) - 1
    across = x >> lane_bits
    one = fill(c, 1.0)
    change = fill(c, 0.0)
    for i in range(n_rows):
        j = base + (i ^ across)
        here = base + i
        if j < here:
            continue
        held = _held(i, first_row, lane_bits, conditions, lane_signs, one)
        roles = _roles(i, lane_bits, z, lane_signs, held)
        partner = crossed(load(state, j), x & lanes)
        change = sub(change, mul(roles, mul(load(costate, here), partner)))
        if across:
            held = _held(i ^ across, first_row, lane_bits, conditions, lane_signs, one)
            roles = _roles(i ^ across, lane_bits, z, lane_signs, held)
            partner = crossed(load(state, here), x & lanes)
            change = sub(change, mul(roles, mul(load(costate, j), partner)))
    undo = sub(fill(s, 0.0), s)
    cross_turn(state, base, n_rows, first_row, lane_bits, x, z, conditions, lane_signs, c, undo)
    cross_turn(costate, base, n_rows, first_row, lane_bits, x, z, conditions, lane_signs, c, undo)
    return change


@part
def _below_top(x: int) -> int:
    top = 1
    while top <= x:
        top <<= 1
    return (top >> 1) - 1


@part
def _roles(row: int, lane_bits: int, z: int, lane_signs: Any, held: Any) -> Any:
    signs = mul(held, load(lane_signs, z & ((1 << lane_bits) - 1)))
    return choose(parity(row & (z >> lane_bits)), sub(fill(signs, 0.0), signs), signs)


@part
def _held(
    row: int, first_row: int, lane_bits: int, conditions: Any, lane_signs: Any, one: Any
) -> Any:
    """Return ones where the conditions hold, for a row of the block that starts at another."""
    held = one
    half = fill(one, 0.5)
    for k in range(conditions.shape[0]):
        mask = conditions[k, 0]
        signs = mul(half, load(lane_signs, mask & ((1 << lane_bits) - 1)))
        is_odd = parity(first_row & (mask >> lane_bits)) != parity(row & conditions[k, 2])
        agrees = is_odd == (conditions[k, 1] != 0)
        held = mul(held, choose(agrees, add(half, signs), sub(half, signs)))
    return held
