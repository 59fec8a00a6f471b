"""The monitor's Python side: what it sends, what it takes, and what it refuses."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest
import traitlets

from qaimagic.drawing.rows import Rows
from qaimagic.widgets.monitor import Monitor


@pytest.fixture
def steps():
    return Rows(["step", "loss"])


@pytest.fixture
def monitor(steps, monkeypatch):
    heard = []
    made = Monitor({"steps": steps}, heard.append)
    sent = []
    monkeypatch.setattr(made, "send", lambda content, buffers=None: sent.append((content, buffers)))
    made.heard, made.sent = heard, sent
    yield made
    made.close()


def said_by_the_front_end(monitor, content):
    monitor._handle_custom_msg(content, [])


def test_rows_are_sent_once_and_only_to_a_front_end_that_listens(monitor, steps):
    steps.add(1, 0.5)
    monitor.flush()
    assert monitor.sent == []
    said_by_the_front_end(monitor, {"kind": "ready"})
    monitor.flush()
    monitor.flush()
    steps.add(2, float("nan"))
    monitor.flush()
    assert [content["start"] for content, _ in monitor.sent] == [0, 1]
    assert monitor.sent[0][0]["columns"] == ("step", "loss")
    np.testing.assert_array_equal(np.frombuffer(monitor.sent[1][1][0]), [2.0, np.nan])


def test_a_front_end_that_comes_later_gets_all_rows(monitor, steps):
    said_by_the_front_end(monitor, {"kind": "ready"})
    steps.add(1, 0.5)
    monitor.flush()
    said_by_the_front_end(monitor, {"kind": "ready"})
    monitor.flush()
    assert [content["start"] for content, _ in monitor.sent] == [0, 0]


def test_commands_are_handed_on_and_anything_else_is_not(monitor):
    for content in ({"kind": "stop"}, {"kind": "pause"}, {"kind": "rm"}, "stop", None, {}):
        said_by_the_front_end(monitor, content)
    assert monitor.heard == ["stop", "pause"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "flying"},
        {"fraction": 1.5},
        {"fraction": float("nan")},
        {"lines": [1]},
        {"alarms": ["text"]},
    ],
)
def test_traits_refuse_what_they_cannot_show(monitor, wrong):
    with pytest.raises(traitlets.TraitError):
        monitor.set_trait(*next(iter(wrong.items())))


def test_a_trait_that_there_is_not_is_told_with_the_nearest(steps):
    with pytest.raises(traitlets.TraitError, match=r"no trait `stats`. Did you mean `sta"):
        Monitor({"steps": steps}, stats="running")


def test_the_place_that_comes_to_life_is_marked_and_nobody_elses(monitor, steps):
    other = Monitor({"steps": steps})
    assert monitor.alive("<p>seen</p>") == f'<div data-qaimagic="{monitor.key}"><p>seen</p></div>'
    assert other.key != monitor.key
    other.close()


def test_ten_thousand_updates_leave_nothing_behind(monitor, steps):
    said_by_the_front_end(monitor, {"kind": "ready"})

    def update(times):
        for k in range(times):
            monitor.status = f"step {k}"
            monitor.fraction = k / times
            monitor.panels = [{"name": "loss", "lines": [k]}]
            monitor.flush()
            monitor.sent.clear()

    def grown():
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        update(2_500)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before

    update(100)
    tracemalloc.start()
    # What leaks does so each time; what other threads of the process keep meanwhile does not.
    assert min(grown() for _ in range(4)) < 25_000
    tracemalloc.stop()
