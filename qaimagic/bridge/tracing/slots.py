"""Settles in which slot of the engine each parameter of a traced circuit lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from qaimagic.bridge.tracing.addresses import Addresses
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.graph import Value
from qaimagic.engine.circuit import Angle, Flip, Rotation


class Slots:
    """The slots of some numbers of a graph.

    Args:
        requests: The values that are needed: single numbers, or columns of a batch.
        batch_size: None for the trace of one sample; for that of a whole batch its size, and what
            varies has a leading dimension of that size.

    Attributes:
        shared: The values that fill the shared slots, in order.
        varied: The values that fill the slots that differ by sample, in order.
        n_shared: The number of shared slots.
        n_varied: The number of the others.
        angles: For each request what it is in terms of slots.

    Raises:
        NotTraceableError: If a request mixes samples.
    """

    def __init__(self, requests: Sequence[Value], batch_size: int | None) -> None:
        self._batch_size = batch_size
        addresses = Addresses()
        forms = [addresses.form_of(value) for value in requests]
        used = addresses.sources
        for value in used:
            if value.numel % self._rows(value):
                raise NotTraceableError("it mixes the samples of a batch")
        self.shared = [value for value in used if not value.varies]
        self.varied = [value for value in used if value.varies]
        widths = [value.numel // self._rows(value) for value in (*self.shared, *self.varied)]
        starts = list(accumulate(widths, initial=0))
        self._first_slots = dict(zip((*self.shared, *self.varied), starts, strict=False))
        self.n_shared = sum(value.numel for value in self.shared)
        self.n_varied = starts[-1] - self.n_shared
        self._sources = list(used)
        self._bases = list(used.values())
        self.angles = []
        for value, form in zip(requests, forms, strict=True):
            columns = [
                (addresses.reshape(-1).tolist(), factors.reshape(-1).tolist())
                for addresses, factors in form.terms
            ]
            self.angles.append(self._angle(value, columns, form.offset.reshape(-1).tolist()))

    def _rows(self, value: Value) -> int:
        return self._batch_size if value.varies and self._batch_size else 1

    def _angle(
        self, value: Value, terms: list[tuple[list[int], list[float]]], offsets: list[float]
    ) -> Angle:
        rows = self._rows(value)
        if len(offsets) != rows or any(offset != offsets[0] for offset in offsets):
            raise NotTraceableError("a gate is given values of several samples")
        angle = Angle((), offsets[0])
        for addresses, factors in terms:
            if any(factor != factors[0] for factor in factors):
                raise NotTraceableError("a gate is given values of several samples")
            if factors[0]:
                slot = self._slot(addresses)
                angle = angle.plus(Angle(((slot, factors[0]),)))
        return angle

    def _slot(self, addresses: list[int]) -> int:
        index = bisect_right(self._bases, addresses[0]) - 1
        source, base = self._sources[index], self._bases[index]
        width = source.numel // self._rows(source)
        column = (addresses[0] - base) % width
        step = width if source.varies else 0
        if addresses != [base + column + row * step for row in range(len(addresses))]:
            raise NotTraceableError("a gate is given values of several samples")
        return self._first_slots[source] + column


def with_slots(
    operations: Sequence[Rotation | Flip], angles: Sequence[Angle]
) -> tuple[Rotation | Flip, ...]:
    """Return the operations with ``angles[k]`` in place of each parameter k."""
    return tuple(
        operation
        if isinstance(operation, Flip)
        else replace(operation, angle=substituted(operation.angle, angles))
        for operation in operations
    )


def substituted(angle: Angle, angles: Sequence[Angle]) -> Angle:
    """Return an angle with ``angles[k]`` in place of each parameter k."""
    total = Angle((), angle.offset)
    for index, factor in angle.terms:
        total = total.plus(angles[index].scaled(factor))
    return total
