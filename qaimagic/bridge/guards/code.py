"""Reads off a function's bytecode which names from outside it uses, and how."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

_GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
_CELL = ("LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF")
_ATTRIBUTE = ("LOAD_ATTR", "LOAD_METHOD")
_CHANGES = ("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR", "STORE_DEREF")


@dataclass(frozen=True)
class Use:
    """One place where a function reads a name.

    Attributes:
        name: The name, or for an import that of the module.
        kind: ``"global"``, ``"cell"`` or ``"import"``.
        attributes: The attributes that are taken of it there, one of the other.
    """

    name: str
    kind: str
    attributes: tuple[str, ...] = ()


def uses_of(code: CodeType) -> list[Use]:
    """Return the names from outside that ``code`` and the functions within it read."""
    return list(dict.fromkeys(_uses(code, frozenset())))


def changes_outside(code: CodeType) -> bool:
    """Return whether ``code``, or a function within it, assigns to a global or to an attribute."""
    freed = frozenset(code.co_freevars)
    return any(
        step.opname in _CHANGES and (step.opname != "STORE_DEREF" or step.argval in freed)
        for step in dis.get_instructions(code)
    ) or any(changes_outside(inner) for inner in _inner(code))


def attribute_names(code: CodeType) -> set[str]:
    """Return the names of all globals and attributes in ``code`` and the functions within it."""
    return set(code.co_names).union(*(attribute_names(inner) for inner in _inner(code)))


def _uses(code: CodeType, local: frozenset[str]) -> Iterator[Use]:
    local = local | set(code.co_cellvars)
    steps = list(dis.get_instructions(code))
    for index, step in enumerate(steps):
        if step.opname == "IMPORT_NAME":
            yield Use(str(step.argval), "import")
        elif step.opname in _GLOBAL:
            yield Use(str(step.argval), "global", _attributes(steps, index))
        elif step.opname in _CELL and step.argval not in local:
            yield Use(str(step.argval), "cell", _attributes(steps, index))
    for inner in _inner(code):
        yield from _uses(inner, local)


def _attributes(steps: list[Any], index: int) -> tuple[str, ...]:
    found = []
    for step in steps[index + 1 :]:
        if step.opname not in _ATTRIBUTE:
            break
        found.append(str(step.argval))
    return tuple(found)


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]
