"""Amplitudes into rows and back, against what the rows mean."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from qaimagic.engine import jit
from qaimagic.engine.layout import index_order, layout_for

if not jit.available():
    pytest.skip("kernels cannot be compiled here", allow_module_level=True)

from qaimagic.engine.kernels.amplitudes import copy_from_rows, copy_to_rows

OWN_PLACES = np.empty(0, np.int64)
WHOLE = [(0, 1)]
LAYOUTS = [
    pytest.param(n_wires, batch, dtype, id=f"{n_wires} wires, {batch} samples, {dtype}")
    for dtype in (torch.float32, torch.float64)
    for n_wires, batch in [(1, 3), (3, 1), (4, 16), (5, 1), (5, 2), (5, 13), (6, 9)]
]


def flipped_and_folded(n_wires):
    """An order as circuits leave it: parities of bits, some inverted."""
    masks = [1 << wire for wire in range(n_wires)]
    for wire in range(1, n_wires):
        masks[wire] ^= masks[wire - 1]
    masks = masks[1:] + masks[:1]
    return index_order(n_wires, tuple((mask, wire % 2) for wire, mask in enumerate(masks)))


def parts_of(amplitudes):
    return torch.view_as_real(amplitudes).numpy()


def in_rows(layout, amplitudes, order, shares=WHOLE):
    rows = np.full(layout.shape, np.nan, parts_of(amplitudes).dtype)
    for tile, share in itertools.product(range(layout.n_tiles), shares):
        copy_to_rows(
            parts_of(amplitudes),
            order,
            layout.batch,
            (tile, tile + 1),
            share,
            layout.lane_bits,
            rows,
        )
    return rows


def by_definition(layout, amplitudes, order):
    """Where the amplitudes should be, from what a tile, a row and a lane are."""
    rows = np.zeros(layout.shape, parts_of(amplitudes).dtype)
    for sample, place in np.ndindex(*amplitudes.shape):
        index = int(order[place])
        if layout.lane_bits:
            tile, row, lane = sample, index // layout.lanes, index % layout.lanes
        else:
            tile, row, lane = sample // layout.lanes, index, sample % layout.lanes
        rows[tile, row, :, lane] = parts_of(amplitudes)[sample, place]
    return rows


@pytest.mark.parametrize(("n_wires", "batch", "dtype"), LAYOUTS)
def test_amplitudes_go_where_they_lie_and_come_back(n_wires, batch, dtype):
    layout = layout_for(n_wires, batch, dtype)
    amplitudes = torch.randn(batch, 1 << n_wires, dtype=dtype.to_complex())
    for order in (flipped_and_folded(n_wires), OWN_PLACES):
        places = order if order.size else np.arange(1 << n_wires)
        wanted = by_definition(layout, amplitudes, places)
        rows = in_rows(layout, amplitudes, order)
        np.testing.assert_array_equal(rows, wanted)
        back = torch.zeros_like(amplitudes)
        copy_from_rows(
            rows, order, batch, (0, layout.n_tiles), (0, 1), layout.lane_bits, parts_of(back)
        )
        torch.testing.assert_close(back, amplitudes, rtol=0, atol=0)


@pytest.mark.parametrize(("n_wires", "batch", "dtype"), LAYOUTS)
def test_one_state_is_that_of_all_samples(n_wires, batch, dtype):
    layout = layout_for(n_wires, batch, dtype)
    one = torch.randn(1, 1 << n_wires, dtype=dtype.to_complex())
    order = flipped_and_folded(n_wires)
    wanted = by_definition(layout, one.expand(batch, -1).contiguous(), order)
    np.testing.assert_array_equal(in_rows(layout, one, order), wanted)


@pytest.mark.parametrize(("n_wires", "batch", "dtype"), LAYOUTS)
def test_shares_of_a_tile_make_the_whole(n_wires, batch, dtype):
    layout = layout_for(n_wires, batch, dtype)
    amplitudes = torch.randn(batch, 1 << n_wires, dtype=dtype.to_complex())
    order = flipped_and_folded(n_wires)
    shares = [(share, 3) for share in (2, 0, 1)]
    rows = in_rows(layout, amplitudes, order, shares)
    np.testing.assert_array_equal(rows, in_rows(layout, amplitudes, order))
    back = torch.full_like(amplitudes, torch.nan)
    for tile, share in itertools.product(range(layout.n_tiles), shares):
        copy_from_rows(
            rows, order, batch, (tile, tile + 1), share, layout.lane_bits, parts_of(back)
        )
    torch.testing.assert_close(back, amplitudes, rtol=0, atol=0)
