"""Other versions of ipykernel and JupyterLab than the installed ones, and Notebook 7."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import dev
from tests.browser.lab import FrontEnd, Server

HOME = dev.ROOT / "build" / "versions"
OLDEST_KERNEL = "6.31.0"
NOTEBOOK = "notebook==7.6.5"
"""Runs on the installed JupyterLab."""


def add_kernel(server: Server, version: str | None) -> dict[str, str]:
    """Give a server a kernel of this environment and return its kernelspec.

    Args:
        server: Which server.
        version: Another version of ipykernel, or None for the installed one.
    """
    places = [str(dev.ROOT)]
    if version is not None:
        place = HOME / f"ipykernel-{version}"
        if not (place / "ipykernel").exists():
            packages = [f"ipykernel=={version}", "nest-asyncio>=1.6"]
            _pip(sys.executable, "--target", str(place), "--no-deps", *packages)
        places.insert(0, str(place))
    name = f"ipykernel-{version or 'installed'}"
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": name,
        "language": "python",
        "env": {"PYTHONPATH": os.pathsep.join(places)},
    }
    folder = server.folder.parent / "data" / "kernels" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return {"name": name, "display_name": name, "language": "python"}


def front_end(requirement: str) -> FrontEnd:
    """Return a front end that is not installed, such as ``jupyterlab==4.4.9``."""
    place = HOME / requirement.replace("==", "-")
    if requirement.startswith("notebook=="):
        if not (place / "notebook").exists():
            packages = [requirement, "notebook-shim>=0.2"]
            _pip(sys.executable, "--target", str(place), "--no-deps", *packages)
        return FrontEnd("notebook", "notebooks", packages=place)
    python = place / "bin" / "python"
    if not (place / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        _pip(str(python), requirement)
        (place / "ready").touch()
    return FrontEnd(python=str(python))


def _pip(python: str, *arguments: str) -> None:
    command = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q", *arguments]
    subprocess.run(command, check=True)
