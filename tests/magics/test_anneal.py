"""``%%anneal`` in a real shell."""

import inspect

import pytest

from qaimagic import anneal
from qaimagic.magics.anneal import _OPTIONS
from qaimagic.subroutines.anneal.result import Annealed

GRAPH = "import networkx as nx\nG = nx.petersen_graph()"
CUT = 's = spins(G.nodes)\nsum(G[u][v].get("weight", 1) * s[u] * s[v] for u, v in G.edges)'


def test_the_last_expression_is_the_energy(notebook):
    notebook.run(GRAPH)
    answer = notebook.run(f"%%anneal\n{CUT}")
    assert isinstance(answer, Annealed)
    assert answer.energy == answer.ground_energy == -9
    assert answer.reads == 100
    assert "s" in notebook.shell.user_ns


def test_options_and_a_name_for_the_result(notebook):
    notebook.run(GRAPH + "\nn = 30\nhow = 'anneal:tabu'")
    shown = notebook.printed(f"%%anneal --device how --reads n --seed 4 -o answer\n{CUT}")
    assert "Lowest energy -9 in 30 of 30 reads on anneal:tabu" in shown
    assert notebook["answer"].reads == 30


def test_variables_have_the_names_of_the_cell(notebook):
    notebook.run("from qaimagic import bits\nearlier = bits(2)")
    notebook.run(
        "%%anneal -o answer\nup = spins(2)\ny = bits(['a'])\n"
        "up[0] * up[1] + y['a'] - earlier[1] * up[0]"
    )
    assert list(notebook["answer"].best) == ["earlier[1]", "up[0]", "up[1]", "y['a']"]


@pytest.mark.parametrize(
    "form",
    [
        "{('a', 'a'): -1, ('a', 'b'): 2}",
        "np.array([[-1.0, 2.0], [0.0, 0.0]])",
        "dimod.BinaryQuadraticModel({'a': -1, 'b': 0}, {'ab': 2}, 0, 'BINARY')",
    ],
)
def test_models_and_qubos(notebook, form):
    notebook.run("import dimod")
    assert notebook.run(f"%%anneal --device anneal:exact\n{form}").energy == -1


def test_an_annealer_of_ones_own(notebook):
    notebook.run(
        "from qaimagic.devices import annealers\nhot = annealers.get('anneal:gibbs', temperature=9)"
    )
    answer = notebook.run("%%anneal --device hot --reads 500\nx = bits(1)\nx[0]")
    assert 150 < answer.counts[0] < 350


def test_code_prints_what_runs_as_a_program(notebook):
    notebook.run(GRAPH)
    code = notebook.printed(f"%%anneal --reads 20 -o answer --code\n{CUT}")
    assert "answer" not in notebook.shell.user_ns
    assert code.endswith("for u, v in G.edges)), reads=20)\n")
    names = {"G": notebook["G"]}
    exec(code, names)
    assert names["answer"].energy == -9


def test_options_are_those_of_the_function():
    assert {option.name for option in _OPTIONS} == set(inspect.signature(anneal).parameters) - {
        "energy"
    }


def test_help_and_manual(notebook):
    manual = notebook.printed("%%anneal --help")
    assert manual.startswith("usage: %%anneal [--device D]")
    for option in ("--device", "--reads", "--seed", "--code", "-o"):
        assert option in manual
    assert "the cell's last expression is the energy" in notebook.printed("%%anneal?")


def test_annealers_and_own_ones_are_offered(notebook):
    notebook.run("from qaimagic.devices import annealers\nhot = annealers.get('anneal:gibbs')")
    assert notebook.completions("%%anneal --device ") == [*_names(), "hot"]


def _names():
    from qaimagic.devices import annealers

    return annealers.names()


REFUSED = {
    "empty": ("%%anneal", "The cell gives no energy. End it with an expression"),
    "no energy": ("%%anneal\n\ns = spins(2)\n", "Line 3: the cell gives no energy."),
    "syntax": ("%%anneal\n\ns[0] *", "Line 3: Invalid syntax.\n\n    s[0] *\n"),
    "unknown name": (
        "%%anneal\ns = spins(2)\ns[0] * weigth",
        "Line 3: There is no `weigth` in the notebook. Did you mean `weight`?",
    ),
    "compared": (
        "%%anneal\nx = bits(2)\n\nx[0] + x[1] == 1",
        "Line 4: Spins and bits have no values before they are sampled",
    ),
    "a rule": ("%%anneal\nTrue", "Line 2: Argument `energy` must depend on a spin or a bit"),
    "labels": ("%%anneal\ns = spins('ab')\ns", "Line 2: Argument `labels` must be"),
    "nothing": (
        "%%anneal\ns = spins(2)\nsum(s[u] for u in [])",
        "Line 3: Argument `energy` must depend on a spin or a bit, but it is 0. A sum over",
    ),
    "nan": (
        "%%anneal\ns = spins(2)\n\nfloat('nan') * s[0]",
        "Line 4: Argument `energy` must have finite coefficients, but that of s[0] is nan.",
    ),
    "array": ("%%anneal\nspins(2)", "Line 2: Argument `energy` must be one energy"),
    "device": (
        "%%anneal --device anneal:simulatd\nspins(2)[0]",
        "There is no annealer `anneal:simulatd`. Did you mean `anneal:simulated`?",
    ),
    "not an annealer": (
        "%%anneal --device 3\nspins(2)[0]",
        "Argument `device` must be the name of an annealer",
    ),
    "too many": (
        "%%anneal --device anneal:exact\nsum(spins(30))",
        "Device `anneal:exact` enumerates at most 24 variables, but there are 30.",
    ),
    "reads": ("%%anneal --reads 0\nspins(2)[0]", "Argument `reads` must be at least 1"),
    "option": (
        "%%anneal --read 3\nspins(2)[0]",
        "`%%anneal` has no option `--read`. Did you mean `--reads`?",
    ),
    "comment above": ("# c\n%%anneal\nspins(2)[0]", "`%%anneal` (with two `%`) must be the first"),
    "line magic": ("%anneal --reads 3", "`%%anneal` (with two `%`) must be the first line"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_is_explained(notebook, case):
    notebook.run("weight = 2")
    cell, message = REFUSED[case]
    seen = notebook.refusal(cell)
    assert message in seen
    assert "Traceback" not in seen
    assert "Line" not in seen or "Line" in message


def test_an_error_of_the_users_own_keeps_its_traceback_and_its_line(notebook):
    seen = notebook.traceback("%%anneal\n\ns = spins(2)\ns[0] / 0", ZeroDivisionError)
    assert "----> 4 s[0] / 0" in seen
    seen = notebook.traceback("%%anneal\nint('x')\nspins(2)[0]", ValueError)
    assert "----> 2 int('x')" in seen
    assert "qaimagic/" not in seen


def test_what_was_found_is_shown_as_samples_are(notebook, monkeypatch):
    from qaimagic.explore import _living

    answer = notebook.run("%%anneal\ns = spins(3)\ns[0] * s[1] + s[2]")
    shown = notebook.shell.display_formatter.format(answer)[0]
    assert shown == answer._repr_mimebundle_()
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    alive = notebook.shell.display_formatter.format(answer)[0]
    assert 'data-qaimagic="' in alive["text/html"]
    assert alive["text/plain"] == repr(answer)
    notebook.shell.run_line_magic("unload_ext", "qaimagic")
    again = notebook.shell.display_formatter.format(answer)[0]
    assert "data-qaimagic" not in again["text/html"]
    notebook.shell.run_line_magic("load_ext", "qaimagic")
