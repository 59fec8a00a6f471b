"""Computes many numbers that come of one function in one call, for all samples at once.

A loop such as ``for i in range(n): qml.RX(inputs[i] * theta[i], wires=i)`` makes n products of
single numbers. Of elementwise functions the trace keeps no calls but columns: which numbers go in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from qaimagic.bridge.tracing.addresses import REAL, Addresses, Form, joined_forms
from qaimagic.bridge.tracing.graph import Value

_ONE, _ZERO = 1.0, 0.0


@dataclass(frozen=True)
class _Term:
    """Columns of some sources laid side by side, times factors."""

    sources: tuple[Value, ...]
    columns: Tensor | None
    factors: Tensor | float

    def of(self, known: dict[Value, Tensor], size: int) -> Tensor:
        varies = any(source.varies for source in self.sources)
        parts = [
            known[source].reshape(size, -1)
            if source.varies
            else known[source].reshape(-1).expand(*([size] * varies), -1)
            for source in self.sources
        ]
        numbers = parts[0] if len(parts) == 1 else torch.cat(parts, dim=-1)
        if self.columns is not None:
            numbers = numbers.index_select(-1, self.columns)
        return numbers if self.factors is _ONE else numbers * self.factors


@dataclass(frozen=True)
class _Operand:
    """Numbers linear in sources; where they are constant, the offset itself, a zero's sign too."""

    terms: tuple[_Term, ...]
    offset: Tensor | float
    is_constant: Tensor | None = None

    def of(self, known: dict[Value, Tensor], size: int) -> Tensor | float:
        total: Any = None
        for term in self.terms:
            numbers = term.of(known, size)
            total = numbers if total is None else total + numbers
        if total is None:
            return self.offset
        shifted: Tensor = total if self.offset is _ZERO else total + self.offset
        if self.is_constant is None:
            return shifted
        return torch.where(self.is_constant, self.offset, shifted)


@dataclass(frozen=True)
class Group:
    """Calls of one elementwise function, made as one.

    Attributes:
        value: The results, side by side: of shape (n,), or (B, n) where they vary.
    """

    value: Value
    function: Any
    arguments: tuple[Any, ...]
    kwargs: dict[str, Any]

    @property
    def inputs(self) -> list[Value]:
        """The values that it reads."""
        operands = [one for one in self.arguments if isinstance(one, _Operand)]
        return [source for one in operands for term in one.terms for source in term.sources]

    def run(self, known: dict[Value, Tensor], size: int) -> None:
        """Add the results to ``known`` for a batch of that size."""
        arguments = [
            one.of(known, size) if isinstance(one, _Operand) else one for one in self.arguments
        ]
        known[self.value] = self.function(*arguments, **self.kwargs)


class Grouped:
    """The sources of some forms with their elementwise calls made in groups.

    Args:
        addresses: What gave the forms their addresses.
        forms: What is needed.
        like: A tensor of the dtype and on the device of the parameters.

    Attributes:
        groups: The calls, in the order to make them.
        sources: The values that the forms now refer to, with the address of each one's first.
        forms: The same forms with addresses of these sources.

    Raises:
        UngroupedError: If something that varies comes of another function.
    """

    def __init__(self, addresses: Addresses, forms: Sequence[Form], like: Tensor) -> None:
        self._addresses = addresses
        self._like = like
        self._calls: dict[Value, _Call] = {}
        self._given: dict[Value, None] = {}
        for form in forms:
            self._level(form)
        members: dict[Any, list[Value]] = {}
        for source, call in sorted(self._calls.items(), key=lambda item: item[1].level):
            members.setdefault((call.level, *call.key), []).append(source)
        self._move(list(members.values()))
        self.groups = [
            self._group(value, sources)
            for value, sources in zip(self._group_values, members.values(), strict=True)
        ]
        self.forms = [self._moved(form) for form in forms]

    def _level(self, form: Form) -> int:
        """Note the sources of a form; return how many calls, one of the other, lead to them."""
        return max((self._level_of(source) for source in self._addresses.of(form)), default=0)

    def _level_of(self, source: Value) -> int:
        if not source.varies or source.operation is None:
            self._given[source] = None
            return 0
        call = self._calls.get(source)
        if call is None:
            key, operands = self._taken_apart(source)
            level = 1 + max((self._level(form) for form in operands), default=0)
            call = self._calls[source] = _Call(level, key, operands)
        return call.level

    def _taken_apart(self, source: Value) -> tuple[Any, list[Form]]:
        operation = source.operation
        assert operation is not None
        function = operation.function
        if torch.Tag.pointwise not in function.tags or source.dtype not in REAL:
            raise UngroupedError
        key: list[Any] = [function, repr(operation.kwargs)]
        operands = []
        for argument, parameter in zip(operation.args, function._schema.arguments, strict=False):
            if isinstance(argument, Value) and argument.dtype not in REAL:
                raise UngroupedError
            if str(parameter.type) != "Tensor":
                if isinstance(argument, Value | Tensor):
                    raise UngroupedError
                key.append(repr(argument))
                continue
            form = self._addresses.operand(argument)
            operands.append(form.mapped(lambda one: one.expand(source.shape).reshape(-1)))
        return tuple(key), operands

    def _move(self, members: Sequence[Sequence[Value]]) -> None:
        """Give new addresses: to what is given, then to each group."""
        self.sources: dict[Value, int] = {}
        self._group_values = []
        table = torch.zeros(self._addresses.count, dtype=torch.long)
        count = 0
        for sources in [*([source] for source in self._given), *members]:
            if sources[0] in self._given:
                value = sources[0]
            else:
                size = sum(source.numel for source in sources)
                value = Value((size,), sources[0].dtype, True)
                self._group_values.append(value)
            self.sources[value] = count
            for source in sources:
                old = self._addresses.sources[source]
                table[old : old + source.numel] = torch.arange(count, count + source.numel)
                count += source.numel
        self._table = table
        self._bases = torch.tensor(list(self.sources.values()))
        self._values = list(self.sources)

    def _moved(self, form: Form) -> Form:
        terms = tuple((self._table[addresses], factors) for addresses, factors in form.terms)
        return Form(terms, form.offset)

    def _group(self, value: Value, sources: Sequence[Value]) -> Group:
        calls = [self._calls[source] for source in sources]
        operands = iter(
            self._operand([call.operands[position] for call in calls])
            for position in range(len(calls[0].operands))
        )
        operation = sources[0].operation
        assert operation is not None
        schema = operation.function._schema.arguments
        arguments = tuple(
            next(operands) if str(parameter.type) == "Tensor" else argument
            for argument, parameter in zip(operation.args, schema, strict=False)
        )
        return Group(value, operation.function, arguments, operation.kwargs)

    def _operand(self, forms: Sequence[Form]) -> _Operand:
        joined = joined_forms([self._moved(form) for form in forms], torch.cat)
        terms = tuple(self._term(*term) for term in joined.terms)
        if not terms:
            return _Operand((), joined.offset.to(self._like))
        constant = torch.stack([factors == 0 for _, factors in joined.terms]).all(0)
        is_constant = constant.to(self._like.device) if bool(constant.any()) else None
        return _Operand(terms, self._simple(joined.offset, _ZERO), is_constant)

    def _term(self, addresses: Tensor, factors: Tensor) -> _Term:
        addresses = torch.where(factors == 0, addresses[factors.abs().argmax()], addresses)
        numbers = torch.searchsorted(self._bases, addresses, right=True) - 1
        used = sorted(set(numbers.tolist()))
        sources = tuple(self._values[number] for number in used)
        starts = torch.tensor([0, *(source.numel for source in sources)]).cumsum(0)
        places = torch.searchsorted(torch.tensor(used), numbers)
        columns = starts[places] + addresses - self._bases[numbers]
        is_all = torch.equal(columns, torch.arange(int(starts[-1])))
        return _Term(
            sources,
            None if is_all else columns.to(self._like.device),
            self._simple(factors, _ONE),
        )

    def _simple(self, numbers: Tensor, neutral: float) -> Tensor | float:
        """Return numbers as one where all are equal."""
        first = float(numbers[0])
        if bool((numbers == first).all() & (numbers.signbit() == numbers[0].signbit()).all()):
            return neutral if repr(first) == repr(neutral) else first
        return numbers.to(self._like)


class UngroupedError(Exception):
    """Something that varies does not come of elementwise functions alone."""


@dataclass(frozen=True)
class _Call:
    level: int
    key: tuple[Any, ...]
    operands: list[Form]
