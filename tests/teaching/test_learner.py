"""Learners' versions: what the generator takes out, what it leaves, and what it refuses."""

import copy
import json
import subprocess
import sys

import pytest

from qaimagic.teaching.learner import (
    as_text,
    has_exercises,
    learner_version,
    main,
    without_answers,
)

ANSWERED = """def double(x):
    \"\"\"Return 2x.\"\"\"
    ### BEGIN SOLUTION
    y = 2 * x
    return y
    ### END SOLUTION

print("below")"""


def cell(text, **more):
    return {
        "cell_type": "code",
        "id": "double",
        "metadata": {},
        "source": text.splitlines(keepends=True),
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["2\n"]}],
        "execution_count": 3,
        **more,
    }


def master(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_answer_in_a_function_becomes_a_placeholder():
    assert without_answers(ANSWERED).splitlines() == [
        "def double(x):",
        '    """Return 2x."""',
        "    raise NotImplementedError  # your answer",
        "",
        'print("below")',
    ]


def test_answer_at_the_margin_becomes_placeholders_for_its_names():
    code = "### BEGIN SOLUTION\nbig = 2\nsmall = [\n    1,\n]\n### END SOLUTION\nprint(big)"
    expected = ["big = ...  # your answer", "small = ...  # your answer", "print(big)"]
    assert without_answers(code).splitlines() == expected


def test_answer_in_a_cell_magic_keeps_the_first_line():
    code = f"%%quantum --no-draw\n{ANSWERED}"
    assert without_answers(code).startswith("%%quantum --no-draw\ndef double(x):")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("### BEGIN SOLUTION\nx = 1", "stands without `### END SOLUTION`"),
        ("x = 1\n### END SOLUTION", "stands without `### BEGIN SOLUTION`"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "stands twice"),
        ("### BEGIN SOLUTION\ndef f(): ...\n### END SOLUTION", "may only assign names"),
        ("### BEGIN SOLUTION\na, b = 1, 2\n### END SOLUTION", "may only assign names"),
    ],
)
def test_refused_with_the_name_of_the_cell(code, message):
    with pytest.raises(ValueError, match=message):
        without_answers(code)
    with pytest.raises(ValueError, match=r"^Cell 1 \(double\): "):
        learner_version(master(cell(code)))


def test_outputs_go_and_the_master_stays():
    notebook = master(cell(ANSWERED), {"cell_type": "markdown", "id": "a", "source": ["# A"]})
    before = copy.deepcopy(notebook)
    learner = learner_version(notebook)
    assert notebook == before
    assert learner["cells"][0]["outputs"] == []
    assert learner["cells"][0]["execution_count"] is None
    assert learner["cells"][0]["id"] == "double"
    assert learner["cells"][1] == before["cells"][1]
    assert not has_exercises(learner)


def test_command_writes_checks_and_tells_stale(tmp_path, capsys):
    path = tmp_path / "01_double.ipynb"
    path.write_text(as_text(master(cell(ANSWERED))), encoding="utf-8")
    plain = tmp_path / "02_plain.ipynb"
    plain.write_text(as_text(master(cell("1 + 1"))), encoding="utf-8")

    assert main([str(path), "--check"]) == 1
    assert main([str(path), str(plain)]) == 0
    assert main([str(path), "--check"]) == 0
    written = tmp_path / "learner" / "01_double.ipynb"
    first = written.read_bytes()
    assert "NotImplementedError" in first.decode()
    assert not (tmp_path / "learner" / "02_plain.ipynb").exists()

    changed = json.loads(path.read_text(encoding="utf-8"))
    changed["cells"][0]["source"].append("\nprint(1)")
    path.write_text(as_text(changed), encoding="utf-8")
    assert main([str(path), "--check"]) == 1
    assert written.read_bytes() == first
    assert "stale" in capsys.readouterr().out


def test_generator_needs_neither_torch_nor_pennylane():
    code = (
        "import sys, qaimagic.teaching.learner;"
        "print(sorted({'torch', 'pennylane', 'nbformat'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
