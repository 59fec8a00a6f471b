"""A landscape in JupyterLab: read by mouse and keyboard, made noisy, saved, read again."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import expect

from qaimagic.drawing.curves_axes import MINUS
from tests.browser.lab import Notebook, kinds_saved

CELLS = (
    "%load_ext qaimagic",
    """%%quantum
def energy(theta: (2,)):
    qml.RX(theta[0], wires=0)
    qml.RY(theta[1], wires=0)
    return qml.expval(qml.Z(0))""",
    """import torch
import qaimagic

_ = energy.theta.data.copy_(torch.tensor([0.5, 1.0]))
path = qaimagic.WeightPath(energy)
run = qaimagic.train(energy, steps=60, live=False, listeners=[path])
_ = energy.theta.data.copy_(torch.tensor([0.0, 0.0]))""",
    "%qlandscape energy --over theta[0] theta[1] --path path",
)
SHOWN = 3


def show(notebook: Notebook) -> None:
    notebook.run_until(SHOWN)
    expect(plane(notebook).locator("canvas")).to_be_visible(timeout=20_000)


def plane(notebook: Notebook):
    return notebook.output(SHOWN).get_by_role("group", name=re.compile("energy over"))


def value(words: str) -> float:
    return float(words.rpartition(" ")[2].replace(MINUS, "-"))


def test_values_are_read_by_mouse_and_by_keyboard(notebook, keep):
    show(notebook)
    place = plane(notebook)
    over = place.locator(".u-over")
    box = over.bounding_box()
    over.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    read = notebook.output(SHOWN).locator(".qm-read")
    expect(read).to_have_text("theta[0] 0, theta[1] 0: energy 1")
    place.focus()
    notebook.page.keyboard.press("ArrowRight")
    notebook.page.keyboard.press("ArrowUp")
    told = notebook.output(SHOWN).locator("output[aria-live]")
    expect(told).to_contain_text(re.compile(r"theta\[0\] 0\.\d+, theta\[1\] 0\.\d+: energy 0\.\d+"))
    x, y = map(float, re.findall(r"theta\[\d\] (0\.\d+)", told.text_content()))
    assert value(told.text_content()) == pytest.approx(math.cos(x) * math.cos(y), abs=1e-4)
    notebook.page.keyboard.press("m")
    expect(told).to_contain_text(f"energy {MINUS}1")
    expect(notebook.output(SHOWN)).to_contain_text(f"lowest {MINUS}1")
    keep("landscape", notebook, SHOWN)


def test_noise_flattens_it_and_zero_brings_it_back(notebook, keep):
    show(notebook)
    output = notebook.output(SHOWN)
    noise = output.get_by_label("depolarizing noise")
    noise.fill("0.15")
    expect(output.locator("p[role=status]")).to_contain_text("depolarizing 0.15: 41 x 41 points")
    plane(notebook).focus()
    notebook.page.keyboard.press("m")
    told = output.locator("output[aria-live]")
    assert value(told.text_content()) == pytest.approx(-((1 - 4 * 0.15 / 3) ** 2), abs=1e-5)
    output.get_by_label("shots").fill("3")
    expect(output.locator("p[role=status]")).to_contain_text("100 shots, depolarizing 0.15: 6 x 6")
    keep("landscape-noisy", notebook, SHOWN)
    noise.fill("0")
    output.get_by_label("shots").fill("0")
    expect(output.locator("p[role=status]")).to_have_text("as computed", timeout=20_000)
    expect(output).to_contain_text(f"lowest {MINUS}1")


def test_the_picture_is_there_without_a_kernel(notebook, path, reopen, keep):
    show(notebook)
    expect(notebook.picture(SHOWN)).to_be_hidden()
    notebook.restart()
    expect(notebook.picture(SHOWN)).to_be_visible(timeout=20_000)
    expect(plane(notebook)).to_have_count(0)
    keep("landscape-static", notebook, SHOWN)
    notebook.save()
    notebook.shut_down()
    assert kinds_saved(path) == {"text/html", "text/plain"}

    reopened = reopen()
    expect(reopened.picture(SHOWN)).to_be_visible()
    expect(reopened.output(SHOWN)).to_contain_text("lowest -1")
