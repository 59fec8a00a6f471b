"""Which functions and classes are known to give the same answer to the same question."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

_PURE = frozenset(
    {
        "__future__",
        "_collections_abc",
        "_functools",
        "_operator",
        "abc",
        "autoray",
        "bisect",
        "builtins",
        "cmath",
        "collections",
        "copy",
        "dataclasses",
        "enum",
        "fractions",
        "functools",
        "heapq",
        "itertools",
        "math",
        "numbers",
        "numpy",
        "operator",
        "pennylane",
        "scipy",
        "string",
        "torch",
        "types",
        "typing",
    }
)
_IMPURE_BUILTINS = frozenset(
    {
        "__import__",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "globals",
        "input",
        "locals",
        "open",
        "print",
        "setattr",
        "vars",
    }
)
IMPURE_NAMES = frozenset(
    {
        "Generator",
        "RandomState",
        "default_rng",
        "is_grad_enabled",
        "is_inference_mode_enabled",
        "perf_counter",
        "random",
    }
)
"""Attributes that lead to random numbers, the time or torch's modes, whoever's they are."""


def is_pure_module(name: str) -> bool:
    """Return whether a module's functions depend on their arguments alone."""
    root, _, rest = name.partition(".")
    return root in _PURE and not IMPURE_NAMES & set(rest.split("."))


def is_library(thing: Any) -> bool:
    """Return whether a module, class or function is known, and depends on its arguments alone."""
    if isinstance(thing, ModuleType):
        return is_pure_module(thing.__name__)
    name = getattr(thing, "__name__", "")
    module = getattr(thing, "__module__", None)
    if isinstance(thing, np.ufunc):
        return True
    if module is None:
        owner = getattr(thing, "__objclass__", None) or getattr(thing, "__self__", None)
        return isinstance(owner, type | ModuleType) and is_library(owner)
    if module == "builtins" and name in _IMPURE_BUILTINS:
        return False
    return is_pure_module(str(module)) and name not in IMPURE_NAMES
