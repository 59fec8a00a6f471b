"""Imports go one way, and asking for qaimagic costs next to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOAD_THE_EXTENSION = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "qaimagic")
assert "quantum" in shell.magics_manager.magics["cell"]
"""


@pytest.mark.parametrize(
    "code",
    [
        "import qaimagic",
        "import qaimagic.magics",
        "from qaimagic.training.train import train",
        LOAD_THE_EXTENSION,
    ],
    ids=["import qaimagic", "qaimagic.magics", "train's signature", "%load_ext"],
)
def test_neither_torch_nor_pennylane_is_imported(code, tmp_path):
    check = (
        "import sys; heavy = {'torch', 'pennylane', 'scipy', 'sklearn', 'numba', 'llvmlite'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{check}"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_compiler_is_imported_when_the_first_kernel_is_needed(tmp_path):
    code = "import sys, qaimagic.layers.hybrid, qaimagic.engine.run; print('numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_rooms_import_one_way():
    lint = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache", "--no-logo"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_name_is_there():
    import qaimagic

    for name in qaimagic.__all__:
        assert getattr(qaimagic, name) is not None
    assert set(qaimagic.__all__) <= set(dir(qaimagic))
