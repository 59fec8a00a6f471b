"""The book of jobs on their way: who may wait for which, and what a damaged one does."""

import json
import os

import numpy as np
import pytest

from qaimagic.devices.hardware.jobs import JobBook, key_of
from qaimagic.devices.machines.tables import Gate, Make, Part
from qaimagic.errors import DeviceError

MAKE = Make(1, (Gate("RX", (0,), (0,)),), (0,))


@pytest.fixture
def book(tmp_path):
    return JobBook(tmp_path)


def _entries(book):
    return [json.loads(line) for line in book.file.read_text().splitlines()]


def test_a_job_is_on_file_before_it_has_an_id_and_until_it_is_closed(book):
    with book.opened("ibm:a", "key") as ticket:
        [entry] = _entries(book)
        assert (entry["key"], entry["device"], entry["job"]) == ("key", "ibm:a", None)
        ticket.arrived("id-1")
        assert _entries(book)[0]["job"] == "id-1"
        book.strike([ticket])
        assert _entries(book) == []
    assert list((book.file.parent / "jobs").iterdir()) == []


def test_a_job_that_somebody_waits_for_is_not_taken_up(book):
    with book.opened("ibm:a", "key") as ticket:
        ticket.arrived("id-1")
        assert JobBook(book.file.parent).taken_up("key") is None
    assert book.taken_up("another key") is None
    with book.taken_up("key") as again:
        assert again.job == "id-1"
        assert again.word == ticket.word
        assert book.taken_up("key") is None


def test_jobs_alike_are_taken_up_one_by_one_the_oldest_first(book):
    for name in ("first", "second"):
        with book.opened("ibm:a", "key") as ticket:
            ticket.arrived(name)
    tickets = [book.taken_up("key") for _ in range(3)]
    assert [ticket and ticket.job for ticket in tickets] == ["first", "second", None]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_job_of_a_process_that_ended_is_free(book):
    child = os.fork()
    if child == 0:
        book.opened("ibm:a", "key").arrived("id-1")
        os._exit(0)
    os.waitpid(child, 0)
    assert book.taken_up("key").job == "id-1"


def test_a_key_says_circuits_parameters_shots_and_machine():
    part = Part(MAKE, np.array([[0.1]]), 100)
    keys = {
        key_of("ibm:a", [part]),
        key_of("ibm:b", [part]),
        key_of("ibm:a", [part, part]),
        key_of("ibm:a", [part._replace(shots=101)]),
        key_of("ibm:a", [part._replace(rows=np.array([[np.nextafter(0.1, 1)]]))]),
        key_of("ibm:a", [part._replace(make=MAKE._replace(n_wires=2))]),
    }
    assert len(keys) == 6
    assert key_of("ibm:a", [part]) == key_of("ibm:a", [Part(MAKE, np.array([[0.1]]), 100)])


@pytest.mark.parametrize("content", ["no json\n", '{"ticket": 1}\n', "[]\n"])
def test_a_damaged_book_stops_everything_and_is_left_as_it_is(book, content):
    book.file.write_text(content)
    with pytest.raises(DeviceError, match=r"cannot be read.*Nothing new is submitted"):
        book.opened("ibm:a", "key")
    assert book.file.read_text() == content
