"""A circuit looked into in JupyterLab: with the mouse, the keyboard, and during a training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import KERNEL, Notebook, Server

CELLS = (
    "%load_ext qaimagic",
    """%%quantum
def encoder(inputs, theta: (2, 3, 3)):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    return [qml.expval(qml.Z(i)) for i in range(3)]""",
    "import torch\n"
    "with torch.no_grad():\n"
    "    encoder.theta.copy_(torch.linspace(-2, 2, 18).reshape(2, 3, 3))\n"
    "x = torch.tensor([0.5, 1.0, 1.5])",
    "%qdraw encoder x --interactive -o explorer",
    "explorer",
    "%qtrain encoder --loss mse --data X y --epochs 300 -o run",
)


@pytest.fixture
def path(request: pytest.FixtureRequest, server: Server) -> Path:
    return server.folder / f"{request.node.name}.ipynb"


@pytest.fixture
def notebook(page: Page, server: Server, path: Path) -> Iterator[Notebook]:
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(made, path)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    notebook = Notebook.open(page, server, path.name)
    yield notebook
    notebook.shut_down()
    print(problems)


def run_until(notebook: Notebook, last: int) -> None:
    for index in range(last + 1):
        notebook.run(index)
        notebook.wait_until_run(index, 120)


def test_look(notebook, keep):
    run_until(notebook, 4)
    notebook.page.wait_for_timeout(3000)
    notebook.page.screenshot(path="/tmp/x/pics-circuit/a.png")
    print(notebook.output(4).inner_html()[:3000])
    live = notebook.output(4).get_by_role("group", name="Circuit explorer")
    expect(live).to_be_visible(timeout=3000)
    expect(live.locator(".qm-sphere").first).to_be_visible()
    expect(live).to_have_attribute("data-serial", re.compile("."), timeout=60000)
    keep("circuit-explorer", notebook, 4)
    strip = live.locator(".qm-strip")
    strip.focus()
    for key in (
        "Home",
        "ArrowRight",
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
    ):
        strip.press(key)
    notebook.page.wait_for_timeout(500)
    keep("circuit-explorer-gate", notebook, 4)
    live.locator(".qm-state").scroll_into_view_if_needed()
    notebook.page.screenshot(path="/tmp/x/pics-circuit/bottom.png")
