from __future__ import annotations

import signal
import threading

import pytest

from qaimagic.engine.interrupts import interrupts_later


def test_an_interrupt_arrives_at_the_end_and_once():
    done = []

    def work():
        with interrupts_later():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_the_handler_that_was_there_is_asked():
    asked = []
    before = signal.signal(signal.SIGINT, lambda *arrived: asked.append(arrived[0]))
    try:
        with interrupts_later():
            signal.raise_signal(signal.SIGINT)
            assert asked == []
        assert asked == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_error_within_is_not_hidden():
    with pytest.raises(ZeroDivisionError), interrupts_later():
        _ = 1 / 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_thread_is_left_alone():
    seen = []

    def work():
        with interrupts_later():
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
