"""Says of each number in a graph which parameter it is: an address, with a factor and an offset.

Operations that only move numbers (views, indexing, ``stack``) move their addresses in the same way;
sums and multiples change factors and offsets. What any other operation gives is a source of new
parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from qaimagic.bridge.tracing.graph import Operation, Value, inputs_of

_MAX_TERMS = 4
REAL = (torch.float32, torch.float64)
_aten = torch.ops.aten


@dataclass(frozen=True)
class Form:
    r"""What each number of a value is, :math:`b + \sum_k a_k p_{s_k}`.

    Attributes:
        terms: Pairs of addresses :math:`s_k` and factors :math:`a_k`, tensors of the value's shape.
        offset: The constants :math:`b`, of the value's shape.
    """

    terms: tuple[tuple[Tensor, Tensor], ...]
    offset: Tensor

    def mapped(self, move: Callable[[Tensor], Tensor]) -> Form:
        """Return the form of what ``move`` makes of the numbers."""
        terms = tuple((move(addresses), move(factors)) for addresses, factors in self.terms)
        return Form(terms, move(self.offset))

    def times(self, factor: Tensor | float) -> Form:
        """Return the form of multiples."""
        terms = tuple(
            (torch.broadcast_to(addresses, (factors * factor).shape), factors * factor)
            for addresses, factors in self.terms
        )
        return Form(terms, self.offset * factor)

    def plus(self, other: Form, shape: tuple[int, ...]) -> Form:
        """Return the form of sums of that shape."""
        terms = tuple(
            (addresses.expand(shape), factors.expand(shape))
            for addresses, factors in (*self.terms, *other.terms)
        )
        return Form(terms, (self.offset + other.offset).expand(shape))


class Addresses:
    """Gives addresses to the numbers of a graph's values, on demand.

    Attributes:
        sources: The values that are parameters, with the address of the first number of each.
        count: The number of addresses given.
    """

    def __init__(self) -> None:
        self.sources: dict[Value, int] = {}
        self.count = 0
        self._forms: dict[Value, Form] = {}

    def form_of(self, value: Value) -> Form:
        """Return what each number of ``value`` is."""
        form = self._forms.get(value)
        if form is None:
            form = self._derived(value)
            if form is None or len(form.terms) > _MAX_TERMS:
                form = self._source(value)
            self._forms[value] = form
        return form

    def of(self, form: Form) -> list[Value]:
        """Return the sources that a form refers to."""
        sources, bases = list(self.sources), torch.tensor(list(self.sources.values()))
        used = [addresses[factors != 0] for addresses, factors in form.terms]
        if not used:
            return []
        numbers = torch.searchsorted(bases, torch.cat(used), right=True) - 1
        return [sources[number] for number in sorted(set(numbers.tolist()))]

    def _source(self, value: Value) -> Form:
        addresses = torch.arange(self.count, self.count + value.numel).reshape(value.shape)
        self.sources[value] = self.count
        self.count += value.numel
        factors = torch.ones(value.shape, dtype=torch.float64)
        return Form(((addresses, factors),), torch.zeros_like(factors))

    def _derived(self, value: Value) -> Form | None:
        operation = value.operation
        if operation is None or value.dtype not in REAL:
            return None
        if not all(one.dtype in REAL for one in inputs_of(operation.args)):
            return None
        function = operation.function
        if function in _COPIES:
            return self.operand(operation.args[0])
        if function in _JOINS:
            return self._joined(operation)
        if function in _MOVES and len(inputs_of(operation.args)) == 1:
            return self._moved(operation, operation.outputs.index(value))
        combine = _SUMS.get(function)
        if combine is not None:
            return self._sum(operation, combine, value.shape)
        return self._multiple(operation)

    def _moved(self, operation: Operation, position: int) -> Form:
        rest = [_on_cpu(argument) for argument in operation.args[1:]]

        def move(shadow: Tensor) -> Tensor:
            result = operation.function(shadow, *rest, **operation.kwargs)
            return result if isinstance(result, Tensor) else result[position]

        return self.form_of(operation.args[0]).mapped(move)

    def _joined(self, operation: Operation) -> Form | None:
        parts, *rest = operation.args
        forms = [self.operand(part) for part in parts]

        def join(shadows: list[Tensor]) -> Tensor:
            joined: Tensor = operation.function(shadows, *rest, **operation.kwargs)
            return joined

        return joined_forms(forms, join)

    def _sum(
        self, operation: Operation, signs: tuple[float, float], shape: tuple[int, ...]
    ) -> Form | None:
        if len(operation.args) > 2:
            return None
        alpha = operation.kwargs.get("alpha", 1)
        first, second = map(self.operand, operation.args)
        one = first.times(signs[0] * (alpha if signs[0] < 0 else 1))
        other = second.times(signs[1] * (alpha if signs[0] > 0 else 1))
        return one.plus(other, shape)

    def _multiple(self, operation: Operation) -> Form | None:
        function = operation.function
        if function is _aten.neg.default:
            return self.operand(operation.args[0]).times(-1.0)
        if function not in (*_PRODUCTS, *_QUOTIENTS) or operation.kwargs:
            return None
        first, second = map(self.operand, operation.args)
        if not second.terms:
            factor = second.offset
            return first.times(factor if function in _PRODUCTS else 1 / factor)
        if not first.terms and function in _PRODUCTS:
            return second.times(first.offset)
        return None

    def operand(self, argument: Any) -> Form:
        """Return what each number of an operation's argument is."""
        if isinstance(argument, Value):
            return self.form_of(argument)
        return Form((), torch.as_tensor(argument, dtype=torch.float64, device="cpu"))


def _on_cpu(argument: Any) -> Any:
    if isinstance(argument, list):
        return [_on_cpu(one) for one in argument]
    return argument.cpu() if isinstance(argument, Tensor) else argument


def joined_forms(forms: Sequence[Form], join: Callable[[list[Tensor]], Tensor]) -> Form:
    """Return the form of what ``join`` makes of several values."""
    n_terms = max(len(form.terms) for form in forms)
    padded = [_padded(form, n_terms) for form in forms]
    terms = tuple(
        (
            join([form.terms[k][0] for form in padded]),
            join([form.terms[k][1] for form in padded]),
        )
        for k in range(n_terms)
    )
    return Form(terms, join([form.offset for form in padded]))


def _padded(form: Form, n_terms: int) -> Form:
    nothing = torch.zeros_like(form.offset)
    missing = ((nothing.long(), nothing),) * (n_terms - len(form.terms))
    return Form(form.terms + missing, form.offset)


_COPIES = {
    _aten.alias.default,
    _aten.clone.default,
    _aten.lift_fresh.default,
    _aten._to_copy.default,
}
_JOINS = {_aten.cat.default, _aten.stack.default}
_MOVES = frozenset(
    (
        _aten.reshape.default,
        _aten.select.int,
        _aten.slice.Tensor,
        _aten.unsqueeze.default,
        _aten.squeeze.default,
        _aten.squeeze.dim,
        _aten.squeeze.dims,
        _aten.expand.default,
        _aten.permute.default,
        _aten.t.default,
        _aten.transpose.int,
        _aten.unbind.int,
        _aten.split.Tensor,
        _aten.split_with_sizes.default,
        _aten.index.Tensor,
        _aten.index_select.default,
        _aten.flip.default,
        _aten.roll.default,
        _aten.repeat.default,
        _aten.diagonal.default,
    )
)
_SUMS = {
    _aten.add.Tensor: (1.0, 1.0),
    _aten.add.Scalar: (1.0, 1.0),
    _aten.sub.Tensor: (1.0, -1.0),
    _aten.sub.Scalar: (1.0, -1.0),
    _aten.rsub.Tensor: (-1.0, 1.0),
    _aten.rsub.Scalar: (-1.0, 1.0),
}
_PRODUCTS = (_aten.mul.Tensor, _aten.mul.Scalar)
_QUOTIENTS = (_aten.div.Tensor, _aten.div.Scalar)
