"""A JupyterLab or Notebook 7 server of our own, and a notebook in it as a user works with it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

import dev

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell stays in the page, in sight or not.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
WITHOUT_SUBSHELLS = {"apputils-extension/kernels-settings": {"commsOverSubshells": "disabled"}}
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
PANEL = "window.jupyterapp.shell.currentWidget"


@dataclass(frozen=True)
class FrontEnd:
    """What shows notebooks: a Python module, and where it shows them."""

    module: str = "jupyterlab"
    notebooks: str = "lab/tree"
    python: str = sys.executable
    packages: Path | None = None


INSTALLED = FrontEnd()


@dataclass(frozen=True)
class Server:
    """A running front end: where it listens, where it shows notebooks, and its folder."""

    url: str
    token: str
    folder: Path
    notebooks: str

    def address(self, name: str) -> str:
        """Return where a notebook of the folder is shown."""
        return f"{self.url}/{self.notebooks}/{name}?reset&token={self.token}"


def complaints_of(page: Page) -> list[str]:
    """Return a list that grows with what a page complains of: our front end, not Lab's own.

    Ours is loaded from a blob.
    """
    found: list[str] = []

    def is_ours(text: str) -> bool:
        return any(word in text for word in ("blob:", "anywidget", "qaimagic"))

    def on_error(error: Error) -> None:
        if is_ours(error.stack or str(error)):
            found.append(str(error))

    def on_console(said: ConsoleMessage) -> None:
        where = (said.location or {}).get("url", "")
        if said.type == "error" and is_ours(f"{where} {said.text}"):
            found.append(said.text)

    page.on("pageerror", on_error)
    page.on("console", on_console)
    return found


def kinds_saved(path: Path) -> set[str]:
    """Return the MIME types of all that a saved notebook shows."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        kind
        for cell in cells
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
    }


@contextlib.contextmanager
def serve(
    home: Path, front_end: FrontEnd = INSTALLED, more: Mapping[str, Mapping[str, object]] = {}
) -> Iterator[Server]:
    """Run a front end on localhost with nobody's settings but ours; all it writes is in ``home``.

    Args:
        home: An empty folder.
        front_end: Which one; kernels and widgets are this environment's in any case.
        more: Settings besides the usual ones.
    """
    folder = home / "work"
    folder.mkdir(parents=True)
    for name, values in {**SETTINGS, **more}.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    environment = {**os.environ, **{name: str(home / place) for name, place in places.items()}}
    environment["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
    if front_end.packages is not None:
        environment["PYTHONPATH"] = str(front_end.packages)
    environment.pop("QAIMAGIC_STATIC", None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [front_end.python, "-m", front_end.module, "--no-browser", "--allow-root"]
    command += ["--expose-app-in-browser", f"--notebook-dir={folder}", f"--port={port}"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={token}", dev.ENCRYPTED]
    log = home / "server.log"
    with log.open("w", encoding="utf-8") as sink:
        process = subprocess.Popen(
            command, env=environment, stdout=sink, stderr=subprocess.STDOUT, cwd=folder
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_it_answers(f"{url}/api?token={token}", process, log)
            yield Server(url, token, folder, front_end.notebooks)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    patience = time.monotonic() + 60
    while time.monotonic() < patience and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"it did not start:\n{log.read_text(encoding='utf-8')}")


class Notebook:
    """The notebook that is open in the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator(".jp-NotebookPanel")

    @classmethod
    def open(cls, page: Page, server: Server, name: str, *, kernel: bool = True) -> Notebook:
        """Open a notebook of the server's folder and wait for its kernel.

        With ``kernel=False`` it opens as on a machine that has no kernel at all.
        """
        if not kernel:
            nothing = {"default": "", "kernelspecs": {}}
            page.route("**/api/kernelspecs*", lambda route: route.fulfill(json=nothing))
        page.goto(server.address(name))
        notebook = cls(page)
        expect(notebook.panel.locator(".jp-Cell").first).to_be_visible(timeout=60_000)
        if kernel:
            notebook.wait_for_idle(60)
        else:
            page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()
        return notebook

    def cell(self, index: int) -> Locator:
        """The cell with this index, counted from 0 over code and text."""
        return self.panel.locator(".jp-Notebook-cell").nth(index)

    def output(self, index: int) -> Locator:
        """What a code cell shows below itself."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def picture(self, index: int) -> Locator:
        """The drawing or the curves below a code cell."""
        return self.output(index).locator('svg[role="img"]').first

    def curves(self, index: int) -> Locator:
        """The curves below a code cell: alive where they are, else their picture."""
        alive = '[aria-roledescription="chart"]'
        return self.output(index).locator(f'{alive}, svg[role="img"]:visible').first

    def find(self, text: str) -> int:
        """The index of the first cell whose source contains ``text``."""
        cells = f"{PANEL}.content.widgets.map(cell => cell.model.sharedModel.getSource())"
        sources = self.page.evaluate(f"() => {cells}")
        return next(index for index, source in enumerate(sources) if text in source)

    def command(self, name: str) -> None:
        """Carry out one of JupyterLab's commands, without waiting for its end."""
        self.page.evaluate(f"() => {{ void window.jupyterapp.commands.execute('{name}') }}")

    def run_all(self) -> None:
        """Menu Run, Run All Cells."""
        self.command("notebook:run-all-cells")

    def run(self, index: int) -> None:
        """Run one cell, without waiting for its end."""
        self.page.evaluate(f"() => {{ {PANEL}.content.activeCellIndex = {index} }}")
        self.command("notebook:run-cell")

    def run_until(self, last: int, seconds: float = 120) -> None:
        """Run the cells up to this one, one after the other, each to its end."""
        for index in range(last + 1):
            self.run(index)
            self.wait_until_run(index, seconds)

    def interrupt(self) -> None:
        """Click the square."""
        self.panel.locator('[data-command="notebook:interrupt-kernel"]').click()

    def wait_for_idle(self, seconds: float) -> None:
        """Wait until the kernel is there and has nothing to do."""
        status = f"{PANEL}?.sessionContext?.session?.kernel?.status"
        self.page.wait_for_function(f"() => {status} === 'idle'", timeout=1000 * seconds)

    def wait_until_run(self, index: int, seconds: float) -> None:
        """Wait until a cell has run to its end: it has a number instead of a star."""
        number = f"{PANEL}.content.widgets[{index}].model.executionCount"
        self.page.wait_for_function(f"() => {number} !== null", timeout=1000 * seconds)

    def scroll_to(self, index: int) -> None:
        """Bring a cell to the top of the page, as far as the notebook is long."""
        self.cell(index).evaluate("cell => cell.scrollIntoView({block: 'start'})")

    def save(self) -> None:
        """Save, and wait until it is on disk."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def restart(self) -> None:
        """Restart the kernel."""
        self.page.evaluate(f"() => {PANEL}.sessionContext.session.kernel.restart()")

    def shut_down(self) -> None:
        """Shut the kernel down."""
        self.page.evaluate(f"() => {PANEL}.sessionContext.shutdown()")

    def use_theme(self, name: str) -> None:
        """Change to "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            name,
        )
        self.page.wait_for_function(
            "name => document.body.dataset.jpThemeName === name", arg=name, timeout=20_000
        )
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)
