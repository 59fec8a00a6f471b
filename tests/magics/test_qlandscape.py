"""``%qlandscape`` in a real shell."""

import numpy as np
import pytest

import qaimagic


@pytest.fixture
def ready(notebook):
    notebook.run(
        "%%quantum\ndef tilt(theta: (2,)):\n    qml.RX(theta[0], wires=0)\n"
        "    qml.RY(theta[1], wires=0)\n    return qml.expval(qml.Z(0))"
    )
    notebook.run(
        "import torch\n"
        "theta = torch.tensor([0.3, 0.4])\n"
        "def loss():\n    return torch.cos(theta).prod()\n"
        "model = torch.nn.Linear(2, 1)\n"
        "X = torch.randn(8, 2)\ny = X[:, :1]"
    )
    return notebook


def test_two_weights_of_a_layer(ready):
    found = ready.run("%qlandscape tilt --over theta[0] theta[1] --points 9")
    assert isinstance(found, qaimagic.Landscape)
    np.testing.assert_allclose(found.values, np.cos(found.x) * np.cos(found.y[:, None]), atol=1e-6)
    assert "tilt over theta[0] and theta[1], 9 x 9 points" in repr(found)


def test_a_loss_reads_tensors_of_the_notebook(ready):
    found = ready.run("%qlandscape loss --over theta[0] theta[1] --points 5")
    np.testing.assert_allclose(found.values, np.cos(found.x) * np.cos(found.y[:, None]), atol=1e-6)
    assert ready["theta"].tolist() == pytest.approx([0.3, 0.4])


def test_data_random_directions_and_a_path(ready):
    ready.run("path = qaimagic.WeightPath(model)" if "qaimagic" in ready.shell.user_ns else
              "import qaimagic\npath = qaimagic.WeightPath(model)")  # fmt: skip
    ready.run("%qtrain model --data X y --epochs 2 --listeners path -o run")
    ready.run("%qlandscape model --data X y --random --seed 1 --path path --points 5 -o found")
    assert ready["found"].value_label == "MSELoss of Linear"
    assert len(ready["found"].path) == 3


def test_code_is_the_call(ready):
    line = "%qlandscape model --data X y --over weight[0,0] bias[0] --points 5 --code"
    assert ready.printed(line).strip() == (
        "qaimagic.landscape(model, (X, y), over=['weight[0,0]', 'bias[0]'], points=5)"
    )
    assert "weights={'theta': theta}" in ready.printed(
        "%qlandscape loss --over theta[0] theta[1] --code"
    )
    assert "inputs=(X,)" in ready.printed("%qlandscape model --inputs X --random --code")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "Name what to look at"),
        ("tlit --over theta[0] theta[1]", "Did you mean `tilt`?"),
        ("tilt --over thet[0] theta[1]", "Did you mean `theta`?"),
        ("tilt --over theta[0] theta[5]", "index 5 is not among 0 to 1"),
        ("tilt --over theta[0]", "name two weights"),
        ("loss --over thta[0] theta[1]", "There is no `thta`"),
        ("loss --random", "be given with a function"),
        ("loss --random --weights loss", "must be a tensor or a module"),
        ("model --data X y --random --points ten", "There is no `ten`"),
        ("tilt --ovr theta[0]", "Did you mean `--over`?"),
    ],
)
def test_mistakes_are_told_without_a_traceback(ready, line, words):
    shown = ready.refusal(f"%qlandscape {line}")
    assert words in shown
    assert "Traceback" not in shown


def test_completion_offers_what_can_be_looked_at_and_its_weights(ready):
    assert {"tilt", "model", "theta"} <= set(ready.completions("%qlandscape "))
    assert ready.completions("%qlandscape model --over w") == ["weight[0,0]"]
    assert ready.completions("%qlandscape tilt --over ") == ["theta[0]"]
