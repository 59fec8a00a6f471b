"""Tells apart the functions, classes and attributes that a function may read."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic.bridge.guards.comparing import is_plain
from qaimagic.bridge.guards.library import is_library, is_of_library

DEFINITIONS = (
    BuiltinFunctionType,
    FunctionType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
    np.ufunc,
    torch._ops.OpOverload,
    torch._ops.OpOverloadPacket,
    type,
)
_UNREAD = frozenset(
    {
        "__annotations__",
        "__dataclass_fields__",
        "__dataclass_params__",
        "__dict__",
        "__doc__",
        "__match_args__",
        "__module__",
        "__repr__",
        "__slots__",
        "__weakref__",
    }
)
_FIELDS = (
    GetSetDescriptorType,
    MemberDescriptorType,
    type(vars(namedtuple("_Pair", "one"))["one"]),
)


def read_of_class(kind: type) -> Iterator[Any]:
    """Return what is kept in a class and read through it, its methods as functions."""
    for name, value in list(vars(kind).items()):
        if not isinstance(value, _FIELDS) and name not in _UNREAD:
            yield getattr(value, "__func__", None) or getattr(value, "fget", None) or value


def is_written_by_dataclass(kind: type, value: Any) -> bool:
    """Return whether a function of a class is one that `dataclass` wrote."""
    return (
        isinstance(value, FunctionType)
        and value.__code__.co_filename == "<string>"
        and "__dataclass_params__" in vars(kind)
    )


def is_its_own(found: Any) -> bool:
    """Return whether a library's attribute was surely put there by the library, for good."""
    if isinstance(found, FunctionType | type):
        return is_of_library(found)
    kept = (dict, list, set, tuple, np.ndarray, Tensor, ModuleType)
    return not (is_plain(found) or isinstance(found, kept))


def is_bag(value: Any, attribute: str) -> bool:
    """Return whether this attribute is plainly kept in an object's dictionary."""
    kind = type(value)
    if is_library(kind) and kind.__module__ != "types":
        return False
    return (
        not isinstance(kind.__getattribute__, FunctionType)
        and attribute in getattr(value, "__dict__", ())
        and not hasattr(getattr(kind, attribute, None), "__set__")
    )
