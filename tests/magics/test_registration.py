"""Loading, reloading and unloading the extension."""

import subprocess
import sys

from qaimagic.magics._cell import with_body

OURS = {
    "line": {
        "%anneal",
        "%qtrain",
        "%quantum",
        "anneal",
        "qcompare",
        "qdevice",
        "qdevices",
        "qdraw",
        "qstate",
        "qlandscape",
        "qtrain",
        "quantum",
    },
    "cell": {"anneal", "qtrain", "quantum"},
}
COLD_START = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_cell("%load_ext qaimagic").raise_error()
heavy = {name for name in set(sys.modules) - before if name.split(".")[0] in HEAVY}
print(*sorted(heavy))
"""


def ours(shell):
    return {
        kind: {
            name
            for name, magic in table.items()
            if type(getattr(magic, "__self__", None)).__module__.startswith("qaimagic.")
        }
        for kind, table in shell.magics_manager.magics.items()
    }


def matchers(shell):
    return [
        getattr(matcher, "matcher_identifier", "") for matcher in shell.Completer.custom_matchers
    ]


def test_loading_twice_is_loading_once(notebook):
    for cell in ("%load_ext qaimagic", "%reload_ext qaimagic"):
        notebook.run(cell)
        assert ours(notebook.shell) == OURS
        assert matchers(notebook.shell).count("qaimagic.magics.completion") == 1
        assert notebook.shell.input_transformers_cleanup.count(with_body) == 1


def test_unloading_leaves_nothing(notebook):
    magics_before = ours(notebook.shell)
    notebook.run("%unload_ext qaimagic")
    assert magics_before == OURS
    assert ours(notebook.shell) == {"line": set(), "cell": set()}
    assert "qaimagic.magics.completion" not in matchers(notebook.shell)
    assert with_body not in notebook.shell.input_transformers_cleanup


def test_loading_imports_nothing_heavy():
    script = COLD_START.replace(
        "HEAVY", repr({"torch", "pennylane", "pandas", "matplotlib", "numpy", "dimod"})
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_every_magic_has_a_manual(notebook):
    for kind, table in ours(notebook.shell).items():
        meant = {"%anneal", "%quantum", "%qtrain", "anneal", "quantum"} if kind == "line" else set()
        for name in table - meant:
            manual = notebook.shell.magics_manager.magics[kind][name].__doc__
            sign = "%%" if kind == "cell" else "%"
            assert manual.startswith(f"usage: {sign}{name}")
            assert "--help" in manual
