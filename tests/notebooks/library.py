"""The notebooks of the repository, and how the tests run and change them."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from qaimagic.teaching import learner

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
MASTERS = sorted(FOLDER.glob("*.ipynb"))
WITH_EXERCISES = [path for path in MASTERS if learner.has_exercises(learner.read(path))]
LEARNERS = [learner.learner_path(path) for path in WITH_EXERCISES]

_ANSWER = re.compile(rf"^([ ]*){learner.BEGIN}\n.*?^[ ]*{learner.END}$", re.DOTALL | re.MULTILINE)


def name_of(path: Path) -> str:
    """Return the name by which pytest shows a notebook."""
    return str(path.relative_to(FOLDER).with_suffix(""))


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the code cells in their order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def answer_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cells that hold an answer between the markers."""
    return [cell for cell in code_cells(notebook) if learner.BEGIN in learner.source(cell)]


def with_answer(cell: dict[str, Any], answer: str, ident: str) -> dict[str, Any]:
    """Return the cell with another answer between its markers."""

    def indented(found: re.Match[str]) -> str:
        return "\n".join(found.group(1) + line for line in answer.splitlines())

    changed = copy.deepcopy(cell)
    changed["source"] = _ANSWER.sub(indented, learner.source(cell))
    changed["id"] = ident
    return changed


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """Run a notebook, through its errors, in a kernel of its own; return it with its outputs."""
    ran = nbformat.from_dict(copy.deepcopy(notebook))
    for cell in ran["cells"]:
        cell["source"] = learner.source(cell)
    client = NotebookClient(ran, timeout=300, kernel_name="python3", allow_errors=True)
    result: dict[str, Any] = client.execute(cwd=str(FOLDER))
    return result


def printed(cell: dict[str, Any]) -> str:
    """Return what a cell printed."""
    streams = [out for out in cell["outputs"] if out["output_type"] == "stream"]
    return "".join("".join(out["text"]) for out in streams)


def errors(cell: dict[str, Any]) -> list[str]:
    """Return the errors of a cell, each as ``Name: message``."""
    found = [out for out in cell["outputs"] if out["output_type"] == "error"]
    return [f"{out['ename']}: {out['evalue']}" for out in found]
