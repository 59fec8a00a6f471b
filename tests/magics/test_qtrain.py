"""``%qtrain`` in a real shell."""

import inspect

import pytest
import torch

from qaimagic.magics.qtrain import _OPTIONS
from qaimagic.training.run import TrainingRun
from qaimagic.training.train import train


@pytest.fixture(autouse=True)
def _deterministic_text(monkeypatch):
    monkeypatch.setenv("QAIMAGIC_STATIC", "1")


@pytest.fixture
def prepared(notebook):
    """A notebook with a hybrid model and data."""
    notebook.run(notebook.ENCODER)
    notebook.run(
        "torch.manual_seed(0)\n"
        "X = torch.rand(24, 2)\n"
        "y = (X.sum(1) > 1).long()\n"
        "X_val, y_val = X[:6], y[:6]\n"
        "pair = (X, y)\n"
        "model = nn.Sequential(encoder, nn.Linear(2, 2))\n"
        "twin = nn.Linear(2, 2)\n"
        "def load(): return X, y"
    )
    return notebook


def test_a_model_is_trained_in_place_and_the_record_returned(prepared):
    before = prepared["encoder"].theta.detach().clone()
    run = prepared.run("%qtrain model --data X y --epochs 1")
    assert isinstance(run, TrainingRun)
    assert not torch.equal(prepared["encoder"].theta, before)


@pytest.mark.parametrize(
    "line",
    [
        "model --data X y --epochs 1 -o run",
        "-o run --epochs 1 model --data X y",
        "--epochs 1 --data X y model -o run  # the model last",
        "model --data pair --epochs=1 -o run",
        "model --data X y --val X_val y_val --epochs 1 -o run",
        "model --data X y --val 0.5 --test pair --epochs 1 -o run",
    ],
)
def test_options_and_names_in_any_order(prepared, line):
    assert "Out[" not in prepared.printed(f"%qtrain {line}")
    assert prepared["run"].stop_reason == "finished"


def test_a_semicolon_keeps_the_result_quiet(prepared):
    assert "Out[" not in prepared.printed("%qtrain model --data X y --epochs 1;")


def test_the_result_of_an_assignment(prepared):
    prepared.run("run = %qtrain model --data X y --epochs 1")
    assert prepared["run"].stop_reason == "finished"


def test_a_layer_without_data_is_minimised(prepared):
    prepared.run(
        "%%quantum --no-draw\ndef energy(theta: 1 = 0.5):\n"
        "    qml.RX(theta, wires=0)\n    return qml.expval(qml.Z(0))"
    )
    prepared.run("%qtrain energy --steps 60 -o run")
    assert prepared["energy"]().item() < -0.95


def test_values_are_names_of_the_notebook_and_that_is_said(prepared):
    prepared.run(
        "n_epochs = 2\ndef my_loss(out, target): return nn.functional.cross_entropy(out, target)"
    )
    seen = prepared.printed("%qtrain model --data X y --epochs n_epochs --loss my_loss -o run")
    assert "--epochs n_epochs: 2, from the notebook" in seen
    assert "--loss my_loss: a function, from the notebook" in seen
    assert len(prepared["run"].history.epochs) == 2


def test_a_column_is_not_mistaken_for_a_name_of_the_notebook(prepared):
    prepared.run(
        "import pandas as pd\n"
        "table = pd.DataFrame({'a': X[:, 0], 'b': X[:, 1], 'y': y})\n"
        "small = nn.Linear(2, 2)"
    )
    prepared.run("%qtrain small --data table --target y --epochs 1 -o run")
    assert prepared["run"].stop_reason == "finished"


def test_code_prints_the_very_call(prepared):
    code = prepared.printed(
        "%qtrain model --data X y --epochs 2 --opt SGD --batch-size 8 --fresh --no-live "
        "--checkpoint 'my run' -o run --code"
    )
    assert code == (
        "run = qaimagic.train(model, (X, y), epochs=2, opt='SGD', batch_size=8, "
        "checkpoint='my run', fresh=True, live=False)\n"
    )
    assert "run" not in prepared.shell.user_ns
    assert not any("epoch" in line for line in code.splitlines()[1:])


def test_running_again_continues_and_fresh_starts_over(prepared):
    prepared.run("%qtrain model --data X y --epochs 1 -o first")
    assert "Goes on" in prepared.printed("%qtrain model --data X y --epochs 1 -o second")
    assert len(prepared["second"].history.epochs) == 2
    prepared.run("%qtrain model --data X y --epochs 1 --fresh -o third")
    losses = [[e.train_loss for e in prepared[name].history.epochs] for name in ("first", "third")]
    assert losses[0] == losses[1]


def test_a_stale_layer_is_refused_and_the_cell_named(prepared):
    prepared.run("other = 1")
    prepared.run(prepared.ENCODER)
    seen = prepared.refusal("%qtrain model --data X y --epochs 1")
    assert "old `encoder`" in seen
    assert "`model` was made in cell [3]." in seen


def test_options_are_those_of_the_function():
    parameters = set(inspect.signature(train).parameters)
    assert {option.name for option in _OPTIONS} == parameters - {"model"}
    assert all(option.help for option in _OPTIONS)


def test_the_first_screen_of_the_help_is_short(notebook):
    first, more = notebook.printed("%qtrain --help").split("\nmore:\n")
    for option in (
        "--data",
        "--epochs",
        "--val",
        "--loss",
        "--opt",
        "--lr",
        "--baseline",
        "--code",
    ):
        assert option in first
    for option in (
        "--schedule",
        "--clip",
        "--patience",
        "--max-seconds",
        "--no-live",
        "--checkpoint",
    ):
        assert option in more
        assert f"{option} " not in first.replace("--no-live]", "")


REFUSED = {
    "no model": ("", "Name the model to train: `%qtrain model --data X y`."),
    "model left out": ("--data X y", "Name the model to train"),
    "unknown model": (
        "modl --data X y",
        "There is no `modl` in the notebook. Did you mean `model`?",
    ),
    "data for a model": ("X --data X y", "`X` is a Tensor, but the model to train must be a layer"),
    "module": ("nn --data X y", "`nn` is the module `torch.nn`, but the model to train must be"),
    "unknown data": ("model --data X_ y", "There is no `X_` in the notebook. Did you mean `X"),
    "brackets": (
        "model --data (X, y)",
        "Write names as separate words, without brackets and commas: `X y`.",
    ),
    "braces": ("model --data {X} y", "`{X}` is not filled in here. Write the name alone: `X`."),
    "expression": ("model --data X[:5] y", "is an expression, but the data must be a name."),
    "function": (
        "model --data load",
        "`load` is a function, but data was meant. Call it first: `data = load(...)`.",
    ),
    "three names": ("model --data X y pair", "`--data` takes one name or two (inputs and targets)"),
    "unknown option": (
        "model --data X y --epoch 2",
        "`%qtrain` has no option `--epoch`. Did you mean `--epochs`?",
    ),
    "missing value": ("model --data X y --epochs", "Option `--epochs` needs a value."),
    "word for a number": ("model --data X y --epochs ten", "There is no `ten` in the notebook."),
    "wrong number": (
        "model --data X y --epochs 1.5",
        "`epochs` must be a whole number, but it is 1.5.",
    ),
    "function for a number": (
        "model --data X y --lr load",
        "Argument `lr` must be a number, but `load` is a function.",
    ),
    "too small": (
        "model --data X y --epochs 0",
        "Argument `epochs` must be at least 1, but it is 0.",
    ),
    "unknown loss": ("model --data X y --loss CrosEntropyLoss", "Did you mean `CrossEntropyLoss`?"),
    "near a name of the notebook": (
        "model --data X y --baseline twn",
        "but it is `twn`. The notebook has `twin`.",
    ),
    "unknown optimizer": ("model --data X y --opt Adan", "Did you mean `Adam"),
    "unknown device": (
        "model --data X y --device lightnin.qubit",
        "Device `lightnin.qubit` is not installed. Did you mean `lightning.qubit`?",
    ),
    "device not ready": ("model --data X y --device default.clifford", "installed but not ready"),
    "bad name": ("model --data X y -o for", "`-o` must be followed by a name, but `for` is none."),
    "unwritable checkpoint": (
        "model --data X y --checkpoint /proc/nowhere/run",
        "/proc/nowhere/run",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_is_explained_before_anything_runs(prepared, case):
    line, message = REFUSED[case]
    before = prepared["encoder"].theta.detach().clone()
    seen = prepared.refusal(f"%qtrain {line}")
    assert message in seen
    assert "Traceback" not in seen
    assert torch.equal(prepared["encoder"].theta, before)


MISFITS = {
    "inputs of the wrong width": (
        "W = torch.rand(24, 3)",
        "model --data W y",
        "must have shape (..., 1 to 2), but its shape is",
    ),
    "NaN": ("N = X.clone(); N[3, 1] = float('nan')", "model --data N y", "NaN"),
    "empty": ("E, e = X[:0], y[:0]", "model --data E e", "empty"),
    "targets of another length": ("short = y[:5]", "model --data X short", "5"),
    "targets that do not fit the loss": (
        "far = y + 7",
        "model --data X far --loss CrossEntropyLoss",
        "target",
    ),
    "nothing to train": (
        "frozen = nn.Linear(2, 2).requires_grad_(False)",
        "frozen --data X y",
        "trainable",
    ),
    "counts": (
        "@qaimagic.quantum(shots=10)\ndef coin(inputs):\n    qml.RX(inputs[0], wires=0)\n"
        "    return qml.counts()\ncoins = nn.Sequential(nn.Linear(2, 1), coin)",
        "coins --data X y",
        "counts",
    ),
}


@pytest.mark.parametrize("case", MISFITS)
def test_a_misfit_is_explained_before_anything_runs(prepared, case):
    prepare, line, message = MISFITS[case]
    prepared.run(f"import qaimagic\n{prepare}")
    before = prepared["encoder"].theta.detach().clone()
    seen = prepared.refusal(f"%qtrain {line} --epochs 1")
    assert message in seen
    assert "Traceback" not in seen
    assert torch.equal(prepared["encoder"].theta, before)


def test_an_error_of_the_users_own_loss_points_at_its_line(prepared):
    prepared.run("def my_loss(out, target):\n    return 1 / 0")
    seen = prepared.traceback(
        "%qtrain model --data X y --loss my_loss --epochs 1", ZeroDivisionError
    )
    assert "----> 2     return 1 / 0" in seen
    assert "qaimagic/training" not in seen
