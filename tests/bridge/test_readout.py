"""Measurements read off words or off the state, against default.qubit; gradients included."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane import measurements as mp
from pennylane.tape import QuantumScript

from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.readout import readout
from tests.bridge.lowered import by_default_qubit, lowered

WIRES = range(4)
WIRE_INDEX = {wire: wire for wire in WIRES}
GENERATOR = np.random.default_rng(5)


def hermitian(n_wires):
    shape = (2**n_wires, 2**n_wires)
    matrix = GENERATOR.normal(size=shape) + 1j * GENERATOR.normal(size=shape)
    return matrix + matrix.conj().T


WORD = qml.X(0) @ qml.Y(2)
SUM = 0.3 * qml.Z(0) @ qml.X(1) + 0.5 * qml.I(0) + 0.2 * qml.Y(1)
LINEAR = qml.Hamiltonian([0.3, 0.7], [qml.X(0) @ qml.Y(2), qml.Z(1) @ qml.Z(3)])
LITTLE, LARGE = hermitian(2), hermitian(4)
FEW_WORDS = {
    "word": mp.expval(WORD),
    "word with a factor": mp.expval(-2.5 * WORD),
    "sum": mp.expval(SUM),
    "linear combination": mp.expval(LINEAR),
    "square": mp.expval(qml.Z(1) ** 2),
    "identity": mp.expval(qml.I(2) + 0 * qml.Z(0)),
    "Hadamard": mp.expval(qml.H(1)),
    "Hermitian": mp.expval(qml.Hermitian(LITTLE, [2, 0])),
    "Hermitian in a sum": mp.expval(qml.Hermitian(LITTLE, [2, 0]) + 0.4 * qml.Z(1)),
    "Projector": mp.expval(qml.Projector([0, 1], [2, 1])),
    "Projector on a state": mp.expval(qml.Projector(np.array([0.6, 0.8]), [1])),
    "exponential": mp.expval(qml.exp(qml.Z(0), 0.3)),
    "var of a word": mp.var(WORD),
    "var of a word with a factor": mp.var(3 * WORD),
    "var of a sum": mp.var(SUM),
    "var of a Hermitian": mp.var(qml.Hermitian(LITTLE, [2, 0])),
    "var of a Projector": mp.var(qml.Projector([0, 1], [2, 1])),
    "probs": mp.probs(wires=[2, 0]),
    "probs of three": mp.probs(wires=[3, 1, 0]),
}
STATE = {
    "state": mp.state(),
    "density_matrix": mp.density_matrix([1, 3]),
    "purity": mp.purity([0, 1]),
    "vn_entropy": mp.vn_entropy([0]),
    "mutual_info": mp.mutual_info([0], [1, 2]),
    "all probs": mp.probs(),
    "probs in other order": mp.probs(wires=[3, 1, 0, 2]),
    "probs of an observable": mp.probs(op=qml.X(0) @ qml.Y(1)),
    "wide Hermitian": mp.expval(qml.Hermitian(LARGE, [2, 0, 1, 3])),
    "var of a wide Hermitian": mp.var(qml.Hermitian(LARGE, [2, 0, 1, 3])),
    "wide Hermitian in a sum": mp.expval(qml.Hermitian(LARGE, [2, 0, 1, 3]) + qml.Z(0)),
    "wide Projector": mp.expval(qml.Projector([0, 1, 1, 0], [2, 1, 0, 3])),
    "sparse": mp.expval(
        qml.SparseHamiltonian((SUM + LINEAR).sparse_matrix([2, 0, 1, 3]), [2, 0, 1, 3])
    ),
}


def tape_of(measurements, weights):
    layers = qml.StronglyEntanglingLayers(weights, WIRES)
    return QuantumScript([layers], measurements)


def leaf():
    weights = torch.rand(2, 4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    return (6 * weights).requires_grad_()


def agree(measurements, weights):
    mine = lowered(tape_of(measurements, weights), WIRES)
    theirs = by_default_qubit(tape_of(measurements, weights), WIRES)
    for [one], other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one, other.to(one), rtol=0, atol=1e-9)
    if not mine[0].requires_grad:
        assert torch.autograd.grad(theirs[0], weights)[0].abs().max() < 1e-12
        return
    cotangents = [torch.linspace(-1, 2, a.numel()).to(a).reshape(a.shape) for a in theirs]
    one, other = (
        torch.autograd.grad(answers, weights, cotangents)
        for answers in ([a[0] for a in mine], theirs)
    )
    torch.testing.assert_close(one, other, rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", FEW_WORDS)
def test_few_words_give_the_answer(name):
    measurement = FEW_WORDS[name]
    assert readout([measurement], WIRE_INDEX, 4).words
    agree([measurement], leaf())


@pytest.mark.parametrize("name", STATE)
def test_the_state_gives_the_answer(name):
    measurement = STATE[name]
    assert not readout([measurement], WIRE_INDEX, 4).words
    if name == "sparse":
        dense_one = qml.Hermitian((SUM + LINEAR).matrix(wire_order=range(4)), range(4))
        weights = leaf()
        [mine] = lowered(tape_of([measurement], weights), WIRES)
        [[theirs]] = [by_default_qubit(tape_of([mp.expval(dense_one)], weights), WIRES)]
        torch.testing.assert_close(mine[0], theirs)
        gradients = [torch.autograd.grad(value, weights) for value in (mine[0], theirs)]
        torch.testing.assert_close(*gradients)
        return
    agree([measurement], leaf())


def test_words_are_asked_for_once_and_answered_in_order():
    measurements = [mp.expval(SUM), mp.var(qml.Y(1)), mp.probs(wires=[1]), mp.expval(qml.Z(1))]
    words = readout(measurements, WIRE_INDEX, 4).words
    assert len(words) == len(set(words)) == 3
    agree(measurements, leaf())


def test_one_wide_measurement_sends_all_to_the_state():
    measurements = [mp.expval(SUM), mp.var(LINEAR), mp.purity([0]), mp.probs(wires=[1])]
    assert readout(measurements, WIRE_INDEX, 4).words == ()
    agree(measurements, leaf())


def test_a_batch_is_answered_sample_by_sample():
    values = torch.tensor([[0.1, 0.2], [-0.3, 0.4], [0.5, 0.6]], dtype=torch.float64)
    read = readout([mp.expval(2 * qml.X(0) + qml.Z(1)), mp.probs(wires=[1])], WIRE_INDEX, 4)
    assert read.words == (((0, "X"),), ((1, "Z"),))
    sums, probabilities = read.assemble(values)
    torch.testing.assert_close(sums, 2 * values[:, 0] + values[:, 1])
    wanted = torch.stack([(1 + values[:, 1]) / 2, (1 - values[:, 1]) / 2], dim=1)
    torch.testing.assert_close(probabilities, wanted)
    assert read.assemble(values.float())[0].dtype == torch.float32


def test_values_of_words_are_answers_as_they_stand():
    measurements = [mp.expval(qml.Z(1)), mp.expval(qml.X(0)), mp.expval(qml.Z(1) @ qml.Y(2))]
    values = torch.arange(6.0).reshape(2, 3)
    for wanted, order in ((values.T, measurements), (values.T[[0, 1, 0]], measurements[:2] * 2)):
        read = readout(order, WIRE_INDEX, 4)
        answers = read.assemble(values[:, : len(read.words)])
        torch.testing.assert_close(torch.stack(answers)[:3], wanted)


def test_probabilities_are_never_negative_but_keep_their_slope():
    values = torch.tensor([[1 + 1e-7]], dtype=torch.float64, requires_grad=True)
    [probabilities] = readout([mp.probs(wires=[0])], WIRE_INDEX, 1).assemble(values)
    assert (probabilities >= 0).all()
    [slope] = torch.autograd.grad(probabilities[0, 1], values)
    assert slope.item() == -0.5
    values = values.detach()
    read = readout([mp.probs(wires=[0])], WIRE_INDEX, 1)
    _, slope = torch.func.jvp(lambda one: read.assemble(one)[0][0, 1], (values,), (values * 2,))
    torch.testing.assert_close(slope, -values[0, 0])


def numbers_of_all_kinds():
    """A readout with gaps between its columns, and values for it."""
    measurements = [mp.probs(wires=[2, 0]), mp.expval(SUM), mp.probs(wires=[0]), mp.var(SUM)]
    read = readout(measurements, WIRE_INDEX, 4)
    generator = torch.Generator().manual_seed(1)
    return read, torch.rand(5, len(read.words), generator=generator)


def side_by_side(read, values):
    return torch.cat([answer.reshape(len(values), -1) for answer in read.assemble(values)], dim=1)


def test_answers_in_inference_mode_leave_nothing_behind_that_training_could_not_use():
    read, values = numbers_of_all_kinds()
    with torch.inference_mode():
        wanted = side_by_side(read, values)
    answers = side_by_side(read, values.requires_grad_())
    torch.testing.assert_close(answers, wanted)
    answers.sum().backward()
    assert values.grad is not None


def test_answers_within_transforms_leave_nothing_behind():
    read, values = numbers_of_all_kinds()

    def total(row):
        return side_by_side(read, row[None]).square().sum()

    slopes = torch.func.vmap(torch.func.grad(total))(values)
    values.requires_grad_()
    [wanted] = torch.autograd.grad(side_by_side(read, values).square().sum(), values)
    torch.testing.assert_close(slopes, wanted)


def test_answers_keep_their_precision_under_autocast():
    read, values = numbers_of_all_kinds()
    wanted = side_by_side(read, values)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        answers = side_by_side(read, values)
    torch.testing.assert_close(answers, wanted, rtol=0, atol=0)
    double = side_by_side(read, values.double())
    torch.testing.assert_close(double, wanted.double(), rtol=0, atol=1e-6)


def test_coefficients_are_differentiable_and_may_differ_by_sample():
    coefficients = torch.tensor([0.3, -0.8, 1.5], dtype=torch.float64, requires_grad=True)
    terms = [qml.X(0), qml.Z(1) @ qml.Y(2), qml.I(0)]
    observable = qml.sum(*(qml.s_prod(c, t) for c, t in zip(coefficients, terms, strict=True)))
    for measurement in (mp.expval(observable), mp.var(observable)):
        weights = leaf().detach()
        [[mine]] = lowered(tape_of([measurement], weights), WIRES)
        [theirs] = by_default_qubit(tape_of([measurement], weights), WIRES)
        torch.testing.assert_close(mine, theirs)
        slopes = [
            torch.autograd.grad(value, coefficients, retain_graph=True) for value in (mine, theirs)
        ]
        torch.testing.assert_close(*slopes)
    read = readout([mp.expval(observable)], WIRE_INDEX, 4)
    assert len(read.coefficients) == 3
    by_sample = torch.tensor([[1.0, 0.5, 10.0], [2.0, 0.5, 20.0]])
    values = torch.tensor([[0.1, 0.2], [0.3, 0.4]])
    [answer] = read.assemble(values, by_sample)
    torch.testing.assert_close(answer, torch.tensor([0.1 + 0.1 + 10, 0.6 + 0.2 + 20]))


def test_a_hermitian_matrix_is_differentiable():
    matrix = torch.tensor(LITTLE, requires_grad=True)
    measurement = mp.expval(qml.Hermitian(matrix, [2, 0]))
    weights = leaf().detach()
    [[mine]] = lowered(tape_of([measurement], weights), WIRES)
    [theirs] = by_default_qubit(tape_of([measurement], weights), WIRES)
    torch.testing.assert_close(mine, theirs)
    slopes = [torch.autograd.grad(value, matrix)[0] for value in (mine, theirs)]
    torch.testing.assert_close(*(slope + slope.mH for slope in slopes))


@pytest.mark.parametrize(
    "measurement",
    [mp.probs(wires=[1]), mp.expval(SUM), mp.var(SUM), mp.probs(), mp.expval(qml.I(0))],
    ids=["probs", "expval", "var", "all probs", "identity"],
)
def test_amplitudes_that_change_their_norm_have_their_full_gradient(measurement):
    amplitudes = torch.tensor([0.5, 0.5j, -0.5, 0.5], dtype=torch.complex128, requires_grad=True)
    operations = [qml.StatePrep(amplitudes, [1, 0]), qml.RY(0.3, 0), qml.CNOT([0, 1])]
    tape = QuantumScript(operations, [measurement])
    [[mine]] = lowered(tape, range(2))
    [theirs] = by_default_qubit(tape, range(2))
    torch.testing.assert_close(mine, theirs)
    slopes = [torch.autograd.grad(value.reshape(-1)[0], amplitudes) for value in (mine, theirs)]
    torch.testing.assert_close(*slopes)


def test_values_of_mid_circuit_measurements():
    with qml.queuing.AnnotatedQueue() as queue:
        qml.RX(0.4, 0)
        first = qml.measure(0, reset=True)
        qml.cond(first, qml.RY)(1.3, 1)
        second = qml.measure(1)
        qml.cond(first + second == 1, qml.X, qml.H)(0)
    operations = QuantumScript.from_queue(queue).operations
    measurements = [
        mp.expval(qml.Z(0)),
        mp.expval(op=first),
        mp.probs(op=[first, second]),
        mp.expval(op=2 * first + second * first),
        mp.var(op=first - second),
    ]
    tape = QuantumScript(operations, measurements)
    mine = lowered(tape, range(2))
    theirs = by_default_qubit(qml.defer_measurements(tape)[0][0], range(4))
    for [one], other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one, other.to(one))


@pytest.mark.parametrize(
    "measurement", [mp.sample(wires=[0]), mp.counts(), qml.shadow_expval(WORD)]
)
def test_what_needs_shots_is_refused(measurement):
    with pytest.raises(NotNativeError, match="no exact answer"):
        readout([measurement], WIRE_INDEX, 4)
