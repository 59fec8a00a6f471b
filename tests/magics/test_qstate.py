"""``%qstate`` in a real shell."""

import pytest

from qaimagic.explore.state import StateView


@pytest.fixture
def prepared(notebook):
    notebook.run(notebook.ENCODER)
    notebook.run(
        "x = torch.tensor([0.1, 0.2])\n"
        "plus = torch.ones(4) / 2\n"
        "model = torch.nn.Sequential(encoder)\n"
        "@qml.qnode(qml.device('default.qubit'))\n"
        "def bell(angle):\n    qml.RX(angle, wires=0)\n    qml.CNOT([0, 1])\n    return qml.state()"
    )
    return notebook


def test_a_layer_a_qnode_and_numbers(prepared):
    assert isinstance(prepared.run("%qstate encoder x"), StateView)
    assert "bell: 2 wires, pure; |00⟩ 1;" in prepared.printed("%qstate bell 0.0")
    assert "state: 2 wires, pure; |00⟩ 0.25" in prepared.printed("%qstate plus")
    assert "|1⟩ 1" in prepared.printed("%qstate [0,1]")


def test_options(prepared):
    view = prepared.run("%qstate bell 0.0 --with plus --shots 100 --seed 3 --wires 1 0")
    assert view.fidelity == pytest.approx(0.25)
    assert [sample.shots for sample in view.samples] == [100, 100]
    assert view.states[0].wires == ("1", "0")


def test_the_result_is_stored_or_told_as_python(prepared):
    assert "Out[" not in prepared.printed("%qstate encoder x -o seen")
    assert isinstance(prepared["seen"], StateView)
    line = "%qstate encoder x --with plus --shots 50 --wires 0 1 --code"
    code = prepared.printed(line)
    assert code == "qaimagic.state(encoder, x, other=plus, shots=50, wires=[0, 1])\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Name what has the state: `%qstate encoder x`."),
        ("encodr", "There is no `encodr` in the notebook. Did you mean `encoder`?"),
        ("encoder", "Layer `encoder` takes `inputs`"),
        ("encoder x --with plas", "There is no `plas` in the notebook. Did you mean `plus`?"),
        ("encoder x --wires 7", "be among the wires of `encoder` (0, 1), but it holds 7"),
        ("encoder x --shots many", "There is no `many` in the notebook."),
        ("plus --shots 99999999999999999999", "Argument `shots` must be at most 1,000,000,000"),
        ("model x", "Argument `source` must be a hybrid layer, a QNode, amplitudes or a density"),
        ("[1,1]", "Argument `source` must have norm 1"),
    ],
)
def test_a_mistake_is_explained(prepared, line, message):
    seen = prepared.refusal(f"%qstate {line}")
    assert message in seen
    assert "Traceback" not in seen


def test_completion_knows_what_has_a_state(prepared):
    prepared.run("odd = torch.ones(3)")
    offered = prepared.completions("%qstate ")
    assert {"encoder", "bell", "plus"} <= set(offered)
    assert "odd" not in offered
    assert "plus" in prepared.completions("%qstate encoder x --with ")
    assert "--shots" in prepared.completions("%qstate encoder --sh")


def test_numbers_that_are_none_are_named(prepared):
    prepared.run("odd = torch.tensor([float('nan'), 0.0])")
    assert "`inputs` must be finite, but `inputs` holds NaN" in prepared.refusal(
        "%qstate encoder odd"
    )
    prepared.run("lost = float('nan')")
    assert "Argument `inputs` must be finite" in prepared.refusal("%qstate bell lost")
    prepared.run("with torch.no_grad():\n    encoder.theta[0, 0, 0] = float('nan')")
    seen = prepared.refusal("%qstate encoder x")
    assert "`source` must have finite weights, but `theta` holds NaN or infinity. Give it" in seen
