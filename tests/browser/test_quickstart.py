"""The first minute of a new user: JupyterLab opens, every cell of the quickstart runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.lab import Notebook

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "01_quickstart.ipynb"


def test_the_quickstart_runs_from_the_first_cell_to_the_last(page, server, path, reopen, keep):
    shutil.copy(QUICKSTART, path)
    notebook = Notebook.open(page, server, path.name)
    circuit, training = notebook.find("%%quantum\ndef"), notebook.find("%qtrain model")
    accuracy = notebook.find("Test accuracy over")

    notebook.run_all()
    expect(notebook.output(circuit).get_by_role("img", name="encoder")).to_be_visible(
        timeout=60_000
    )
    curve = notebook.curves(training)
    expect(curve).to_be_visible(timeout=60_000)
    notebook.wait_until_run(accuracy, 180)
    notebook.wait_for_idle(60)

    expect(
        notebook.panel.locator("[data-mime-type*=error], [data-mime-type*=stderr]")
    ).to_have_count(0)
    expect(curve).to_be_visible()
    expect(notebook.output(training).get_by_role("table").first).to_be_attached()
    said = notebook.output(accuracy).inner_text()
    found = re.search(r"accuracy over 5 seeds: ([\d.]+)%", said)
    assert found, said
    assert float(found[1]) >= 95
    keep("quickstart", notebook, circuit)

    notebook.save()
    notebook.shut_down()
    reopened = reopen()
    for index in (circuit, training):
        expect(reopened.picture(index)).to_be_visible()
    expect(reopened.output(accuracy)).to_contain_text(found[0])
