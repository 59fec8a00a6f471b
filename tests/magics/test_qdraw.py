"""``%qdraw`` in a real shell."""

import pytest
import torch

from qaimagic.drawing.page import Picture
from qaimagic.explore.circuit import CircuitExplorer


@pytest.fixture
def drawn(notebook):
    notebook.run(notebook.ENCODER)
    notebook.run(
        "x = torch.tensor([0.1, 0.2])\n"
        "@qml.qnode(qml.device('default.qubit'))\n"
        "def bell(angle):\n    qml.RX(angle, wires=0)\n    qml.CNOT([0, 1])\n    return qml.probs()"
    )
    return notebook


def test_a_layer_is_drawn_as_a_picture(drawn):
    picture = drawn.run("%qdraw encoder")
    assert isinstance(picture, Picture)
    assert picture.svg.startswith("<svg")


def test_templates_come_apart(drawn):
    whole = drawn.printed("%qdraw encoder --format text")
    apart = drawn.printed("%qdraw encoder --format text --decompose")
    assert "StronglyEntanglingLayers" in whole
    assert "StronglyEntanglingLayers" not in apart


@pytest.mark.parametrize(
    "line",
    ["encoder x --format text", "--format text encoder x", "encoder --format text x  # a sample"],
)
def test_options_stand_anywhere(drawn, line):
    assert "AngleEmbedding(inputs)" in drawn.printed(f"%qdraw {line}")


def test_a_qnode_with_values_for_its_arguments(drawn):
    drawn.run("angle = 0.3")
    assert "RX" in drawn.printed("%qdraw bell angle --format text")
    assert "RX" in drawn.printed("%qdraw bell 0.3 --format text")


def test_a_narrow_drawing_wraps(drawn):
    wide = str(drawn.run("%qdraw encoder --format text"))
    narrow = str(drawn.run("%qdraw encoder --format text --max-width 300"))
    assert len(narrow.splitlines()) > len(wide.splitlines())


def test_the_result_is_stored_or_silenced(drawn):
    assert "Out[" not in drawn.printed("%qdraw encoder -o picture")
    assert isinstance(drawn["picture"], Picture)
    assert drawn.printed("%qdraw encoder;") == ""
    drawn.run("kept = %qdraw encoder")
    assert isinstance(drawn["kept"], Picture)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Name the circuit to draw: `%qdraw encoder`."),
        ("encodr", "There is no `encodr` in the notebook. Did you mean `encoder`?"),
        ("x", "Argument `circuit` must be a hybrid layer or a QNode, but it is Tensor."),
        ("encoder --format jpg", "Argument `format` must be one of `svg`, `text`, `mpl`"),
        ("encoder --max-width wide", "There is no `wide` in the notebook."),
        (
            "encoder --max-width x",
            "Argument `max_width` must be a whole number, but `x` is a Tensor.",
        ),
        ("encoder math", "`math` is the module `math`, but data was meant."),
        ("encoder 'text", "A quote is not closed: 'text"),
    ],
)
def test_a_mistake_is_explained(drawn, line, message):
    seen = drawn.refusal(f"%qdraw {line}")
    assert message in seen
    assert "Traceback" not in seen


def test_interactive_it_can_be_looked_into(drawn):
    explorer = drawn.run("%qdraw encoder x --interactive")
    assert isinstance(explorer, CircuitExplorer)
    torch.testing.assert_close(explorer.values["inputs"], torch.tensor([0.1, 0.2]).double())
    assert drawn.printed("%qdraw encoder x --interactive --code") == (
        "qaimagic.draw(encoder, x, interactive=True)\n"
    )
