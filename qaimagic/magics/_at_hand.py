"""Names that a cell may use without importing them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def put_at_hand(shell: InteractiveShell, imports: Mapping[str, str]) -> None:
    """Give the cell names that the user has no others for.

    Args:
        shell: The shell whose names they become.
        imports: For each name the line that imports it.
    """
    missing = [line for name, line in imports.items() if name not in shell.user_ns]
    names: dict[str, Any] = {}
    exec("\n".join(missing), names)
    names.pop("__builtins__", None)
    shell.push(names, interactive=False)  # type: ignore[no-untyped-call]


def imports_of(tree: ast.AST, imports: Mapping[str, str]) -> list[str]:
    """Return the lines that import what ``tree`` uses of the names at hand."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [line for name, line in imports.items() if name in used]
