"""``%%quantum`` in a real shell."""

import warnings

import pytest
import torch

from qaimagic import HybridLayer


def cell(signature="def f(inputs, theta: 2):", *lines, options=""):
    body = lines or ("qml.RX(inputs[0] + theta[0], wires=0)", "return qml.expval(qml.Z(0))")
    return "\n".join([f"%%quantum {options}", signature, *("    " + line for line in body)])


def test_the_cell_makes_a_layer_and_shows_it(notebook):
    shown = notebook.printed(notebook.ENCODER)
    layer = notebook["encoder"]
    assert isinstance(layer, HybridLayer)
    assert layer(torch.zeros(5, 2)).shape == (5, 2)
    assert layer.name == "encoder"
    assert "AngleEmbedding(inputs)" in shown
    assert (
        "encoder: 2 wires · 12 weights (theta (2, 2, 3)) · 2 outputs · on qaimagic.qubit" in shown
    )


def test_no_draw_leaves_the_summary(notebook):
    shown = notebook.printed(cell(options="--no-draw"))
    assert shown == "f: 1 wire · 2 weights (theta (2,)) · 1 output · on qaimagic.qubit\n"


def test_the_last_def_is_the_layer_and_the_others_are_helpers(notebook):
    notebook.run(
        "%%quantum\ndef helper(x):\n    qml.RX(x, wires=0)\n\n"
        "def f(inputs):\n    helper(inputs[0])\n    return qml.expval(qml.Z(0))\n\nafter = 1"
    )
    assert callable(notebook["helper"])
    assert not isinstance(notebook["helper"], HybridLayer)
    assert isinstance(notebook["f"], HybridLayer)
    assert notebook["after"] == 1


def test_modules_are_at_hand_without_hiding_the_users_names(notebook):
    notebook.run("math = 'mine'")
    notebook.run(cell())
    assert notebook["math"] == "mine"
    assert notebook["qml"].__name__ == notebook["qp"].__name__ == "pennylane"
    assert notebook["nn"] is torch.nn


def test_options_are_looked_up(notebook):
    notebook.run("n = 50\nname = 'lightning.qubit'")
    notebook.run(cell(options="--shots n --seed 3 --device name --diff parameter-shift -o other"))
    layer = notebook["other"]
    assert layer is notebook["f"]
    assert (layer.shots, layer.seed, layer.device) == (50, 3, "lightning.qubit")
    assert layer.diff_method == "parameter-shift"


def test_a_wire_count_where_the_circuit_does_not_tell(notebook):
    notebook.run(
        "%%quantum --wires 3\ndef f(theta: 1):\n    qml.RX(theta, wires=0)\n    return qml.probs()"
    )
    assert notebook["f"].n_wires == 3


def test_running_again_supersedes_the_old_layer(notebook):
    notebook.run(notebook.ENCODER)
    old = notebook["encoder"]
    notebook.run(notebook.ENCODER)
    assert old.superseded
    assert not notebook["encoder"].superseded


def test_annotations_are_shapes_whatever_earlier_cells_imported(notebook):
    notebook.run("from __future__ import annotations\nn_wires = 2")
    notebook.run(
        cell(
            "def f(inputs, theta: (n_wires, 3)):",
            "qml.Rot(*theta[0], wires=0)",
            "qml.RX(inputs[0], wires=0)",
            "return qml.expval(qml.Z(0))",
        )
    )
    assert notebook["f"].weight_shapes == {"theta": (2, 3)}


def test_shell_syntax_works_in_the_body(notebook):
    notebook.run(
        "%%quantum\nhere = %pwd\ndef f(theta: 1):\n    qml.RX(theta, wires=0)\n"
        "    return qml.expval(qml.Z(0))"
    )
    assert isinstance(notebook["here"], str)


def test_code_prints_what_runs_as_a_program(notebook):
    code = notebook.printed(
        "%%quantum --shots 10 --seed 1 --code\ndef helper(x):\n    qml.RX(math.pi * x, wires=0)\n\n"
        "def f(inputs):\n    helper(inputs[0])\n    return qml.expval(qml.Z(0))\n"
    )
    assert "f" not in notebook.shell.user_ns
    assert "@qaimagic.quantum(shots=10, seed=1)\ndef f(inputs):" in code
    names = {}
    exec(compile(code, "program", "exec"), names)
    assert isinstance(names["f"], HybridLayer)
    assert names["f"].shots == 10


REFUSED = {
    "empty": ("%%quantum", "The cell holds no `def`."),
    "no def": ("%%quantum\nx = 1", "The cell holds no `def`."),
    "async": ("%%quantum\nasync def f(): pass", "Line 2: write `def`, not `async def`."),
    "syntax": (
        "%%quantum\n\ndef f(inputs):\n    qml.RX(inputs[0] wires=0)",
        "Line 4: Invalid syntax. Perhaps you forgot a comma?\n\n    qml.RX(inputs[0] wires=0)\n"
        "           ^",
    ),
    "unindent": (
        "%%quantum\n\ndef f(inputs):\n    qml.RX(inputs[0], wires=0)\n  return 1",
        "Line 5: Unindent does not match any outer indentation level.",
    ),
    "unknown name": (
        cell("def f(inputs, theta: 2):", "qml.RX(tehta[0], wires=0)", "return qml.probs()"),
        "Line 3: There is no name `tehta`. Did you mean `theta`?",
    ),
    "weight after default": (
        cell("def f(inputs, a: 1 = 0.1, theta: 2):"),
        "Line 2: An argument without a default follows one with a default. Put `*,`",
    ),
    "equals for colon": (
        cell("def f(inputs, theta=(2, 4, 3)):"),
        "Line 2: The data argument `theta` must have no default value, but it has `(2, 4, 3)`. "
        "Did you mean `theta: (2, 4, 3)`",
    ),
    "no shape": (
        cell("def f(inputs, theta: float):"),
        "Line 2: Argument `theta` must be annotated with a shape such as `(2, 4, 3)` or `5`, but "
        "its annotation is `float`.",
    ),
    "unknown name in a shape": (
        cell("def f(inputs, theta: (n_layrs, 3)):"),
        "Line 2: There is no `n_layrs` in the notebook. Did you mean `n_layers`?",
    ),
    "numpy": (
        cell(
            "def f(inputs, theta: 2):",
            "qml.RX(np.sin(theta[0]), wires=0)",
            "return qml.expval(qml.Z(0))",
        ),
        "Line 3: A NumPy function was given a tensor that is being trained. Use torch's own, such "
        "as `torch.sin` for `np.sin`.",
    ),
    "unknown gate": (
        cell(
            "def f(inputs, theta: 2):",
            "",
            "qml.RXX(theta[0], wires=0)",
            "return qml.expval(qml.Z(0))",
        ),
        "Line 4: PennyLane has no `qml.RXX`. Did you mean `qml.RX`?",
    ),
    "not written": (
        cell("def f(inputs, theta: 2):", "raise NotImplementedError"),
        "Line 3: The body of `f` is not written yet.",
    ),
    "returns nothing": (
        cell("def f(inputs, theta: 2):", "qml.RX(theta[0], wires=0)"),
        "`f` returns nothing. Return a measurement such as `qml.expval(qml.Z(0))`",
    ),
    "qnode": (
        "%%quantum\n@qml.qnode(qml.device('default.qubit'))\n" + cell()[11:],
        "`f` is a QNode after its decorators, but the layer must be a plain function.",
    ),
    "unknown option": (
        cell(options="--devce x"),
        "has no option `--devce`. Did you mean `--device`?",
    ),
    "option without value": (cell(options="--device"), "Option `--device` needs a value."),
    "word too many": (cell(options="encoder"), "`encoder` is one word too many"),
    "unknown device": (
        cell(options="--device lightnin.qubit"),
        "Device `lightnin.qubit` is not installed. Did you mean `lightning.qubit`?",
    ),
    "device not ready": (
        cell(options="--device default.clifford"),
        "Device `default.clifford` is installed but not ready",
    ),
    "diff method of another device": (
        cell(options="--device lightning.qubit --diff backprop"),
        "Device `lightning.qubit` has no gradient method `backprop`; it has `adjoint`",
    ),
    "shots with backprop": (
        cell(options="--shots 10 --diff backprop"),
        "Gradient method `backprop` needs exact expectation values, but 10 shots were asked for.",
    ),
    "shots": (cell(options="--shots some"), "There is no `some` in the notebook."),
    "shots of a wrong kind": (
        cell(options="--shots 1.5"),
        "Argument `shots` must be a whole number, but it is 1.5.",
    ),
    "name to store under": (cell(options="-o 2nd"), "`-o` must be followed by a name"),
    "comment above": ("# my layer\n" + cell(), "`%%quantum` (with two `%`) must be the first line"),
    "line magic": ("%quantum --shots 3", "`%%quantum` (with two `%`) must be the first line"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_is_explained_and_nothing_is_lost(notebook, case):
    notebook.run("f = 'kept'\nn_layers = 2")
    mistaken, message = REFUSED[case]
    before = set(notebook.shell.user_ns)
    seen = notebook.refusal(mistaken)
    assert message in seen
    assert "Traceback" not in seen
    assert notebook["f"] == "kept"
    new = {name for name in set(notebook.shell.user_ns) - before if not name.startswith("_")}
    assert new <= {"qml", "qp", "np", "torch", "nn", "math"}


def test_an_error_of_the_users_own_keeps_its_traceback_and_its_line(notebook):
    seen = notebook.traceback("%%quantum\n\nx = 1\ny = x / 0\ndef f(): ...", ZeroDivisionError)
    assert "----> 4 y = x / 0" in seen
    assert "qaimagic/magics" not in seen
    assert "x" not in notebook.shell.user_ns


def test_help_and_manual(notebook):
    manual = notebook.printed("%%quantum --help")
    assert manual.startswith("usage: %%quantum [--device NAME]")
    for option in (
        "--device",
        "--diff",
        "--shots",
        "--seed",
        "--wires",
        "--no-draw",
        "--code",
        "-o",
    ):
        assert option in manual
    assert "Declare a hybrid layer" in notebook.printed("%%quantum?")


def test_a_right_cell_warns_of_nothing(notebook):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        notebook.run(notebook.ENCODER)
