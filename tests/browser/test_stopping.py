"""Stop, Pause and Resume in a blocking cell, over versions of ipykernel, JupyterLab, Notebook 7.

CI runs the installed versions and the oldest kernel, and Notebook 7. All, for the table in
docs/stopping.md::

    python3 dev.py test tests/browser/test_stopping.py -s --kernels 7.0.1 7.1.0 7.2.0 7.3.0 \\
        --front-ends jupyterlab==4.4.9 jupyterlab==4.6.6 notebook==7.6.5
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.lab import INSTALLED, Server, serve
from tests.browser.test_monitor import DEFINED, FIRST, LOOP, monitor_of, seconds_until
from tests.browser.versions import NOTEBOOK, OLDEST_KERNEL, add_kernel, front_end

CELLS = ("%load_ext qaimagic", LOOP, "import ipykernel\nloop(1000, 400)\nipykernel.__version__")
SLOW = 2.0
"""What is too slow also on a machine with much to do."""
HERE = "installed"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kernel" in metafunc.fixturenames:
        more = metafunc.config.getoption("--kernels") or []
        metafunc.parametrize("kernel", [HERE, OLDEST_KERNEL, *more])
        shown_in = metafunc.config.getoption("--front-ends") or [HERE, NOTEBOOK]
        metafunc.parametrize("shown_in", shown_in, scope="module")


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    shown_in = request.getfixturevalue("shown_in")
    where = INSTALLED if shown_in == HERE else front_end(shown_in)
    with serve(tmp_path_factory.mktemp("jupyter"), where) as server:
        yield server


def test_a_click_acts_at_once(write, server, kernel, shown_in):
    notebook = write(*CELLS, kernel=add_kernel(server, None if kernel == HERE else kernel))
    notebook.run_until(DEFINED)
    notebook.run(FIRST)
    monitor = monitor_of(notebook, FIRST)
    pause, resume, stop = (
        monitor.get_by_role("button", name=name) for name in ("Pause", "Resume", "Stop")
    )
    expect(monitor.get_by_role("progressbar")).to_be_visible(timeout=20_000)
    took = {
        "pause": seconds_until(pause.click, lambda: expect(resume).to_be_visible()),
        "resume": seconds_until(resume.click, lambda: expect(pause).to_be_visible()),
        "stop": seconds_until(stop.click, lambda: notebook.wait_until_run(FIRST, 20)),
    }
    result = notebook.output(FIRST).locator(".jp-OutputArea-executeResult").inner_text()
    version = re.search(r"\d+\.\d+\.\d+", result).group()
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items())
    print(f"\n{shown_in}, ipykernel {version}: {told}")
    assert kernel in (HERE, version)
    expect(notebook.output(FIRST)).to_contain_text("Interrupted after")
    assert max(took.values()) < SLOW
