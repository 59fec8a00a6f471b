"""The benchmarks measure the same circuits everywhere, and say so where an answer is wrong.

Nothing is timed here.
"""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
import torch

from benchmarks import grid, journal, table
from benchmarks.answers import differences
from benchmarks.cells import BARS, GRIDS, LIMITS, MODES, Cell, Limits
from benchmarks.circuits import FAMILIES, MOLECULES, build, numbers
from benchmarks.engines import default_qubit, ours, ours_engine
from benchmarks.peers import ENGINES, Engine
from benchmarks.process import GivenUpError, Worker
from benchmarks.roofline import least_seconds
from benchmarks.too_much import TooMuch
from benchmarks.turns import Entry, Grid
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


def test_the_full_grid_begins_with_some_of_every_family():
    cells = GRIDS["full"]
    halfway = cells[: len(cells) // 2]
    assert {cell.dtype for cell in halfway} == {"float32"}
    assert {cell.family for cell in cells[:20]} == set(FAMILIES)
    for k, cell in enumerate(cells[len(BARS) :], start=len(BARS)):
        smaller = [each for each in cells if each != cell and is_smaller(each, cell)]
        assert all(each in cells[:k] for each in smaller)


def is_smaller(one: Cell, other: Cell) -> bool:
    return (
        one.family == other.family
        and one.n <= other.n
        and one.batch <= other.batch
        and one.dtype <= other.dtype
    )


def test_an_answer_that_differs_is_marked():
    answers = {
        "default_qubit": {"step": [[[0.5, -0.25]], [[3.0]]]},
        "lightning": {"step": [[[0.50001, -0.25]], [[3.0]]]},
        "ours": {"step": [[[0.5, -0.25]], [[3.1]]]},
        "deepquantum": {"step": [[[0.5]], [[3.0]]]},
        "flagquantum": {"step": [[[0.5, float("nan")]], [[3.0]]]},
    }
    found = differences(answers, tolerance=2e-4)
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
    engines = Grid(["absent"], ["step"], LIMITS["quick"], threads=1)
    assert not engines.workers
    assert "ModuleNotFoundError" in engines.missing["An absent engine"]


def test_what_was_too_much_is_not_asked_larger():
    too_much = TooMuch(long=20.0)
    too_much.note("lightning", "forward", Cell("embedding", 8, 32), ">60 s", 0.0)
    larger = [
        ("forward", Cell("embedding", 8, 256)),
        ("forward", Cell("embedding", 12, 32, "float64")),
        ("step", Cell("embedding", 8, 32)),
    ]
    others = [
        ("step", Cell("embedding", 4, 256, "float64")),
        ("step", Cell("embedding", 20, 1, "float64")),
        ("forward", Cell("deep", 20, 32)),
    ]
    for mode, cell in larger:
        reason = too_much.why_not("lightning", mode, cell)
        assert reason == "not asked: >60 s at embedding, n=8, B=32, float32, forward"
        assert not too_much.why_not("lightning_vjp", mode, cell)
    assert not any(too_much.why_not("lightning", mode, cell) for mode, cell in others)


@pytest.mark.parametrize(
    ("name", "given_up", "first", "asked"),
    [
        ("default_qubit", "memory", 0.0, False),
        ("default_qubit", "", 21.0, False),
        ("default_qubit", "", 19.0, True),
        ("default_qubit", "ValueError: no such gate", 0.0, True),
        ("default_qubit", "not asked: >60 s at deep, n=2, B=1, float32, forward", 0.0, True),
        ("ours", "", 21.0, True),
    ],
)
def test_memory_and_a_peers_long_first_call_are_too_much(name, given_up, first, asked):
    too_much = TooMuch(long=20.0)
    too_much.note(name, "step", Cell("deep", 4, 1, "float64"), given_up, first)
    assert bool(too_much.why_not(name, "step", Cell("deep", 8, 1, "float64"))) is not asked
    assert not too_much.why_not(name, "step", Cell("deep", 8, 1))
    assert not too_much.why_not(name, "forward", Cell("deep", 8, 1, "float64"))


def test_a_run_that_was_stopped_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.process.log_of", lambda _: tmp_path / "log")
    cells = [Cell("embedding", 2, 1), Cell("reuploading", 2, 1), Cell("embedding", 3, 1)]
    head = {
        "cells": [vars(cell) for cell in cells],
        "source": journal.source(),
        "versions": {},
        "missing": {},
        "machine": PEAKS,
    }
    file = tmp_path / "grid.jsonl"
    stopped = {"ours_engine": Entry(given_up={"forward": ">300 s", "step": "memory"})}
    journal.add(file, head)
    journal.add(file, journal.record(cells[0], stopped, cap=300.0))
    assert journal.left_out(*journal.read(file)) == cells[1:]

    engines = Grid(["ours_engine"], MODES, Limits(cap=300.0, slow=1e-9, long=300.0), threads=1)
    try:
        head, done = grid.unfinished(file)
        with pytest.raises(SystemExit, match="other engines or versions"):
            grid.begin(file, head, done, engines)
        found = {"versions": engines.versions, "missing": engines.missing}
        grid.begin(file, {**head, **found}, done, engines)
        grid.run(file, engines, until=0.0)
        assert journal.left_out(*journal.read(file)) == cells[1:]
        grid.run(file, engines, until=float("inf"))
    finally:
        engines.end()
    head, outcomes = journal.read(file)
    assert not journal.left_out(head, outcomes)
    assert outcomes[0]["engines"]["ours_engine"]["given_up"]["forward"] == ">300 s"
    assert set(outcomes[1]["engines"]["ours_engine"]["median"]) == set(MODES)
    assert not outcomes[2]["engines"]["ours_engine"]["median"]
    assert outcomes[2]["engines"]["ours_engine"]["given_up"]["step"].startswith("not asked: >300 s")


def test_figures_of_two_states_of_qaimagic_do_not_mix(tmp_path):
    journal.add(tmp_path / "grid.jsonl", {"source": "another"})
    with pytest.raises(SystemExit, match="another state of qaimagic"):
        grid.unfinished(tmp_path / "grid.jsonl")


def test_the_table_says_what_was_measured(tmp_path):
    cell, (bar, asked) = Cell("deep", 8, 1), next(iter(BARS.items()))
    answers = {"step": [[[0.5]], [[1.0]]]}
    entries = {
        "ours": Entry({"step": [0.002, 0.001, 0.003]}, {"step": 0.1}, {}, answers),
        "default_qubit": Entry({"step": [0.2]}, {"step": 1.0}, {}, answers),
        "lightning": Entry(given_up={"step": ">60 s"}),
        "lightning_vjp": Entry(given_up={"step": "not asked: >60 s at deep, n=2, B=1"}),
        "deepquantum": Entry(given_up={"step": "ValueError: no such gate"}),
        "flagquantum": Entry({"step": [0.001]}, {"step": 0.1}, {}, {"step": [[[0.6]], [[1.0]]]}),
        "tensorcircuit": Entry({"step": [0.004]}, {"step": 12.0}, {}, answers),
    }
    late = Cell("kernel", 2, 100, "float64")
    lost = {"ours": Entry(given_up={"step": ">60 s"}), "default_qubit": Entry({"step": [30.0]})}
    lost["default_qubit"].first["step"] = 30.0
    lost["tensorcircuit"] = Entry(given_up={"step": "memory"})
    head = {"versions": {name: [name] for name in entries}, "missing": {"TorchQuantum": "CUDA"}}
    head["machine"] = PEAKS
    head["cells"] = [vars(each) for each in (cell, bar, late, Cell("qaoa", 4, 1, "float64"))]
    file = tmp_path / "grid.jsonl"
    journal.add(file, head)
    for each, outcome in ((bar, entries), (cell, entries), (late, lost)):
        journal.add(file, journal.record(each, outcome, cap=60.0))
    text = table.markdown(file)
    assert f"| {bar.title} | {asked:.0f}x | 100x |" in text
    figures = "200 (100x) | >60 s | not asked | none | 1 (0.5x) * | 4 (2x), compiled in 12 s |"
    assert f"| deep, n=8, B=1 | 2 | {figures}" in text
    assert "| kernel, n=2, B=100 | >60 s | 3e+04 (0.5x) (first call) | none |" in text
    assert (
        "| peer | passes | ahead | by 2x or more | given up | memory | not asked | none |" in text
    )
    assert "| default.qubit, backprop | 3 | 2 | 2 | 0 | 0 | 0 | 0 |" in text
    assert "| lightning.qubit, adjoint | 2 | 2 | 2 | 2 | 0 | 0 | 0 |" in text
    assert "| lightning.qubit, device_vjp | 0 | 0 | 0 | 0 | 0 | 2 | 0 |" in text
    assert "| DeepQuantum | 0 | 0 | 0 | 0 | 0 | 0 | 2 |" in text
    assert "| FlagQuantum | 2 | 0 | 0 | 0 | 0 | 0 | 0 |" in text
    assert "| tensorcircuit-ng, JAX jit | 2 | 2 | 2 | 0 | 1 | 0 | 0 |" in text
    assert "FlagQuantum differs from default.qubit by up to 1.0e-01" in text
    assert "DeepQuantum in 2 cells, ValueError: no such gate" in text
    assert "not run: TorchQuantum, CUDA" in text
    assert "forward and backward | FlagQuantum | 0.50 | 2 |" in text
    assert "left out, 1 of 4 cells: qaoa, n=4, B=1, float64" in text
