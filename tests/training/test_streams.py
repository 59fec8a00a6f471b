from __future__ import annotations

import pytest
import torch

from qaimagic.training.loop.streams import Stream, derive


def test_streams_do_not_disturb_each_other_or_torch() -> None:
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    one, other = Stream(5), Stream(5)
    with one:
        first = torch.rand(3)
    with other:
        torch.rand(1)
    with one:
        second = torch.rand(3)
    assert torch.equal(torch.rand(2), expected)
    torch.manual_seed(5)
    assert torch.equal(first, torch.rand(3))
    assert torch.equal(second, torch.rand(3))


def test_a_stream_goes_on_from_its_state() -> None:
    stream = Stream(2)
    with stream:
        torch.rand(4)
    state = stream.state()
    with stream:
        expected = torch.rand(4)
    again = Stream(99)
    again.load(state)
    with again:
        assert torch.equal(torch.rand(4), expected)


def test_torchs_generator_is_put_back_after_an_error() -> None:
    before = torch.get_rng_state()
    with pytest.raises(RuntimeError), Stream(3):
        torch.rand(1).reshape(2)
    assert torch.equal(torch.get_rng_state(), before)


def test_derived_seeds_differ_by_every_word() -> None:
    seeds = {derive(s, word, i) for s in range(5) for word in ("a", "b") for i in range(5)}
    assert len(seeds) == 50
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derive(0, "order", 1) == derive(0, "order", 1)
