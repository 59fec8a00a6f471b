"""An energy annealed in JupyterLab, and a Boltzmann machine trained there."""

from __future__ import annotations

from playwright.sync_api import expect

CELLS = (
    "%load_ext qaimagic",
    "import networkx as nx\n\nG = nx.petersen_graph()",
    """%%anneal --device anneal:gibbs --reads 500 -o answer
s = spins(G.nodes)
sum(s[u] * s[v] for u, v in G.edges)""",
    """import torch

import qaimagic

patterns = [[0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 1, 1]]
X = torch.tensor(patterns).float()
torch.manual_seed(0)
machine = qaimagic.BoltzmannMachine(4, 4, device="anneal:exact")""",
    "%qtrain machine --data X --val 0 --batch-size 6 --steps 200 --lr 0.1 -o run",
    "print('nats:', machine.log_likelihood(X))",
)
ENERGY, RUN, AFTER = 2, 4, 5


def test_energies_and_a_machine_are_shown_with_words_for_those_who_cannot_see_them(notebook, keep):
    notebook.run_until(ENERGY)
    output = notebook.output(ENERGY)
    expect(output.get_by_role("group", name="reads by energy")).to_be_visible()
    picture = output.locator("svg > title", has_text="Energies of 500 reads, anneal:gibbs")
    beside = picture.locator("xpath=following-sibling::*[1]").text_content()
    assert "exact ground energy -9; beside it exact Boltzmann, T = " in beside
    expect(output).to_contain_text("The lowest states")
    keep("anneal", notebook, ENERGY)
    for index in range(ENERGY + 1, AFTER + 1):
        notebook.run(index)
        notebook.wait_until_run(index, 60)
    expect(notebook.output(AFTER)).to_contain_text("nats: -1.")
    keep("boltzmann", notebook, RUN)
