"""Stop, Pause and Resume in a blocking cell, over versions of ipykernel and JupyterLab.

CI runs the installed versions and the oldest kernel. The rest, for the table in docs/stopping.md::

    python3 dev.py test tests/browser/test_stopping.py -s \\
        --kernels 7.0.1 7.1.0 7.2.0 7.3.0 --labs 4.4.9 4.6.6
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Notebook, Server, serve
from tests.browser.test_monitor import DEFINED, FIRST, LOOP, monitor_of, seconds_until
from tests.browser.versions import OLDEST_KERNEL, add_kernel, lab_python

CELLS = ("%load_ext qaimagic", LOOP, "import ipykernel\nloop(1000, 400)\nipykernel.__version__")
SLOW = 2.0
"""What is too slow also on a machine with much to do."""
INSTALLED = "installed"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kernels = [INSTALLED, OLDEST_KERNEL, *(metafunc.config.getoption("--kernels") or [])]
    labs = metafunc.config.getoption("--labs") or [INSTALLED]
    metafunc.parametrize("kernel", kernels)
    metafunc.parametrize("lab", labs, scope="module")


@pytest.fixture(scope="module")
def server(lab: str, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with ExitStack() as stack:
        home: Path = tmp_path_factory.mktemp("jupyter")
        python = {} if lab == INSTALLED else {"python": lab_python(lab)}
        yield stack.enter_context(serve(home, **python))


def test_a_click_acts_at_once(page: Page, server: Server, kernel: str, lab: str) -> None:
    spec = add_kernel(server, None if kernel == INSTALLED else kernel)
    path = server.folder / f"stop-{kernel}.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    notebook = Notebook.open(page, server, path.name)
    for index in range(DEFINED + 1):
        notebook.run(index)
        notebook.wait_until_run(index, 60)
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
    print(f"\nJupyterLab {lab}, ipykernel {version}: {told}")
    assert kernel in (INSTALLED, version)
    expect(notebook.output(FIRST)).to_contain_text("Interrupted after")
    assert max(took.values()) < SLOW
    notebook.shut_down()
