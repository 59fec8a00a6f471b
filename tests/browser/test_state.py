"""The state viewer in JupyterLab: turned, read, sampled anew; a picture when the kernel is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Notebook, kinds_saved

CELLS = (
    "%load_ext qaimagic",
    """%%quantum
def encoder(inputs, theta: (1, 3, 3)):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    return qml.expval(qml.Z(0))""",
    """import numpy as np
import torch
torch.nn.init.constant_(encoder.theta, 0.7)
ghz = np.zeros(8)
ghz[[0, 7]] = 0.5**0.5
x = torch.tensor([0.3, 1.1, -0.4])""",
    "%qstate encoder x --shots 200 --seed 1",
    "%qstate encoder x --with ghz --shots 100 --seed 2",
    "%qstate encoder x --wires 0 1",
)
ONE, PAIR, MIXED = 3, 4, 5


@pytest.fixture
def notebook(write) -> Notebook:
    notebook = write(*CELLS)
    notebook.run_until(MIXED)
    return notebook


def viewer(notebook: Notebook, index: int) -> Locator:
    return notebook.output(index).get_by_role("group", name="State")


def test_a_state_is_turned_and_read(notebook, page, keep):
    seen = viewer(notebook, ONE)
    expect(seen).to_be_visible()
    expect(notebook.output(ONE).locator("figure > svg[role=img]")).to_be_hidden()
    spheres = seen.get_by_role("application", name="wire")
    expect(spheres).to_have_count(3)
    told = seen.locator(".qm-told")

    tips = seen.locator(".qm-tip")
    before = [tips.nth(i).get_attribute("cx") for i in range(3)]
    seen.scroll_into_view_if_needed()
    spheres.nth(0).focus()
    page.keyboard.press("ArrowRight")
    assert all(tips.nth(i).get_attribute("cx") != before[i] for i in range(3))
    page.keyboard.press("Home")
    assert [tips.nth(i).get_attribute("cx") for i in range(3)] == before
    box = spheres.nth(1).bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 90, steps=4)
    page.mouse.up()
    assert tips.nth(0).get_attribute("cx") != before[0]
    expect(told).to_contain_text("wire 1; x")
    seen.get_by_role("button", name="Turn back").click()
    assert tips.nth(0).get_attribute("cx") == before[0]

    seen.get_by_role("application", name="Amplitudes").focus()
    page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("|001⟩: ")
    expect(told).to_contain_text("phase")
    seen.get_by_role("application", name="Probabilities").focus()
    page.keyboard.press("End")
    expect(told).to_contain_text("|111⟩: probability")
    expect(told).to_contain_text("of 200 shots, 95 % interval")
    keep("state", notebook, ONE)


def test_shots_are_drawn_anew(notebook, page):
    seen = viewer(notebook, ONE)
    seen.get_by_role("application", name="Probabilities").focus()
    page.keyboard.press("Home")
    told = seen.locator(".qm-told")
    seen.get_by_label("shots").fill("5000")
    seen.get_by_role("button", name="Draw shots").click()
    seen.get_by_text("Data", exact=True).click()
    expect(seen.locator("tbody td").nth(3)).to_be_visible()
    seen.get_by_role("application", name="Probabilities").focus()
    page.keyboard.press("Home")
    expect(told).to_contain_text("of 5,000 shots", timeout=10_000)


def test_pairs_and_parts(notebook, keep):
    pair = viewer(notebook, PAIR)
    expect(pair).to_contain_text("fidelity 0.")
    expect(pair.get_by_role("application", name="Amplitudes of other")).to_be_visible()
    keep("state-pair", notebook, PAIR)
    part = viewer(notebook, MIXED)
    expect(part).to_contain_text("mixed, purity")
    expect(part.get_by_role("application", name="Density matrix")).to_be_visible()
    keep("state-part", notebook, MIXED)


def test_the_picture_is_back_after_a_restart(notebook):
    picture = notebook.output(ONE).locator("figure > svg[role=img]")
    expect(picture).to_be_hidden()
    notebook.restart()
    expect(picture).to_be_visible()
    expect(viewer(notebook, ONE)).to_have_count(0)


def test_the_picture_is_seen_without_a_kernel(notebook, path, reopen):
    notebook.save()
    notebook.shut_down()
    assert not [kind for kind in kinds_saved(path) if "widget" in kind]
    reopened = reopen()
    for index in (ONE, PAIR, MIXED):
        expect(reopened.output(index).locator("figure > svg[role=img]")).to_be_visible()
