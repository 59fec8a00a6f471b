"""``BinaryNetwork``: its energy is its loss, and it learns as any module does."""

import numpy as np
import pytest
import torch

import qaimagic
from qaimagic import BinaryNetwork, anneal
from qaimagic.devices.annealers.spectrum import spectrum, states
from qaimagic.subroutines.binary_network.data import check_labels

XOR = ([[1, 1], [1, -1], [-1, 1], [-1, -1]], [-1, 1, 1, -1])


def data(n_inputs, kind):
    rng = np.random.default_rng(n_inputs)
    X = rng.normal(size=(25, n_inputs))
    if kind == "signs":
        X = np.sign(X)
    elif kind == "whole numbers":
        X = rng.integers(-2, 3, size=(25, n_inputs)).astype(float)
    return X, rng.choice([-1, 1], 25)


def by_hand(state, X, y, n_inputs, n_hidden, bias):
    """The mean squared error by loops over samples and units."""
    errors = []
    for x, target in zip(X, y, strict=True):
        weights, votes = iter(state.tolist()), []
        for _ in range(n_hidden):
            total = sum(next(weights) * value for value in x)
            total += next(weights) if bias else 0
            votes.append(1 if total >= 0 else -1)
        votes += weights
        errors.append((sum(votes) / len(votes) - target) ** 2)
    return sum(errors) / len(errors)


@pytest.mark.parametrize("kind", ["real", "signs", "whole numbers"])
@pytest.mark.parametrize(
    ("n_inputs", "n_hidden", "bias"), [(2, 2, True), (3, 2, False), (1, 3, True), (5, 1, True)]
)
def test_the_energy_of_every_state_is_the_loss(n_inputs, n_hidden, bias, kind):
    """Ties too: sums of signs and of whole numbers are often 0."""
    X, y = data(n_inputs, kind)
    network = BinaryNetwork(n_inputs, n_hidden, bias=bias).double()
    problem = network.energy(X, y)
    assert problem.labels == network.labels
    energies = spectrum(problem.terms, problem.spins)
    every = states(np.arange(len(energies)), problem.spins)
    batch = (torch.tensor(X), torch.tensor(y))
    for state, energy in zip(every, energies, strict=True):
        loss = network.set_weights(state).training_loss(batch)
        assert loss.item() == pytest.approx(energy, abs=1e-13)
        assert (network.weights == state).all()
    for state, energy in list(zip(every, energies, strict=True))[:: len(every) // 8]:
        assert energy == pytest.approx(by_hand(state, X, y, n_inputs, n_hidden, bias))


def test_exclusive_or_takes_two_units_and_a_vote():
    """Two of three votes are right for each sample: (1 - 1/3)^2 = 4/9."""
    network = BinaryNetwork(2, 2)
    answer = anneal(network.energy(*XOR), reads=50)
    assert answer.energy == pytest.approx(4 / 9)
    assert answer.is_ground
    assert network.set_weights(answer).predict(XOR[0]).tolist() == XOR[1]


def test_one_unit_cannot_do_exclusive_or():
    """No function that is linear before its sign gets all four: at best three."""
    network = BinaryNetwork(2, 1, bias=False)
    network.set_weights(anneal(network.energy(*XOR), device="anneal:exact", reads=1))
    assert (network.predict(XOR[0]) == XOR[1]).sum() <= 3


def test_turning_a_unit_round_turns_its_vote():
    """Which is why the votes have no weights of their own."""
    X, y = data(3, "real")
    network = BinaryNetwork(3, 1, bias=False)
    before = network(torch.tensor(X))
    network.set_weights(-network.weights)
    assert torch.equal(network(torch.tensor(X)), -before)
    problem = network.energy(X, y)
    assert all(len(term) % 2 for term in problem.terms if term)


def test_the_question_tells_a_state_as_weights():
    network = BinaryNetwork(2, 2)
    problem = network.energy(*XOR)
    state = np.array([1, -1, 1, -1, 1, 1, -1], dtype=np.int8)
    told = problem.question.decode(state)
    assert told["w"].tolist() == [[1, -1], [-1, 1]]
    assert told["b"].tolist() == [1, 1]
    assert told["c"] == -1
    value = problem.question.value(state[None])
    assert value == pytest.approx([by_hand(state, *XOR, 2, 2, True)])
    assert network.labels[:3] == ("w[0, 0]", "w[0, 1]", "b[0]")


def test_labels_may_be_zeros_and_ones_and_data_of_any_kind():
    network = BinaryNetwork(2, 2)
    terms = network.energy(*XOR).terms
    pandas = pytest.importorskip("pandas")
    same = [
        (np.array(XOR[0]), np.array(XOR[1]) > 0),
        (torch.tensor(XOR[0], dtype=torch.float32), torch.tensor([[0], [1], [1], [0]])),
        (pandas.DataFrame(XOR[0]), pandas.Series([0.0, 1.0, 1.0, 0.0])),
    ]
    for X, y in same:
        assert network.energy(X, y).terms == terms


def test_weights_come_from_answers_mappings_and_arrays():
    network = BinaryNetwork(2, 2)
    answer = anneal(network.energy(*XOR), device="anneal:exact", reads=2)
    wanted = answer.states[0]
    for given in (answer, answer.best, wanted, wanted.tolist(), torch.tensor(wanted)):
        network.reset_parameters()
        assert network.set_weights(given) is network
        assert (network.weights == wanted).all()


def test_a_state_dict_goes_round():
    network, other = BinaryNetwork(3, 2), BinaryNetwork(3, 2)
    other.load_state_dict(network.state_dict())
    X = torch.randn(10, 3)
    assert torch.equal(network(X), other(X))
    assert set(network.state_dict()) == {"weight", "bias", "output_bias"}
    assert set(BinaryNetwork(3, 2, bias=False).state_dict()) == {"weight"}


def test_it_learns_by_straight_through_gradients_as_any_module():
    """A teacher with the same units; every optimum of Adam's runs is below its beginning."""
    X = torch.randn(200, 3, generator=torch.Generator().manual_seed(0))
    teacher = BinaryNetwork(3, 1, bias=False).set_weights([1, -1, 1])
    y = torch.tensor(teacher.predict(X))
    student = BinaryNetwork(3, 1, bias=False).set_weights([-1, 1, 1])
    assert (student.predict(X) == y.numpy()).mean() < 0.7
    run = qaimagic.train(student, (X, y), val=0, epochs=40, lr=0.1, batch_size=50, live=False)
    assert student.weights.tolist() == [1, -1, 1]
    assert run.history.epochs[-1].train_loss == 0


def test_real_weights_beyond_the_interval_come_back_while_training_alone():
    network = BinaryNetwork(2, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(3.0)
    network.eval()(torch.ones(1, 2))
    assert network.weight.max() == 3
    network.train()(torch.ones(1, 2)).sum().backward()
    assert network.weight.max() == 1


def test_runs_follow_from_their_seed():
    X, y = data(3, "real")
    found = []
    for _ in range(2):
        torch.manual_seed(4)
        network = BinaryNetwork(3, 2)
        qaimagic.train(network, (X, y), val=0, epochs=3, seed=1, live=False)
        found.append(network.weight.detach().clone())
    assert torch.equal(*found)


REFUSED = {
    "labels": (
        lambda n: n.energy(XOR[0], [0, 1, 2, 0]),
        "`y` must hold .1 and -1, or 0 and 1, but it has 0, 1, 2",
    ),
    "mixed": (lambda n: n.energy(XOR[0], [0, 1, -1, 0]), "but it has -1, 0, 1. For one class"),
    "nan": (lambda n: n.energy([[1, 1], [np.nan, 0]], [0, 1]), "must be finite, but sample 1 is"),
    "width": (lambda n: n.energy(np.ones((4, 3)), XOR[1]), r"shape \(n_samples, 2\), but .*4, 3"),
    "length": (lambda n: n.energy(XOR[0], [1, -1]), r"`y` must have shape \(4,\)"),
    "nothing": (lambda n: n.energy(np.ones((0, 2)), []), "at least one sample"),
    "forward": (lambda n: n(torch.ones(4, 3)), r"`X` must have shape \(n_samples, 2\)"),
    "predict": (lambda n: n.predict([1, 1]), r"its shape is \(2,\)"),
    "short": (lambda n: n.set_weights([1, 1]), r"must have 7 weights, but its shape is \(2,\)"),
    "zero": (lambda n: n.set_weights([0] * 7), r"must hold \+1 and -1, but it has 0"),
    "others": (
        lambda n: n.set_weights({"w[0, 0]": 1}),
        r"`w\[0, 1\]` is missing. Is it the answer",
    ),
    "wide": (lambda _: BinaryNetwork(9, 1).energy(np.ones((1, 9)), [1]), "at most 5 for an energy"),
    "none": (lambda _: BinaryNetwork(0, 1), "`n_inputs` must be at least 1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be(case):
    call, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        call(BinaryNetwork(2, 2))


def test_what_is_of_the_wrong_type():
    network = BinaryNetwork(2, 2)
    for call, message in (
        (lambda: network.energy([["a", "b"]], [1]), "`X` must be an array of numbers"),
        (lambda: network.set_weights("all"), "must be what an annealer returned"),
        (lambda: BinaryNetwork(2.0, 1), "must be a whole number"),
        (lambda: BinaryNetwork(2, 1, bias=1), "must be True or False"),
    ):
        with pytest.raises(TypeError, match=message):
            call()


def test_labels_of_one_class_are_taken_as_they_are():
    assert check_labels([1, 1], 2).tolist() == [1, 1]
    assert check_labels([-1, -1], 2).tolist() == [-1, -1]
    assert check_labels([0, 0], 2).tolist() == [-1, -1]


def test_it_prints_its_sizes():
    assert repr(BinaryNetwork(4, 2)) == "BinaryNetwork(4, 2, bias=True)"
    assert len(BinaryNetwork(4, 2).labels) == 11
    assert len(set(BinaryNetwork(4, 2).labels)) == 11
