"""``%%qtrain`` in a real shell."""

import inspect

import pytest
import torch

from qaimagic.magics.qtrain_cell import _OPTIONS
from qaimagic.training.minimize import minimize


@pytest.fixture(autouse=True)
def _deterministic_text(monkeypatch):
    monkeypatch.setenv("QAIMAGIC_STATIC", "1")


@pytest.fixture
def prepared(notebook):
    notebook.run(
        "import torch\nfrom torch import nn\n"
        "theta = torch.tensor([2.0, 1.0])\nweight = 0.5\nnet = nn.Linear(1, 1)\ncount = 0"
    )
    return notebook


def test_the_last_expression_is_the_loss(prepared):
    theta = prepared["theta"]
    prepared.run("%%qtrain theta --steps 80 -o run\nsquare = theta.square()\nsquare.sum()")
    assert prepared["theta"] is theta
    assert theta.abs().max() < 0.2
    assert prepared["run"].stop_reason == "finished"
    assert "square" in prepared.shell.user_ns


def test_an_assigned_loss_is_the_loss(prepared):
    prepared.run("%%qtrain theta --steps 80 -o run\nloss = theta.square().sum()")
    assert prepared["theta"].abs().max() < 0.2
    prepared.run("%%qtrain theta --steps 2 -o run\nloss = theta.sum()\nprint(end='')")


def test_the_body_is_an_ordinary_cell(prepared):
    prepared.run("%%qtrain theta --steps 5 -o run\ncount += 1\n(theta - count * 0).square().sum()")
    assert prepared["count"] >= 5


def test_several_names_and_modules(prepared):
    before = prepared["net"].weight.item()
    prepared.run(
        "%%qtrain theta net --steps 3 -o run\ntheta.sum() ** 2 + net(torch.ones(1)).sum() ** 2"
    )
    assert prepared["net"].weight.item() != before
    assert prepared["theta"][0] != 2.0


def test_names_of_the_notebook_are_read_anew(prepared):
    prepared.run("%%qtrain theta --steps 1 -o first\nweight * theta.sum()")
    prepared.run("weight = 2.0")
    prepared.run("%%qtrain theta --steps 1 --fresh -o second\nweight * theta.sum()")
    norms = [prepared[name].history.steps[0].grad_norm for name in ("first", "second")]
    assert norms[1] == pytest.approx(4 * norms[0])


def test_code_prints_what_runs_as_a_program(prepared):
    code = prepared.printed(
        "%%qtrain theta --steps 80 --lr 0.2 -o run --code\nsquare = theta.square()\nsquare.sum()"
    )
    assert "run" not in prepared.shell.user_ns
    assert code.endswith("run = qaimagic.minimize(loss, {'theta': theta}, steps=80, lr=0.2)\n")
    names = {"theta": torch.tensor([2.0, 1.0])}
    exec(f"import qaimagic\n{code}", names)
    assert names["theta"].abs().max() < 0.2


def test_a_loss_assigned_before_a_last_expression(prepared):
    code = prepared.printed("%%qtrain theta --code\nloss = theta.sum()\nprint(loss)")
    assert "return loss if value is None else value" in code


def test_options_are_those_of_the_function():
    parameters = set(inspect.signature(minimize).parameters)
    assert {option.name for option in _OPTIONS} == parameters - {"loss", "over"}


def test_a_stale_layer_is_refused_and_the_cell_named(notebook):
    notebook.run(notebook.ENCODER)
    notebook.run("model = nn.Sequential(encoder)")
    notebook.run(notebook.ENCODER)
    seen = notebook.refusal("%%qtrain model --steps 1\nmodel(torch.zeros(1, 2)).sum()")
    assert "old `encoder`" in seen
    assert "`model` was made in cell [3]." in seen


REFUSED = {
    "no names": ("%%qtrain\ntheta.sum()", "Name what to change: `%%qtrain theta --steps 200`."),
    "unknown name": (
        "%%qtrain theto\ntheta.sum()",
        "There is no `theto` in the notebook. Did you mean `theta`?",
    ),
    "number": (
        "%%qtrain weight\ntheta.sum()",
        "`weight` is 0.5, but what `%%qtrain` changes must be a tensor or a module.",
    ),
    "empty": ("%%qtrain theta", "The cell gives no loss."),
    "no loss": (
        "%%qtrain theta\n\nx = theta.sum()\ny = x",
        "Line 4: the cell gives no loss. End it with",
    ),
    "syntax": ("%%qtrain theta\n\ntheta.sum() +", "Line 3: Invalid syntax.\n\n    theta.sum() +\n"),
    "many numbers": ("%%qtrain theta\ntheta", "`loss` must return one number as a tensor"),
    "no tensor": ("%%qtrain theta\n1.0", "`loss` must return one number as a tensor"),
    "unknown option": (
        "%%qtrain theta --step 3\ntheta.sum()",
        "`%%qtrain` has no option `--step`. Did you mean `--steps`?",
    ),
    "comment above": (
        "# c\n%%qtrain theta\ntheta.sum()",
        "`%%qtrain` (with two `%`) must be the first",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_is_explained(prepared, case):
    cell, message = REFUSED[case]
    seen = prepared.refusal(cell)
    assert message in seen
    assert "Traceback" not in seen
    assert prepared["theta"].tolist() == [2.0, 1.0]


def test_an_error_in_the_body_points_at_its_line(prepared):
    seen = prepared.traceback("%%qtrain theta\n\nx = theta.sum()\nx / (1 / 0)", ZeroDivisionError)
    assert "----> 4 x / (1 / 0)" in seen
    assert "qaimagic/" not in seen
