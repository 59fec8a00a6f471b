"""Options of a magic made from the function it calls, so that the two cannot drift apart."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

from qaimagic._checks import requirement
from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import Found, find, kind, need_data, unknown
from qaimagic.magics._shared import argument, group

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_F = TypeVar("_F", bound=Callable[..., Any])
_PLAIN: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "str": (str,),
    "PathLike[str]": (PathLike,),
    "None": (type(None),),
}
_NOUNS = {"int": "a whole number", "float": "a number", "str": "a name"}


@dataclass(frozen=True)
class Option:
    """One keyword of a function, as an option.

    Attributes:
        name: The keyword.
        types: The alternatives of its annotation, such as ``("int", "None")``.
        help: What the manual says.
        default: Its default.
        first: Whether it stands on the first screen of the manual.
        data: Whether it takes data: one or two names.
    """

    name: str
    types: tuple[str, ...]
    help: str
    default: Any = None
    first: bool = True
    data: bool = False

    @property
    def flag(self) -> str:
        """What one types: ``--batch-size`` for ``batch_size``."""
        return "--" + self.name.replace("_", "-")

    def add_to(self, method: _F) -> _F:
        """Add the option to the magic ``method``."""
        text = self.help.replace("%", "%%")
        if "bool" in self.types:
            both_ways = argparse.BooleanOptionalAction if "None" in self.types else "store_true"
            return argument(self.flag, action=both_ways, default=None, help=text)(method)
        if self.default not in (None, ()) and str(self.default) not in text:
            text = f"{text.rstrip('.')}; {self.default} by default."
        shape: dict[str, Any] = {"metavar": self.name.upper()}
        if self.data:
            shape = {"nargs": "+", "metavar": ("X", "y")}
        elif all(alternative.startswith("Sequence") for alternative in self.types):
            shape["nargs"] = "+"
        return argument(self.flag, dest=self.name, help=text, **shape)(method)

    def value(self, typed: Any, shell: InteractiveShell) -> Found:
        """Return the value of what was typed, and the Python code that says the same.

        Raises:
            MagicError: If a word is no name of the notebook, or of the wrong kind.
        """
        if isinstance(typed, bool):
            return Found(typed, repr(typed))
        if self.data:
            return _pair([need_data(word, shell) for word in typed], self.flag)
        if isinstance(typed, list):
            parts = [self._one(word, shell) for word in typed]
            code = ", ".join(part.code for part in parts)
            return Found([part.value for part in parts], f"[{code}]")
        return self._one(typed, shell)

    def _one(self, word: str, shell: InteractiveShell) -> Found:
        found = find(word, shell.user_ns)
        words_allowed = not {"str", "Any", "Sequence[Any]"}.isdisjoint(self.types)
        if found is not None and self._fits(found.value):
            if found.from_notebook:
                print(f"{self.flag} {word}: {kind(found.value)}, from the notebook")
            return found
        if words_allowed:
            return Found(word, repr(word))
        if found is None:
            raise MagicError(unknown(word, shell, f"the value of `{self.flag}`"))
        nouns = " or ".join(_NOUNS.get(name, name) for name in self.types if name != "None")
        received = f"`{word}` is {kind(found.value)}" if found.from_notebook else f"it is {word}"
        raise MagicError(requirement(self.name, f"be {nouns}", received))

    def _fits(self, value: object) -> bool:
        if not all(name in _PLAIN for name in self.types):
            return True
        if isinstance(value, bool):
            return False
        number = getattr(value, "item", None)
        is_scalar = number is not None and getattr(value, "shape", None) == ()
        plain = number() if is_scalar and callable(number) else value
        return any(isinstance(plain, _PLAIN[name]) for name in self.types)


def options_of(
    function: Callable[..., Any], *, skip: Collection[str] = (), data: Collection[str] = ()
) -> list[Option]:
    """Return an option for each argument of ``function`` with a default.

    Args:
        function: A function with a Google docstring; what it documents under ``Other Args`` is
            for the second screen.
        skip: Arguments that are no options.
        data: Arguments that take data.
    """
    helps = dict(_described(function, "Args"))
    more = dict(_described(function, "Other Args"))
    return [
        Option(
            name,
            tuple(part.strip() for part in str(parameter.annotation).split("|")),
            {**helps, **more}[name],
            parameter.default,
            first=name in helps,
            data=name in data,
        )
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in skip and parameter.default is not parameter.empty
    ]


def add_options(options: list[Option]) -> Callable[[_F], _F]:
    """Add ``options`` to the magic below: the first ones, then the rest under "more"."""

    def decorate(method: _F) -> _F:
        later = [option for option in options if not option.first]
        for option in reversed(later):
            method = option.add_to(method)
        if later:
            method = group("more")(method)
        for option in reversed([option for option in options if option.first]):
            method = option.add_to(method)
        return method

    return decorate


def chosen(
    options: list[Option], typed: argparse.Namespace, shell: InteractiveShell
) -> dict[str, Found]:
    """Return the value of each option that was given on the line.

    Raises:
        MagicError: If a word is no name of the notebook, or of the wrong kind.
    """
    given = {option: getattr(typed, option.name) for option in options}
    return {
        option.name: option.value(words, shell)
        for option, words in given.items()
        if words is not None
    }


def _pair(parts: list[Found], flag: str) -> Found:
    if len(parts) == 1:
        return parts[0]
    if len(parts) > 2:
        listing = " ".join(part.code for part in parts)
        raise MagicError(
            f"`{flag}` takes one name or two (inputs and targets), but got {len(parts)}: {listing}."
        )
    first, second = parts
    return Found((first.value, second.value), f"({first.code}, {second.code})")


def _described(function: Callable[..., Any], section: str) -> Iterator[tuple[str, str]]:
    """Yield each name and its text in a section of a Google docstring."""
    lines = inspect.cleandoc(function.__doc__ or "").splitlines()
    start = lines.index(f"{section}:") + 1 if f"{section}:" in lines else len(lines)
    entry: list[str] = []
    for line in [*lines[start:], "end"]:
        if entry and not line.startswith("     "):
            name, _, text = " ".join(entry).partition(": ")
            yield name.split(" ")[0], text.replace("``", "`")
            entry = []
        if line and not line.startswith(" "):
            return
        if line:
            entry.append(line.strip())
