"""The Binder recipe: what repo2docker makes of it, without Docker."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    pytest.importorskip("repo2docker", reason="LOUD SKIP: repo2docker is missing, Binder unchecked")
    repository = tmp_path_factory.mktemp("repository")
    shutil.copytree(ROOT / "binder", repository / "binder")
    shutil.copy(ROOT / "pyproject.toml", repository)
    options = ["--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan"]
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", *options, str(repository)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def test_python_is_one_that_pennylane_accepts(dockerfile):
    # repo2docker names its lock file in the Dockerfile with escaped dots and dashes.
    assert "environment.py-3.11-" in dockerfile.replace("-2e", ".").replace("-2d", "-")


def test_pins_are_installed_before_the_repository_is_copied(dockerfile):
    pins = dockerfile.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    copied = dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/")
    built = dockerfile.index("RUN ./binder/postBuild")
    assert pins < copied < built


def test_torch_is_not_reinstalled_at_every_commit():
    lines = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith((".", "-e", "-r", "file:"))]
    assert "pip install --no-deps" in (ROOT / "binder" / "postBuild").read_text(encoding="utf-8")


def test_kernels_are_compiled_after_the_package_is_there():
    lines = (ROOT / "binder" / "postBuild").read_text(encoding="utf-8").splitlines()
    assert lines.index("pip install --no-deps --no-cache-dir .") < lines.index("qaimagic warmup")


def test_the_hook_can_be_executed():
    listed = subprocess.run(
        ["git", "ls-files", "--stage", "binder/postBuild", ".ci/run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode or not listed.stdout:
        pytest.skip("not a git checkout")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["100755", "100755"]
