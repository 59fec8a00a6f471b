"""Memory that is handed from one step to the next."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from qaimagic.engine import jit, workspace

if not jit.available():
    pytest.skip("kernels cannot be compiled here", allow_module_level=True)

from qaimagic.engine.circuit import Angle, Circuit, Rotation
from qaimagic.engine.setting import setting_of

CIRCUIT = Circuit(3, 1, 0, (Rotation(((0, "X"),), Angle(((0, 1.0),))),), (((0, "Z"),),))


def a_setting(size=1, dtype=torch.float32):
    """A setting of its own: nobody else has given memory back for it."""
    return replace(setting_of(CIRCUIT, size, dtype, True, 1))


def test_what_is_given_back_is_taken_again():
    setting = a_setting()
    first = workspace.take(setting)
    workspace.give(first)
    assert workspace.take(a_setting()) is not first
    assert workspace.take(setting) is first
    assert workspace.take(setting) is not first


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_arrays_start_on_a_cache_line(dtype):
    for size in range(1, 20):
        taken = workspace.take(a_setting(size, dtype))
        for array in (taken.state, taken.settled, *taken.for_the_way_back()):
            assert array.ctypes.data % 64 == 0
            assert torch.from_numpy(array).dtype == dtype


def test_memory_taken_in_inference_mode_serves_training():
    with torch.inference_mode():
        taken = workspace.take(a_setting())
    assert not torch.from_numpy(taken.state).is_inference()


def test_the_way_back_takes_its_memory_once():
    taken = workspace.take(a_setting())
    before = taken.n_bytes
    costate, undone = taken.for_the_way_back()
    assert taken.n_bytes == before + costate.nbytes + undone.nbytes
    assert taken.for_the_way_back()[0] is costate


def test_the_oldest_go_where_it_is_too_much(monkeypatch):
    setting = a_setting()
    given = [workspace.Workspace(setting) for _ in range(5)]
    monkeypatch.setattr(workspace, "_kept", {})
    monkeypatch.setattr(workspace, "_n_bytes", 0)
    monkeypatch.setattr(workspace, "_MOST_BYTES", 3 * given[0].n_bytes)
    for one in given:
        workspace.give(one)
    kept = [workspace.take(setting) for _ in range(3)]
    assert kept == given[:1:-1]
    assert workspace.take(setting) not in given


def test_the_setting_that_nobody_asked_for_goes_first(monkeypatch):
    settings = [a_setting() for _ in range(3)]
    given = [workspace.Workspace(setting) for setting in settings]
    monkeypatch.setattr(workspace, "_kept", {})
    monkeypatch.setattr(workspace, "_n_bytes", 0)
    monkeypatch.setattr(workspace, "_MOST_BYTES", 2 * given[0].n_bytes)
    for one in given:
        workspace.give(one)
    taken = [workspace.take(setting) for setting in settings]
    assert [one in given for one in taken] == [False, True, True]
