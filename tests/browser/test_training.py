"""A hybrid model trained in JupyterLab: seen to grow, stopped, kept, saved, read again."""

from __future__ import annotations

import json
import re
import time
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
    """import torch
from torch import nn

X = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
y = (X[:, 0] * X[:, 1] > 0).long()
model = nn.Sequential(nn.Linear(2, 3), encoder, nn.Linear(3, 2))""",
    "%qtrain model --data X y --epochs 30 --baseline auto -o run",
    "%qtrain model --data X y --epochs 100000 --fresh -o long",
    "print('stopped:', long.stop_reason, len(long.history.steps) > 0)",
)
CIRCUIT, RUN, LONG, AFTER = 1, 3, 4, 5


@pytest.fixture
def path(request: pytest.FixtureRequest, server: Server) -> Path:
    """The notebook's file; each test has its own, and so its own kernel."""
    return server.folder / f"{request.node.name}.ipynb"


@pytest.fixture
def notebook(page: Page, server: Server, path: Path) -> Iterator[Notebook]:
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(made, path)
    notebook = Notebook.open(page, server, path.name)
    yield notebook
    notebook.shut_down()


def run_until(notebook: Notebook, last: int) -> None:
    for index in range(last + 1):
        notebook.run(index)
        notebook.wait_until_run(index, 60)


def test_the_circuit_is_drawn_with_words_for_those_who_cannot_see_it(notebook, keep):
    run_until(notebook, CIRCUIT)
    picture = notebook.output(CIRCUIT).get_by_role("img", name="Circuit encoder")
    expect(picture).to_be_visible()
    assert "AngleEmbedding" in picture.locator("> desc").text_content()
    expect(notebook.output(CIRCUIT)).to_contain_text("18 weights")
    keep("circuit", notebook, 0)


def test_the_curve_grows_while_the_run_goes_on(notebook, keep):
    run_until(notebook, RUN - 1)
    notebook.run(RUN)
    status = notebook.output(RUN).locator(".qaimagic p", has_text="ms a step")
    seen = set()
    until = time.monotonic() + 60
    while time.monotonic() < until and len(seen) < 4:
        seen.update(status.all_inner_texts())
    assert len(seen) >= 4, f"saw {seen}"
    notebook.wait_until_run(RUN, 120)
    expect(notebook.curves(RUN)).to_be_visible()
    keep("run", notebook, RUN)


def test_the_square_ends_a_long_run_and_keeps_it(notebook, keep):
    run_until(notebook, RUN - 1)
    notebook.run(LONG)
    expect(notebook.curves(LONG)).to_be_visible(timeout=60_000)
    notebook.run(AFTER)
    notebook.interrupt()
    notebook.wait_until_run(LONG, 20)
    notebook.wait_until_run(AFTER, 20)
    expect(notebook.output(AFTER)).to_contain_text("stopped: interrupted True")
    expect(notebook.curves(LONG)).to_be_visible()
    expect(notebook.output(LONG)).to_contain_text(re.compile("interrupt", re.IGNORECASE))
    expect(notebook.output(LONG).locator("[data-mime-type*=error]")).to_have_count(0)
    keep("interrupted", notebook, LONG)


def test_saved_pictures_are_seen_without_a_kernel(notebook, path, server, browser):
    run_until(notebook, RUN)
    notebook.save()
    notebook.shut_down()
    saved = json.loads(path.read_text(encoding="utf-8"))
    types = {
        kind
        for cell in saved["cells"]
        for output in cell["outputs"]
        for kind in output.get("data", {})
    }
    assert "text/html" in types
    assert not [kind for kind in types if "widget" in kind]

    context = browser.new_context()
    reopened = Notebook.open(context.new_page(), server, path.name, kernel=False)
    for index in (CIRCUIT, RUN):
        expect(reopened.picture(index)).to_be_visible()
    expect(reopened.panel).not_to_contain_text("Error displaying widget")
    context.close()
