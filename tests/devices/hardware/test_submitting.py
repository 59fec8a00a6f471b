"""A submission's way there and back: what fails, what is kept, what is paid, once each."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from qaimagic._clock import Clock
from qaimagic.devices.hardware import submitting
from qaimagic.devices.hardware.client import Client
from qaimagic.devices.hardware.jobs import JobBook
from qaimagic.devices.machines.tables import Gate, Make, Part
from qaimagic.devices.spending import spending
from qaimagic.errors import BudgetError, DeviceError, QaimagicNote

MAKE = Make(1, (Gate("RX", (0,), (0,)),), (0,))
SECRET = "a-very-secret-token"
PARTS = [Part(MAKE, np.array([[0.1], [0.2], [0.3]]), 10)]


class Vendor(Client):
    """A vendor with a job for each row, two dollars each, which fails when it is told to."""

    name, size, gates = "test:machine", 1, frozenset({"RX"})

    def __init__(self):
        self.jobs = {}
        self.states = {}
        self.broken = set()
        self.asked = self.busy = 0

    def divided(self, parts):
        return [[Part(p.make, p.rows[i : i + 1], p.shots)] for p in parts for i in range(3)]

    def quote(self, parts):
        return 2.0 * len(parts)

    def submit(self, parts, ticket):
        name = f"job-{len(self.jobs)}"
        if f"before {name}" in self.broken:
            raise ConnectionError(f"no route with {SECRET}")
        self.jobs[name] = (ticket, parts)
        if f"after {name}" in self.broken:
            raise ConnectionError("the answer was lost")
        return name

    def find(self, ticket):
        return next((name for name, (word, _) in self.jobs.items() if word == ticket), None)

    def state(self, job):
        if "network" in self.broken:
            raise ConnectionError(f"no route with {SECRET}")
        self.asked += 1
        return "waiting" if self.asked < self.busy else self.states.get(job, "done")

    def result(self, job, parts):
        [part] = parts
        assert np.array_equal(part.rows, self.jobs[job][1][0].rows)
        return [np.full((1, part.shots, 1), part.rows[0, 0])]

    def reason(self, job):
        return f"{job}'s calibration went wrong."

    def cost(self, job):
        return 0.5 if job in self.jobs else None

    def seconds(self, job):
        return 0.004 if job in self.jobs else None

    def secrets(self):
        return [SECRET, None]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(submitting, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(submitting, "_RETRIES", (0.0, 0.0))


@pytest.fixture
def vendor():
    return Vendor()


@pytest.fixture
def book(tmp_path):
    return JobBook(tmp_path)


def _run(vendor, book, limit=100.0, patience=5.0):
    with spending(limit) as budget:
        found = submitting.answers(vendor, PARTS, book, patience)
    return [job[0][0, 0, 0] for job in found], budget.spent


def test_all_jobs_are_sent_and_come_back_in_order(vendor, book):
    assert _run(vendor, book) == ([0.1, 0.2, 0.3], pytest.approx(1.5))
    assert book.file.read_text() == ""


def test_two_submissions_alike_are_two_with_shots_of_their_own(vendor, book):
    _run(vendor, book)
    _run(vendor, book)
    assert len(vendor.jobs) == 6


def test_the_wait_is_a_queue_but_for_what_the_machine_took(vendor, book):
    clock, vendor.busy = Clock(), 10
    with clock.running():
        _run(vendor, book)
    spent = clock.seconds()
    assert spent["executing"] == pytest.approx(3 * 0.004)
    assert spent["queueing"] > 0.02
    assert spent["transfer"] > 0


def test_a_submission_too_dear_sends_nothing_at_all(vendor, book):
    with pytest.raises(BudgetError, match=r"up to \$6\.00, but \$5\.00"):
        _run(vendor, book, limit=5)
    assert not vendor.jobs
    assert not book.file.exists()


def test_when_the_time_is_up_the_jobs_are_kept_and_taken_up(vendor, book):
    vendor.states["job-1"] = "waiting"
    with pytest.raises(DeviceError, match=r"not finished job job-1 within 0.01 seconds"):
        _run(vendor, book, patience=0.01)
    vendor.states.clear()
    with pytest.warns(QaimagicNote, match="taken up again") as notes:
        assert _run(vendor, book) == ([0.1, 0.2, 0.3], 0.0)
    assert len(notes) == len(vendor.jobs) == 3
    assert book.file.read_text() == ""


@pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")
def test_when_one_job_fails_the_others_are_kept(vendor, book):
    vendor.states["job-1"] = "failed"
    with pytest.raises(
        DeviceError,
        match=r"job-1 .*job-1's calibration went wrong\. 1 of its 3 jobs are done and kept",
    ):
        _run(vendor, book)
    values, spent = _run(vendor, book)
    assert (values, spent) == ([0.1, 0.2, 0.3], pytest.approx(0.5))
    assert len(vendor.jobs) == 4


@pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")
def test_a_job_that_the_vendor_has_forgotten_is_sent_anew(vendor, book):
    vendor.states["job-0"] = "lost"
    with pytest.raises(DeviceError, match="does not know it any more"):
        _run(vendor, book)
    assert _run(vendor, book)[0] == [0.1, 0.2, 0.3]


@pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")
@pytest.mark.parametrize(("when", "paid"), [("before", 2), ("after", 1)])
def test_an_error_while_sending_never_pays_twice(vendor, book, when, paid):
    vendor.broken.add(f"{when} job-1")
    with pytest.raises(DeviceError, match="did not take a job") as caught, spending(100) as budget:
        submitting.answers(vendor, PARTS, book, 5.0)
    # The first was sent, the second perhaps, the third was not.
    assert budget.spent == pytest.approx(4.0)
    assert SECRET not in str(caught.value)
    vendor.broken.clear()
    values, spent = _run(vendor, book)
    assert values == [0.1, 0.2, 0.3]
    assert len(vendor.jobs) == 3
    assert spent == pytest.approx(0.5 * paid)


@pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")
def test_no_network_while_waiting_keeps_the_jobs_and_shows_no_token(vendor, book):
    vendor.broken.add("network")
    with pytest.raises(DeviceError, match=r"does not answer: .*\(token\).*Job job-0 is kept") as e:
        _run(vendor, book)
    assert SECRET not in str(e.value)
    assert e.value.__cause__ is None
    assert e.value.__context__ is None
    assert SECRET not in book.file.read_text()
    vendor.broken.clear()
    assert _run(vendor, book) == ([0.1, 0.2, 0.3], 0.0)
    assert len(vendor.jobs) == 3


def test_a_network_that_comes_back_is_waited_for(vendor, book, monkeypatch):
    states = iter([ConnectionError("down"), ConnectionError("down"), "waiting"])

    def state(job):
        answer = next(states, "done")
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(vendor, "state", state)
    assert _run(vendor, book)[0] == [0.1, 0.2, 0.3]


def test_an_interrupt_while_waiting_keeps_the_jobs(vendor, book, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    vendor.states["job-0"] = "waiting"
    with monkeypatch.context() as patch:
        patch.setattr(submitting.time, "sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            _run(vendor, book)
    assert len(book.file.read_text().splitlines()) == 3
    assert book.taken_up(json.loads(book.file.read_text().splitlines()[0])["key"]) is not None


_KERNEL = """
import sys
from pathlib import Path
import qiskit_ibm_runtime
from qaimagic.devices.hardware.device import HardwareDevice
from qaimagic.devices.hardware.ibm import IBMClient
from qaimagic.devices.hardware.jobs import JobBook
from qaimagic.devices.spending import spending
from tests.devices.hardware.standins import ShelfService, shelf_sampler
import pennylane as qml

folder = Path(sys.argv[1])
qiskit_ibm_runtime.SamplerV2 = shelf_sampler(folder)
client = IBMClient("fake_manila", service=ShelfService(folder))
device = HardwareDevice(client, book=JobBook(folder / "book"))
tape = qml.tape.QuantumScript([qml.RX(0.4, 0)], [qml.counts(wires=[0])], shots=500)
with spending(100) as budget:
    [counts] = qml.execute([tape], device, diff_method=None)
print({str(word): int(count) for word, count in sorted(counts.items())}, budget.spent)
"""


def test_a_kernel_killed_while_waiting_finds_its_job_again(tmp_path):
    pytest.importorskip("qiskit_aer")
    pytest.importorskip("qiskit_ibm_runtime")
    from tests.devices.hardware.standins import ShelfService

    environment = os.environ | {"QISKIT_IBM_TOKEN": SECRET, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-W", "ignore", "-c", _KERNEL, str(tmp_path)]
    book = tmp_path / "book" / "jobs.jsonl"
    kernel = subprocess.Popen(command, env=environment)
    until = time.monotonic() + 60
    while not book.exists() or json.loads(book.read_text())["job"] is None:
        assert kernel.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    kernel.send_signal(signal.SIGKILL)
    kernel.wait()
    (tmp_path / "open").touch()
    service = ShelfService(tmp_path)
    [entry] = service.submissions()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert service.submissions() == [entry]
    counts = service.job(entry["job"]).result()[0].data.c.get_counts()
    assert again.stdout == f"{dict(sorted(counts.items()))} 0.0\n"
    assert sum(counts.values()) == 500
    assert book.read_text() == ""
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(SECRET.encode() in path.read_bytes() for path in files)
