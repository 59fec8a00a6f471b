"""Which parameters of a circuit are data, which are weights, and what they are called."""

import pytest
from qiskit.circuit import Parameter as OfQiskit
from qiskit.circuit import ParameterVector
from qiskit.circuit.library import real_amplitudes, zz_feature_map
from sympy import Symbol

from qaimagic.bridge.importing.circuit import Parameter
from qaimagic.bridge.importing.expressions import Entry
from qaimagic.bridge.importing.from_qiskit import from_qiskit
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.parameters import arguments_for


def named(*names):
    return [Parameter(name) for name in names]


def vector(name, length):
    return [Parameter(f"{name}[{k}]", name, k, length) for k in range(length)]


@pytest.mark.parametrize(
    "names", [("t0", "t1"), ("t_0", "t_1"), ("t[0]", "t[1]"), ("_t_0_", "_t_1_")]
)
def test_series_of_names_are_vectors(names):
    found = arguments_for(named(*names), None, ())
    assert found.shapes == {"t": (2,)}
    assert found.entries == {names[0]: Entry("t", 0), names[1]: Entry("t", 1)}


def test_long_series_are_in_the_order_of_numbers():
    names = sorted(f"t{k}" for k in range(12))
    found = arguments_for(named(*names), None, ())
    assert found.entries["t10"] == Entry("t", 10)
    assert found.shapes == {"t": (12,)}


@pytest.mark.parametrize(
    "names", [("t0",), ("t1", "t2"), ("t0", "t2"), ("t0", "t1", "t"), ("t0", "t00")]
)
def test_what_is_no_series_stays_apart(names):
    assert arguments_for(named(*names), None, ()).shapes == dict.fromkeys(names, ())


def test_data_by_default():
    found = arguments_for([*vector("x", 2), *named("y")], None, ())
    assert (found.data, found.n_features, found.shapes) == (("inputs",), 2, {"y": ()})
    assert arguments_for(vector("x", 2), [], ()).shapes == {"x": (2,)}


@pytest.mark.parametrize(
    "inputs",
    [["b", "a"], ("b", "a"), ["b", OfQiskit("a")], [ParameterVector("b", 2), Symbol("a")]],
)
def test_data_in_the_order_asked_for(inputs):
    found = arguments_for([*named("a"), *vector("b", 2)], inputs, ())
    assert found.n_features == 3
    assert [found.entries[name].index for name in ("b[0]", "b[1]", "a")] == [0, 1, 2]


def test_the_parameters_of_a_part_of_the_circuit_as_data():
    features = zz_feature_map(2, parameter_prefix="f")
    whole = from_qiskit(features.compose(real_amplitudes(2, reps=1)))
    found = arguments_for(whole.parameters, features.parameters, ())
    assert (found.n_features, found.shapes) == (2, {"θ": (4,)})
    assert found.entries["f[1]"] == Entry("inputs", 1)


def test_a_part_of_a_vector_as_data():
    found = arguments_for(vector("p", 3), "p[1]", ())
    assert found.entries["p[1]"] == Entry("inputs", 0)
    assert found.entries["p[2]"] == Entry("p", 2)
    assert found.shapes == {"p": (3,)}


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("ϕ", "φ"),
        ("θ[0]", "θ_0"),
        ("a.b", "a_b"),
        ("lambda", "lambda_"),
        ("forward", "forward_"),
        ("circuit", "circuit_"),
        ("2t", "weight_2t"),
        ("?", "weight"),
        ("my angle", "my_angle"),
        ("inputs_", "inputs_"),
    ],
)
def test_names_that_torch_and_python_take(name, weight):
    found = arguments_for(named(name), [], HybridLayer.taken())
    assert list(found.shapes) == [weight]
    assert weight.isidentifier()


def test_names_that_would_be_the_same():
    found = arguments_for(named("a.b", "a b", "inputs"), [], ())
    assert list(found.shapes) == ["a_b", "a_b_", "inputs_"]
    assert found.entries["a b"] == Entry("a_b_")
