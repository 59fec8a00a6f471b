from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaimagic.engine import machine
from qaimagic.engine.memory import rows_at_once, state_bytes
from qaimagic.errors import MemoryNeedError

GIB = 2**30


@pytest.fixture
def has(monkeypatch):
    def pretend(total, free):
        monkeypatch.setattr(machine, "total_memory", lambda: int(total))
        monkeypatch.setattr(machine, "free_memory", lambda: int(free))

    return pretend


def test_a_states_bytes_are_those_of_a_complex_tensor():
    import torch

    for dtype, itemsize in ((torch.complex64, 4), (torch.complex128, 8)):
        assert state_bytes(5, itemsize) == torch.empty(2**5, dtype=dtype).nbytes


def test_26_wires_train_in_24_gib(has):
    has(24 * GIB, 23 * GIB)
    assert rows_at_once(26, 1, 8, states=4) == 1


def test_a_small_batch_asks_nobody(monkeypatch):
    monkeypatch.setattr(machine, "free_memory", lambda: pytest.fail("asked"))
    assert rows_at_once(8, 1000, 4, states=4) == 1000


@pytest.mark.parametrize(
    ("itemsize", "fix"), [(8, "Use fewer wires, or float32, which needs half."), (4, "wires.")]
)
def test_what_cannot_fit_is_refused_with_its_bytes(has, itemsize, fix):
    has(16 * GIB, 8 * GIB)
    with pytest.raises(MemoryNeedError) as caught:
        rows_at_once(33, 1, itemsize, states=4)
    need = 4 * 2 * itemsize * 2**33
    assert (caught.value.need, caught.value.free) == (need, 8 * GIB)
    assert f"33 wires needs {need // GIB}.0 GiB ({need:,} bytes)" in str(caught.value)
    assert "8.0 GiB (8,589,934,592 bytes) are free" in str(caught.value)
    assert str(caught.value).endswith(fix)
    assert isinstance(caught.value, MemoryError)


@given(
    n_wires=st.integers(10, 28),
    batch=st.integers(1, 5000),
    itemsize=st.sampled_from([4, 8]),
    lanes=st.sampled_from([1, 8, 16]),
    total=st.floats(1, 64),
    share=st.floats(0.01, 1),
)
def test_chunks_fit_or_are_refused(n_wires, batch, itemsize, lanes, total, share):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "total_memory", lambda: int(total * GIB))
        patch.setattr(machine, "free_memory", lambda: int(share * total * GIB))
        need = 3 * state_bytes(n_wires, itemsize)
        try:
            rows = rows_at_once(n_wires, batch, itemsize, states=3, lanes=lanes)
        except MemoryNeedError:
            assert need > 0.89 * share * total * GIB
            return
    assert 1 <= rows <= batch
    assert rows * need <= max(64 * 2**20, 0.9 * share * total * GIB)
    assert rows == 1 or rows * need <= max(64 * 2**20, 0.25 * total * GIB)
    assert rows == batch or rows < lanes or rows % lanes == 0


def test_chunks_do_not_change_with_what_is_free_while_that_is_enough(has):
    sizes = set()
    for free in (16, 12, 9):
        has(16 * GIB, free * GIB)
        sizes.add(rows_at_once(20, 10_000, 4, states=3, lanes=8))
    assert len(sizes) == 1
