"""Notes what a function reads from outside, and says whether it still is as it was."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import networkx as nx
import numpy as np
import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.guards.code import Use, attribute_names, changes_outside, uses_of
from qaimagic.bridge.guards.comparing import MISSING, PLAIN, content_of, same
from qaimagic.bridge.guards.errors import NotGuardableError
from qaimagic.bridge.guards.library import IMPURE_NAMES, is_library, is_pure_module
from qaimagic.bridge.guards.values import is_live, watched

_DEFINITIONS = (
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
_MAX_ITEMS = 10_000


class Guards:
    """What a function read from outside.

    Attributes:
        tensors: The tensors that may change or be trained without a change of the circuit; what
            depends on them must be computed anew in every run.
    """

    def __init__(self) -> None:
        self.tensors: list[Tensor] = []
        self._items: list[tuple[Mapping[str, Any], str, Any]] = []
        self._cells: list[tuple[CellType, Any]] = []
        self._attributes: list[tuple[Any, str, Any]] = []
        self._contents: list[Callable[[], bool]] = []
        self._seen: dict[int, Any] = {}

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Guards:
        """Return the guards of ``function`` and of every function that it calls.

        Raises:
            NotGuardableError: If it reads an object whose changes cannot be noticed.
        """
        guards = cls()
        guards._value(function)
        return guards

    def still_hold(self) -> bool:
        """Return whether everything that the function read is as it was."""
        for names, name, value in self._items:
            now = names.get(name, MISSING)
            if now is not value and not same(now, value):
                return False
        for cell, value in self._cells:
            now = content_of(cell)
            if now is not value and not same(now, value):
                return False
        for owner, name, value in self._attributes:
            now = getattr(owner, name, MISSING)
            if now is not value and not same(now, value):
                return False
        return all(check() for check in self._contents)

    def _function(self, function: FunctionType) -> None:
        code = function.__code__
        impure = IMPURE_NAMES & attribute_names(code)
        if impure:
            raise NotGuardableError(f"it uses `{min(impure)}`")
        if changes_outside(code):
            raise NotGuardableError(f"`{function.__name__}` changes what is outside of it")
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            self._attributes.append((function, name, getattr(function, name)))
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self._value(value)
        cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        for use in uses_of(code):
            self._use(use, function.__globals__, cells)

    def _use(self, use: Use, names: dict[str, Any], cells: dict[str, CellType]) -> None:
        if use.kind == "import":
            if not is_pure_module(use.name):
                raise NotGuardableError(f"it imports `{use.name}`")
            return
        if use.kind == "cell":
            if use.name not in cells:
                return
            cell = cells[use.name]
            value = content_of(cell)
            self._cells.append((cell, value))
        else:
            value = names.get(use.name, MISSING)
            self._items.append((names, use.name, value))
            if value is MISSING:
                value = getattr(builtins, use.name, MISSING)
        if value is not MISSING:
            self._chain(value, use.attributes)

    def _chain(self, value: Any, attributes: tuple[str, ...]) -> None:
        """Guard what is read of ``value``: these attributes, one of the other."""
        for attribute in attributes:
            if isinstance(value, nx.Graph):
                break
            if isinstance(value, ModuleType):
                if is_library(value):
                    return
                names = vars(value)
            elif _is_bag(value, attribute):
                names = vars(value)
            elif isinstance(value, qml.devices.Device) and attribute == "wires":
                self._attributes.append((value, attribute, value.wires))
                return
            else:
                break
            found = names.get(attribute, MISSING)
            self._items.append((names, attribute, found))
            if found is MISSING:
                raise NotGuardableError(f"it reads `{attribute}` of a module that makes it up")
            value = found
        self._value(value)

    def _value(self, value: Any) -> None:
        if id(value) in self._seen or isinstance(value, PLAIN):
            return
        if len(self._seen) > _MAX_ITEMS:
            raise NotGuardableError("it reads too many things")
        self._seen[id(value)] = value
        if isinstance(value, _DEFINITIONS):
            self._definition(value)
            return
        found = watched(value)
        if is_live(value):
            self.tensors.append(value)
        if found.check is not None:
            self._contents.append(found.check)
        for inner in found.within:
            self._value(inner)

    def _definition(self, value: Any) -> None:
        if is_library(value):
            return
        if isinstance(value, FunctionType):
            self._function(value)
        elif isinstance(value, type):
            self._class(value)
        else:
            raise NotGuardableError(f"it uses `{getattr(value, '__name__', value)}`")

    def _class(self, kind: type) -> None:
        for base in kind.__mro__:
            if is_library(base):
                continue
            for name, value in vars(base).items():
                if name in _UNREAD or _is_written_by_dataclass(value):
                    continue
                self._items.append((vars(base), name, value))
                plain = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
                self._value(plain)


def _is_written_by_dataclass(value: Any) -> bool:
    return isinstance(value, FunctionType) and value.__code__.co_filename == "<string>"


def _is_bag(value: Any, attribute: str) -> bool:
    """Return whether this attribute is plainly kept in an object's dictionary."""
    kind = type(value)
    if is_library(kind) and kind.__module__ != "types":
        return False
    return (
        attribute in getattr(value, "__dict__", ())
        and not isinstance(kind.__getattribute__, FunctionType)
        and not hasattr(getattr(kind, attribute, None), "__set__")
    )
