"""Alarms are told once, to everyone, stay in the record, and change nothing of the run."""

from __future__ import annotations

import copy
import pickle
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from qaimagic import TrainingRun
from qaimagic.training.events import Alarm, Notice, RunStarted, StepEnded
from qaimagic.training.loop import session
from qaimagic.training.record.history import History
from qaimagic.training.record.twin import twin_record
from qaimagic.training.watch.alarm_words import alarms_html
from qaimagic.training.watch.monitor_page import PageMonitor
from tests.training.alarms.circuits import hardware_efficient, in_a_row, parity
from tests.training.problems import InterruptAt, quiet, same_states, story


def test_a_run_tells_and_keeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events: list[Any] = []
    run = quiet(hardware_efficient(10, 4, parity), steps=2, listeners=[events.append])
    [alarm] = run.alarms
    assert isinstance(alarm, Notice)
    at = events.index(alarm)
    assert isinstance(events[at - 1], StepEnded)
    assert events[at - 1].step == alarm.step == 1
    line = f"Alarm: vanishing gradients (step 1). {alarm.message}\n"
    assert line in capsys.readouterr().out
    assert repr(run).endswith(" Alarm: vanishing gradients (step 1).>")
    assert "barren plateau" in run.plot().html()
    again = TrainingRun.load(run.save(tmp_path / "run"))
    assert again.alarms == run.alarms
    assert repr(again) == repr(run)
    assert twin_record(run, "twin", 1).alarms == []


def test_a_run_that_goes_on_says_nothing_twice(tmp_path: Path) -> None:
    layer, path = hardware_efficient(10, 4, parity), tmp_path / "run"
    run = quiet(layer, steps=4, checkpoint=path, listeners=[InterruptAt(2)])
    assert len(run.alarms) == 1
    longer = quiet(hardware_efficient(10, 4, parity), steps=4, checkpoint=path)
    assert (len(longer.history.steps), longer.alarms) == (4, run.alarms)
    assert longer.resume(steps=1).alarms == run.alarms
    assert run.alarms is not longer.alarms


def test_records_from_before_there_were_alarms_can_be_read() -> None:
    columns = History().columns()
    del columns["alarms"]
    assert History.from_columns(columns) == History()


@pytest.mark.parametrize("shots", [None, 7])
def test_watching_changes_nothing(shots: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"steps": 12, "shots": shots, "clip": 0.1}
    watched = quiet(in_a_row(0.3), **options)

    @contextmanager
    def unwatched(*_: Any) -> Any:
        yield [].append

    monkeypatch.setattr(session, "watching", unwatched)
    alone = quiet(in_a_row(0.3), **options)
    assert story(watched) == story(alone)
    assert watched.circuits == alone.circuits
    assert same_states(watched.last_state, alone.last_state)


def test_a_model_can_be_copied_while_it_is_watched_and_is_left_as_it_was() -> None:
    layer = in_a_row(0.3)
    copies = []

    def listener(event: Any) -> None:
        if isinstance(event, RunStarted | StepEnded):
            copies.extend([copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))])

    quiet(layer, steps=2, shots=5, listeners=[listener])
    assert len(copies) == 6
    assert not layer._forward_hooks
    assert not layer._forward_pre_hooks
    assert not layer.theta._backward_hooks


def test_the_page_shows_it_while_the_run_goes_on() -> None:
    class Kept(PageMonitor):
        bundle: dict[str, str]

        def _show(self, bundle: dict[str, str]) -> None:
            self.bundle = bundle

    page = Kept()
    page(RunStarted("m", "d", "loss", None, True, 1, None, 0, 0, 9, None, None, False, False))
    page(StepEnded(1, 0, 0.5, 0.1, 0.01))
    page(Alarm("Less <b>than</b> noise.", "shot_noise", 1))
    assert "Less &lt;b&gt;than&lt;/b&gt; noise." in page.bundle["text/html"]
    assert 'role="note"' in page.bundle["text/html"]
    assert "Alarm: shot noise (step 1). Less <b>than</b> noise." in page.bundle["text/plain"]
    assert alarms_html([]) == ""
