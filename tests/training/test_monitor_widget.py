"""A run in a widget: what happens while it waits for a click."""

from types import SimpleNamespace

import pytest

from qaimagic.training.watch import monitor_widget
from qaimagic.training.watch.monitor_widget import WidgetMonitor
from qaimagic.widgets.monitor import Monitor


@pytest.fixture
def paused(monkeypatch):
    """A paused run whose page begins to listen at the second look, and resumes at the third."""
    monitor = WidgetMonitor()
    widget = Monitor(monitor._curves.tables, monitor._hear)
    widget.sent = []
    monkeypatch.setattr(widget, "send", lambda about, _rows: widget.sent.append(about))
    said = iter([None, "ready", "resume"])
    hear = widget._handle_custom_msg
    monkeypatch.setattr(monitor_widget, "deliver", lambda _widget: hear({"kind": next(said)}, []))
    monkeypatch.setattr(monitor_widget, "time", SimpleNamespace(sleep=lambda _seconds: None))
    monitor._pausing.set()
    yield monitor, widget
    widget.close()


def test_a_page_that_comes_while_a_run_pauses_gets_its_curves(paused):
    monitor, widget = paused
    steps = monitor._curves.tables["steps"]
    steps.add(*range(len(steps.columns)))
    monitor._wait(widget)
    assert [about["table"] for about in widget.sent] == ["steps"]
    assert widget.state == "running"
