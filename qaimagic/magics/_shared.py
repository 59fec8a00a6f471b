"""The manner of all magics: one grammar, one manual, one way to return results and to fail."""

from __future__ import annotations

import argparse
import functools
import keyword
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.core import magic_arguments as ipython
from IPython.core.error import UsageError
from IPython.core.magic import no_var_expand, output_can_be_silenced

from qaimagic._checks import did_you_mean
from qaimagic.magics._errors import MagicError, presentable
from qaimagic.magics._words import split

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.magic import Magics

_F = TypeVar("_F", bound=Callable[..., Any])


class _Manual(argparse.RawDescriptionHelpFormatter):
    """IPython's layout would set the usage line as reStructuredText."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=96)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        first, _, rest = text.partition("\n")
        lines = [first, *(line.removeprefix("        ") for line in rest.splitlines())]
        return super()._fill_text("\n".join(lines).rstrip(), width, indent)


def argument(*flags: str, **settings: Any) -> Callable[[_F], _F]:
    """Add an argument to the magic below, with argparse's ``settings``."""
    return _typed(ipython.argument(*flags, **settings))  # type: ignore[no-untyped-call]


def group(title: str, description: str | None = None) -> Callable[[_F], _F]:
    """Open a group of the manual: the arguments below it, up to the next one, stand in it."""
    return _typed(ipython.argument_group(title, description))  # type: ignore[no-untyped-call]


def code_and_out(method: _F) -> _F:
    """Add ``--code``, which the magic itself serves, and ``-o NAME``, which `thin` serves."""
    out = "store the result under this name instead of returning it"
    method = argument("-o", "--out", metavar="NAME", help=out)(method)
    code = "print the same in Python; nothing is run"
    return argument("--code", action="store_true", help=code)(method)


def thin(usage: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a magic of a method that takes parsed options, and the cell's body if there is one.

    The method returns its result. This decorator parses the line, serves ``--help`` and ``-o``,
    makes the manual the docstring, and shows errors as `presentable` says.

    Args:
        usage: The first line of the manual.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        method = argument("--help", action="store_true", help="print this manual")(method)
        settings = {"usage": usage.replace("%", "%%"), "formatter_class": _Manual}
        method = _typed(ipython.kwds(**settings))(method)  # type: ignore[no-untyped-call]
        method = _typed(ipython.magic_arguments())(method)  # type: ignore[no-untyped-call]
        parser: argparse.ArgumentParser = method.parser  # type: ignore[attr-defined]
        parser.allow_abbrev = False

        @functools.wraps(method)
        def magic(self: Magics, line: str, cell: str | None = None) -> Any:
            __tracebackhide__ = True
            assert self.shell is not None
            try:
                options = _parse(parser, line)
                if options.help:
                    print(method.__doc__)
                    return None
                _check_out(options)
                result = method(self, options) if cell is None else method(self, options, cell)
                return _store_or_return(result, options, self.shell)
            except Exception as error:
                shown = presentable(error, self.shell)
                if shown is error:
                    raise
                raise shown from error

        silenceable: Callable[..., Any] = output_can_be_silenced(no_var_expand(magic))
        return silenceable

    return decorate


def option_strings(magic: Callable[..., Any]) -> list[str]:
    """Return the options of a magic, such as ``--device``, in the order of its manual."""
    return [
        flag
        for decorator in reversed(getattr(magic, "decorators", []))
        if isinstance(decorator, ipython.argument)
        for flag in decorator.args
        if flag.startswith("-")
    ]


def _typed(decorator: Any) -> Callable[[_F], _F]:
    decorate: Callable[[_F], _F] = decorator
    return decorate


def _parse(parser: argparse.ArgumentParser, line: str) -> argparse.Namespace:
    try:
        options, unknown = parser.parse_known_intermixed_args(split(line))
    except UsageError as error:
        raise MagicError(f"{_reason(error)}. `--help` prints the manual.") from error
    if unknown:
        raise MagicError(_unknown(unknown[0], parser))
    return options


def _unknown(word: str, parser: argparse.ArgumentParser) -> str:
    name = parser.format_usage().split()[1]
    if not word.startswith("-"):
        return f"`{word}` is one word too many for `{name}`. `--help` prints the manual."
    flag = word.partition("=")[0]
    known = [name[2:] for action in parser._actions for name in action.option_strings]
    hint = did_you_mean(flag.lstrip("-"), filter(None, known)).replace("`", "`--", 1)
    return f"`{name}` has no option `{flag}`.{hint} `--help` lists all."


def _check_out(options: argparse.Namespace) -> None:
    name = getattr(options, "out", None)
    if name is not None and (not name.isidentifier() or keyword.iskeyword(name)):
        raise MagicError(f"Option `-o` must be followed by a name, but `{name}` is none.")


def _store_or_return(result: Any, options: argparse.Namespace, shell: InteractiveShell) -> Any:
    if getattr(options, "out", None) is None:
        return result
    shell.user_ns[options.out] = result
    return None


def _reason(error: UsageError) -> str:
    text = str(error)
    needy = re.fullmatch(r"argument (\S+?)(?:/\S+)?: expected .*", text)
    return f"Option `{needy[1]}` needs a value" if needy else text[:1].upper() + text[1:]
