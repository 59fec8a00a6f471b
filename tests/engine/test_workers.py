from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import threading
import time
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qaimagic.engine import machine, workers
from qaimagic.engine.workers import n_threads, run_parts, split

PATIENCE = 30


def together(number=2):
    """Work that ends only when as many threads are at it at the same time."""
    barrier = threading.Barrier(number)
    return lambda *_: barrier.wait(PATIENCE)


def interrupt_the_caller():
    """As Ctrl-C does: it wakes the main thread where that waits."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()


@given(st.integers(0, 50), st.integers(1, 4), st.integers(1, 9))
def test_every_part_is_run_once_and_the_ranges_do_not_depend_on_the_threads(parts, threads, shares):
    seen = []
    run_parts(lambda *share: seen.append(share), parts, threads, shares)
    assert sorted(seen) == split(parts, shares)
    assert [part for _, a, b in sorted(seen) for part in range(a, b)] == list(range(parts))
    assert [share for share, _, _ in sorted(seen)] == list(range(min(parts, shares)))


def test_lengths_differ_by_one_at_most():
    lengths = {stop - start for _, start, stop in split(1003, 8)}
    assert max(lengths) - min(lengths) == 1


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_work_at_the_same_time(threads):
    run_parts(together(threads), threads, threads)


def test_one_thread_is_the_callers():
    seen = []
    run_parts(lambda *_: seen.append(threading.get_ident()), 8, 1, 4)
    assert seen == [threading.get_ident()] * 4


def test_callers_do_not_wait_for_each_others_workers():
    run_parts(together(), 2, 2)
    begun, over = threading.Event(), threading.Event()

    def hog(*_):
        begun.set()
        over.wait(PATIENCE)

    other = threading.Thread(target=run_parts, args=(hog, 16, 16))
    other.start()
    assert begun.wait(PATIENCE)
    sums = np.zeros(8)
    run_parts(lambda share, a, b: sums.__setitem__(share, b - a), 80, 2, 8)
    assert other.is_alive()
    over.set()
    other.join(PATIENCE)
    assert not other.is_alive()
    assert sums.tolist() == [10] * 8


def test_many_callers_at_once_get_their_own_answers():
    def call():
        for _ in range(200):
            sums = np.zeros(4)
            run_parts(lambda share, a, b, s=sums: s.__setitem__(share, sum(range(a, b))), 40, 3, 4)
            answers.append(sums.sum() == sum(range(40)))

    answers = []
    callers = [threading.Thread(target=call) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(PATIENCE)
    assert answers == [True] * 800


def test_a_call_within_a_call_ends():
    seen = []
    run_parts(lambda *_: run_parts(lambda *inner: seen.append(inner), 4, 4), 4, 4)
    assert len(seen) == 16


@pytest.mark.parametrize("guilty", [0, 1])
def test_an_error_reaches_the_caller_after_the_others_have_ended(guilty):
    ended = []
    both = threading.Barrier(2)

    def work(share, *_):
        both.wait(PATIENCE)
        if share == guilty:
            raise ZeroDivisionError(f"share {share}")
        time.sleep(0.05)
        ended.append(share)

    with pytest.raises(ZeroDivisionError, match=f"share {guilty}"):
        run_parts(work, 2, 2)
    assert ended == [1 - guilty]
    run_parts(together(), 2, 2)


def test_the_first_share_that_failed_names_the_error():
    both = threading.Barrier(2)

    def work(share, *_):
        both.wait(PATIENCE)
        raise ValueError(share)

    for _ in range(20):
        with pytest.raises(ValueError, match="0"):
            run_parts(work, 2, 2)


def test_after_an_error_no_share_begins():
    seen = []

    def work(share, *_):
        seen.append(share)
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        run_parts(work, 100, 2, 100)
    assert len(seen) <= 2


@pytest.mark.parametrize("in_the_work", [True, False])
def test_an_interrupt_waits_for_what_runs_and_leaves_a_pool_that_works(in_the_work):
    begun, ended = threading.Event(), []

    def work(share, *_):
        if share == 0:
            assert begun.wait(PATIENCE)
            if in_the_work:
                signal.raise_signal(signal.SIGINT)
        elif share == 1:
            begun.set()
            for _ in range(0 if in_the_work else 2):
                time.sleep(0.1)
                interrupt_the_caller()
            time.sleep(0.1)
            ended.append(share)

    with pytest.raises(KeyboardInterrupt):
        run_parts(work, 2, 2)
    assert ended == [1]
    run_parts(together(), 2, 2)


def test_interrupts_at_any_moment_leave_a_pool_that_works():
    armed = False

    def interrupt(*_):
        nonlocal armed
        if armed:
            armed = False
            raise KeyboardInterrupt

    def shoot():
        while shots < 200:
            interrupt_the_caller()
            time.sleep(5e-4)

    shots = 0
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        shooter = threading.Thread(target=shoot)
        shooter.start()
        while shots < 200:
            try:
                armed = True
                run_parts(lambda *_: time.sleep(1e-4), 8, 3, 8)
                armed = False
            except KeyboardInterrupt:
                shots += 1
        shooter.join()
    finally:
        signal.signal(signal.SIGINT, before)
    run_parts(together(3), 3, 3)


def test_a_waiting_worker_keeps_nothing_alive():
    work = together()
    gone = weakref.ref(work)
    run_parts(work, 2, 2)
    del work
    end = time.monotonic() + PATIENCE
    while gone() is not None and time.monotonic() < end:
        time.sleep(0.001)
    assert gone() is None


def test_without_more_threads_the_caller_does_all(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(workers, "_pool", workers._Pool())
    monkeypatch.setattr(threading.Thread, "start", refuse)
    seen = []
    run_parts(lambda *_: seen.append(threading.get_ident()), 6, 3)
    assert seen == [threading.get_ident()] * 3


def test_threads_are_torchs_and_no_more_than_there_are_cores(monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setattr(machine, "cores", lambda: 2)
    try:
        torch.set_num_threads(1)
        assert n_threads() == 1
        torch.set_num_threads(7)
        assert n_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_has_workers_of_its_own():
    run_parts(together(), 2, 2)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(PATIENCE)
            run_parts(together(), 2, 2)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    run_parts(together(), 2, 2)


LOADERS = """
import sys, threading, multiprocessing
import numpy, torch
from qaimagic.engine.workers import run_parts

def both(*_):
    barrier = threading.Barrier(2)
    run_parts(lambda *_: barrier.wait(30), 2, 2)

class Rows(torch.utils.data.Dataset):
    def __len__(self):
        return 8
    def __getitem__(self, row):
        both()
        return torch.tensor(row)

if __name__ == "__main__":
    both()
    for method in sys.argv[1:]:
        with multiprocessing.get_context(method).Pool(2) as pool:
            pool.map(both, range(4))
        loader = torch.utils.data.DataLoader(
            Rows(), batch_size=2, num_workers=2, multiprocessing_context=method
        )
        assert torch.cat(list(loader)).tolist() == list(range(8))
    both()
    print("all there")
"""


@pytest.mark.parametrize(
    "method", sorted({"fork", "spawn"} & set(torch.multiprocessing.get_all_start_methods()))
)
def test_it_works_in_processes_of_pools_and_data_loaders(method, tmp_path):
    script = tmp_path / "loaders.py"
    script.write_text(LOADERS)
    assert run_script(str(script), method) == "all there"


AT_EXIT = """
import threading, time
from qaimagic.engine.workers import run_parts

def for_ever():
    while True:
        run_parts(lambda *_: time.sleep(1e-4), 8, 3)

for _ in range(2):
    threading.Thread(target=for_ever, daemon=True).start()
run_parts(lambda *_: time.sleep(1e-3), 8, 3)
print("all there")
"""


def test_a_process_ends_while_threads_are_at_work(tmp_path):
    for _ in range(3):
        assert run_script("-c", AT_EXIT) == "all there"


def run_script(*arguments):
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
