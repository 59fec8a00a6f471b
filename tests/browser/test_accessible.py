"""Every widget, and every picture, under axe-core: light and dark."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

CELLS = {
    "load": "%load_ext qaimagic\nimport torch\n_ = torch.manual_seed(0)",
    "circuit": """%%quantum
def encoder(inputs, theta: (1, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(i)) for i in range(2)]""",
    "data": "from torch import nn\n"
    "x = torch.tensor([0.3, 0.8])\nX = torch.randn(200, 2)\ny = (X[:, 0] * X[:, 1] > 0).long()\n"
    "model = nn.Sequential(encoder, nn.Linear(2, 2))",
    "state": "%qstate encoder x --shots 100 --seed 1",
    "explorer": "%qdraw encoder x --interactive",
    "landscape": "%qlandscape model --data X y --over theta[0,0,1] theta[0,1,1] --points 31",
    "samples": "%%anneal --device anneal:gibbs --reads 500 --seed 1\ns = spins(range(4))\n"
    "s[0] * s[1] + s[1] * s[2] + s[2] * s[0] - s[2] * s[3]",
    "run": "%qtrain model --data X y --epochs 30 --baseline auto -o run",
}


def test_axe_finds_nothing_in_our_outputs(write, keep):
    notebook = write(*CELLS.values())
    notebook.run_until(len(CELLS) - 1)
    alive = [name for name in CELLS if name not in ("load", "circuit", "data")]
    for name in alive:
        expect(notebook.output(list(CELLS).index(name)).locator(".qaimagic")).to_be_visible()
        keep(f"gallery-{name}", notebook, list(CELLS).index(name))
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.use_theme(theme)
        for place in (".qaimagic", "figure"):
            found = Axe().run(notebook.page, place)
            assert found.violations_count == 0, found.generate_report()
