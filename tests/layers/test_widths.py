"""How many features a circuit takes, beyond the few that are tried at its declaration."""

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import quantum

N = 100
drop = nn.Dropout(0.5)


def rotate(values):
    for i, value in enumerate(values):
        qml.RX(value, wires=i % 4)
    return qml.expval(qml.Z(0))


def of_weight(inputs, weight: (4, 100)):
    return rotate(weight @ inputs)


def of_a_product(inputs, weight: (4, 28)):
    return rotate(weight @ inputs.reshape(28, 28).sum(0))


def of_a_number(inputs):
    return rotate(inputs[i] for i in range(100))


def of_a_name(inputs):
    return rotate(inputs[i] for i in range(N))


def of_an_index(inputs):
    return rotate([inputs[99]])


def of_wires(inputs):
    qml.AngleEmbedding(inputs, wires=range(100))
    return qml.expval(qml.Z(0))


def of_a_helper(inputs):
    return of_a_number(inputs)


@pytest.mark.parametrize(
    ("body", "features"),
    [
        (of_weight, 100),
        (of_a_product, 784),
        (of_a_number, 100),
        (of_a_name, 100),
        (of_an_index, 100),
        (of_wires, 100),
        (of_a_helper, 100),
    ],
)
def test_a_large_number_of_features_is_read_off_what_the_circuit_mentions(body, features):
    assert quantum(body).n_inputs == {"inputs": features}


def test_two_arguments_of_different_large_widths():
    @quantum
    def layer(left, right, weight: (2, 100)):
        return rotate((weight @ left) * right)

    assert layer.n_inputs == {"left": 100, "right": 2}


def test_a_width_that_was_not_tried_is_tried_when_it_arrives():
    @quantum
    def layer(inputs):
        return rotate(value for row in inputs.reshape(-1, 4) for value in row)

    assert layer.n_inputs == {"inputs": None}
    inputs = torch.rand(2, 100, dtype=torch.float64)
    torch.testing.assert_close(layer(inputs)[:, 0], torch.cos(inputs[:, ::4].sum(1)))
    with pytest.raises(ValueError, match=r"shape \(\.\.\., 4, 8, 12 and so on\)"):
        layer(torch.rand(2, 102))


def test_a_circuit_that_draws_numbers_is_probed_without_their_chance():
    @quantum
    def embedded(inputs):
        qml.AngleEmbedding(drop(inputs), wires=range(4))
        return qml.expval(qml.Z(0))

    @quantum
    def of_two(inputs):
        return rotate(drop(inputs)[:2])

    state = torch.get_rng_state()
    assert embedded.n_inputs == {"inputs": 4}
    assert of_two.n_inputs == {"inputs": 2}
    assert torch.equal(torch.get_rng_state(), state)
    assert [embedded(torch.rand(2, n)).shape for n in range(1, 5)] == [(2, 1)] * 4
    with pytest.raises(ValueError, match=r"reads 1 to 2 features"):
        of_two(torch.rand(2, 3))


def test_one_feature_is_one():
    @quantum
    def layer(inputs):
        return rotate([inputs[0]])

    with pytest.raises(ValueError, match=r"`layer` reads 1 feature of"):
        layer(torch.rand(2, 3))
