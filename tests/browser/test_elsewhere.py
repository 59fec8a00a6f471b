"""The widgets where they are not at their best: Notebook 7, and JupyterLab without subshells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.lab import WITHOUT_SUBSHELLS, Server, serve
from tests.browser.test_accessible import CELLS as EACH
from tests.browser.test_monitor import CELLS, DEFINED, FIRST, monitor_of
from tests.browser.versions import NOTEBOOK, front_end


@pytest.fixture
def server(
    request: pytest.FixtureRequest, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("jupyter"), **request.param) as server:
        yield server


@pytest.mark.parametrize("server", [{"front_end": front_end(NOTEBOOK)}], indirect=True)
def test_every_widget_comes_to_life_in_notebook_7(write, reopen, keep):
    notebook = write(*EACH.values())
    notebook.run_until(len(EACH) - 1)
    alive = ("state", "explorer", "landscape", "samples", "run")
    places = [list(EACH).index(name) for name in alive]
    for place in places:
        expect(notebook.output(place).locator(".qaimagic")).to_be_visible(timeout=20_000)
        expect(notebook.picture(place)).to_be_hidden()
    notebook.save()
    notebook.shut_down()
    reopened = reopen()
    for place in places:
        expect(reopened.picture(place)).to_be_visible()


@pytest.mark.parametrize("server", [{"more": WITHOUT_SUBSHELLS}], indirect=True)
def test_where_no_click_arrives_the_square_is_told_of(write):
    notebook = write(*CELLS)
    notebook.run_until(DEFINED)
    notebook.run(FIRST)
    output = notebook.output(FIRST)
    expect(output).to_contain_text("to stop it: the square", timeout=20_000)
    expect(output.get_by_role("button", name="Stop")).to_have_count(0)
    expect(notebook.picture(FIRST)).to_be_visible()
    notebook.interrupt()
    notebook.wait_until_run(FIRST, 20)
    expect(output).to_contain_text("Interrupted after")
    expect(monitor_of(notebook, FIRST)).to_be_visible()
