"""Jobs on their way, in a file: what was paid for is found again after a kernel has died.

A job is written down before it is sent, and struck out when its result has arrived. Whoever waits
for it holds a lock, which the operating system lets go when the process ends, however it ends.
A job that nobody holds is free to be taken up.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from qaimagic.devices.machines.tables import Part
from qaimagic.devices.saved import settings_folder
from qaimagic.errors import DeviceError


def key_of(device: str, parts: Sequence[Part]) -> str:
    """Return a key of what a job holds: circuits, their parameters, shots and machine."""
    content = [[part.make, np.asarray(part.rows).tolist(), part.shots] for part in parts]
    return hashlib.sha256(json.dumps([device, content]).encode()).hexdigest()


class Ticket:
    """A job of ours, and the right to wait for it, which ends with the context.

    Attributes:
        word: Ours; it was given to the vendor with the job.
        job: The vendor's id, or None where it is not known whether the job has arrived.
        since: When it was written down, in words.
    """

    def __init__(self, book: JobBook, entry: dict[str, Any], lock: FileLock) -> None:
        self._book = book
        self._lock = lock
        self.word: str = entry["ticket"]
        self.job: str | None = entry["job"]
        self.since: str = entry["since"]

    def arrived(self, job: str) -> None:
        """Write down the id that the vendor gave it."""
        self.job = job
        self._book.update(self.word, job)

    def __enter__(self) -> Ticket:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Leave the job to whoever takes it up next."""
        self._lock.release(force=True)

    @property
    def lock_file(self) -> Path:
        """The file of its lock."""
        return Path(self._lock.lock_file)


class JobBook:
    """The jobs on their way, in one file for all processes of a user.

    Args:
        folder: Where it lies, or None for the folder of the saved profiles.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = settings_folder() if folder is None else folder

    @property
    def file(self) -> Path:
        """The file, one job a line."""
        return self._folder / "jobs.jsonl"

    def opened(self, device: str, key: str) -> Ticket:
        """Write a job down that is about to be sent."""
        since = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
        word = uuid.uuid4().hex
        entry = {"ticket": word, "key": key, "device": device, "job": None, "since": since}
        with self._changing() as entries:
            lock = self._lock(word)
            lock.acquire(timeout=0)
            entries.append(entry)
        return Ticket(self, entry, lock)

    def taken_up(self, key: str) -> Ticket | None:
        """Return the oldest job of that key that nobody waits for, or None."""
        with self._alone():
            for entry in self._read():
                if entry["key"] != key:
                    continue
                lock = self._lock(entry["ticket"])
                try:
                    lock.acquire(timeout=0)
                except Timeout:
                    continue
                return Ticket(self, entry, lock)
        return None

    def update(self, word: str, job: str) -> None:
        """Write down the vendor's id of a job."""
        with self._changing() as entries:
            for entry in entries:
                if entry["ticket"] == word:
                    entry["job"] = job

    def strike(self, tickets: Iterable[Ticket]) -> None:
        """Strike jobs out, all at once, and let go of them."""
        gone = {ticket.word: ticket for ticket in tickets}
        with self._changing() as entries:
            entries[:] = [entry for entry in entries if entry["ticket"] not in gone]
            for ticket in gone.values():
                ticket.let_go()
                ticket.lock_file.unlink(missing_ok=True)

    def _lock(self, word: str) -> FileLock:
        return FileLock(self._folder / "jobs" / f"{word}.lock", thread_local=False)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        (self._folder / "jobs").mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "jobs.lock"):
            yield

    @contextmanager
    def _changing(self) -> Iterator[list[dict[str, Any]]]:
        """Let the jobs be changed, and write them aside and into place."""
        with self._alone():
            entries = self._read()
            yield entries
            aside = self.file.with_suffix(f".{os.getpid()}.new")
            try:
                with aside.open("w", encoding="utf-8") as stream:
                    stream.writelines(json.dumps(entry) + "\n" for entry in entries)
                    stream.flush()
                    os.fsync(stream.fileno())
                aside.replace(self.file)
            finally:
                aside.unlink(missing_ok=True)

    def _read(self) -> list[dict[str, Any]]:
        try:
            lines = self.file.read_text(encoding="utf-8").splitlines()
            entries = [json.loads(line) for line in lines]
            missing = [entry for entry in entries if not {"ticket", "key", "job"} <= entry.keys()]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, AttributeError) as error:
            raise DeviceError(self._damaged(str(error))) from error
        if missing:
            raise DeviceError(self._damaged(f"this is no job: {missing[0]}"))
        return entries

    def _damaged(self, reason: str) -> str:
        return (
            f"The jobs on their way, in {self.file}, cannot be read: {reason}. Nothing new is "
            "submitted, so that nothing is paid for twice. Mend the file, or put it away."
        )
