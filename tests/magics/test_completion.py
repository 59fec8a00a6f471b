"""What Tab offers."""

import subprocess
import sys

import pennylane as qml
import pytest

from qaimagic import devices
from qaimagic.magics.completion import _USUAL_GATES


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%qtr", ["%qtrain"]),
        ("%qdev", ["%qdevice", "%qdevices"]),
        ("%%quan", ["%%quantum"]),
        ("%qtrain model --base", ["--baseline"]),
        ("run = %qtrain model --data X y --epo", ["--epochs"]),
        ("%%quantum --sh", ["--shots"]),
        ("%%quantum --device light", ["lightning.qubit"]),
        ("%%quantum --diff=para", ["parameter-shift"]),
        ("%qdraw encoder --format t", ["text"]),
        ("%qdevice default.q", ["default.qubit"]),
        ("lab = %qdevice ibm:FakeTorino --mitigate rea", ["readout", "readout+zne"]),
        ("x = 1\n%qdraw --dec", ["--decompose"]),
        ("%%ann", ["%%anneal"]),
        ("%%anneal --re", ["--reads"]),
        ("%%anneal --device anneal:s", ["anneal:simulated"]),
    ],
)
def test_magics_options_and_values(notebook, typed, offered):
    assert [found for found in notebook.completions(typed) if found in offered] == offered


def test_all_devices_and_formats(notebook):
    assert notebook.completions("%qdevice ") == devices.names()
    devices.save("lab", devices.get("qaimagic.qubit", shots=5))
    try:
        assert notebook.completions("%qtrain model --device la") == ["lab"]
    finally:
        devices.forget("lab")
    assert sorted(notebook.completions("%qdraw encoder --format ")) == ["mpl", "svg", "text"]


def test_layers_models_and_data_of_the_notebook(notebook):
    notebook.run(notebook.ENCODER)
    notebook.run(
        "model = nn.Sequential(encoder)\nX = torch.zeros(3, 2)\ny = [0, 1, 1]\n"
        "twin = nn.Linear(2, 2)"
    )
    assert notebook.completions("%qdraw ") == ["encoder"]
    assert {"encoder", "model", "twin"} <= set(notebook.completions("%qtrain "))
    assert "y" not in notebook.completions("%qtrain ")
    assert {"X", "y"} <= set(notebook.completions("%qtrain model --data "))
    assert notebook.completions("%qtrain model --baseline ") == [
        "auto",
        "encoder",
        "model",
        "X",
        "twin",
    ]
    assert "CrossEntropyLoss" in notebook.completions("%qtrain model --loss Cross")
    assert notebook.completions("%qtrain model --opt Adam") == ["AdamW", "Adamax"]


def test_gates_inside_a_quantum_cell(notebook):
    notebook.run("import pennylane as qml")
    cell = "%%quantum\ndef f(inputs):\n    qml."
    assert {"RX", "RY", "RZ", "Rot"} <= set(notebook.completions(cell + "R"))
    assert "RMSPropOptimizer" not in notebook.completions(cell + "R")
    assert "expval" in notebook.completions(cell)
    assert "draw" in notebook.completions(cell + "dra")
    assert "RMSPropOptimizer" in notebook.completions("qml.R")


def test_the_usual_gates_exist():
    assert [name for name in _USUAL_GATES if not hasattr(qml, name)] == []


def test_other_lines_are_left_to_python(notebook):
    notebook.run("some_name = 1")
    assert notebook.completions("some_na") == ["some_name"]
    assert "--epochs" not in notebook.completions("%timeit --ep")


def test_it_answers_quickly_before_anything_heavy_is_loaded():
    script = """
import sys, time
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("%load_ext qaimagic").raise_error()
for text in ["%qtrain model --ep", "%%quantum --device li", "%%quantum\\ndef f(x):\\n    qml.R"]:
    with provisionalcompleter():
        assert list(shell.Completer.completions(text, len(text))), text
print(*sorted({"torch", "pennylane"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
