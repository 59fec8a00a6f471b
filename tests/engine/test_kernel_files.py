from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNELS = """
from typing import NamedTuple
import numpy as np
from qaimagic.engine.jit import compiled
from tiny.parts import OFFSET, square

class Numbers(NamedTuple):
    values: np.ndarray

@compiled
def total(numbers):
    squares = np.empty(numbers.values.size, numbers.values.dtype)
    for i in range(squares.size):
        squares[i] = square(numbers.values[i])
    return squares.sum() + OFFSET
"""
PARTS = """
from qaimagic.engine.jit import part
from tiny.settings import OFFSET

@part
def square(number):
    return number * number
"""
USE = """
import sys
import numpy as np
from qaimagic.engine import jit
assert jit.available()
from tiny.kernels import Numbers, total
print(total(Numbers(np.arange(4.0))), *jit.kernels_ready(), *jit.folders())
"""


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "kernels.py").write_text(KERNELS)
    (folder / "parts.py").write_text(PARTS)
    (folder / "settings.py").write_text("OFFSET = 0\n")
    return folder


def environment(package, **variables):
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(package.parent), str(ROOT)]),
        "XDG_CACHE_HOME": str(package.parent / "cache"),
        "TMPDIR": str(package.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }


def use(package, code=USE, **variables):
    """Run a process of its own; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(package, **variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.suffix in {".kernel", ".new"})


def test_a_later_process_takes_what_an_earlier_one_left(package):
    home = package / "__pycache__"
    assert use(package) == f"14.0 1 0 {home}"
    (only,) = files(package)
    assert only.startswith("total-")
    assert use(package) == "14.0 0 1"


def test_no_file_is_taken_for_another_after_a_change_elsewhere(package):
    use(package)
    (package / "parts.py").write_text(PARTS.replace("number * number", "number + number"))
    assert use(package).startswith("12.0 1 0")
    (package / "settings.py").write_text("OFFSET = 5\n")
    assert use(package).startswith("17.0 1 0")


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b[:-9] + b"!" * 9])
def test_a_damaged_file_is_made_again(package, damage):
    use(package)
    (name,) = files(package)
    path = package / "__pycache__" / name
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    assert use(package).startswith("14.0 1 0")
    assert path.read_bytes() != damaged


def test_where_the_package_cannot_be_written_the_users_cache_is_used(package):
    (package / "__pycache__").touch()
    assert use(package) == f"14.0 1 0 {package.parent / 'cache' / 'qaimagic'}"
    assert use(package) == "14.0 0 1"


@pytest.mark.skipif(sys.platform == "win32", reason="the folder of one user there")
def test_the_temporary_folder_is_used_only_where_nobody_else_can_write(package):
    (package / "__pycache__").touch()
    (package.parent / "cache").touch()
    folder = package.parent / f"qaimagic-{os.getuid()}"
    assert use(package) == f"14.0 1 0 {folder}"
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert use(package) == "14.0 1 0"


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
def test_where_nothing_at_all_can_be_written_kernels_run_all_the_same(package):
    full_disk = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
"""
    assert use(package, full_disk + USE) == "14.0 1 0"


def test_processes_that_start_at_once_all_work_and_leave_one_file(package):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", USE], env=environment(package), stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120)[0] for process in processes]
    assert [line.split()[0] for line in said] == ["14.0"] * 3
    assert len(files(package)) == 1
    assert use(package) == "14.0 0 1"


def test_a_kernel_that_cannot_be_written_down_runs_all_the_same(package):
    code = """
from numba.core.compiler import CompileResult
def fail(self):
    raise RuntimeError("no compiled object yet")
CompileResult._reduce = fail
"""
    assert use(package, code + USE) == "14.0 1 0"


def test_other_types_have_files_of_their_own(package):
    narrow = USE.replace("np.arange(4.0)", "np.arange(4, dtype=np.float32)")
    use(package)
    assert use(package, narrow).startswith("14.0 1 0")
    assert len(files(package)) == 2


def test_old_files_are_cleared_away(package):
    home = package / "__pycache__"
    home.mkdir()
    for age in range(20):
        (home / f"total-{age}.kernel").touch()
        os.utime(home / f"total-{age}.kernel", (age, age))
    (home / "total_of_others-1.kernel").touch()
    use(package)
    left = set(files(package))
    assert "total_of_others-1.kernel" in left
    assert len(left) == 1 + 16
    assert "total-0.kernel" not in left


def test_sources_in_an_archive_are_compiled_each_time(package, tmp_path):
    import zipfile

    archive = tmp_path / "tiny.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in package.glob("*.py"):
            zipped.write(path, f"tiny/{path.name}")
    for path in package.glob("*.py"):
        path.unlink()
    package.rmdir()
    path = os.pathsep.join([str(archive), str(ROOT)])
    assert use(package, PYTHONPATH=path) == "14.0 1 0"
