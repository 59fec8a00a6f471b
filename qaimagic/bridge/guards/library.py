"""Which functions and classes are known to give the same answer to the same question."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
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
        "dir",
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
        "_version",
        "are_deterministic_algorithms_enabled",
        "backends",
        "default_rng",
        "enabled_graph",
        "flags",
        "get_float32_matmul_precision",
        "get_num_threads",
        "get_printoptions",
        "get_rng_state",
        "get_state",
        "geterr",
        "getstate",
        "initial_seed",
        "is_anomaly_enabled",
        "is_autocast_enabled",
        "is_grad_enabled",
        "is_inference_mode_enabled",
        "perf_counter",
        "random",
        "rvs",
    }
)
"""Attributes that lead to random numbers, the time or a library's modes, whoever's they are."""
_ORDINARY = frozenset({"__class__", "__init__", "__new__", "__post_init__", "__setattr__"})
_IS_HEAP_TYPE = 1 << 9


def impure_names(names: set[str]) -> set[str]:
    """Return the names that lead to what cannot be guarded: modes, or the inside of Python."""
    inside = {name for name in names if name[:2] == "__" == name[-2:]}
    return (names & IMPURE_NAMES) | (inside - _ORDINARY)


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
        return not name.endswith("(vectorized)")
    if isinstance(thing, FunctionType) or (
        isinstance(thing, type) and thing.__flags__ & _IS_HEAP_TYPE
    ):
        return is_of_library(thing) and _is_at_home(thing)
    if module is None:
        owner = getattr(thing, "__objclass__", None) or getattr(thing, "__self__", None)
        return isinstance(owner, type | ModuleType) and is_library(owner)
    if module == "builtins" and name in _IMPURE_BUILTINS:
        return False
    return is_pure_module(str(module)) and name not in IMPURE_NAMES


def is_of_library(thing: FunctionType | type) -> bool:
    """Return whether a library wrote a function or class, be it around something of a user's."""
    own = thing.__globals__.get("__name__") if isinstance(thing, FunctionType) else None
    return (
        is_pure_module(str(thing.__module__ if own is None else own))
        and is_pure_module(str(thing.__module__))
        and thing.__name__ not in IMPURE_NAMES
    )


def _is_at_home(thing: FunctionType | type) -> bool:
    """Return whether it lies where its name says: ``functools.wraps`` copies names."""
    found: Any = sys.modules.get(thing.__module__)
    for name in thing.__qualname__.split("."):
        found = getattr(found, "__dict__", {}).get(name)
    return getattr(found, "__func__", found) is thing
