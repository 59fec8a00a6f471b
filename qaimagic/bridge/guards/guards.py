"""Notes what a function reads from outside, and says whether it still is as it was."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from types import CellType, FunctionType, ModuleType
from typing import Any

import pennylane as qml
from torch import Tensor

from qaimagic.bridge.guards.code import Use, attribute_names, changes_outside, uses_of
from qaimagic.bridge.guards.comparing import (
    GRAPHS,
    MISSING,
    content_of,
    is_constant,
    is_frozen,
    is_plain,
    same,
)
from qaimagic.bridge.guards.definitions import (
    DEFINITIONS,
    is_bag,
    is_its_own,
    is_written_by_dataclass,
    read_of_class,
)
from qaimagic.bridge.guards.errors import NotGuardableError
from qaimagic.bridge.guards.library import (
    impure_names,
    is_library,
    is_of_library,
    is_pure_module,
)
from qaimagic.bridge.guards.values import is_live, keeps_state, same_as_now, watched

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
        self._empty: list[dict[str, Any]] = []
        self._seen: dict[int, Any] = {}

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Guards:
        """Return the guards of ``function`` and of every function that it calls.

        Raises:
            NotGuardableError: If it reads an object whose changes cannot be noticed.
        """
        guards = cls()
        try:
            guards._value(function)
        except NotGuardableError:
            raise
        except Exception as error:
            raise NotGuardableError(f"what it reads raises {type(error).__name__}") from error
        return guards

    def still_hold(self) -> bool:
        """Return whether everything that the function read is as it was."""
        try:
            return self._all_hold()
        except Exception:  # what the user changed raises where it is asked
            return False

    def _all_hold(self) -> bool:
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
        return not any(self._empty) and all(check() for check in self._contents)

    def _function(self, function: FunctionType) -> None:
        code = function.__code__
        impure = impure_names(attribute_names(code))
        if impure:
            raise NotGuardableError(f"it uses `{min(impure)}`")
        if changes_outside(code):
            raise NotGuardableError(f"`{function.__name__}` changes what is outside of it")
        self._held(function)
        cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        for use in uses_of(code):
            self._use(use, function.__globals__, cells)

    def _held(self, function: FunctionType) -> None:
        """Guard what a function holds by itself, not what its code reads."""
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            self._attributes.append((function, name, getattr(function, name)))
        self._value(function.__defaults__)
        self._value(function.__kwdefaults__)
        self._state(function)

    def _wrapper(self, function: FunctionType) -> None:
        """Guard a function that a library made around something."""
        self._held(function)
        for cell in function.__closure__ or ():
            value = content_of(cell)
            self._cells.append((cell, value))
            if value is not MISSING:
                self._value(value)

    def _written(self, method: FunctionType) -> None:
        """Guard a method that `dataclass` wrote: its code follows from the class, which is."""
        for name in ("__defaults__", "__kwdefaults__"):
            held = getattr(method, name)
            if held is not None:
                self._attributes.append((method, name, held))
                self._value(held)
        for cell in method.__closure__ or ():
            self._value(content_of(cell))

    def _state(self, value: Any) -> None:
        """Guard the attributes that are kept in an object's dictionary."""
        names = vars(value)
        self._attributes.append((value, "__dict__", names))
        if names:
            self._contents.append(same_as_now(names))
            for held in list(names.values()):
                self._value(held)
        else:
            self._empty.append(names)

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
                if not is_library(value):
                    self._attributes.append((builtins, use.name, value))
        if value is not MISSING:
            self._chain(value, use.attributes)

    def _chain(self, value: Any, attributes: tuple[str, ...]) -> None:
        """Guard what is read of ``value``: these attributes, one of the other."""
        for attribute in attributes:
            if isinstance(value, ModuleType):
                found = vars(value).get(attribute, MISSING)
                if is_library(value):
                    if isinstance(found, ModuleType) and is_library(found):
                        value = found
                        continue
                    if is_its_own(found):
                        return
                if found is MISSING:
                    raise NotGuardableError(f"it reads `{attribute}` of a module that makes it up")
            elif type(value) in GRAPHS:
                break
            elif is_bag(value, attribute):
                found = vars(value)[attribute]
            elif isinstance(value, qml.devices.Device) and attribute == "wires":
                self._attributes.append((value, attribute, value.wires))
                return
            else:
                break
            self._attributes.append((value, attribute, found))
            value = found
        self._value(value)

    def _value(self, value: Any) -> None:
        if id(value) in self._seen or is_plain(value):
            return
        if len(self._seen) > _MAX_ITEMS:
            raise NotGuardableError("it reads too many things")
        self._seen[id(value)] = value
        if isinstance(value, DEFINITIONS):
            self._definition(value)
            return
        if is_frozen(value) and is_constant(value):
            self._value(type(value))
            return
        found = watched(value)
        if is_live(value):
            self.tensors.append(value)
        if found.check is not None:
            self._contents.append(found.check)
        if type(value) not in GRAPHS and not is_library(type(value)):
            self._attributes.append((value, "__class__", type(value)))
            self._value(type(value))
        if keeps_state(value):
            self._state(value)
        for name in found.names:
            inner = vars(value)[name]
            self._items.append((vars(value), name, inner))
            self._value(inner)
        for inner in found.within:
            self._value(inner)

    def _definition(self, value: Any) -> None:
        if isinstance(value, ModuleType):
            if value.__name__.partition(".")[0] != "pennylane":
                raise NotGuardableError(f"it hands the module `{value.__name__}` on")
        elif is_library(value):
            return
        elif isinstance(value, FunctionType):
            if is_of_library(value):
                self._wrapper(value)
            else:
                self._function(value)
        elif isinstance(value, type):
            self._class(value)
        else:
            raise NotGuardableError(f"it uses `{getattr(value, '__name__', value)}`")

    def _class(self, kind: type) -> None:
        self._attributes.append((kind, "__mro__", kind.__mro__))
        own = vars(kind)
        self._contents.append(same_as_now(own))
        for value in read_of_class(kind):
            if is_written_by_dataclass(kind, value):
                self._written(value)
            else:
                self._value(value)
        for other in (type(kind), *kind.__mro__[1:]):
            self._value(other)
