"""The clock of phases: what is within a phase is subtracted, and nothing is lost."""

import threading
import time

import pytest

from qaimagic._clock import PHASES, Clock, Phase, running_clock


def test_phases_within_phases_are_subtracted_and_all_are_the_whole():
    clock = Clock()
    began = time.perf_counter()
    with clock.running():
        time.sleep(0.01)
        with Phase("executing"):
            time.sleep(0.02)
            with Phase("compiling"):
                time.sleep(0.04)
            time.sleep(0.02)
    whole = time.perf_counter() - began
    seconds = clock.seconds()
    assert tuple(seconds) == PHASES
    assert sum(seconds.values()) == pytest.approx(whole, abs=2e-3)
    for phase, least in (("other", 0.01), ("executing", 0.04), ("compiling", 0.04)):
        assert least <= seconds[phase] <= whole - (0.09 - least)
    assert seconds["queueing"] == 0


def test_a_phase_that_fails_ends():
    clock = Clock()
    with clock.running():
        with pytest.raises(ZeroDivisionError), Phase("executing"):
            raise ZeroDivisionError
        assert clock.turn("other") == "other"


def test_what_was_left_open_within_a_phase_ends_with_it():
    clock = Clock("classical")
    with clock.running():
        with Phase("executing"):
            clock.turn("transfer")
        assert clock.turn("classical") == "classical"


def test_a_clock_stands_still_between_its_runs():
    clock = Clock()
    for _ in range(2):
        with clock.running():
            pass
        time.sleep(0.02)
        clock.turn("executing")
    assert sum(clock.seconds().values()) < 0.02


def test_without_a_clock_nothing_is_counted():
    assert running_clock() is None
    with Phase("queueing") as phase:
        phase.held({"executing": 1.0})
    clock = Clock()
    with clock.running():
        elsewhere = []
        thread = threading.Thread(target=lambda: elsewhere.append(running_clock()))
        thread.start()
        thread.join()
        assert running_clock() is clock
    assert elsewhere == [None]


def test_what_others_report_is_taken_from_the_phase_that_waited_for_them():
    clock = Clock()
    with clock.running(), Phase("queueing") as waiting:
        time.sleep(0.05)
        with Phase("transfer"):
            time.sleep(0.01)
        waiting.held({"compiling": 0.01, "executing": 0.02})
    seconds = clock.seconds()
    assert seconds["compiling"] == pytest.approx(0.01)
    assert seconds["executing"] == pytest.approx(0.02)
    assert seconds["queueing"] >= 0.02
    assert seconds["transfer"] >= 0.01


def test_no_more_is_taken_than_there_was():
    clock = Clock()
    with clock.running():
        with Phase("queueing"):
            time.sleep(0.02)
        before = clock.seconds()["queueing"]
        with Phase("queueing") as waiting:
            time.sleep(0.01)
            waiting.held({"compiling": 25.0, "executing": 75.0})
    seconds = clock.seconds()
    assert seconds["queueing"] == pytest.approx(before, abs=2e-3)
    assert seconds["executing"] == pytest.approx(3 * seconds["compiling"])
    assert 0.01 <= seconds["executing"] + seconds["compiling"] < 0.1
