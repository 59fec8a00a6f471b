"""The README's cells, pasted into JupyterLab, do what the README says."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

README = Path(__file__).parents[2] / "README.md"


def test_the_cells_of_the_readme_run(page, write, keep):
    _, after = README.read_text(encoding="utf-8").split("## The quickstart in three cells")
    section = after.partition("\n## ")[0]
    sources = re.findall(r"^```python\n(.*?)\n```$", section, re.MULTILINE | re.DOTALL)
    assert len(sources) == 3
    page.set_viewport_size({"width": 1000, "height": 1290})
    notebook = write(*sources)
    notebook.command("application:toggle-left-area")
    notebook.run_all()
    notebook.wait_until_run(2, 120)
    notebook.wait_for_idle(60)
    for index in (1, 2):
        expect(notebook.curves(index)).to_be_visible()
    expect(notebook.panel.locator("[data-mime-type*=error]")).to_have_count(0)
    expect(notebook.output(2)).to_contain_text("logistic regression")
    notebook.save()
    keep("readme", notebook, 0)
