"""The check of each exercise turns wrong answers down, and says what is wrong with them."""

import copy
import re
import tomllib
from pathlib import Path

import pytest

from qaimagic.teaching.learner import read, source
from tests.notebooks.library import (
    WITH_EXERCISES,
    answer_cells,
    errors,
    executed,
    name_of,
    with_answer,
)

TABLES = Path(__file__).parent / "wrong_answers"


def wrong_answers(master):
    """Return, for each exercise, wrong answers, each with a part of the message it must get."""
    table = tomllib.loads((TABLES / f"{name_of(master)}.toml").read_text(encoding="utf-8"))
    return {
        exercise: [(entry["answer"], entry["message"]) for entry in entries]
        for exercise, entries in table.items()
    }


def with_wrong_answers(master):
    """Return a master with each wrong answer and its check, and the right one again, inserted.

    Cells that train are left out: no check needs them.
    """
    table = wrong_answers(master)
    notebook = copy.deepcopy(read(master))
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or re.search("%(qtrain|qcompare)", source(cell)):
            continue
        cells.append(cell)
        exercise = cell["id"].removeprefix("check-")
        if not cell["id"].startswith("check-"):
            continue
        right = cells[-2]
        for number, (answer, _) in enumerate(table[exercise]):
            cells.append(with_answer(right, answer, f"answer-{exercise}-{number}"))
            cells.append({**copy.deepcopy(cell), "id": f"wrong-{exercise}-{number}"})
        cells.append({**copy.deepcopy(right), "id": f"again-{exercise}"})
    return {**notebook, "cells": cells}


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=name_of)
def test_every_exercise_has_wrong_answers_to_turn_down(path):
    exercises = {cell["id"] for cell in answer_cells(read(path))}
    table = wrong_answers(path)
    assert set(table) == exercises
    assert all(table.values())


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=name_of)
def test_wrong_answers_fail_with_a_message_of_their_own(path):
    cells = {cell["id"]: cell for cell in executed(with_wrong_answers(path))["cells"]}
    for exercise, answers in wrong_answers(path).items():
        assert errors(cells[f"check-{exercise}"]) == []
        for number, (answer, message) in enumerate(answers):
            assert errors(cells[f"answer-{exercise}-{number}"]) == []
            found = errors(cells[f"wrong-{exercise}-{number}"])
            assert len(found) == 1, f"accepted for {exercise}: {answer}"
            assert message in found[0], f"{exercise}: {answer}"
