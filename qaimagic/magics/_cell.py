"""The body of a cell magic: parsed and run so that errors point at the lines the user sees."""

from __future__ import annotations

import ast
import linecache
import re
import sys
from dataclasses import dataclass
from traceback import walk_tb
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import unknown

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_CALL = "get_ipython().run_cell_magic("


@dataclass(frozen=True)
class Body:
    """The body of a cell magic, whose lines are counted as the user sees them.

    Attributes:
        tree: Its syntax tree; line 1 is the line of the magic.
        filename: The file name under which tracebacks find its source.
    """

    tree: ast.Module
    filename: str

    def compile(self) -> CodeType:
        """Compile the whole body; see `compile_part`."""
        return self.compile_part(self.tree)

    def compile_part(self, tree: ast.Module | ast.Expression) -> CodeType:
        """Compile without what earlier cells imported from ``__future__``.

        Raises:
            MagicError: If the syntax is wrong, with the line.
        """
        mode = "eval" if isinstance(tree, ast.Expression) else "exec"
        try:
            return compile(tree, self.filename, mode, dont_inherit=True)
        except SyntaxError as error:
            raise MagicError(_syntax_message(error, self.filename)) from error

    def ending(self) -> tuple[list[ast.stmt], ast.expr | None]:
        """Return the statements, and the expression at their end if there is one."""
        statements = self.tree.body
        last = statements[-1] if statements else None
        if isinstance(last, ast.Expr):
            return statements[:-1], last.value
        return statements, None


def run_body(shell: InteractiveShell, body: Body, code: CodeType) -> Any:
    """Run a compiled part of a body as Python does; return its value if it is an expression.

    Raises:
        MagicError: If a name of the cell itself is misspelt, with the line and the nearest name.
    """
    __tracebackhide__ = True
    try:
        return eval(code, shell.user_ns)
    except NameError as error:
        frame, line = list(walk_tb(error.__traceback__))[-1]
        if frame.f_code.co_filename != body.filename or frame.f_code.co_name != "<module>":
            raise
        message = unknown(str(error.name), shell, "a name")
        raise MagicError(f"Line {line}: {message}") from error


def read_body(shell: InteractiveShell, first_line: str, cell: str) -> Body:
    """Parse the body of a cell magic.

    Args:
        shell: The shell that runs the cell.
        first_line: The line of the magic, such as ``%%quantum --shots 100``.
        cell: What follows it.

    Raises:
        MagicError: If the syntax is wrong, with the line.
    """
    lines = cell.splitlines()
    blank = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    try:
        code: str = shell.transform_cell(cell)  # type: ignore[no-untyped-call]
    except SyntaxError:
        code = cell.lstrip("\n")
    source = f"# {first_line}\n" + "\n" * blank + code
    filename = _running_cell(shell) or shell.compile.cache(source, shell.execution_count)
    kept = [line + "\n" for line in source.splitlines()]
    linecache.cache[filename] = (len(source), None, kept, filename)
    try:
        tree = ast.parse(source, filename)
    except SyntaxError as error:
        raise MagicError(_syntax_message(error, filename)) from error
    return Body(tree, filename)


def with_body(lines: list[str]) -> list[str]:
    """Give a cell that is our magic's line alone an empty body, so that the magic is reached.

    Without a body IPython itself answers, with an error that nbval lets pass, even to ``--help``.
    """
    alone = len(lines) == 1 and re.match(r"%%(anneal|quantum|qtrain)(\s|$)", lines[0])
    return [*lines, "\n"] if alone else lines


def must_be_first(name: str) -> MagicError:
    """Return the error of a line magic that stands where ``%%name`` was meant."""
    return MagicError(
        f"`%%{name}` (with two `%`) must be the first line of its cell, and the cell must go on "
        "below it: move what stands above it, a comment too, into a cell of its own."
    )


def _running_cell(shell: InteractiveShell) -> str | None:
    """Return the file name that tracebacks show for the cell that is this magic."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        filename = frame.f_code.co_filename
        if shell.compile.format_code_name(filename) is not None:
            is_magic = linecache.getline(filename, 1).startswith(_CALL)
            return filename if is_magic else None
        frame = frame.f_back
    return None


def _syntax_message(error: SyntaxError, filename: str) -> str:
    line = error.lineno or 1
    text = linecache.getline(filename, line).rstrip()
    indent = len(text) - len(text.lstrip())
    caret = " " * max((error.offset or 1) - 1 - indent, 0) + "^"
    return f"Line {line}: {_reason(error)}\n\n    {text.lstrip()}\n    {caret}"


def _reason(error: SyntaxError) -> str:
    reason = str(error.msg)
    if "default" in reason and "follows" in reason:
        return (
            "An argument without a default follows one with a default. Put `*,` between the data "
            "and the weights: `def layer(inputs, *, theta: 3 = 0.1, phi: 2):`."
        )
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "?")) else ".")
