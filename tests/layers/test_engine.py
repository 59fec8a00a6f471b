"""A layer on our engine is traced once, and never answers with what was true at an earlier call."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import quantum
from tests.layers.traced import assert_right, is_traced, on_default_qubit, traces

factor = 2.0


def helper(value):
    return value * factor


def scaled(inputs, theta: 2):
    qml.RX(helper(inputs[0]), wires=0)
    qml.RY(theta[0] * inputs[1], wires=1)
    qml.CNOT([0, 1])
    qml.RZ(theta[1], wires=1)
    return qml.expval(qml.Z(0)), qml.expval(qml.X(1))


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return quantum(scaled).double()


@pytest.fixture
def inputs():
    return torch.rand(5, 2, dtype=torch.float64)


def test_one_trace_serves_every_batch(layer, inputs):
    for size in (5, 1, 3):
        assert_right(layer, inputs[:size])
    assert layer(inputs[0]).shape == (2,)
    assert traces(layer) == 1
    layer.float()(inputs.float())
    assert traces(layer) == 2


def test_copies_share_the_trace_but_not_the_weights(layer, inputs):
    first = layer(inputs)
    for other in (layer.new().double(), copy.deepcopy(layer)):
        with torch.no_grad():
            other.theta.add_(1)
        assert not torch.allclose(other(inputs), first)
        assert_right(other, inputs)
    assert traces(layer) == 1


def test_a_global_that_changes_is_noticed(layer, inputs, monkeypatch):
    for value, expected in ((2.0, 1), (3.0, 2), (2.0, 2), (3.0, 2), (-1.0, 3)):
        monkeypatch.setitem(globals(), "factor", value)
        assert_right(layer, inputs)
        assert traces(layer) == expected


def test_what_changes_in_every_call_is_given_up_on(inputs):
    step = 0

    @quantum
    def layer(inputs):
        qml.RX(inputs[0] * step, wires=0)
        return qml.expval(qml.Z(0))

    for step in range(40):
        torch.testing.assert_close(layer(inputs)[:, 0], torch.cos(step * inputs[:, 0]))
    assert traces(layer) < 30
    assert layer.circuit.programs.reason == "what it reads changes in every call"


def test_an_array_changed_in_place_is_noticed(inputs):
    angles = np.array([0.1, 0.2])

    @quantum
    def layer(inputs):
        qml.RX(inputs[0] + angles[1], wires=0)
        qml.RX(inputs[1], wires=1)
        return qml.expval(qml.Z(0))

    for _ in range(2):
        torch.testing.assert_close(layer(inputs)[:, 0], torch.cos(inputs[:, 0] + angles[1]))
        angles[1] = 1.5
    assert is_traced(layer)


def test_a_parameter_from_outside_is_trained_without_a_new_trace(inputs):
    outside = nn.Parameter(torch.tensor([0.5, 1.5], dtype=torch.float64))

    @quantum
    def layer(inputs):
        qml.RX(inputs[0] * outside[1], wires=0)
        qml.RY(outside[0] + inputs[1], wires=0)
        return qml.expval(qml.Z(0))

    for _ in range(3):
        answers = layer(inputs)
        expected = on_default_qubit(layer, inputs)
        torch.testing.assert_close(answers, expected)
        [mine] = torch.autograd.grad(answers.sum(), [outside])
        [theirs] = torch.autograd.grad(expected.sum(), [outside])
        torch.testing.assert_close(mine, theirs)
        with torch.no_grad():
            outside.sub_(0.1 * mine)
    assert traces(layer) == 1


def test_an_observable_from_outside_has_the_coefficients_that_it_has_now(inputs):
    outside = nn.Parameter(torch.tensor([0.5, 1.5], dtype=torch.float64))
    constant = np.array(0.3)
    observable = outside[0] * qml.Z(0) + outside[1] * qml.X(0)

    @quantum
    def layer(inputs):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.evolve(outside[0] * qml.Z(0) @ qml.Z(1), 0.4)
        return qml.expval(observable), qml.expval(constant * qml.Y(1))

    for _ in range(3):
        answers, expected = layer(inputs), on_default_qubit(layer, inputs)
        torch.testing.assert_close(answers, expected)
        [mine] = torch.autograd.grad(answers.sum(), [outside])
        [theirs] = torch.autograd.grad(expected.sum(), [outside])
        torch.testing.assert_close(mine, theirs)
        with torch.no_grad():
            outside.add_(1)
    assert traces(layer) == 1
    constant[...] = 0.8
    assert_right(layer, inputs)


def test_measurements_from_outside_are_left_as_they_are(inputs):
    measured = [qml.expval((2 * qml.Z(0)) @ qml.Z(1) @ qml.Z(0)), qml.expval(qml.X(0) @ qml.Z(1))]
    before = repr(measured)

    @quantum
    def layer(inputs):
        qml.AngleEmbedding(inputs, wires=range(2))
        return [measured[0], measured[1]]

    layer(inputs)
    assert is_traced(layer)
    assert repr(measured) == before
    assert_right(layer, inputs)


def test_branches_on_values_run_the_body(inputs):
    @quantum
    def layer(inputs):
        if inputs[0] > 0.5:
            qml.RX(inputs[1], wires=0)
        return qml.expval(qml.Z(0))

    expected = torch.where(inputs[:, 0] > 0.5, torch.cos(inputs[:, 1]), 1.0)
    for _ in range(2):
        torch.testing.assert_close(layer(inputs)[:, 0], expected)
    assert not is_traced(layer)


def test_random_numbers_are_drawn_anew():
    @quantum
    def by_torch(inputs):
        qml.RX(inputs[0] + torch.rand(()), wires=0)
        return qml.expval(qml.Z(0))

    @quantum
    def by_numpy(inputs):
        qml.RX(inputs[0] + np.random.uniform(), wires=0)
        return qml.expval(qml.Z(0))

    for layer in (by_torch, by_numpy):
        assert len({layer(torch.zeros(1, 1)).item() for _ in range(5)}) == 5


def test_other_precisions_take_the_other_way(layer, inputs):
    low = layer.to(torch.bfloat16)
    assert low(inputs.bfloat16()).dtype == torch.bfloat16
    assert traces(layer) == 0


def test_threads_at_once(layer, inputs):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: layer(inputs), range(8)))
    assert all(torch.equal(answer, answers[0]) for answer in answers)


def test_a_layer_without_data():
    @quantum
    def energy(theta: 2):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=1)
        return qml.expval(theta[0] * qml.Z(0) @ qml.Z(1))

    for _ in range(2):
        assert_right(energy)
    assert energy().shape == (1,)
    energy().backward()
    assert energy.theta.grad.abs().sum() > 0
    assert is_traced(energy)


def test_states_and_amplitudes(inputs):
    @quantum
    def state(inputs):
        qml.AmplitudeEmbedding(inputs, wires=range(2), normalize=True, pad_with=0.1)
        qml.H(1)
        return qml.state()

    for _ in range(2):
        assert_right(state, inputs)
    assert is_traced(state)


def test_amplitudes_are_still_checked(inputs):
    @quantum
    def layer(inputs):
        qml.AmplitudeEmbedding(inputs, wires=0)
        return qml.expval(qml.X(0))

    assert_right(layer, nn.functional.normalize(inputs, dim=1))
    assert is_traced(layer)
    with pytest.raises(RuntimeError, match="norm 1"):
        layer(inputs)


def test_each_sample_counts_as_a_circuit(layer, inputs):
    layer(inputs).sum().backward()
    assert layer.circuits == 5
    on_default_qubit(layer, inputs)
    assert layer.circuits == 10


@pytest.mark.parametrize("diff_method", ["parameter-shift", "finite-diff"])
def test_other_gradient_methods_go_their_own_way(diff_method, inputs):
    layer = quantum(diff_method=diff_method)(scaled).double()
    assert_right(layer, inputs)
    assert traces(layer) == 0


@pytest.mark.parametrize(
    "options", [{"device": "default.qubit"}, {"device": "lightning.qubit"}, {"shots": 10}]
)
def test_a_device_chosen_on_purpose_is_kept(options, inputs):
    layer = quantum(**options)(scaled).double()
    layer(inputs)
    assert traces(layer) == 0
