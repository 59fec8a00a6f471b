"""A browser, a server for each module, a fresh context for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import dev
from tests.browser.lab import Notebook, Server, serve

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
