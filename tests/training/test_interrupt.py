"""The first interrupt asks, the second ends; afterwards everything is as before."""

from __future__ import annotations

import signal
import threading
import time

import pytest
import torch

from qaimagic.training.events import StepEnded
from qaimagic.training.loop.interrupt import (
    StopSwitch,
    note_pause,
    request_stop,
    stop_requested,
)
from qaimagic.training.train import train


def test_the_first_interrupt_asks_and_the_second_raises() -> None:
    before = signal.getsignal(signal.SIGINT)
    with StopSwitch() as stop:
        assert not stop.requested
        signal.raise_signal(signal.SIGINT)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    assert stop.requested


def test_an_error_inside_puts_the_handler_back_too() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ZeroDivisionError), StopSwitch():
        1 / 0  # noqa: B018
    assert signal.getsignal(signal.SIGINT) is before


def test_a_handler_like_the_kernels_own_is_put_back() -> None:
    heard = []
    outer = signal.signal(signal.SIGINT, lambda *_: heard.append("kernel"))
    try:
        with StopSwitch():
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, outer)
    assert heard == ["kernel"]


def test_a_request_reaches_the_loops_around() -> None:
    with StopSwitch() as outer:
        with StopSwitch() as inner:
            signal.raise_signal(signal.SIGINT)
        assert inner.requested
        assert outer.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_switch_can_be_used_again() -> None:
    stop = StopSwitch()
    with stop:
        signal.raise_signal(signal.SIGINT)
    with stop:
        assert not stop.requested


def test_in_another_thread_it_does_nothing() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work() -> None:
        with StopSwitch() as stop:
            seen.append((stop.requested, signal.getsignal(signal.SIGINT) is before))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(False, True)]


def test_a_request_is_an_interrupt_without_a_signal_and_stays_in_its_thread():
    seen = []

    def elsewhere():
        request_stop()
        with StopSwitch() as own:
            seen.append(own.requested)
            request_stop()
            seen.append(own.requested)

    with StopSwitch() as outer, StopSwitch() as inner:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert seen == [False, True]
        assert not stop_requested()
        request_stop()
        assert inner.requested
        assert outer.requested
        assert stop_requested()
    assert not stop_requested()


def test_pauses_are_counted_by_every_loop_around():
    with StopSwitch() as outer:
        note_pause(1.0)
        with StopSwitch() as inner:
            note_pause(2.0)
    assert (outer.paused, inner.paused) == (3.0, 2.0)


@pytest.mark.parametrize(("told", "reason"), [(True, "finished"), (False, "max_seconds")])
def test_a_pause_is_no_time_of_the_run(told, reason):
    def wait(event):
        if isinstance(event, StepEnded) and event.step == 1:
            time.sleep(0.6)
            if told:
                note_pause(0.6)

    data = torch.ones(8, 1), torch.ones(8, 1)
    run = train(torch.nn.Linear(1, 1), data, steps=3, max_seconds=0.5, live=False, listeners=[wait])
    assert run.stop_reason == reason
