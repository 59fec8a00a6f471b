"""``nbconvert --execute`` runs every master; the seconds of its cells are reported."""

import datetime
import json
import subprocess
import sys

import pytest

from qaimagic.teaching.learner import read
from tests.notebooks.library import MASTERS, answer_cells, code_cells, name_of, printed


@pytest.fixture(scope="module", params=MASTERS, ids=name_of)
def master_and_run(request, tmp_path_factory):
    """A master, and the same notebook as nbconvert executed it."""
    master = request.param
    folder = tmp_path_factory.mktemp("executed")
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"]
    subprocess.run([*command, str(master), f"--output-dir={folder}"], check=True, timeout=600)
    return master, json.loads((folder / master.name).read_text(encoding="utf-8"))


def test_runs_without_an_error_and_praises_each_solution(master_and_run):
    master, ran = master_and_run
    cells = {cell["id"]: cell for cell in code_cells(ran)}
    assert all(cell["execution_count"] for cell in cells.values())
    for answer in answer_cells(read(master)):
        assert printed(cells[f"check-{answer['id']}"]).startswith("Correct: ")


def test_nothing_is_printed_as_a_warning(master_and_run):
    _, ran = master_and_run
    for cell in code_cells(ran):
        errors = [out for out in cell["outputs"] if out.get("name") == "stderr"]
        assert errors == [], cell["id"]


def test_seconds_of_the_cells_are_reported(master_and_run, capsys):
    master, ran = master_and_run
    seconds = {cell["id"]: _seconds(cell) for cell in code_cells(ran)}
    slowest = max(seconds, key=lambda ident: seconds[ident])
    with capsys.disabled():
        print(
            f"\n{name_of(master)}: {sum(seconds.values()):.1f} s in all (budget 40 s); "
            f"slowest cell {slowest}: {seconds[slowest]:.1f} s (budget 10 s)"
        )
    assert sum(seconds.values()) < 240


def _seconds(cell):
    times = cell["metadata"]["execution"]
    begin, end = times["iopub.status.busy"], times["iopub.status.idle"]
    parse = datetime.datetime.fromisoformat
    return (parse(end) - parse(begin)).total_seconds()
