"""How a change of a value is noticed: what to compare of it, and what it holds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from types import MethodType
from typing import Any

import networkx as nx
import numpy as np
import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.guards.comparing import (
    PLAIN,
    graph_content,
    is_frozen,
    items_of,
    same_array,
    same_facts,
    same_items,
    same_tensor,
)
from qaimagic.bridge.guards.errors import NotGuardableError

_MAX_BYTES = 1 << 16
_MAX_LENGTH = 1000


@dataclass(frozen=True)
class Watched:
    """How a change of a value is noticed.

    Attributes:
        check: Says whether the value itself is as it was; None where it cannot change.
        within: The values that it holds, which may change in their turn.
    """

    check: Callable[[], bool] | None = None
    within: Iterable[Any] = ()


def watched(value: Any) -> Watched:
    """Return how a change of ``value``, which is no function and no class, is noticed.

    Raises:
        NotGuardableError: If it cannot be noticed.
    """
    if isinstance(value, tuple | frozenset):
        return Watched(within=value)
    if isinstance(value, list | dict | set):
        return _container(value)
    if isinstance(value, Tensor):
        return Watched(_tensor(value))
    if isinstance(value, np.ndarray):
        return Watched(_array(value))
    if isinstance(value, functools.partial):
        return Watched(within=(value.func, *value.args, *value.keywords.values()))
    if isinstance(value, qml.operation.Operator):
        return Watched(within=(type(value), *value.data))
    if isinstance(value, qml.measurements.MeasurementProcess):
        data = () if value.obs is None else value.obs.data
        return Watched(within=(type(value), *data))
    if isinstance(value, MethodType):
        return _method(value)
    if isinstance(value, nx.Graph):
        return Watched(_graph(value))
    if is_frozen(value):
        held = (getattr(value, field.name) for field in fields(value))
        return Watched(within=(type(value), *held))
    raise NotGuardableError(f"it reads an object of class `{type(value).__name__}`")


def is_live(value: Any) -> bool:
    """Return whether a value is a tensor that may change or be trained without a new circuit."""
    if not isinstance(value, Tensor):
        return False
    is_number = value.is_floating_point() or value.is_complex()
    return is_number and (value.requires_grad or value.dim() < 2)


def _container(value: Any) -> Watched:
    if len(value) > _MAX_LENGTH:
        raise NotGuardableError(f"it reads a {type(value).__name__} of many items")
    items = items_of(value)
    return Watched(functools.partial(same_items, value, items), items)


def _graph(graph: nx.Graph) -> Callable[[], bool]:
    then = graph_content(graph)
    if not all(isinstance(item, PLAIN) for item in then):
        raise NotGuardableError("it reads a graph whose nodes or weights are no plain values")
    return lambda: graph_content(graph) == then


def _tensor(tensor: Tensor) -> Callable[[], bool]:
    if torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        raise NotGuardableError("it reads a tensor that `torch.func` transforms")
    if is_live(tensor):
        facts = (tensor.shape, tensor.dtype, tensor.device, tensor.requires_grad)
        return functools.partial(same_facts, tensor, facts)
    if tensor.nbytes > _MAX_BYTES:
        raise NotGuardableError("it reads a large tensor")
    return functools.partial(same_tensor, tensor, tensor.detach().clone())


def _array(array: np.ndarray[Any, Any]) -> Callable[[], bool]:
    if array.dtype.hasobject or array.nbytes > _MAX_BYTES:
        raise NotGuardableError("it reads a large array, or one of objects")
    kept = (array.shape, array.dtype, array.tobytes())
    return functools.partial(same_array, array, kept)


def _method(method: MethodType) -> Watched:
    if not isinstance(method.__self__, type):
        raise NotGuardableError(f"it calls `{method.__name__}` of an object")
    return Watched(within=(method.__self__, method.__func__))
