"""Progress is said while something takes its time, and not otherwise."""

import io
from types import SimpleNamespace

import pytest

from qaimagic.explore.landscape import progress as module
from qaimagic.explore.landscape.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    return now


@pytest.fixture
def terminal(monkeypatch):
    made = Terminal()
    # Not sys.stderr itself: pytest puts its own back before the test.
    monkeypatch.setattr(module, "sys", SimpleNamespace(stderr=made))
    return made


def run(clock, seconds, done):
    with Progress(1000) as progress:
        for n in done:
            clock[0] += seconds
            progress.tell(n)


def test_what_is_quick_says_nothing(clock, terminal):
    run(clock, 0.1, [100, 500, 1000])
    assert terminal.getvalue() == ""


def test_what_is_slow_says_how_far_it_is(clock, terminal):
    run(clock, 1.5, [250, 500, 1000])
    said = [line.strip() for line in terminal.getvalue().split("\r")]
    assert list(filter(None, said)) == [
        "250 of 1,000 points, about 4 s left",
        "500 of 1,000 points, about 3 s left",
        "1,000 of 1,000 points, about 0 s left",
    ]


def test_in_the_end_the_line_is_empty(clock, terminal):
    run(clock, 1.5, [250, 1000])
    _, last, after = terminal.getvalue().rsplit("\r", 2)
    assert last.isspace()
    assert after == ""


def test_static_output_has_none(clock, terminal, monkeypatch):
    monkeypatch.setenv("QAIMAGIC_STATIC", "1")
    run(clock, 1.5, [250, 1000])
    assert terminal.getvalue() == ""


def test_in_a_notebook_one_line_of_output_changes(clock, monkeypatch, capsys):
    shown = []

    class Handle:
        def update(self, bundle, **_how):
            shown.append(bundle)

    def display(bundle, raw, display_id):
        shown.append(bundle)
        return Handle()

    monkeypatch.setattr(module, "in_kernel", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    run(clock, 1.5, [500, 1000])
    assert shown[0] == {"text/plain": "500 of 1,000 points, about 2 s left"}
    assert shown[-1] == {"text/html": "", "text/plain": ""}
