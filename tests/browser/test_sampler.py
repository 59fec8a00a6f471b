"""Samples looked into in JupyterLab: by mouse, by keyboard, after a restart, without a kernel."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from qaimagic.drawing.curves_axes import MINUS

CELLS = (
    "%load_ext qaimagic",
    "import networkx as nx\n\nG = nx.petersen_graph()",
    """%%anneal --device anneal:gibbs --reads 500 -o answer
s = spins(G.nodes)
sum(s[u] * s[v] for u, v in G.edges)""",
    """import torch

import qaimagic

torch.manual_seed(0)
machine = qaimagic.BoltzmannMachine(5, 3)
with torch.no_grad():
    machine.weight.mul_(15)
qaimagic.samples(machine.sample(2000), machine)""",
    """import numpy as np

rng = np.random.default_rng(0)
big = spins(2000)
couplings = rng.integers(2000, size=(6000, 2))
answer = qaimagic.anneal(sum(rng.normal() * big[u] * big[v] for u, v in couplings), reads=50)
answer""",
)
ENERGY, MACHINE, LARGE = 2, 3, 4


def test_states_are_chosen_by_mouse_and_by_keyboard(notebook, page, keep):
    notebook.run_until(ENERGY)
    output = notebook.output(ENERGY)
    told = output.locator(".qm-told")
    expect(told).to_contain_text(
        re.compile(rf"State 1 of \d+: energy {MINUS}9, found \d+ ± [\d.]+ times")
    )
    expect(told).to_contain_text("3 of 15 couplings violated")
    keep("sampler", notebook, ENERGY)

    output.get_by_role("button", name="Higher").click()
    expect(told).to_contain_text("State 2 of ")
    chart = output.get_by_role("group", name=re.compile("reads by energy"))
    chart.focus()
    page.keyboard.press("ArrowUp")
    expect(told).to_contain_text(f"energy {MINUS}7")
    expect(told).to_contain_text("4 of 15 couplings violated")
    page.keyboard.press("ArrowLeft")
    expect(told).to_contain_text(f"energy {MINUS}9")
    page.keyboard.press("End")
    expect(output.get_by_role("button", name="Higher")).to_be_disabled()
    page.keyboard.press("Home")
    expect(told).to_contain_text("State 1 of")

    over = chart.locator(".u-over")
    box = over.bounding_box()
    over.click(position={"x": 0.3 * box["width"], "y": 0.9 * box["height"]})
    expect(told).to_contain_text(f"energy {MINUS}7")
    page.keyboard.press("Home")

    node = output.get_by_role("img", name=re.compile(r"^s\[0\] = "))
    node.focus()
    expect(output.locator(".qm-pointed")).to_contain_text("of 3 couplings violated")
    page.keyboard.press("ArrowRight")
    expect(output.locator(".qm-pointed")).to_contain_text("s[1] = ")
    keep("sampler-node", notebook, ENERGY)

    output.get_by_text("The lowest states").last.click()
    expect(output.get_by_role("region", name="The lowest states")).to_contain_text("s[9]")


def test_a_machine_and_a_large_problem(notebook, keep):
    notebook.run_until(LARGE)
    told = notebook.output(MACHINE).locator(".qm-told")
    expect(told).to_contain_text("State 1 of 32: free energy")
    expect(told).to_contain_text("expected")
    keep("sampler-machine", notebook, MACHINE)
    large = notebook.output(LARGE)
    expect(large).to_contain_text("it is drawn up to 150 and 1,500")
    expect(large.locator(".qm-told")).to_contain_text("State 1 of 50")
    keep("sampler-large", notebook, LARGE)


def test_the_picture_is_back_when_the_kernel_is_gone(notebook, reopen):
    notebook.run_until(ENERGY)
    live = notebook.output(ENERGY).locator(".qm-told")
    expect(live).to_be_visible()
    notebook.save()
    notebook.restart()
    expect(live).to_have_count(0, timeout=20_000)
    picture = notebook.output(ENERGY).get_by_role("img", name="Energies of 500 reads, anneal:gibbs")
    expect(picture).to_be_visible()
    notebook.shut_down()

    output = reopen().output(ENERGY)
    expect(output.get_by_role("img", name="Energies of 500 reads, anneal:gibbs")).to_be_visible()
    expect(output.get_by_role("img", name=f"The lowest state, {MINUS}9")).to_be_visible()
    expect(output).to_contain_text("The lowest states")
