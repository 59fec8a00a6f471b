"""Records what a body computes from the tensors that it is given.

Two of torch's modes see everything: below autograd each operator, above it each function, where
``.numpy()`` and the like read a tensor without any operator. A body that reads values is refused:
with others it might have queued other gates.
"""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.graph import Operation, Value
from qaimagic.bridge.tracing.reads import asked_by_library, asks_for_shape, compared

_IS_FACT = re.compile(
    r"shape|dtype|device|ndim|requires_grad|is_leaf|layout|is_sparse|is_quantized|is_cuda|is_cpu|"
    r"is_mps|is_meta|is_nested|itemsize|nbytes|grad|grad_fn|names|dim|size|numel|nelement|stride|"
    r"is_floating_point|is_complex|__len__|__hash__|element_size|is_contiguous|ndimension|"
    r"get_device|is_conj|is_neg|result_type|can_cast|is_signed|type|is_inference"
).fullmatch
"""What may be asked of a tensor without asking for its values."""

_OF_GRADIENTS = ("requires_grad", "is_leaf", "grad", "grad_fn")
"""What differs from call to call without a change of shape or dtype."""

_RUN_AS = {
    torch.ops.aten.view.default: torch.ops.aten.reshape.default,
    torch.ops.aten._unsafe_view.default: torch.ops.aten.reshape.default,
}
"""Operators that ask for a layout in memory, which a batch may not have, and those that do not."""


class Recorder:
    """Records the graph of a body's operations.

    Attributes:
        checks: Values that must be all true, or not all true, in every run, with which of the two.
        captured: The tensors from outside of the body, with their values in the graph.
    """

    def __init__(self) -> None:
        self.checks: list[tuple[Value, bool]] = []
        self.captured: list[tuple[Value, Tensor]] = []
        self._failure: NotTraceableError | None = None
        self._known: dict[int, tuple[Tensor, Value]] = {}

    def give(self, tensor: Tensor, *, varies: bool) -> Value:
        """Follow a tensor that is given to the body."""
        return self._follow(tensor, Value(tuple(tensor.shape), tensor.dtype, varies))

    def capture(self, tensor: Tensor) -> Value:
        """Follow a tensor that the body may read from outside."""
        value = self.value_of(tensor)
        if value is None:
            value = self.give(tensor, varies=False)
            self.captured.append((value, tensor))
        return value

    def value_of(self, tensor: Any) -> Value | None:
        """Return the value that a tensor has in the graph, or None for a constant."""
        entry = self._known.get(id(tensor))
        return None if entry is None else entry[1]

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what runs within the context.

        Raises:
            NotTraceableError: If it read a value, drew a random number or changed a tensor.
        """
        before = _random_states()
        with (
            torch.enable_grad(),
            torch.autocast("cpu", enabled=False),
            _Operators(self),
            _Functions(self),
        ):
            try:
                yield
            finally:
                if self._failure is not None:
                    raise self._failure
        if before != _random_states():
            raise NotTraceableError("it draws random numbers")

    def refuse(self, reason: str) -> NotTraceableError:
        """Return the error to raise; it stands even if someone catches it on the way."""
        self._failure = NotTraceableError(reason)
        return self._failure

    def run(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run an operator, and record it if it depends on what is followed."""
        if torch.Tag.nondeterministic_seeded in function.tags:
            raise self.refuse("it draws random numbers")
        values: list[Value] = []
        noted = tuple(self._noted(argument, values) for argument in args)
        noted_kwargs = {name: self._noted(argument, values) for name, argument in kwargs.items()}
        if not values:
            return function(*args, **kwargs)
        if function._schema.is_mutable:
            raise self.refuse("it changes a tensor in place")
        if torch.Tag.dynamic_output_shape in function.tags and _picks_by_value(function, noted):
            raise self.refuse("the number of values it uses depends on the values")
        if not torch.is_grad_enabled():
            raise self.refuse("it computes with a gradient of its own, or without")
        result = function(*args, **kwargs)
        operation = Operation(_RUN_AS.get(function, function), noted, noted_kwargs)
        varies = any(value.varies for value in values)
        for tensor in [result] if isinstance(result, Tensor) else _listed(result):
            if not isinstance(tensor, Tensor):
                raise self.refuse("it reads a value")
            value = Value(tuple(tensor.shape), tensor.dtype, varies, operation)
            operation.outputs.append(value)
            if self.value_of(tensor) is None:
                self._follow(tensor, value)
        return result

    def check(self, one: Any, other: Any, rtol: float, atol: float) -> None:
        """Note that the body asked whether two tensors are close, and was told so or not."""
        known = one if isinstance(one, Tensor) else other
        first, second = (torch.as_tensor(value, dtype=known.dtype) for value in (one, other))
        close = ((first - second).abs() <= atol + rtol * second.abs()).all()
        value = self.value_of(close)
        if value is not None:
            self.checks.append((value, bool(close.numpy())))

    def _follow(self, tensor: Tensor, value: Value) -> Value:
        self._known[id(tensor)] = (tensor, value)
        return value

    def _noted(self, argument: Any, values: list[Value]) -> Any:
        if isinstance(argument, list | tuple):
            return [self._noted(one, values) for one in argument]
        if not isinstance(argument, Tensor):
            return argument
        value = self.capture(argument) if argument.requires_grad else self.value_of(argument)
        if value is None:
            return argument.clone()
        values.append(value)
        return value


class _Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, recorder: Recorder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._recorder = recorder

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Keep torch from importing its compiler, which takes seconds, to switch it off here."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        del types
        return self._recorder.run(func, args, kwargs or {})


class _Functions(TorchFunctionMode):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        del types
        kwargs = kwargs or {}
        if not any(self._is_followed(argument) for argument in (*args, *kwargs.values())):
            return func(*args, **kwargs)
        name = _name_of(func)
        if name == "numpy" and (comparison := compared()) is not None:
            self._recorder.check(*comparison)
            return func(*args, **kwargs)
        if name == "as_tensor" and asks_for_shape():
            return torch.zeros(_nested_shape(args[0]))
        if name in _OF_GRADIENTS and not asked_by_library():
            raise self._recorder.refuse(f"it asks for `{name}` of a tensor")
        result = func(*args, **kwargs)
        if not _IS_FACT(name) and not all(map(self._is_followed, _listed(result))):
            raise self._recorder.refuse(f"it reads values, by `{name}`")
        return result

    def _is_followed(self, argument: Any) -> bool:
        if isinstance(argument, list | tuple):
            return any(map(self._is_followed, argument))
        return isinstance(argument, Tensor) and self._recorder.value_of(argument) is not None


def _listed(result: Any) -> Any:
    return result if isinstance(result, list | tuple) else [result]


def _nested_shape(numbers: Any) -> tuple[int, ...]:
    if isinstance(numbers, list | tuple):
        return (len(numbers), *(_nested_shape(numbers[0]) if numbers else ()))
    return tuple(np.shape(numbers) if not isinstance(numbers, Tensor) else numbers.shape)


def _name_of(function: Any) -> str:
    name = str(getattr(function, "__name__", ""))
    return str(function.__self__.__name__) if name == "__get__" else name


def _picks_by_value(function: Any, arguments: tuple[Any, ...]) -> bool:
    if function is not torch.ops.aten.index.Tensor:
        return True
    indices = [index for index in arguments[1] if isinstance(index, Value)]
    return any(index.dtype in (torch.bool, torch.uint8) for index in indices)


def _random_states() -> tuple[Any, ...]:
    return pickle.dumps(np.random.get_state(legacy=False)), random.getstate()
