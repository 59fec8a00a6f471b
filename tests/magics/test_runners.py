"""Notebooks with magics, run by nbval and by nbconvert: each lets through what the other stops.

A kernel takes seconds to start, so each notebook holds many cells.
"""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

RIGHT = [
    "%load_ext qaimagic",
    "%%quantum\n"
    "def encoder(inputs, theta: (2, 2, 3)):\n"
    "    qml.AngleEmbedding(inputs, wires=range(2))\n"
    "    qml.StronglyEntanglingLayers(theta, wires=range(2))\n"
    "    return [qml.expval(qml.Z(i)) for i in range(2)]",
    "%qdraw encoder",
    "%qdraw encoder --format text;",
    "%qdevices -o found\nassert len(found) > 1",
    "%qdevice default.qubit",
    "torch.manual_seed(0)\n"
    "X = torch.rand(40, 2)\n"
    "y = (X.sum(1) > 1).long()\n"
    "model = nn.Sequential(encoder, nn.Linear(2, 2))",
    "%qtrain model --data X y --epochs 2 --code",
    "%qtrain model --data X y --epochs 2 -o run\nassert run.stop_reason == 'finished'",
    "theta = torch.tensor([0.5, 0.5])",
    "%%qtrain theta --steps 3 -o small\ntheta.square().sum()",
    "assert theta.square().sum() < 0.5",
]
WRONG = [
    "%%quantum",
    "%%quantum\nx = 1",
    "%%quantum\ndef f(inputs):\n    qml.RX(inputs[0] wires=0)",
    "%%quantum\ndef f(inputs, theta=(2, 3)):\n    return qml.expval(qml.Z(0))",
    "%%quantum\ndef f(inputs, theta: 2):\n    raise NotImplementedError",
    "%%quantum\ndef f(inputs, theta: 2):\n    qml.RXX(theta[0], wires=0)",
    "%%quantum --device nowhere\ndef f(theta: 1):\n    return qml.expval(qml.Z(0))",
    "%%quantum --nothing\ndef f(theta: 1):\n    return qml.expval(qml.Z(0))",
    "# above\n%%quantum\ndef f(theta: 1):\n    return qml.expval(qml.Z(0))",
    "%quantum",
    "%%quantum\n1 / 0\ndef f(): ...",
    "%qdraw nothing",
    "%qdraw encoder --format jpg",
    "%qdevice nowhere",
    "%qdevices --nothing",
    "%qtrain",
    "%qtrain model --data X nothing",
    "%qtrain model --data (X, y)",
    "%qtrain model --data X y --epochs many",
    "%qtrain model --data X theta",
    "%qtrain model --data X[:0] y",
    "%qtrain model --data X y --checkpoint /proc/nowhere/run --epochs 1",
    "%%qtrain theta --steps 2\ntotal = theta.sum()",
    "%%qtrain theta --steps 2\n1 / 0",
    "# above\n%%qtrain theta\ntheta.sum()",
]


def write(path: Path, cells: list[str]) -> Path:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
    return path


def nbval(path: Path) -> list[bool]:
    """Return for each cell whether it passes, and that nbval's exit status agrees."""
    report = path.with_suffix(".xml")
    command = ["-m", "pytest", "--nbval-lax", "--nbval-current-env", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *command, f"--junit-xml={report}", "--rootdir", path.parent, path],
        cwd=path.parent,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    cases = ElementTree.parse(report).getroot().iter("testcase")
    passed = [case.find("failure") is None and case.find("error") is None for case in cases]
    assert passed, done.stdout + done.stderr
    assert (done.returncode == 0) == all(passed), done.stdout
    return passed


def nbconvert(path: Path, *options: str) -> tuple[int, list[str]]:
    """Return the exit status, and for each cell what kind of error it ended in, or ''."""
    target = path.with_name("executed.ipynb")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "nbconvert",
            "--execute",
            "--to",
            "notebook",
            *options,
            "--output",
            target.name,
            path,
        ],
        cwd=path.parent,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if not target.exists():
        return done.returncode, [done.stderr]
    cells = nbformat.read(target, as_version=4).cells
    return done.returncode, [
        next((out.ename for out in cell.outputs if out.output_type == "error"), "")
        for cell in cells
    ]


def environment() -> dict[str, str]:
    return {**os.environ, "QAIMAGIC_STATIC": "1", "OMP_NUM_THREADS": "1"}


def test_right_cells_pass_under_nbconvert(tmp_path):
    path = write(tmp_path / "right.ipynb", RIGHT)
    assert nbconvert(path) == (0, [""] * len(RIGHT))


def test_every_mistake_and_no_right_cell_fails_under_both(tmp_path):
    path = write(tmp_path / "wrong.ipynb", RIGHT + WRONG)
    expected = [True] * len(RIGHT) + [False] * len(WRONG)
    by_cell = dict(zip(RIGHT + WRONG, nbval(path), strict=True))
    assert by_cell == dict(zip(RIGHT + WRONG, expected, strict=True))
    _, errors = nbconvert(path, "--allow-errors")
    unmarked = [cell for cell, error in zip(WRONG, errors[len(RIGHT) :], strict=True) if not error]
    assert unmarked == []
    tracebacks = {"%%quantum\n1 / 0\ndef f(): ...", "%%qtrain theta --steps 2\n1 / 0"}
    for cell, error in zip(WRONG, errors[len(RIGHT) :], strict=True):
        assert error == ("ZeroDivisionError" if cell in tracebacks else "MagicError"), cell


def test_nbconvert_stops_at_a_mistake(tmp_path):
    path = write(tmp_path / "stops.ipynb", ["%load_ext qaimagic", "%qdraw nothing"])
    status, [message] = nbconvert(path)
    assert status != 0
    assert "There is no `nothing` in the notebook." in message


@pytest.fixture(autouse=True)
def _kernels_have_their_own_profile(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
