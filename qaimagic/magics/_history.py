"""Looks into the cells that have run, to say which one to run again."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def where_made(shell: InteractiveShell, words: Iterable[str]) -> str:
    """Return a sentence for each name about the cell that assigned it last, if that is known.

    Args:
        shell: The shell whose cells are looked through.
        words: Names, dotted ones too; those that no cell assigns are left out.
    """
    names = [word.split(".")[0] for word in words]
    cells = {name: _last_cell(shell, name) for name in names}
    return " ".join(
        f"`{name}` was made in cell [{cell}]." for name, cell in cells.items() if cell is not None
    )


def _last_cell(shell: InteractiveShell, name: str) -> int | None:
    cells: list[str] = shell.user_ns.get("In", [])
    return next(
        (n for n in range(len(cells) - 1, -1, -1) if name in _assigned_in_code(cells[n])), None
    )


def _assigned_in_code(code: str) -> set[str]:
    try:
        return assigned(ast.parse(code))
    except SyntaxError:
        return set()


def assigned(tree: ast.AST) -> set[str]:
    """Return the names that a piece of code assigns."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
