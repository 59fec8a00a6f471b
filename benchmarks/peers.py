"""The engines of the grid, and an environment of its own for each peer, made when it is missing."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import dev

HOME = dev.ROOT / ".bench"


@dataclass(frozen=True)
class Engine:
    """An engine of the grid.

    Attributes:
        name: Its module in ``benchmarks.engines``.
        title: What the table calls it.
        folder: Its environment under ``.bench``; empty for ours, which runs in this one.
        requires: What pip installs there, apart from torch.
        on_torch: Whether it stands on torch, which is installed first and alone.
    """

    name: str
    title: str
    folder: str = ""
    requires: tuple[str, ...] = ()
    on_torch: bool = True

    @property
    def python(self) -> str:
        """The Python that runs it."""
        if not self.folder:
            return sys.executable
        inner = "Scripts/python.exe" if dev.WINDOWS else "bin/python"
        return str(HOME / self.folder / inner)


PENNYLANE = ("pennylane==0.45.1", "pennylane-lightning==0.45.0")
OURS = (Engine("ours", "qaimagic layer"), Engine("ours_engine", "qaimagic engine alone"))
PEERS = (
    Engine("default_qubit", "default.qubit, backprop", "pennylane", PENNYLANE),
    Engine("lightning", "lightning.qubit, adjoint", "pennylane", PENNYLANE),
    Engine("lightning_vjp", "lightning.qubit, device_vjp", "pennylane", PENNYLANE),
    Engine("deepquantum", "DeepQuantum", "deepquantum", ("deepquantum==4.5.0",)),
    Engine("flagquantum", "FlagQuantum", "flagquantum", ("flagquantum==0.3.1", "numpy")),
    Engine(
        "tensorcircuit",
        "tensorcircuit-ng, JAX jit",
        "tensorcircuit",
        ("tensorcircuit-ng==1.10.0", "jax==0.10.2"),
        on_torch=False,
    ),
)
ENGINES = {engine.name: engine for engine in (*OURS, *PEERS)}
LEFT_OUT = {
    "TorchQuantum 0.1.8": "needs torchvision, which replaces torch 2.13.0 by a CUDA build of 3 GB"
}


def install(engine: Engine) -> str:
    """Make an engine's environment ready; return why it is not, or nothing."""
    if not engine.folder:
        return ""
    folder = HOME / engine.folder
    stamp = folder / "ready.txt"
    wanted = "\n".join(engine.requires)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return ""
    dev.say(f"making an environment for {engine.title} in {folder.relative_to(dev.ROOT)}")
    shutil.rmtree(folder, ignore_errors=True)
    steps = [[sys.executable, "-m", "venv", str(folder)]]
    pip = [engine.python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    if engine.on_torch:
        source, said = dev.torch_source(
            platform.system(), dev.has_local_torch, dev.cpu_index_answers
        )
        dev.say(said)
        steps.append([*pip, "--no-deps", *source, dev.TORCH])
    steps.append([*pip, *engine.requires])
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode:
            return _last_line(done.stderr)
    stamp.write_text(wanted, encoding="utf-8")
    return ""


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("ERROR")] or [text]
    return "could not be installed: " + lines[-1].strip()[:160]


def log_of(engine: Engine) -> Path:
    """Return the file that takes what an engine prints."""
    HOME.mkdir(exist_ok=True)
    return HOME / f"{engine.name}.log"
