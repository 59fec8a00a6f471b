"""Learners' versions of notebooks: ``python -m qaimagic.teaching.learner notebooks/*.ipynb``.

A master holds its answers between nbgrader's markers. The learner's version has a placeholder in
their place, and is otherwise the same. nbgrader itself is not needed. The outcome depends on the
master alone, byte for byte, so that a test can tell whether a committed version is stale.

- Inside a function the answer becomes ``raise NotImplementedError``.
- At the margin the answer may only assign names; each becomes ``name = ...``.

Both are what `qaimagic.teaching.exercise` takes for "not yet".
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

Notebook: TypeAlias = dict[str, Any]

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
FOLDER = "learner"
PROMPT = "# your answer"


def has_exercises(master: Notebook) -> bool:
    """Return whether a notebook holds an answer between the markers."""
    return any(BEGIN in source(cell) for cell in master["cells"])


def learner_version(master: Notebook) -> Notebook:
    """Return the learner's version of a master: no answers, no outputs.

    Args:
        master: A notebook as ``json.load`` gives it; it is left unchanged.

    Raises:
        ValueError: If markers do not match, or if an answer at the margin is more than
            assignments. The message names the cell.
    """
    notebook = copy.deepcopy(master)
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code":
            continue
        try:
            text = without_answers(source(cell))
        except ValueError as error:
            raise ValueError(f"Cell {number} ({cell.get('id', 'no id')}): {error}") from None
        cell["source"] = text.splitlines(keepends=True)
        cell["outputs"] = []
        cell["execution_count"] = None
    return notebook


def without_answers(code: str) -> str:
    r"""Return the code of a cell with a placeholder for each answer between the markers.

    Args:
        code: The source of one cell.

    Raises:
        ValueError: If markers do not match, or if an answer at the margin is more than
            assignments.

    Example:
        >>> print(without_answers("### BEGIN SOLUTION\nn = 2\n### END SOLUTION"))
        n = ...  # your answer
    """
    kept: list[str] = []
    answer: list[str] | None = None
    for line in code.splitlines():
        marker = line.strip()
        if marker == BEGIN:
            if answer is not None:
                raise ValueError(f"`{BEGIN}` stands twice without `{END}`.")
            answer, margin = [], line[: line.index("#")]
        elif marker == END:
            if answer is None:
                raise ValueError(f"`{END}` stands without `{BEGIN}`.")
            kept += [margin + stub for stub in _placeholder(answer, margin)]
            answer = None
        elif answer is None:
            kept.append(line)
        else:
            answer.append(line)
    if answer is not None:
        raise ValueError(f"`{BEGIN}` stands without `{END}`.")
    return "\n".join(kept)


def as_text(notebook: Notebook) -> str:
    """Return a notebook as the text of its file, in Jupyter's own layout."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def source(cell: dict[str, Any]) -> str:
    """Return the source of a cell, which a file may hold as one string or as lines."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def read(path: Path) -> Notebook:
    """Return the notebook in the file at ``path``."""
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def learner_path(master: Path) -> Path:
    """Return where the learner's version of the master at ``path`` lies."""
    return master.parent / FOLDER / master.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the learner's version of each master that has exercises; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m qaimagic.teaching.learner")
    parser.description = "Write the learners' versions of notebooks into the folder `learner`."
    parser.add_argument("masters", nargs="+", type=Path, help="notebooks with solution markers")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if one is stale")
    options = parser.parse_args(arguments)
    stale = 0
    for master in options.masters:
        notebook = read(master)
        if not has_exercises(notebook):
            print(f"{master}: no exercises")
            continue
        path, text = learner_path(master), as_text(learner_version(notebook))
        if path.exists() and path.read_text(encoding="utf-8") == text:
            print(f"{path}: up to date")
        elif options.check:
            print(f"{path}: stale")
            stale += 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{path}: written")
    return 1 if stale else 0


def _placeholder(answer: Sequence[str], margin: str) -> list[str]:
    """Return the lines that stand in for an answer, without their margin."""
    if margin:
        return [f"raise NotImplementedError  {PROMPT}"]
    names: list[str] = []
    for statement in ast.parse("\n".join(answer)).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        found = [target.id for target in targets if isinstance(target, ast.Name)]
        if not found or len(found) < len(targets):
            raise ValueError(
                "An answer at the margin may only assign names, such as `n = 2`. "
                "Put the markers inside the function's body."
            )
        names += found
    return [f"{name} = ...  {PROMPT}" for name in names]


if __name__ == "__main__":
    sys.exit(main())
