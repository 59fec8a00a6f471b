"""Memory that is handed from one step to the next."""

from __future__ import annotations

import numpy as np
import torch

from qaimagic.engine import buffers

SINGLE = np.dtype(np.float32)


def test_what_is_given_back_is_taken_again():
    first = buffers.take((3, 5, 2, 8), SINGLE)
    buffers.give(first)
    assert buffers.take((3, 5, 2, 8), np.dtype(np.float64)) is not first
    assert buffers.take((3, 5, 2, 8), SINGLE) is first


def test_memory_taken_in_inference_mode_serves_training():
    with torch.inference_mode():
        array = buffers.take((1, 7, 2, 8), SINGLE)
    assert not torch.from_numpy(array).is_inference()


def test_arrays_start_on_a_cache_line():
    assert all(buffers.take((n, 2, 8), SINGLE).ctypes.data % 64 == 0 for n in range(1, 20))


def test_the_oldest_go_where_it_is_too_much(monkeypatch):
    monkeypatch.setattr(buffers, "_MOST_BYTES", 3 * 4 * 16)
    given = [np.empty(16, np.float32) for _ in range(5)]
    for array in given:
        buffers.give(array)
    kept = [buffers.take((16,), SINGLE) for _ in range(3)]
    assert all(one is other for one, other in zip(kept, given[2:], strict=True))
