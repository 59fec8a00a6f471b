"""Memory that is handed from one step to the next."""

from __future__ import annotations

import torch

from qaimagic.engine import buffers


def test_what_is_given_back_is_taken_again():
    first = buffers.take((3, 5, 2, 8), torch.float32)
    buffers.give(first)
    assert buffers.take((3, 5, 2, 8), torch.float64) is not first
    assert buffers.take((3, 5, 2, 8), torch.float32) is first


def test_memory_taken_in_inference_mode_serves_training():
    with torch.inference_mode():
        tensor = buffers.take((1, 7, 2, 8), torch.float32)
    buffers.give(tensor)
    buffers.take((1, 7, 2, 8), torch.float32).zero_()


def test_the_oldest_go_where_it_is_too_much(monkeypatch):
    monkeypatch.setattr(buffers, "_MOST_BYTES", 3 * 4 * 16)
    given = [torch.empty(16) for _ in range(5)]
    for tensor in given:
        buffers.give(tensor)
    kept = [buffers.take((16,), torch.float32) for _ in range(3)]
    assert all(one is other for one, other in zip(kept, given[2:], strict=True))
