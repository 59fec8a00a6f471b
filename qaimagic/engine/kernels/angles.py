"""Angles from parameters, and the parameters' cotangents from the angles'."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import inlined, part
from qaimagic.engine.kernels.sincos import sincos
from qaimagic.engine.simd import fill, load, load_lanes, mul, store, total


@inlined
def settle_angles(
    program: Any,
    shared: Any,
    varied: Any,
    lane_bits: int,
    angles: Any,
    turns: Any,
    lane_angles: Any,
    lane_turns: Any,
) -> None:
    """Work out every angle, and cosine and sine of its half.

    Args:
        program: The :class:`~qaimagic.engine.arrays.Program`.
        shared: The parameters that all samples share, (n_shared,).
        varied: The parameters by sample, (batch, n_varied).
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        angles: Receives the shared angles, and zeros where there is none,
            (n_angles, rounded up to lanes).
        turns: Receives cosine and sine of their halves, (2, the same number).
        lane_angles: Receives the angles by sample, (n_groups, n_rows, lanes).
        lane_turns: Receives cosine and sine of their halves, (n_groups, n_rows, 2, lanes).
    """
    n_groups, n_rows, lanes = lane_angles.shape
    angles[:] = 0.0
    for k in range(program.rows.size):
        row = program.rows[k]
        if row < 0:
            angle = program.offsets[k]
            for term in range(program.bounds[k], program.bounds[k + 1]):
                angle += program.scales[term] * shared[program.slots[term]]
            angles[k] = angle
            continue
        for group in range(n_groups):
            for lane in range(lanes):
                sample = _sample(group, lane, lanes, lane_bits, varied.shape[0])
                angle = program.offsets[k]
                for term in range(program.bounds[k], program.bounds[k + 1]):
                    slot = program.slots[term]
                    if slot < shared.size:
                        angle += program.scales[term] * shared[slot]
                    else:
                        angle += program.scales[term] * varied[sample, slot - shared.size]
                lane_angles[group, row, lane] = angle
    n_halves = turns.shape[1] // lanes
    for place in range(n_halves):
        angle_row = load_lanes(angles, place)
        s, c = sincos(mul(fill(angle_row, 0.5), angle_row))
        store(turns, place, c)
        store(turns, n_halves + place, s)
    for place in range(n_groups * n_rows):
        angle_row = load_lanes(lane_angles, place)
        s, c = sincos(mul(fill(angle_row, 0.5), angle_row))
        store(lane_turns, 2 * place, c)
        store(lane_turns, 2 * place + 1, s)


@inlined
def collect_changes(
    program: Any,
    lane_bits: int,
    is_real: bool,
    turn_changes: Any,
    phase_changes: Any,
    shared_change: Any,
    varied_change: Any,
) -> None:
    """Turn the cotangents that a sweep back left into those of the parameters.

    Args:
        program: The :class:`~qaimagic.engine.arrays.Program`.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        is_real: Whether both halves of a row are real parts.
        turn_changes: Twice the cotangent of each turn's angle, by share of the tile,
            (n_tiles, n_shares, n_steps, 2, lanes).
        phase_changes: Minus twice that of each phase's, (n_tiles, n_shares, n_terms, lanes).
        shared_change: Receives the cotangents of the shared parameters, (n_shared,).
        varied_change: Receives those of the parameters by sample, (batch, n_varied).
    """
    n_tiles, n_shares, n_steps, _, lanes = turn_changes.shape
    n_terms = phase_changes.shape[2]
    groups = 2 if is_real and not lane_bits else 1
    n_lanes = lanes if lane_bits else 1
    for step in range(n_steps):
        kind, first, last = program.steps[step, :3]
        if not kind and program.rows[first] < 0:
            change = 0.0
            for part_of_tile in range(n_tiles * n_shares):
                change += total(load(turn_changes, part_of_tile * n_steps + step))
            _pass_on(program, first, 0.5 * change, 0, shared_change, varied_change)
        elif not kind:
            for sample in range(varied_change.shape[0]):
                group = sample if lane_bits else sample // lanes
                lane = 0 if lane_bits else sample % lanes
                change = 0.0
                for half in range(2):
                    if groups == 2 and half != group % 2:
                        continue
                    for share in range(n_shares):
                        for other in range(lane, lane + n_lanes):
                            change += turn_changes[group // groups, share, step, half, other]
                _pass_on(program, first, 0.5 * change, sample, shared_change, varied_change)
        elif not is_real:
            for k in range(first, last):
                angle = program.term_angles[k]
                if program.rows[angle] < 0 and not lane_bits:
                    change = 0.0
                    for part_of_tile in range(n_tiles * n_shares):
                        change += total(load_lanes(phase_changes, part_of_tile * n_terms + k))
                    _pass_on(program, angle, -0.5 * change, 0, shared_change, varied_change)
                    continue
                for sample in range(varied_change.shape[0]):
                    tile = sample if lane_bits else sample // lanes
                    lane = 0 if lane_bits else sample % lanes
                    change = 0.0
                    for share in range(n_shares):
                        change += phase_changes[tile, share, k, lane]
                    _pass_on(program, angle, -0.5 * change, sample, shared_change, varied_change)


@inlined
def collect_values(program: Any, lane_bits: int, sums: Any, values: Any) -> None:
    """Turn the words' sums, (n_groups, n_shares, n_words, lanes), into values, (batch, n_words)."""
    _, n_shares, n_words, lanes = sums.shape
    for sample in range(values.shape[0]):
        group = sample if lane_bits else sample // lanes
        lane = 0 if lane_bits else sample % lanes
        for k in range(n_words):
            value = 0.0
            for share in range(n_shares):
                value += sums[group, share, k, lane]
            values[sample, program.order[k]] = program.factors[k] * value


@inlined
def spread_weights(program: Any, lane_bits: int, change: Any, weights: Any) -> None:
    """Turn the values' cotangents, (batch, n_words), into the sums', (n_groups, n_words, lanes)."""
    n_groups, n_words, lanes = weights.shape
    for group in range(n_groups):
        for lane in range(lanes):
            sample = group if lane_bits else group * lanes + lane
            for k in range(n_words):
                weights[group, k, lane] = (
                    program.factors[k] * change[sample, program.order[k]]
                    if sample < change.shape[0]
                    else 0.0
                )


@part
def _sample(group: int, lane: int, lanes: int, lane_bits: int, batch: int) -> int:
    return group if lane_bits else min(group * lanes + lane, batch - 1)


@part
def _pass_on(
    program: Any, angle: int, change: float, sample: int, shared_change: Any, varied_change: Any
) -> None:
    for term in range(program.bounds[angle], program.bounds[angle + 1]):
        slot = program.slots[term]
        if slot < shared_change.size:
            shared_change[slot] += program.scales[term] * change
        else:
            varied_change[sample, slot - shared_change.size] += program.scales[term] * change
