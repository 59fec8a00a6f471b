"""What users install: versions that agree, a wheel with everything in it, extras that exist."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import dev

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "qaimagic"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
APART = ("braket",)
"""Whose pins drag others back, so that it has an environment of its own."""


def pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==(\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def test_one_version_everywhere():
    import qaimagic

    version = PROJECT["version"]
    assert qaimagic.__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_pins_satisfy_the_ranges():
    pinned = pins(ROOT / "constraints.txt")
    extras = (line for name, lines in EXTRAS.items() if name not in APART for line in lines)
    for text in (*PROJECT["dependencies"], *extras):
        needed = Requirement(text)
        if needed.name != "qaimagic":
            assert needed.specifier.contains(pinned[needed.name.lower()], prereleases=True), text


def test_binder_pins_what_the_tests_ran_with():
    pinned = pins(ROOT / "constraints.txt")
    binder = pins(ROOT / "binder" / "requirements.txt")
    assert binder.pop("torch") == pinned["torch"] + "+cpu"
    assert binder.items() <= pinned.items()
    dependencies = {Requirement(text).name for text in PROJECT["dependencies"]}
    assert dependencies - {"ipython", "torch"} <= binder.keys()


def test_learners_have_every_extra_that_notebooks_need():
    told = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    needed = re.search(r"^Everything quantum .*$", told, re.MULTILINE).group()
    extras = EXTRAS.keys() & re.findall(r"`(\w+)`", needed)
    assert {"anneal", "gym", "ibm"} <= extras <= set(dev.EXTRAS["use"].split(","))


def test_messages_name_extras_that_exist():
    named = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "MissingExtraError"
                and isinstance(node.args[1], ast.Constant)
            ):
                named.add(node.args[1].value)
    assert named <= EXTRAS.keys()


def test_all_holds_every_extra_that_adds_a_feature():
    (line,) = EXTRAS["all"]
    assert Requirement(line).extras == EXTRAS.keys() - {"all", "test", "dev", *APART}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # A machine without node, npm or git: nothing but Python on the path.
    bare = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", folder, ROOT], check=True, env=bare)
    (built,) = folder.glob("qaimagic-*.whl")
    return built


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        licence = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    source = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == source
    assert "qaimagic/py.typed" in held
    assert licence


def test_the_wheel_works_away_from_the_repository(wheel, tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); import qaimagic; "
        "print(qaimagic.__file__, qaimagic.__version__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert str(wheel) in done.stdout
    assert PROJECT["version"] in done.stdout
