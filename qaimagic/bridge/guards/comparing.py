"""Compares what a function reads now with what it read then, in well under a microsecond each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import is_
from types import CellType
from typing import Any

import networkx as nx
import numpy as np
import torch
from pennylane.wires import Wires
from torch import Tensor

GRAPHS = (nx.Graph, nx.DiGraph)
MISSING: Any = object()
_EXACT = (int, bool, str, bytes, type(None), type(...), torch.dtype, torch.device)
_WRITTEN = (float, complex, range)
_PLAIN = frozenset({*_EXACT, *_WRITTEN, Wires})
_BITS = {
    torch.float16: torch.int16,
    torch.bfloat16: torch.int16,
    torch.float32: torch.int32,
    torch.float64: torch.int64,
}
_OF_GRAPHS = frozenset({*dir(nx.Graph), *dir(nx.DiGraph), "__networkx_cache__", "graph"})
_OF_OPERATORS = frozenset({"_coeffs", "_eigvals", "_hyperparameters", "_ops", "_wires"})

_UNUSED = frozenset({"grad_recipe", "id", "queue_category"})


def is_plain(value: Any) -> bool:
    """Return whether a value can never change, and ``same`` compares it fully."""
    kind = type(value)
    return kind in _PLAIN or (issubclass(kind, np.generic) and _is_number(kind))


def _is_number(kind: type) -> bool:
    return kind.__module__ == "numpy" and not issubclass(kind, np.void | np.object_)


def content_of(cell: CellType) -> Any:
    """Return what a closure's cell holds, or ``MISSING``."""
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def same(now: Any, then: Any) -> bool:
    """Return whether two things are surely the same; unknown kinds of things never are."""
    kind = type(now)
    if kind is not type(then):
        return False
    if kind is tuple:
        return same_items(now, then)
    if kind in _EXACT:
        return bool(now == then)
    if kind in _WRITTEN:
        return repr(now) == repr(then)
    if kind is Wires:
        return same_items(now.labels, then.labels)
    return is_plain(now) and now.dtype == then.dtype and now.tobytes() == then.tobytes()


def items_of(value: Any) -> list[Any]:
    """Return the items of a container, for a dictionary its keys and then its values."""
    return [*value, *value.values()] if isinstance(value, dict) else list(value)


def same_items(value: Any, then: Sequence[Any]) -> bool:
    """Return whether a container holds what it held then."""
    return all_same(items_of(value), then)


def same_mapping(value: Mapping[Any, Any], keys: Sequence[Any], values: Sequence[Any]) -> bool:
    """Return whether a mapping has the keys and values that it had then, in their order."""
    if (
        len(value) == len(keys)
        and all(map(is_, value, keys))
        and all(map(is_, value.values(), values))
    ):
        return True
    return all_same([*value], keys) and all_same([*value.values()], values)


def all_same(now: Sequence[Any], then: Sequence[Any]) -> bool:
    """Return whether the items of two sequences are surely the same."""
    return len(now) == len(then) and (
        all(map(is_, now, then))
        or all(a is b or same(a, b) for a, b in zip(now, then, strict=True))
    )


def is_frozen(value: Any) -> bool:
    """Return whether a value is of a frozen dataclass."""
    parameters = getattr(type(value), "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def is_constant(value: Any) -> bool:
    """Return whether a value of a frozen dataclass holds, all the way down, what cannot change."""
    if is_plain(value):
        return True
    if type(value) in (tuple, frozenset):
        return all(map(is_constant, value))
    if not is_frozen(value):
        return False
    names = {field.name for field in fields(value)}
    return set(getattr(value, "__dict__", ())) <= names and all(
        is_constant(getattr(value, name, MISSING)) for name in names
    )


def names_of_operator(value: Any) -> list[str]:
    """Return what an operator or measurement is made of, without what it works out and keeps."""
    return [
        name
        for name in vars(value)
        if name in _OF_OPERATORS or (name[0] != "_" and name not in _UNUSED)
    ]


def items_of_names(value: Any, names: Iterable[str]) -> list[Any]:
    """Return names of attributes, each followed by its value."""
    return [item for name in names for item in (name, getattr(value, name))]


def graph_content(graph: nx.Graph) -> list[Any]:
    """Return nodes, neighbours and attributes one after the other, in the graph's order."""
    own = [name for name in vars(graph) if name not in _OF_GRAPHS]
    flat = [*items_of(graph.graph), *items_of_names(graph, own)]
    for node, of_node in graph.nodes(data=True):
        flat += ["node", node, *items_of(of_node)]
    for node, neighbours in graph.adjacency():
        for neighbour, of_edge in neighbours.items():
            flat += ["edge", node, neighbour, *items_of(of_edge)]
    if graph.is_directed():
        flat += [before for node in graph for before in ("into", node, *graph.pred[node])]
    return flat


def facts_of(tensor: Tensor) -> tuple[Any, ...]:
    """Return what a body may ask of a tensor beside its numbers."""
    return (tensor.shape, tensor.stride(), tensor.dtype, tensor.device, tensor.requires_grad)


def same_facts(tensor: Tensor, then: tuple[Any, ...]) -> bool:
    """Return whether shape, layout, dtype, device and the need for gradients are as they were."""
    return facts_of(tensor) == then


def has_gradient(tensor: Tensor) -> bool:
    """Return whether a gradient is kept with a tensor."""
    return tensor.is_leaf and tensor.grad is not None


def bits_of(tensor: Tensor) -> Tensor:
    """Return a tensor's numbers as integers, which tell ``-0.0`` from ``0.0``."""
    tensor = tensor.detach()
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor.resolve_conj())
    return tensor.view(_BITS[tensor.dtype]) if tensor.dtype in _BITS else tensor


def same_tensor(tensor: Tensor, facts: tuple[Any, ...], bits: Tensor) -> bool:
    """Return whether a tensor has the facts and the numbers that it had then."""
    return (
        facts_of(tensor) == facts
        and not has_gradient(tensor)
        and torch.equal(bits_of(tensor), bits)
    )


def same_array(array: np.ndarray[Any, Any], then: tuple[Any, ...]) -> bool:
    """Return whether an array has the shape, layout, dtype and bytes that it had then."""
    return (array.shape, array.strides, array.dtype, array.tobytes()) == then
