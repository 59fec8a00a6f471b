"""The training monitor in JupyterLab: clicked while its cell runs, looked into, saved."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.lab import Notebook, kinds_saved

LOOP = """import math, time, qaimagic

def loop(epochs, steps, seconds=0.004):
    with qaimagic.live() as run:
        for epoch in run(range(epochs)):
            for step in run(range(steps)):
                time.sleep(seconds)
                done = epoch * steps + step
                loss = math.exp(-done / 400) + 0.05 * math.sin(done)
                run.log(loss=loss, accuracy=1 - math.exp(-done / 300), grad_norm=0.1)
            run.log(val_loss=math.exp(-done / 400) + 0.02, val_accuracy=0.9)
    return run"""
CELLS = (
    "%load_ext qaimagic",
    LOOP,
    "first = loop(100, 400)",
    "print('then:', first.stop_reason, len(first.history.steps))",
    "second = loop(5, 400, 0.001)",
    """with qaimagic.live() as one, qaimagic.live() as other:
    for _ in other(one(range(100_000))):
        time.sleep(0.004)
        one.log(loss=1.5)
        other.log(loss=0.25)
print(one.stop_reason)""",
)
DEFINED, FIRST, THEN, SECOND, BOTH = 1, 2, 3, 4, 5
QUICK = 1.5
"""Seconds between a click and what it does: 0.3 on a machine with nothing else to do."""


def monitor_of(notebook: Notebook, index: int) -> Locator:
    return notebook.output(index).get_by_role("group", name="Training")


def seconds_until(act: Callable[[], None], seen: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    seen()
    return time.perf_counter() - began


def start(notebook: Notebook, index: int) -> Locator:
    notebook.run_until(DEFINED)
    notebook.run(index)
    monitor = monitor_of(notebook, index)
    expect(monitor.get_by_role("button", name="Stop")).to_be_visible(timeout=20_000)
    expect(monitor.get_by_role("progressbar")).to_be_visible()
    return monitor


def test_pause_resume_and_stop_act_while_the_cell_runs(notebook, keep):
    monitor = start(notebook, FIRST)
    notebook.run(THEN)
    expect(notebook.picture(FIRST)).to_be_hidden()
    pause, resume, stop = (
        monitor.get_by_role("button", name=name) for name in ("Pause", "Resume", "Stop")
    )
    took = {"pause": seconds_until(pause.click, lambda: expect(resume).to_be_visible())}
    status = monitor.locator("p", has_text="ms a step")
    told = status.inner_text()
    time.sleep(0.5)
    assert status.inner_text() == told, "it went on"
    keep("monitor-paused", notebook, FIRST)
    took["resume"] = seconds_until(resume.click, lambda: expect(pause).to_be_visible())
    expect(status).not_to_have_text(told)
    keep("monitor", notebook, FIRST)
    took["stop"] = seconds_until(stop.click, lambda: notebook.wait_until_run(FIRST, 20))
    print({name: round(seconds, 2) for name, seconds in took.items()})
    assert max(took.values()) < QUICK
    notebook.wait_until_run(THEN, 20)
    expect(notebook.output(THEN)).to_contain_text(re.compile(r"then: interrupted \d+"))
    expect(notebook.output(FIRST)).to_contain_text("Interrupted after")
    expect(stop).to_have_count(0)
    expect(monitor).to_contain_text("training")
    keep("monitor-ended", notebook, FIRST)


def test_the_square_ends_a_paused_run(notebook):
    monitor = start(notebook, FIRST)
    monitor.get_by_role("button", name="Pause").click()
    expect(monitor.get_by_role("button", name="Resume")).to_be_visible()
    notebook.interrupt()
    notebook.wait_until_run(FIRST, 20)
    expect(notebook.output(FIRST)).to_contain_text("Interrupted after")


def test_what_is_saved_is_a_picture_of_all_2000_steps(notebook, path, reopen):
    start(notebook, SECOND)
    notebook.wait_until_run(SECOND, 60)
    expect(notebook.output(SECOND)).to_contain_text("2,000 steps")
    tables = notebook.output(SECOND).get_by_text("Data", exact=True).filter(visible=True)
    expect(tables).to_have_count(2)
    notebook.save()
    notebook.shut_down()
    assert kinds_saved(path) == {"text/html", "text/plain"}
    assert "widgets" not in json.loads(path.read_text(encoding="utf-8"))["metadata"]
    expect(reopen().picture(SECOND)).to_be_visible()


def test_saved_while_it_runs_it_is_a_picture_too(notebook, path):
    monitor = start(notebook, FIRST)
    notebook.save()
    assert kinds_saved(path) == {"text/html", "text/plain"}
    monitor.get_by_role("button", name="Stop").click()
    notebook.wait_until_run(FIRST, 20)


def test_a_restarted_kernel_leaves_a_picture(notebook):
    monitor = start(notebook, FIRST)
    notebook.restart()
    expect(monitor).to_have_count(0, timeout=30_000)
    expect(notebook.output(FIRST)).to_contain_text("own loop")
    expect(notebook.panel).not_to_contain_text("Error displaying widget")


def test_a_reloaded_page_brings_the_curves_back_to_life(notebook, page):
    monitor = start(notebook, SECOND)
    notebook.wait_until_run(SECOND, 60)
    expect(monitor.get_by_label("log scale")).to_be_visible()
    notebook.save()
    page.reload()
    notebook.scroll_to(SECOND)
    monitor.get_by_label("log scale").check(timeout=60_000)
    expect(notebook.picture(SECOND)).to_be_hidden()


def test_two_monitors_at_once_each_show_their_own_run(notebook, keep):
    notebook.run_until(DEFINED)
    notebook.run(BOTH)
    monitors = monitor_of(notebook, BOTH)
    one, other = (monitors.filter(has_text=re.compile(rf"training\s*{x}")) for x in ("1.5", "0.25"))
    for monitor in (one, other):
        expect(monitor).to_have_count(1, timeout=20_000)
    keep("monitor-two", notebook, BOTH)
    other.get_by_role("button", name="Pause").click()
    other.get_by_role("button", name="Resume").click()
    one.get_by_role("button", name="Stop").click()
    notebook.wait_until_run(BOTH, 20)
    expect(notebook.output(BOTH)).to_contain_text("interrupted")


def test_the_curves_are_read_and_zoomed_by_keyboard(notebook, keep):
    monitor = start(notebook, FIRST)
    expect(monitor.locator(".qm-legend").first).to_contain_text(re.compile(r"\d"))
    monitor.get_by_role("button", name="Pause").click()
    chart = monitor.locator('[aria-roledescription="chart"]').first
    chart.focus()
    for key in ("+", "ArrowRight", "ArrowRight"):
        notebook.page.keyboard.press(key)
    told = monitor.locator("output").first
    expect(told).to_have_text(re.compile(r"epoch [\d.]+: .*training [\d.]+"))
    keep("monitor-read", notebook, FIRST)
    monitor.get_by_label("log scale").check()
    monitor.get_by_text("Data").first.click()
    expect(monitor.get_by_role("table").first).to_be_visible()
    box = monitor.locator(".u-over").first.bounding_box()
    notebook.page.mouse.move(box["x"] + 0.02 * box["width"], box["y"] + 40)
    expect(monitor.locator(".qm-legend").first).to_contain_text("epoch")
    monitor.get_by_role("button", name="Stop").click()
    notebook.wait_until_run(FIRST, 20)


def test_nothing_is_out_of_reach_for_assistive_technology(notebook):
    monitor = start(notebook, FIRST)
    monitor.get_by_role("button", name="Pause").click()
    expect(monitor.get_by_role("button", name="Resume")).to_be_visible()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.use_theme(theme)
        found = Axe().run(notebook.page, ".qaimagic")
        assert found.violations_count == 0, found.generate_report()
    notebook.use_theme("JupyterLab Light")
    monitor.get_by_role("button", name="Stop").click()
    notebook.wait_until_run(FIRST, 20)
