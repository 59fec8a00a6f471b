"""Calls the public function behind a magic, or prints that call."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qaimagic._checks import did_you_mean
from qaimagic.errors import StaleLayerError
from qaimagic.magics._errors import MagicError, presentable
from qaimagic.magics._history import where_made
from qaimagic.magics._lookup import Found, own_names

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def call_code(function: str, positional: Iterable[str], keywords: Mapping[str, Found]) -> str:
    """Return the Python call that a magic stands for."""
    named = [f"{name}={found.code}" for name, found in keywords.items()]
    return f"{function}({', '.join([*positional, *named])})"


def print_code(code: str, options: argparse.Namespace) -> None:
    """Print the Python call that a magic stands for; nothing is stored."""
    print(f"{options.out} = {code}" if options.out else code)
    options.out = None


def train_with(
    function: Callable[..., Any],
    positional: Iterable[Any],
    keywords: Mapping[str, Found],
    shell: InteractiveShell,
    models: Iterable[str],
) -> Any:
    """Call a training function with what the words on the line stand for.

    Its errors know nothing of the notebook: to them this adds which cell made a stale model, and
    a name of the notebook that is near a word which nobody knows.

    Args:
        function: The public function.
        positional: Its arguments by position.
        keywords: Its arguments by name.
        shell: The shell whose cells and names may help.
        models: The words that name what is trained.
    """
    __tracebackhide__ = True
    try:
        return function(*positional, **{name: found.value for name, found in keywords.items()})
    except StaleLayerError as error:
        raise MagicError(f"{error} {where_made(shell, models)}".rstrip()) from error
    except (TypeError, ValueError) as error:
        hint = _near_name(str(error), keywords, shell)
        if hint and isinstance(presentable(error, shell), MagicError):
            raise MagicError(f"{error} {hint}") from error
        raise


def _near_name(message: str, keywords: Mapping[str, Found], shell: InteractiveShell) -> str:
    for found in keywords.values():
        word = found.value
        if isinstance(word, str) and not found.from_notebook and f"`{word}`" in message:
            hint = did_you_mean(word, own_names(shell))
            if hint:
                return f"The notebook has `{hint.split('`')[1]}`."
    return ""
