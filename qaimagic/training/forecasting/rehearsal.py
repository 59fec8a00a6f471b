"""Rehearse a step and a look on a copy of the model: how many circuits, jobs and seconds.

Counts are straight lines in the number of samples, and two sizes tell a line. Devices that are
paid for are never asked: PennyLane's own simulator runs in their place, with the same circuits,
since gradients by circuits are made of a circuit before a device sees it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple

import pennylane as qml
import torch
from pennylane.transforms import split_non_commuting
from pennylane.transforms.core import CompilePipeline

from qaimagic.devices import Profile, override
from qaimagic.devices.mitigation.zne import with_extrapolation
from qaimagic.errors import QaimagicNote, QaimagicWarning
from qaimagic.training.data.batches import ArrayBatches, Batch, Batches
from qaimagic.training.loop.session import Session
from qaimagic.training.loop.threads import fitting_threads
from qaimagic.training.loop.weights import quantum_layers

_SMALL = 3
_AFFORDABLE = 0.5
_REPEATED = 0.3


class Point(NamedTuple):
    """What a step or a look took.

    Attributes:
        circuits: The number of circuits.
        jobs: The number of submissions to devices.
        seconds: The time.
    """

    circuits: int
    jobs: int
    seconds: float


class Line(NamedTuple):
    """What a step or a look takes, by its number of samples.

    Attributes:
        base: The circuits that samples do not change.
        slope: The circuits of a sample.
        jobs: The number of submissions, whatever the number of samples.
        constant: The seconds that samples do not change.
        rate: The seconds of a sample.
    """

    base: int
    slope: int
    jobs: int
    constant: float
    rate: float

    def at(self, n: int) -> Point:
        """Return what so many samples take."""
        return Point(self.base + self.slope * n, self.jobs, self.constant + self.rate * n)


class Rehearsal:
    """Takes steps and looks of a run that was prepared on a copy of the model.

    Args:
        session: The run, ready to start; its model is used up.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._learner = session.loop.model.learner
        modules = self._learner.weights.modules.values()
        self.layers = list(quantum_layers(*modules).values())
        with override(session.device, shots=session.shots):
            self.is_paid = any(layer.runner.is_paid for layer in self.layers)
            choices = [layer.runner.choice_now for layer in self.layers]
        self._shots = next((c.shots for c in choices if c.shots is not None), session.shots)
        self._extrapolates = any(
            isinstance(c.device, Profile) and c.device.mitigation.extrapolates for c in choices
        )
        self._own = [layer.runner.choice for layer in self.layers]

    @property
    def methods(self) -> list[str]:
        """The gradient methods that the layers ask for themselves, each once."""
        return list(dict.fromkeys(choice.diff_method for choice in self._own))

    def step(self, method: str | None = None) -> tuple[Line, float]:
        """Return what a step takes, and what the first one takes besides for each sample.

        Args:
            method: A gradient method for all layers, or None for what each asks for.

        Raises:
            DeviceError: If the device lacks the method.
            CircuitError: If the method cannot differentiate a circuit.
        """
        batches = self._few(self._session.loop.train)
        with self._running(method):
            self._learner.weights.learn()
            first = self._timed(self._learner.learn, batches[-1])
            line = self._line(self._learner.learn, batches)
        size = _length(batches[-1])
        return line, (first.circuits - line.at(size).circuits) / size

    def look(self) -> Line:
        """Return what a look at data takes."""
        batches = self._few(self._session.loop.train)
        with self._running(None):
            self._learner.weights.look()
            self._learner.look(batches[-1])
            return self._line(self._learner.look, batches)

    @contextmanager
    def _running(self, method: str | None) -> Iterator[None]:
        session = self._session
        device, shots = session.device, session.shots
        if self.is_paid:
            device, shots = self._stand_in(), self._shots
        for layer, own in zip(self.layers, self._own, strict=True):
            asked = own.diff_method if method is None else method
            if self.is_paid and asked == "best":
                asked = "parameter-shift"
            layer.runner.choice = replace(own, diff_method=asked)
        with (
            self._learner.weights.tracked(),
            override(device, shots=shots),
            fitting_threads(session.layers, session.about.parameters),
            self._learner.stream if session.loop.train is None else nullcontext(),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", QaimagicWarning)
            warnings.simplefilter("ignore", QaimagicNote)
            yield

    def _stand_in(self) -> Any:
        """Return a simulator that runs as many circuits as the device would.

        A machine reads what cannot be read together in circuits of their own.
        """
        device = qml.device("default.qubit")
        own = device.preprocess_transforms

        def preprocess_transforms(execution_config: Any = None) -> Any:
            pipeline = CompilePipeline()
            pipeline.add_transform(split_non_commuting)
            return pipeline + own(execution_config)

        device.preprocess_transforms = preprocess_transforms
        return with_extrapolation(device) if self._extrapolates else device

    def _timed(self, work: Callable[[Batch | None], Any], batch: Batch | None) -> Point:
        counters = [layer.runner.counter for layer in self.layers]
        circuits, jobs = sum(c.total for c in counters), sum(c.jobs for c in counters)
        began = perf_counter()
        work(batch)
        seconds = perf_counter() - began
        return Point(
            sum(c.total for c in counters) - circuits,
            sum(c.jobs for c in counters) - jobs,
            seconds,
        )

    def _best(self, work: Callable[[Batch | None], Any], batch: Batch | None) -> Point:
        points = [self._timed(work, batch)]
        while len(points) < 3 and sum(point.seconds for point in points) < _REPEATED:
            points.append(self._timed(work, batch))
        most = max(point.circuits for point in points)
        return Point(most, points[-1].jobs, min(point.seconds for point in points))

    def _line(self, work: Callable[[Batch | None], Any], batches: list[Batch | None]) -> Line:
        sizes = [_length(batch) for batch in batches]
        points = [self._best(work, batch) for batch in batches]
        last = points[-1]
        if len(sizes) == 1:
            per_sample, rest = divmod(last.circuits, sizes[0])
            return Line(rest, per_sample, last.jobs, 0.0, last.seconds / sizes[0])
        slope = (last.circuits - points[0].circuits) // (sizes[-1] - sizes[0])
        base = last.circuits - slope * sizes[-1]
        if base < 0:
            # A sample whose loss was flat by chance took no circuits for its gradient.
            base, slope = 0, -(-last.circuits // sizes[-1])
        constant, rate = 0.0, last.seconds / sizes[-1]
        large = self._large(sizes[-1], last.seconds)
        if large is not None:
            size = len(large)
            seconds = self._best(work, large).seconds
            rate = max(0.0, (seconds - last.seconds) / (size - sizes[-1]))
            constant = max(0.0, seconds - rate * size)
        return Line(base, slope, last.jobs, constant, rate)

    def _large(self, small: int, seconds: float) -> Batch | None:
        """Return as much of a batch as takes a moment, or None if that is little."""
        train = self._session.loop.train
        if train is None:
            return None
        batch = next(train.epoch(1))
        size = min(len(batch), int(small * _AFFORDABLE / max(seconds, 1e-9)))
        return _first(batch, size) if size > small else None

    def _few(self, train: Batches | None) -> list[Batch | None]:
        """Return batches of two and of three samples, or what comes near it."""
        if train is None:
            return [None]
        if isinstance(train, ArrayBatches):
            rows = train.arrays.rows(torch.arange(min(_SMALL, len(train.arrays))))
            pool = Batch(rows.inputs, rows.target)
        else:
            pool = next(train.epoch(1))
        if len(pool) < _SMALL:
            return [pool]
        return [_first(pool, _SMALL - 1), _first(pool, _SMALL)]


def _first(batch: Batch, n: int) -> Batch:
    return batch.map(lambda x: x[:n], lambda y: y[:n])


def _length(batch: Batch | None) -> int:
    return 1 if batch is None else len(batch)


class Unasked(qml.devices.Device):  # type: ignore[misc]
    """Stands for a device that is paid for, under its name; it runs nothing.

    Args:
        name: The device's name.
    """

    is_paid = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @property
    def name(self) -> str:
        """The device's name."""
        return self._name

    def execute(self, circuits: Any, execution_config: Any = None) -> Any:
        """Refuse: a forecast submits nothing."""
        raise NotImplementedError(f"A forecast submits nothing to `{self._name}`.")
