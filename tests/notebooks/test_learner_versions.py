"""Learners' versions are up to date, and an exercise not answered yet harms nothing."""

import pytest

from qaimagic.teaching.learner import as_text, learner_path, learner_version, read
from tests.notebooks.library import WITH_EXERCISES, answer_cells, errors, executed, name_of, printed

with_exercises = pytest.mark.parametrize("path", WITH_EXERCISES, ids=name_of)


@with_exercises
def test_committed_version_is_up_to_date(path):
    committed = learner_path(path).read_text(encoding="utf-8")
    fresh = as_text(learner_version(read(path)))
    hint = "stale: run `python -m qaimagic.teaching.learner notebooks/*.ipynb`"
    assert committed == fresh, hint


@with_exercises
def test_unanswered_exercises_say_not_yet_and_pass(path):
    notebook = executed(read(learner_path(path)))
    cells = {cell["id"]: cell for cell in notebook["cells"] if cell["cell_type"] == "code"}
    assert {ident: errors(cell) for ident, cell in cells.items() if errors(cell)} == {}
    for answer in answer_cells(read(path)):
        assert printed(cells[f"check-{answer['id']}"]).startswith("Not yet: ")
