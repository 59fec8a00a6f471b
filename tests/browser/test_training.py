"""A hybrid model trained in JupyterLab: seen to grow, stopped, kept, saved, read again."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from tests.browser.lab import kinds_saved

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
    "%qtrain model --data X y --epochs 150 --baseline auto -o run",
    "%qtrain model --data X y --epochs 100000 --fresh -o long",
    "print('stopped:', long.stop_reason, len(long.history.steps) > 0)",
)
CIRCUIT, RUN, LONG, AFTER = 1, 3, 4, 5


def test_the_circuit_is_drawn_with_words_for_those_who_cannot_see_it(notebook, keep):
    notebook.run_until(CIRCUIT)
    picture = notebook.output(CIRCUIT).get_by_role("img", name="Circuit encoder")
    expect(picture).to_be_visible()
    assert "AngleEmbedding" in picture.locator("> desc").text_content()
    expect(notebook.output(CIRCUIT)).to_contain_text("18 weights")
    keep("circuit", notebook, 0)


def test_the_curve_grows_while_the_run_goes_on(notebook, keep):
    notebook.run_until(RUN - 1)
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
    notebook.run_until(RUN - 1)
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


def test_saved_pictures_are_seen_without_a_kernel(notebook, path, reopen):
    notebook.run_until(RUN)
    notebook.save()
    notebook.shut_down()
    kinds = kinds_saved(path)
    assert "text/html" in kinds
    assert not [kind for kind in kinds if "widget" in kind]
    reopened = reopen()
    for index in (CIRCUIT, RUN):
        expect(reopened.picture(index)).to_be_visible()
