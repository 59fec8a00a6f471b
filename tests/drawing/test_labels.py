import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaimagic.drawing import labels
from qaimagic.drawing.labels import Run, clean, fold, gate_runs, greek, parameter_runs, plain


def text_of(runs):
    return "".join(f"_{run.text}" if run.shift < 0 else run.text for run in runs)


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("theta[0,1,2]", "θ_0,1,2"),
        ("inputs[0]", "inputs_0"),
        ("2·theta[0]", "2·θ_0"),
        ("2*theta", "2·θ"),
        ("theta_1[0]", "θ_1,0"),
        ("x1", "x_1"),
        ("lambda_", "λ"),
        ("learning_angle", "learning_angle"),
        ("f(inputs[0], phi)", "f(inputs_0, φ)"),
        ("array(4, 4)", "array(4, 4)"),
        ("-pi/2", "\u2212π/2"),
        ("0.50", "0.50"),
        ("theta[…]", "θ_…"),
        ("Delta", "Δ"),
        ("shoal", "shoal"),
    ],
)
def test_labels_in_math_type(label, shown):
    assert text_of(parameter_runs(label)) == shown


def test_variables_are_italic_and_numbers_upright():
    assert parameter_runs("2·theta[0]") == (
        Run("2"),
        Run("·"),
        Run("θ", italic=True, role="weight"),
        Run("0", shift=-1, role="weight"),
    )


def test_data_and_weights_have_different_roles():
    assert labels.role_of(["query[0]"], ["query"]) == "data"
    assert labels.role_of(["theta[0]", "2·phi"], ["query"]) == "weight"
    assert labels.role_of(["theta[0]·query[0]"], ["query"]) == "ink"
    assert labels.role_of(["π/2", "0.50", "array(2, 2)"], ["query"]) == "ink"


def test_names_are_listed_once_and_without_constants_and_functions():
    assert labels.names_of(["f(x[0], theta[1])", "2·theta[0]", "π/2"]) == ["x", "theta"]


@pytest.mark.parametrize(
    ("parameters", "folded"),
    [
        ([], ""),
        (["theta"], "theta"),
        (["a[0]", "a[1]"], "a[0], a[1]"),
        (["theta[0,1,0]", "theta[0,1,1]", "theta[0,1,2]"], "theta[0,1,·]"),
        (["inputs[0]", "inputs[1]", "inputs[2]"], "inputs[0…2]"),
        (["w[0,0]", "w[0,1]", "w[1,0]", "w[1,1]"], "w"),
        (["x[0]", "w[0]", "w[1]"], "x[0], w[0], w[1]"),
        (["0.1", "0.2", "0.3", "0.4"], "0.1, 0.2, …, 0.4"),
    ],
)
def test_long_parameter_lists_fold(parameters, folded):
    assert fold(parameters) == folded


def test_gate_names():
    assert text_of(gate_runs("RX")) == "R_X"
    assert text_of(gate_runs("IsingZZ")) == "Ising_ZZ"
    assert text_of(gate_runs("Hadamard")) == "H"
    assert gate_runs("T", adjoint=True)[-1] == Run("†", shift=1)
    assert text_of(gate_runs("RXX0")) == "RXX0"


def test_words_of_a_template():
    assert labels.words("IQPEmbedding") == ["IQP", "Embedding"]
    assert labels.words("") == [""]


@given(st.text())
def test_no_label_is_lost_or_breaks_the_line(text):
    assert clean(text).isprintable()
    assert len(clean(text, 5)) <= 5
    assert plain(text).isprintable()
    assert "".join(labels.words(text)) == text
    assert all(run.text.isprintable() for run in parameter_runs(text))


def test_greek_letters_are_only_the_common_ones():
    assert [greek(name) for name in ("theta", "Omega", "varphi")] == ["θ", "Ω", "\u03d5"]
    assert [greek(name) for name in ("san", "THETA", "")] == [
        "san",
        "THETA",
        "",
    ]
