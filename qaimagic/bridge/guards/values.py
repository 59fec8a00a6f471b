"""How a change of a value is noticed: what to compare of it, and what it holds."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from types import MethodType
from typing import Any

import networkx as nx
import numpy as np
import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.guards.comparing import (
    GRAPHS,
    all_same,
    bits_of,
    facts_of,
    graph_content,
    has_gradient,
    is_frozen,
    is_plain,
    items_of,
    items_of_names,
    names_of_operator,
    same_array,
    same_facts,
    same_items,
    same_mapping,
    same_tensor,
)
from qaimagic.bridge.guards.errors import NotGuardableError
from qaimagic.bridge.guards.library import is_library

_MAX_BYTES = 1 << 16
_MAX_LENGTH = 1000


@dataclass(frozen=True)
class Watched:
    """How a change of a value is noticed.

    Attributes:
        check: Says whether the value itself is as it was; None where it cannot change.
        names: What is kept of it in its dictionary, and compared there.
        within: The values that it holds, which may change in their turn.
    """

    check: Callable[[], bool] | None = None
    names: Iterable[str] = ()
    within: Iterable[Any] = ()


def watched(value: Any) -> Watched:
    """Return how a change of ``value``, which is no function and no class, is noticed.

    Raises:
        NotGuardableError: If it cannot be noticed.
    """
    if isinstance(value, tuple | frozenset):
        return Watched(within=value)
    if isinstance(value, slice):
        return Watched(within=(value.start, value.stop, value.step))
    if isinstance(value, defaultdict):
        raise NotGuardableError("it reads a dictionary that makes up items")
    if isinstance(value, list | dict | set):
        return _container(value)
    if isinstance(value, Tensor):
        return Watched(check=_tensor(value))
    if isinstance(value, np.ndarray):
        return Watched(check=_array(value))
    if isinstance(value, functools.partial):
        return _compared(lambda: items_of_names(value, ("func", "args", "keywords")))
    if isinstance(value, qml.operation.Operator):
        _ = value.hyperparameters  # PennyLane makes them where they are first asked for
        return Watched(names=names_of_operator(value))
    if isinstance(value, qml.measurements.MeasurementProcess):
        return Watched(names=names_of_operator(value))
    if isinstance(value, MethodType):
        return _method(value)
    if type(value) in GRAPHS:
        return Watched(check=_graph(value))
    if isinstance(value, Enum) or type(value).__module__ == "dataclasses":
        return Watched()
    if is_frozen(value):
        names = [field.name for field in fields(value)]
        return _compared(lambda: items_of_names(value, names))
    raise NotGuardableError(f"it reads an object of class `{type(value).__name__}`")


def keeps_state(value: Any) -> bool:
    """Return whether a value's dictionary is part of it, and not only what it works out."""
    if type(value) in GRAPHS:
        return False
    is_operator = isinstance(
        value, qml.operation.Operator | qml.measurements.MeasurementProcess
    ) and is_library(type(value))
    return not is_operator and isinstance(getattr(value, "__dict__", None), dict)


def is_live(value: Any) -> bool:
    """Return whether a value is a tensor that may change or be trained without a new circuit."""
    if not isinstance(value, Tensor):
        return False
    is_number = value.is_floating_point() or value.is_complex()
    return is_number and (value.requires_grad or value.dim() < 2)


def _container(value: Any) -> Watched:
    if len(value) > _MAX_LENGTH:
        raise NotGuardableError(f"it reads a {type(value).__name__} of many items")
    if isinstance(value, dict):
        return Watched(same_as_now(value), within=items_of(value))
    items = items_of(value)
    return Watched(functools.partial(same_items, value, items), within=items)


def same_as_now(mapping: Mapping[Any, Any]) -> Callable[[], bool]:
    """Return what says whether a mapping still holds what it holds now."""
    return functools.partial(same_mapping, mapping, [*mapping], [*mapping.values()])


def _compared(content: Callable[[], Sequence[Any]]) -> Watched:
    then = content()
    return Watched(lambda: all_same(content(), then), within=then)


def _graph(graph: nx.Graph) -> Callable[[], bool]:
    then = graph_content(graph)
    if not all(map(is_plain, then)):
        raise NotGuardableError("it reads a graph whose nodes or weights are no plain values")
    return lambda: all_same(graph_content(graph), then)


def _tensor(tensor: Tensor) -> Callable[[], bool]:
    if torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        raise NotGuardableError("it reads a tensor that `torch.func` transforms")
    if tensor.layout is not torch.strided:
        raise NotGuardableError("it reads a sparse tensor")
    if is_live(tensor):
        return functools.partial(same_facts, tensor, facts_of(tensor))
    if has_gradient(tensor):
        raise NotGuardableError("it reads a constant tensor that has a gradient")
    if tensor.nbytes > _MAX_BYTES:
        raise NotGuardableError("it reads a large tensor")
    return functools.partial(same_tensor, tensor, facts_of(tensor), bits_of(tensor).clone())


def _array(array: np.ndarray[Any, Any]) -> Callable[[], bool]:
    if array.dtype.hasobject or array.nbytes > _MAX_BYTES:
        raise NotGuardableError("it reads a large array, or one of objects")
    kept = (array.shape, array.strides, array.dtype, array.tobytes())
    return functools.partial(same_array, array, kept)


def _method(method: MethodType) -> Watched:
    if not isinstance(method.__self__, type):
        raise NotGuardableError(f"it calls `{method.__name__}` of an object")
    return Watched(within=(method.__self__, method.__func__))
