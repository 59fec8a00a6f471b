"""What a body computes from its arguments: a graph of torch operations that can be run again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch
from torch import Tensor


@dataclass(eq=False, slots=True)
class Value:
    """A tensor that depends on an argument of the body, or on a live tensor from outside of it.

    Attributes:
        shape: Its shape.
        dtype: Its dtype.
        varies: Whether it depends on the data, and so differs from sample to sample.
        operation: What computes it; None for the tensors that are given.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    varies: bool
    operation: Operation | None = None

    @property
    def numel(self) -> int:
        """The number of its numbers."""
        return prod(self.shape)


@dataclass(eq=False, slots=True)
class Operation:
    """A call of a torch operator.

    Attributes:
        function: The operator, such as ``torch.ops.aten.mul.Tensor``.
        args: Its arguments, with a `Value` in place of each tensor that depends on arguments.
        kwargs: The same by name.
        outputs: What it returns.
    """

    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: list[Value] = field(default_factory=list)

    def run(self, known: dict[Value, Tensor]) -> None:
        """Add the outputs to ``known``, which holds the inputs."""
        args = [_filled(argument, known) for argument in self.args]
        kwargs = {name: _filled(argument, known) for name, argument in self.kwargs.items()}
        result = self.function(*args, **kwargs)
        results = [result] if isinstance(result, Tensor) else result
        known.update(zip(self.outputs, results, strict=True))


def inputs_of(arguments: Iterable[Any]) -> list[Value]:
    """Return the values among the arguments of an operation, those within lists included."""
    found: list[Value] = []
    for argument in arguments:
        if isinstance(argument, Value):
            found.append(argument)
        elif isinstance(argument, list | tuple):
            found.extend(inputs_of(argument))
    return found


def needed(wanted: Sequence[Value], given: Iterable[Value] = ()) -> list[Operation]:
    """Return the operations that lead from ``given`` to ``wanted``, in the order to run them."""
    known = set(given)
    order: dict[Operation, None] = {}
    stack = [(value, False) for value in reversed(wanted)]
    while stack:
        value, is_ready = stack.pop()
        operation = value.operation
        if operation is None or value in known or operation in order:
            continue
        if is_ready:
            order[operation] = None
            continue
        stack.append((value, True))
        arguments = (*operation.args, *operation.kwargs.values())
        stack.extend((one, False) for one in inputs_of(arguments))
    return list(order)


def leaves(wanted: Sequence[Value]) -> list[Value]:
    """Return the given tensors that ``wanted`` depends on."""
    found = {value: None for value in wanted if value.operation is None}
    for operation in needed(wanted):
        arguments = (*operation.args, *operation.kwargs.values())
        found.update((one, None) for one in inputs_of(arguments) if one.operation is None)
    return list(found)


def _filled(argument: Any, known: dict[Value, Tensor]) -> Any:
    if isinstance(argument, Value):
        return known[argument]
    if isinstance(argument, list | tuple):
        return [_filled(one, known) for one in argument]
    return argument
