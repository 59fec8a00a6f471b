"""A submission's way to a machine and back: money, jobs on file, waiting, results.

Jobs that an earlier kernel left behind are taken up instead of being sent again. A job is struck
out when the whole submission has its results, so that after a failure what was finished is
fetched again from the vendor and not paid for again.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from qaimagic._clock import Phase, running_clock
from qaimagic.devices.hardware.client import Client, State
from qaimagic.devices.hardware.guarding import guarded
from qaimagic.devices.hardware.jobs import JobBook, Ticket, key_of
from qaimagic.devices.machines.tables import Part
from qaimagic.devices.spending import Expense, reserve
from qaimagic.errors import DeviceError, QaimagicNote

Answer = TypeVar("Answer")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
_RETRIES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""How long to wait before asking again where a question was not answered, in seconds."""
_AGAIN = "Run the same again to take it up; nothing is paid for twice."


@dataclass
class _Job:
    """One job of a submission.

    Attributes:
        parts: What it holds.
        key: Its key in the book.
        ticket: Its ticket, once it has one.
        amount: What of the budget it takes, in US dollars.
    """

    parts: list[Part]
    key: str
    ticket: Ticket | None = None
    amount: float = 0.0

    @property
    def id(self) -> str | None:
        return None if self.ticket is None else self.ticket.job


def answers(
    client: Client, parts: Sequence[Part], book: JobBook, patience: float
) -> list[list[Any]]:
    """Return what each job of a submission has read, for each of its parts.

    Args:
        client: The machine at its vendor's.
        parts: The circuits, all with shots.
        book: The jobs on their way.
        patience: How long to wait for results, in seconds.

    Raises:
        BudgetError: If what has to be sent costs more than may be spent; nothing was sent.
        DeviceError: If the vendor cannot be reached, a job fails, or the time is up.
    """
    jobs = [_Job(held, key_of(client.name, held)) for held in client.divided(parts)]
    with ExitStack() as stack:
        with Phase("transfer"):
            _take_up(client, jobs, book, stack)
            expense = _submit(client, jobs, book, stack)
        try:
            with Phase("queueing") as waited:
                _wait(client, jobs, book, patience)
                if running_clock() is not None:
                    waited.held({"executing": _taken(client, jobs)})
            with Phase("transfer"):
                found = _fetch(client, jobs)
        finally:
            if expense is not None:
                expense.settle(sum(job.amount for job in jobs))
        book.strike(map(_ticket, jobs))
    return found


def _take_up(client: Client, jobs: Sequence[_Job], book: JobBook, stack: ExitStack) -> None:
    """Find the jobs that an earlier kernel has sent, or was about to send."""
    for job in jobs:
        ticket = book.taken_up(job.key)
        if ticket is None:
            continue
        job.ticket = stack.enter_context(ticket)
        if ticket.job is None:
            known = _reach(client, partial(client.find, ticket.word))
            if known is not None:
                ticket.arrived(known)
        if ticket.job is not None:
            warnings.warn(
                f"Job {ticket.job} on `{client.name}`, submitted {ticket.since}, is taken up "
                "again: it is not paid for twice.",
                QaimagicNote,
                stacklevel=2,
            )


def _submit(
    client: Client, jobs: Sequence[_Job], book: JobBook, stack: ExitStack
) -> Expense | None:
    """Send what is not on its way yet, each job written down before, and paid for at most once."""
    new = [job for job in jobs if job.id is None]
    if not new:
        return None
    for job in new:
        job.amount = client.quote(job.parts)
    expense = reserve(client.name, sum(job.amount for job in new))
    for place, job in enumerate(new):
        try:
            if job.ticket is None:
                job.ticket = stack.enter_context(book.opened(client.name, job.key))
            _send(client, job, job.ticket)
        except BaseException:
            expense.settle(sum(sent.amount for sent in new[: place + 1]))
            raise
    return expense


def _send(client: Client, job: _Job, ticket: Ticket) -> None:
    fix = f"Whether it has arrived is looked up next time. {_AGAIN}"
    what = f"Device `{client.name}` did not take a job"
    ticket.arrived(
        guarded(what, partial(client.submit, job.parts, ticket.word), client.secrets, fix)
    )


def _wait(client: Client, jobs: Sequence[_Job], book: JobBook, patience: float) -> None:
    """Wait until every job is done.

    Raises:
        DeviceError: If one has failed, or the time is up.
    """
    until = time.monotonic() + patience
    for place, job in enumerate(jobs):
        pause = _FIRST_PAUSE
        while (state := _state(client, job)) == "waiting":
            if time.monotonic() > until:
                raise DeviceError(
                    f"Device `{client.name}` has not finished job {job.id} within {patience:g} "
                    f"seconds. The job is kept. {_AGAIN}"
                )
            time.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_PAUSE)
        if state != "done":
            book.strike([_ticket(job)])
            _give_up(client, job, state, place, len(jobs))


def _give_up(client: Client, job: _Job, state: State, done: int, total: int) -> None:
    reason = "the vendor does not know it any more"
    if state == "failed":
        reason = _reach(client, partial(client.reason, str(job.id)), job)
        job.amount = _reach(client, partial(client.cost, str(job.id)), job) or 0.0
    kept = f" {done} of its {total} jobs are done and kept." if total > 1 else ""
    raise DeviceError(
        f"Job {job.id} on `{client.name}` has failed: {reason.rstrip('.')}.{kept} Run the same "
        "again to submit what failed; what is done is not paid for twice."
    )


def _fetch(client: Client, jobs: Sequence[_Job]) -> list[list[Any]]:
    """Fetch what each job has read, and what it came to."""
    found = []
    for job in jobs:
        found.append(_reach(client, partial(client.result, str(job.id), job.parts), job))
        cost = _reach(client, partial(client.cost, str(job.id)), job)
        if job.amount and cost:
            job.amount = cost
    return found


def _taken(client: Client, jobs: Sequence[_Job]) -> float:
    """Return how long the machine was taken, as far as the vendor says, in seconds."""
    return sum(_reach(client, partial(client.seconds, str(job.id)), job) or 0.0 for job in jobs)


def _state(client: Client, job: _Job) -> State:
    return _reach(client, partial(client.state, str(job.id)), job)


def _reach(client: Client, ask: Callable[[], Answer], job: _Job | None = None) -> Answer:
    """Return what the vendor answers to a question that costs nothing, asked several times."""
    for pause in _RETRIES:
        try:
            return ask()
        except Exception:
            time.sleep(pause)
    kept = _AGAIN if job is None else f"Job {job.id} is kept. {_AGAIN}"
    return guarded(f"Device `{client.name}` does not answer", ask, client.secrets, kept)


def _ticket(job: _Job) -> Ticket:
    if job.ticket is None:
        raise RuntimeError("this job was never submitted")
    return job.ticket
