"""Settles in which slot of the engine each parameter of a traced circuit lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate

from torch import Tensor

from qaimagic.bridge.tracing.addresses import Addresses, Form
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.graph import Value
from qaimagic.bridge.tracing.groups import Group, Grouped, UngroupedError
from qaimagic.engine.circuit import Angle, Flip, Rotation


class Slots:
    """The slots of some numbers of a graph.

    Args:
        requests: The values that are needed: single numbers, or columns of a batch.
        batch_size: None for the trace of one sample; for that of a whole batch its size, and what
            varies has a leading dimension of that size.
        like: A tensor of the dtype and on the device of the parameters.

    Attributes:
        groups: Elementwise calls to make before, whose results are among the values below.
        shared: The values that fill the shared slots, in order.
        varied: The values that fill the slots that differ by sample, in order.
        n_shared: The number of shared slots.
        n_varied: The number of the others.
        angles: For each request what it is in terms of slots.

    Raises:
        NotTraceableError: If a request mixes samples.
    """

    def __init__(self, requests: Sequence[Value], batch_size: int | None, like: Tensor) -> None:
        self._batch_size = batch_size
        addresses = Addresses()
        forms = [addresses.form_of(value) for value in requests]
        sources = addresses.sources
        self.groups: list[Group] = []
        if batch_size is None and any(source.varies and source.operation for source in sources):
            with suppress(UngroupedError):
                grouped = Grouped(addresses, forms, like)
                self.groups, sources, forms = grouped.groups, grouped.sources, grouped.forms
        self._sources = list(sources)
        self._bases = list(sources.values())
        linear = [self._linear(*pair) for pair in zip(requests, forms, strict=True)]
        used = dict.fromkeys(term.source for terms, _ in linear for term in terms)
        self.shared = [source for source in used if not source.varies]
        self.varied = [source for source in used if source.varies]
        both = (*self.shared, *self.varied)
        ends = list(accumulate((self._width(source) for source in both), initial=0))
        first = dict(zip(both, ends, strict=False))
        self.n_shared = sum(self._width(source) for source in self.shared)
        self.n_varied = ends[-1] - self.n_shared
        self.angles = [
            reduce(
                Angle.plus,
                (Angle(((first[t.source] + t.column, t.factor),)) for t in terms),
                Angle((), offset),
            )
            for terms, offset in linear
        ]

    def _linear(self, value: Value, form: Form) -> tuple[list[_Term], float]:
        """Return a request as a sum of columns of sources, and a constant."""
        offset = self._one(form.offset, self._rows(value))
        terms = []
        for addresses, factors in form.terms:
            factor = self._one(factors, self._rows(value))
            if factor:
                source, column = self._column(addresses.reshape(-1).tolist())
                terms.append(_Term(source, column, factor))
        return terms, offset

    def _one(self, numbers: Tensor, rows: int) -> float:
        first, *others = numbers.reshape(-1).tolist()
        if len(others) != rows - 1 or any(other != first for other in others):
            raise NotTraceableError("a gate is given values of several samples")
        return float(first)

    def _column(self, addresses: list[int]) -> tuple[Value, int]:
        index = bisect_right(self._bases, addresses[0]) - 1
        source, base = self._sources[index], self._bases[index]
        width = self._width(source)
        column = (addresses[0] - base) % width
        step = width if source.varies else 0
        if addresses != [base + column + row * step for row in range(len(addresses))]:
            raise NotTraceableError("a gate is given values of several samples")
        return source, column

    def _rows(self, value: Value) -> int:
        return self._batch_size if value.varies and self._batch_size else 1

    def _width(self, source: Value) -> int:
        """Return the number of a source's slots."""
        width, rest = divmod(source.numel, self._rows(source))
        if rest:
            raise NotTraceableError("it mixes the samples of a batch")
        return width


@dataclass(frozen=True)
class _Term:
    """A column of a source, times a factor."""

    source: Value
    column: int
    factor: float


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
