"""What a word on the line of a magic stands for: a literal, a name of the notebook, or itself."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qaimagic._checks import did_you_mean
from qaimagic.magics._errors import MagicError
from qaimagic.magics._words import unquote

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@dataclass(frozen=True)
class Found:
    """The value of a word.

    Attributes:
        value: What it stands for.
        code: The Python expression that says the same.
        from_notebook: Whether it was found under a name of the notebook.
    """

    value: Any
    code: str
    from_notebook: bool = False


def find(word: str, names: Mapping[str, Any]) -> Found | None:
    """Return what ``word`` stands for, as a literal or else as a (dotted) name, or None.

    Nothing is evaluated: ``data.X_train`` reads an attribute, ``f(x)`` is not called.
    """
    text = unquote(word)
    if text is not None:
        return Found(text, repr(text))
    try:
        return Found(ast.literal_eval(word), word)
    except (ValueError, SyntaxError):
        pass
    root, *attributes = word.split(".")
    if root not in names:
        return None
    value = names[root]
    for attribute in attributes:
        if not hasattr(value, attribute):
            return None
        value = getattr(value, attribute)
    return Found(value, word, from_notebook=True)


def need(word: str, shell: InteractiveShell, purpose: str) -> Found:
    """Return what ``word`` stands for in the notebook.

    Args:
        word: A literal or a name.
        shell: The shell whose names are looked up.
        purpose: What is asked for, such as ``"the model"``, for the message.

    Raises:
        MagicError: If there is no such name; with the nearest one.
    """
    found = find(word, shell.user_ns)
    if found is None:
        raise MagicError(unknown(word, shell, purpose))
    return found


def unknown(word: str, shell: InteractiveShell, purpose: str) -> str:
    """Return the message for a ``word`` that is neither a literal nor a name."""
    bare = " ".join(word.strip("()[]").replace(",", " ").split())
    if bare != word and bare.replace(" ", "").replace(".", "").isidentifier():
        return (
            f"`{word}` is no literal. Write names as separate words, without brackets and commas: "
            f"`{bare}`."
        )
    if word[0] in "{$":
        bare = word.strip("${}")
        return f"`{word}` is not filled in here. Write the name alone: `{bare}`."
    root, *attributes = word.split(".")
    if not all(part.isidentifier() for part in (root, *attributes)):
        return (
            f"`{word}` is an expression, but {purpose} must be a name. "
            f"Assign it first: `value = {word}`, then write `value`."
        )
    if root not in shell.user_ns:
        return f"There is no `{root}` in the notebook.{did_you_mean(root, own_names(shell))}"
    value = shell.user_ns[root]
    reached = root
    for attribute in attributes:
        if not hasattr(value, attribute):
            hint = did_you_mean(attribute, [name for name in dir(value) if name[0] != "_"])
            return f"`{reached}` has no attribute `{attribute}`.{hint}"
        value = getattr(value, attribute)
        reached += f".{attribute}"
    return f"`{word}` is {kind(value)}, but {purpose} was meant."


def need_data(word: str, shell: InteractiveShell) -> Found:
    """Return the data that ``word`` names.

    Raises:
        MagicError: If there is no such name, or it is a function, a class, a module or a text.
    """
    found = need(word, shell, "the data")
    value = found.value
    if inspect.isroutine(value) or inspect.isclass(value):
        call = f"{word}(...)"
        raise MagicError(
            f"`{word}` is {kind(value)}, but data was meant. Call it first: `data = {call}`."
        )
    if inspect.ismodule(value) or isinstance(value, str):
        raise MagicError(f"`{word}` is {kind(value)}, but data was meant.")
    return found


def own_names(shell: InteractiveShell) -> list[str]:
    """Return the names that the user put into the notebook."""
    return [
        name
        for name in list(shell.user_ns)
        if not name.startswith("_") and name not in shell.user_ns_hidden
    ]


def kind(value: object) -> str:
    """Return what ``value`` is, in words: ``"a function"``, ``"a Tensor"``, ``"0.1"``."""
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if inspect.isclass(value):
        return f"the class `{value.__name__}`"
    if inspect.ismodule(value):
        return f"the module `{value.__name__}`"
    if inspect.isroutine(value):
        return "a function"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"
