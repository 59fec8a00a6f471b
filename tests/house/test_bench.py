"""The benchmarks measure the same circuits everywhere, and say so where an answer is wrong.

Nothing is timed here.
"""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
import torch

from benchmarks import table
from benchmarks.cells import BARS, GRIDS, Cell
from benchmarks.circuits import FAMILIES, MOLECULES, build, numbers
from benchmarks.engines import default_qubit, ours, ours_engine
from benchmarks.grid import Entry, Grid, differences, record
from benchmarks.peers import ENGINES, Engine
from benchmarks.process import GivenUpError, Worker
from benchmarks.roofline import least_seconds
from benchmarks.worker import plain

SMALL = [
    ("embedding", 2, 3),
    ("embedding", 4, 1),
    ("reuploading", 3, 4),
    ("qaoa", 4, 1),
    ("qaoa", 6, 3),
    ("molecule", 8, 1),
    ("molecule", 8, 2),
    ("kernel", 3, 5),
    ("deep", 2, 1),
]
PEAKS = {"name": "a machine", "cores": 2, "threads": 2, "bytes": 1e10}
PEAKS["flops"] = {"float32": 1e11, "float64": 5e10}


@pytest.fixture(autouse=True)
def _the_default_dtype_stays():
    before = torch.get_default_dtype()
    yield
    torch.set_default_dtype(before)


@pytest.mark.parametrize(("family", "n", "batch"), SMALL)
@pytest.mark.parametrize("engine", [ours, ours_engine])
def test_engines_build_the_same_circuit_from_the_data(engine, family, n, batch):
    problem = build(family, n, batch)
    theirs = default_qubit.Engine(problem, numbers(problem), "float64")
    mine = engine.Engine(problem, numbers(problem), "float64")
    torch.testing.assert_close(mine.forward(), theirs.forward())
    for received, expected in zip(mine.step(), theirs.step(), strict=True):
        torch.testing.assert_close(received, expected)
        assert expected.numel() == 0 or expected.abs().max() > 1e-3


@pytest.mark.parametrize("n", [4, 8, 20])
def test_qaoa_has_a_graph_of_three_edges_a_wire(n):
    gates = [gate for gate in build("qaoa", n, 1).gates if gate.name == "ZZ"]
    edges = {gate.wires for gate in gates}
    assert len(edges) == 3 * n // 2
    assert set(Counter(wire for edge in edges for wire in edge).values()) == {3}


def test_the_stored_molecules_have_the_energy_that_is_known():
    data = json.loads(MOLECULES.read_text(encoding="utf-8"))
    assert all(len(each["words"]) > 100 for each in data.values())
    pauli = {
        "I": np.eye(2),
        "X": np.array([[0, 1], [1, 0]]),
        "Y": np.array([[0, -1j], [1j, 0]]),
        "Z": np.diag([1, -1]),
    }
    total = np.zeros((256, 256), complex)
    for word, value in data["H4"]["words"].items():
        matrix = np.eye(1)
        for letter in word:
            matrix = np.kron(matrix, pauli[letter])
        total += value * matrix
    # Full configuration interaction in STO-3G, four atoms 1 angstrom apart.
    assert np.linalg.eigvalsh(total)[0] == pytest.approx(-2.1664, abs=1e-3)


def test_every_cell_of_every_grid_can_be_built():
    for cell in {cell for cells in GRIDS.values() for cell in cells if cell.n <= 12}:
        assert cell.family in FAMILIES
        assert build(cell.family, cell.n, cell.batch).n_wires == cell.n
        assert 0 < least_seconds(cell, "forward", PEAKS) < least_seconds(cell, "step", PEAKS)


def test_an_answer_that_differs_is_marked():
    cell = Cell("embedding", 2, 1)
    right = Entry(answers={"step": [[[0.5, -0.25]], [[3.0]]]})
    close = Entry(answers={"step": [[[0.50001, -0.25]], [[3.0]]]})
    wrong = Entry(answers={"step": [[[0.5, -0.25]], [[3.1]]]})
    short = Entry(answers={"step": [[[0.5]], [[3.0]]]})
    nothing = Entry(answers={"step": [[[0.5, float("nan")]], [[3.0]]]})
    entries = {
        "default_qubit": right,
        "lightning": close,
        "ours": wrong,
        "deepquantum": short,
        "flagquantum": nothing,
    }
    found = differences(entries, cell)
    assert set(found) == {"ours", "deepquantum", "flagquantum"}
    assert found["ours"] == pytest.approx(0.1 / 3)
    assert found["deepquantum"] == found["flagquantum"] == float("inf")


def test_a_worker_answers_refuses_and_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.process.log_of", lambda _: tmp_path / "log")
    worker = Worker(ENGINES["ours_engine"], threads=1)
    try:
        with pytest.raises(GivenUpError, match=">0 s"):
            worker.ask(0.0, do="hello")
        hello = worker.ask(300.0, do="hello")
        assert any(each.startswith("torch ") for each in hello["versions"])
        worker.ask(300.0, do="prepare", family="embedding", n=2, batch=3, dtype="float64")
        reply = worker.ask(300.0, do="first", mode="forward")
        problem = build("embedding", 2, 3)
        expected = default_qubit.Engine(problem, numbers(problem), "float64").forward()
        np.testing.assert_allclose(reply["answers"], plain(expected), atol=1e-9)
        assert len(worker.ask(300.0, do="time", mode="step", calls=2)["seconds"]) == 2
        with pytest.raises(GivenUpError, match="KeyError"):
            worker.ask(300.0, do="prepare", family="none", n=2, batch=3, dtype="float64")
    finally:
        worker.end()


def test_an_engine_that_is_not_there_is_named_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.process.log_of", lambda _: tmp_path / "log")
    monkeypatch.setitem(ENGINES, "absent", Engine("absent", "An absent engine"))
    grid = Grid(["absent"], ["step"], cap=300.0, threads=1)
    assert not grid.workers
    assert "ModuleNotFoundError" in grid.missing["An absent engine"]


def test_what_was_too_slow_is_not_tried_larger():
    grid = Grid([], ["step"], cap=60.0, threads=1)
    grid._too_much["ours", "step"] = [(Cell("embedding", 8, 32), ">60 s")]
    skipped = [(8, 32), (12, 256), (20, 32)]
    tried = [(4, 256), (20, 1)]
    for n, batch in skipped + tried:
        reason = grid._smaller_was_too_much("ours", "step", Cell("embedding", n, batch))
        assert bool(reason) is ((n, batch) in skipped)
    assert not grid._smaller_was_too_much("ours", "step", Cell("deep", 20, 32))
    assert not grid._smaller_was_too_much("ours", "forward", Cell("embedding", 20, 32))


def test_the_table_says_what_was_measured(tmp_path):
    cell, (bar, asked) = Cell("deep", 8, 1), next(iter(BARS.items()))
    answers = {"step": [[[0.5]], [[1.0]]]}
    entries = {
        "ours": Entry({"step": [0.002, 0.001, 0.003]}, {"step": 0.1}, {}, answers),
        "default_qubit": Entry({"step": [0.2]}, {"step": 1.0}, {}, answers),
        "lightning": Entry(given_up={"step": ">60 s"}),
        "deepquantum": Entry(given_up={"step": "ValueError: no such gate"}),
        "flagquantum": Entry({"step": [0.001]}, {"step": 0.1}, {}, {"step": [[[0.6]], [[1.0]]]}),
        "tensorcircuit": Entry({"step": [0.004]}, {"step": 12.0}, {}, answers),
    }
    head = {"versions": {name: [name] for name in entries}, "missing": {"TorchQuantum": "CUDA"}}
    head["machine"] = PEAKS
    file = tmp_path / "grid.jsonl"
    outcomes = [record(each, entries, cap=60.0) for each in (cell, bar)]
    file.write_text("\n".join(map(json.dumps, [head, *outcomes])), encoding="utf-8")
    text = table.markdown(file)
    assert f"| {bar.title} | {asked:.0f}x | 100x |" in text
    row = (
        "| deep, n=8, B=1 | 2 | 200 (100x) | >60 s | none | 1 (0.5x) * | 4 (2x), compiled in 12 s |"
    )
    assert row in text
    assert "| lightning.qubit, adjoint | 2 | 2 | 2 |" in text
    assert "| FlagQuantum | 2 | 0 | 0 |" in text
    assert "FlagQuantum differs from default.qubit by up to 1.0e-01" in text
    assert "DeepQuantum in 2 cells, ValueError: no such gate" in text
    assert "not run: TorchQuantum, CUDA" in text
    assert "forward and backward | FlagQuantum | 0.50 | 2 |" in text
