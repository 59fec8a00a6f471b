"""A browser, a server for each module, a fresh context for each test."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import dev
from tests.browser.lab import KERNEL, Notebook, Server, complaints_of, serve

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "no Chromium or Chrome on this machine: install one, or name it in QAIMAGIC_BROWSER "
    "(Debian: apt install chromium)"
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if "tests/browser" in report.nodeid
    ]
    if skipped:
        terminalreporter.section("BROWSER TESTS SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests did not run: {MISSING}", red=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = dev.find_browser()
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    # Closed with the module: Playwright keeps an event loop running, which nbval's kernels refuse.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


@pytest.fixture
def path(request: pytest.FixtureRequest, server: Server) -> Path:
    """The notebook's file; each test has its own, and so its own kernel."""
    name = re.sub(r"\W+", "_", request.node.name)
    return server.folder / f"{name}.ipynb"


@pytest.fixture
def write(page: Page, server: Server, path: Path) -> Iterator[Callable[..., Notebook]]:
    """Opens a notebook of these cells; in the end the page must not have complained."""
    complaints = complaints_of(page)
    opened: list[Notebook] = []

    def write(*sources: str, kernel: Mapping[str, str] = KERNEL) -> Notebook:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": dict(kernel)})
        nbformat.write(made, path)
        opened.append(Notebook.open(page, server, path.name))
        return opened[-1]

    yield write
    for notebook in opened:
        notebook.shut_down()
    assert complaints == []


@pytest.fixture
def notebook(request: pytest.FixtureRequest, write: Callable[..., Notebook]) -> Notebook:
    """A notebook of the test module's ``CELLS``, none of which has run."""
    return write(*request.module.CELLS)


@pytest.fixture
def reopen(browser: Browser, server: Server, path: Path) -> Iterator[Callable[[], Notebook]]:
    """Opens the notebook as it was saved, in another browser, where there is no kernel."""
    contexts = []
    opened: list[Notebook] = []

    def reopen() -> Notebook:
        contexts.append(browser.new_context())
        opened.append(Notebook.open(contexts[-1].new_page(), server, path.name, kernel=False))
        return opened[-1]

    yield reopen
    for notebook in opened:
        expect(notebook.panel).not_to_contain_text("Error displaying widget")
    for context in contexts:
        context.close()


@pytest.fixture
def keep(page: Page, pytestconfig: pytest.Config) -> Callable[[str, Notebook, int], None]:
    """Keeps what the page shows from a cell on, light and dark, where ``--pictures`` says."""
    folder = pytestconfig.getoption("--pictures")

    def keep(name: str, notebook: Notebook, index: int) -> None:
        if folder is None:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        for theme in ("Light", "Dark"):
            notebook.use_theme(f"JupyterLab {theme}")
            notebook.scroll_to(index)
            page.screenshot(path=Path(folder) / f"{name}-{theme.lower()}.png")
        notebook.use_theme("JupyterLab Light")

    return keep
