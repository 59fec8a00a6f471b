"""The runs of a comparison on Dask's workers, each a whole training of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import torch

from qaimagic._checks import requirement
from qaimagic.devices import Profile, default, set_default
from qaimagic.devices.cluster.connection import client_of
from qaimagic.training.comparison.rows import Entry
from qaimagic.training.events import Event
from qaimagic.training.loop.interrupt import StopSwitch

if TYPE_CHECKING:
    from qaimagic.training.comparison.carrying_out import Job, Work

_EVERY = 0.5
"""How often, in seconds, one looks for runs that have ended, and a run whether it was cancelled."""


def check_alone(devices: Sequence[Any]) -> None:
    """Check that no device has a cluster itself: workers start none of their own.

    Raises:
        ValueError: If one does.
    """
    for device in (*devices, default()):
        if isinstance(device, Profile) and device.cluster is not None:
            raise ValueError(
                requirement(
                    "cluster",
                    "share whole runs, or a device's circuits, but not both",
                    f"`{device.name}` shares circuits",
                    "Leave one of them out.",
                )
            )


def spread(
    work: Work, jobs: Sequence[Job], cluster: int | str, switch: StopSwitch, *, in_order: bool
) -> Iterator[tuple[int, Entry]]:
    """Yield each run that ended, with its place among the jobs; those that failed too.

    A run whose worker dies is run again by another one. After an interrupt the runs that have ended
    are yielded, and the others are cancelled: they end at their next step.

    Args:
        work: What carries a job out.
        jobs: The runs.
        cluster: What `check_cluster` returned.
        switch: Tells of an interrupt.
        in_order: Whether to yield runs in the order of their places.

    Raises:
        ValueError: If a model or the data cannot be sent to other processes.
        DeviceError: If there is no such cluster.
    """
    from distributed import wait

    content = _packed(work, jobs)
    client = client_of(cluster)
    with _quiet():
        # A task and not scattered data: these are lost with the workers that hold them.
        shared = client.submit(_content, content, pure=False)
        futures = {
            place: client.submit(_carried_out, shared, place, pure=False)
            for place in range(len(jobs))
        }
    try:
        while futures:
            with suppress(TimeoutError), client.as_current():
                wait(list(futures.values()), timeout=_EVERY, return_when="FIRST_COMPLETED")
            stops = switch.requested
            places = takewhile(_done_in(futures), futures) if in_order and not stops else futures
            for place in [place for place in places if futures[place].done()]:
                future = futures.pop(place)
                if (entry := _entry_of(future, work, jobs[place])) is not None:
                    yield place, entry
            if stops:
                return
    finally:
        with suppress(Exception):
            client.cancel([shared, *futures.values()])


def _entry_of(future: Any, work: Work, job: Job) -> Entry | None:
    from distributed import KilledWorker

    try:
        entry: Entry | None = future.result()
    except KilledWorker:
        words = "several workers ended while it ran: they may lack memory"
        return work.failed(job, words)
    except CancelledError:
        return work.failed(job, "the scheduler was lost")
    except Exception as error:
        return work.failed(job, f"{type(error).__name__}: {' '.join(str(error).split())}")
    return entry


def _done_in(futures: Mapping[int, Any]) -> Any:
    return lambda place: futures[place].done()


def _packed(work: Work, jobs: Sequence[Job]) -> bytes:
    import cloudpickle

    try:
        content: bytes = cloudpickle.dumps((work, jobs, default(), torch.get_default_dtype()))
    except Exception as error:
        received = f"they hold something that cannot: {error}"
        fix = "Give a function that builds the model, or leave out `cluster`."
        rule = "be able to travel to other processes, as the data are"
        raise ValueError(requirement("models", rule, received, fix)) from error
    return content


def _content(content: bytes) -> bytes:
    return content


def _carried_out(content: bytes, place: int) -> Entry | None:
    """Return the run of a job, in a worker; None if it was cancelled meanwhile."""
    import cloudpickle

    work, jobs, device, dtype = cloudpickle.loads(content)
    set_default(device)
    torch.set_default_dtype(dtype)
    try:
        entry: Entry = work.run(jobs[place], _Watch())
    except _CancelledRunError:
        return None
    return entry


class _CancelledRunError(BaseException):
    """Nobody waits for this run any longer."""


class _Watch:
    """A listener that ends its run once the task was cancelled, also by the loss of its client."""

    def __init__(self) -> None:
        from distributed import get_worker

        self._worker = get_worker()
        self._key = self._worker.get_current_task()
        self._next = 0.0

    def __call__(self, event: Event) -> None:
        del event
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        task = self._worker.state.tasks.get(self._key)
        if task is None or task.state == "cancelled":
            raise _CancelledRunError


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from advising against sending data along, of which there is one copy here."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
        yield
