"""What a layer is called with: any batch, one sample, the wrong width."""

from __future__ import annotations

import warnings

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import quantum
from qaimagic.errors import QaimagicWarning
from tests.layers.traced import assert_right, is_traced


@quantum
def encoder(inputs, theta: (2, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return encoder.new()


def test_any_leading_batch_dimensions(layer):
    inputs = torch.rand(3, 4, 2)
    answers = layer(inputs)
    assert answers.shape == (3, 4, 2)
    torch.testing.assert_close(answers[1, 2], layer(inputs[1, 2]))


def test_an_empty_batch_and_a_single_sample(layer):
    assert layer(torch.rand(0, 2)).shape == (0, 2)
    layer(torch.rand(0, 2)).sum().backward()
    assert layer.theta.grad.abs().sum() == 0
    assert layer(torch.rand(2)).shape == (2,)


def test_several_data_arguments_by_position_and_name():
    @quantum
    def overlap(query, key, scale: 1 = 1.0):
        qml.AngleEmbedding(query * scale, wires=range(2))
        qml.adjoint(qml.AngleEmbedding)(key, wires=range(2))
        return qml.probs(wires=range(2))

    query, key = torch.rand(3, 2), torch.rand(3, 2)
    assert overlap(query, key=query)[:, 0].tolist() == pytest.approx([1, 1, 1])
    torch.testing.assert_close(overlap(key=key, query=query), overlap(query, key))
    assert_right(overlap, query, key)
    assert is_traced(overlap)
    with pytest.raises(ValueError, match="share their batch"):
        overlap(query, key[:2])
    with pytest.raises(TypeError, match="takes `query`, `key`"):
        overlap(query)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_answer_has_the_dtype_of_the_data(layer, dtype):
    inputs = torch.rand(3, 2, dtype=dtype, requires_grad=True)
    answers = layer(inputs)
    assert answers.dtype == dtype
    answers.sum().backward()
    assert (inputs.grad.dtype, layer.theta.grad.dtype) == (dtype, torch.float32)
    assert encoder.new().double()(inputs.double()).dtype == torch.float64


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        (torch.rand(4, 3), ValueError, r"`inputs` must have shape \(\.\.\., 1 to 2\)"),
        (torch.rand(4, 3), ValueError, r"`encoder` reads 1 to 2 .* `nn.Linear\(3, 2\)` before"),
        (torch.tensor(0.5), ValueError, "a single number"),
        ("hello", TypeError, "be a tensor"),
        (torch.rand(4, 2) + 1j, TypeError, "must be real, but its dtype is torch.complex64"),
    ],
)
def test_wrong_inputs_are_refused_by_name_and_shape(layer, inputs, error, message):
    with pytest.raises(error, match=message):
        layer(inputs)


def test_features_that_the_circuit_would_ignore_are_refused():
    @quantum
    def reads_two(inputs):
        qml.RX(inputs[0], wires=0)
        qml.RX(inputs[1], wires=0)
        return qml.expval(qml.Z(0))

    assert reads_two.n_inputs == {"inputs": 2}
    with pytest.raises(ValueError, match=r"have shape \(\.\.\., 2\)"):
        reads_two(torch.rand(4, 30))


@pytest.mark.parametrize(
    ("embed", "features"),
    [
        (lambda x: qml.AmplitudeEmbedding(x, wires=range(3), normalize=True), 8),
        (lambda x: qml.StatePrep(x, wires=range(2)), 4),
        (lambda x: qml.BasisEmbedding(x, wires=range(3)), 3),
        (lambda x: qml.RX((x.reshape(2, 3) @ x.reshape(3, 2)).sum(), wires=0), 6),
        (lambda x: [qml.RX(value, wires=i) for i, value in enumerate(x)], None),
    ],
)
def test_the_number_of_features_is_read_off_the_circuit(embed, features):
    @quantum
    def layer(inputs):
        embed(inputs)
        return qml.expval(qml.Z(0))

    assert layer.n_inputs == {"inputs": features}


def test_angles_that_wrap_are_warned_of_once():
    layer = encoder.new()
    with pytest.warns(QaimagicWarning, match=r"Angles wrap: `inputs` of `encoder` spans") as told:
        nn.Sequential(layer)(100 * torch.rand(20, 2))
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer(100 * torch.rand(20, 2))
        encoder.new()(3 * torch.rand(20, 2))
