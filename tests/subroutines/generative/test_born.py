import itertools
import math

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import BoltzmannMachine, BornMachine, HybridLayer, quantum, train
from qaimagic.distributions import bars_and_stripes, chi_square, empirical, kl_divergence, mmd
from qaimagic.errors import DeviceError

DATA = torch.tensor([[0, 0, 1], [0, 0, 1], [1, 1, 0], [1, 0, 1]])


def small(**options):
    torch.manual_seed(3)
    return BornMachine(3, layers=2, **options).double()


def on_default_qubit(machine):
    """The machine's default circuit once more, as a QNode of PennyLane's own simulator."""
    n = machine.n_bits

    @qml.qnode(qml.device("default.qubit", wires=n), diff_method="backprop")
    def circuit(theta, last):
        for layer in range(theta.shape[0]):
            for wire in range(n):
                qml.RY(theta[layer, wire, 0], wires=wire)
                qml.RZ(theta[layer, wire, 1], wires=wire)
            for wire in range(n - 1):
                qml.CNOT(wires=[wire, wire + 1])
        for wire in range(n):
            qml.RY(last[wire], wires=wire)
        return qml.probs(wires=range(n))

    return circuit


def weights_of(machine):
    return [machine.circuit.theta, machine.circuit.last]


def flat_gradient(machine):
    return torch.cat([weight.grad.reshape(-1) for weight in weights_of(machine)])


def kernel(n, widths):
    strings = np.array(list(itertools.product([0, 1], repeat=n)))
    squares = ((strings[:, None] - strings) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * width**2)) for width in widths], axis=0)


def test_probabilities_are_those_of_default_qubit():
    machine = small()
    expected = on_default_qubit(machine)(*weights_of(machine)).detach()

    torch.testing.assert_close(machine.probabilities(), expected)
    torch.testing.assert_close(machine().detach(), expected)


@pytest.mark.parametrize("loss", ["mmd", "kl"])
def test_losses_and_gradients_are_those_of_dense_algebra_on_default_qubit(loss):
    machine = small(loss=loss, bandwidth=[0.4, 1.5])
    value = machine.training_loss(DATA)
    value.backward()
    weights = [weight.detach().clone().requires_grad_() for weight in weights_of(machine)]
    p = on_default_qubit(machine)(*weights)
    q = torch.as_tensor(empirical(DATA))
    matrix = torch.as_tensor(kernel(3, [0.4, 1.5]))
    expected = (p - q) @ matrix @ (p - q) if loss == "mmd" else -(q * torch.log(p)).sum()
    expected.backward()

    torch.testing.assert_close(value, expected, rtol=1e-6, atol=1e-9)
    gradient = torch.cat([weight.grad.reshape(-1) for weight in weights])
    torch.testing.assert_close(flat_gradient(machine), gradient, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("loss", ["mmd", "kl"])
def test_gradients_pass_gradcheck(loss):
    machine = small(loss=loss)

    def of_weights(theta, last):
        values = {"circuit.theta": theta, "circuit.last": last}
        return torch.func.functional_call(Losing(machine), values_of(values), (DATA,))

    def values_of(values):
        return {f"machine.{name}": value for name, value in values.items()}

    assert torch.autograd.gradcheck(of_weights, tuple(weights_of(machine)))


class Losing(torch.nn.Module):
    """A machine whose call is its loss."""

    def __init__(self, machine):
        super().__init__()
        self.machine = machine

    def forward(self, X):
        return self.machine.training_loss(X)


def test_the_loss_is_the_public_discrepancy_and_divergence():
    q = empirical(DATA)
    entropy = -sum(each * math.log(each) for each in q if each)
    by_mmd, by_kl = small(bandwidth=0.7), small(loss="kl")
    p = by_mmd.probabilities()

    assert by_mmd.training_loss(DATA).item() == pytest.approx(mmd(DATA, p, bandwidth=0.7))
    divergence = by_kl.training_loss(DATA).item() - entropy
    assert divergence == pytest.approx(kl_divergence(DATA, p), rel=1e-5)
    assert by_kl.log_likelihood(DATA).value == pytest.approx(-divergence - entropy, rel=1e-5)


def test_with_shots_value_and_gradient_scatter_about_the_exact_ones():
    exact = BornMachine(2, layers=1, bandwidth=1.0).double()
    sampled = BornMachine(2, layers=1, bandwidth=1.0, shots=4).double()
    torch.manual_seed(11)
    exact.reset_parameters()
    sampled.load_state_dict(exact.state_dict())
    data = torch.tensor([[0, 0], [1, 1], [1, 1]])
    value = exact.training_loss(data)
    value.backward()
    values, gradients = [], []
    for _ in range(150):
        sampled.zero_grad()
        loss = sampled.training_loss(data)
        loss.backward()
        values.append(loss.item())
        gradients.append(flat_gradient(sampled).numpy())

    for found, expected in ((values, value.item()), (gradients, flat_gradient(exact).numpy())):
        found = np.array(found)
        error = found.std(axis=0, ddof=1) / math.sqrt(len(found))
        assert (np.abs(found.mean(axis=0) - expected) < 4 * error + 1e-12).all()


def test_a_discrepancy_of_frequencies_without_its_correction_would_be_seen_to_be_wrong():
    machine = BornMachine(2, layers=1, bandwidth=1.0, shots=4).double()
    p = machine.probabilities().numpy()
    expected = mmd(p, [0.5, 0, 0, 0.5])
    excess = (1 - p @ kernel(2, [1.0]) @ p) / 4

    assert excess > 0.02 * expected


def test_samples_follow_the_probabilities():
    machine, shot = small(), small(shots=10)

    for each in (machine, shot):
        X = each.sample(4000)
        assert X.shape == (4000, 3)
        assert chi_square(X, machine.probabilities()).p_value > 1e-4
    assert shot.circuit.circuits == 1


def test_samples_with_shots_come_in_no_order():
    torch.manual_seed(0)
    first = BornMachine(3, shots=5).sample(2000)[:, 0]

    assert abs(first[:1000].mean() - first[1000:].mean()) < 0.1


def test_looking_at_probabilities_runs_no_circuit_that_counts():
    machine = small()
    machine.probabilities()
    machine.sample(3)
    machine.log_likelihood(DATA)

    assert machine.circuit.circuits == 0


def test_exact_probabilities_are_known_while_it_learns_from_shots():
    torch.testing.assert_close(small(shots=7).probabilities(), small().probabilities())


def test_hidden_wires_and_the_order_of_wires_are_kept():
    def body(theta: 2):
        qml.RX(theta[0], wires=0)
        qml.RX(theta[1], wires=1)
        qml.CNOT(wires=[1, 2])
        return qml.probs(wires=[2, 0])

    machine = BornMachine(body)
    with torch.no_grad():
        machine.circuit.theta.copy_(torch.tensor([0.0, math.pi]))

    assert machine.n_bits == 2
    assert machine.sample(3).tolist() == [[1.0, 0.0]] * 3
    assert machine.probabilities().tolist() == pytest.approx([0, 0, 1, 0], abs=1e-6)


@pytest.mark.parametrize("loss", ["mmd", "kl"])
def test_it_learns_bars_and_stripes(loss):
    X = torch.tensor(bars_and_stripes(2), dtype=torch.float)
    torch.manual_seed(0)
    machine = BornMachine(4, loss=loss)
    run = train(machine, X, val=0, steps=120, lr=0.1, live=lambda _event: None)

    assert run.history.losses[-1] < run.history.losses[0]
    assert kl_divergence(X, machine.probabilities()) < 0.03


def test_a_loss_that_strings_without_a_chance_leave_finite():
    def stuck(theta: (1,)):
        qml.RZ(theta[0], wires=0)
        return qml.probs(wires=0)

    machine = BornMachine(stuck, loss="kl")
    loss = machine.training_loss(torch.ones(1, 1))
    loss.backward()

    assert loss.item() == pytest.approx(-math.log(1e-8), rel=1e-5)
    assert machine.circuit.theta.grad.isfinite().all()
    assert machine.log_likelihood([[1.0]]).value == -math.inf


def test_the_twin_has_about_as_many_parameters():
    for n, layers in ((3, 2), (4, None), (6, 3)):
        machine = BornMachine(n, layers=layers)
        twin = machine.twin()
        own, other = (sum(p.numel() for p in each.parameters()) for each in (machine, twin))

        assert isinstance(twin, BoltzmannMachine)
        assert twin.is_exact
        assert abs(own - other) <= (n + 1) / 2
        assert twin.sample(2).shape == (2, n)


def test_fresh_weights_follow_torchs_seed():
    torch.manual_seed(5)
    machine = BornMachine(2)
    first = machine.circuit.theta.detach().clone()
    machine.reset_parameters()
    assert not torch.equal(first, machine.circuit.theta)
    torch.manual_seed(5)
    machine.reset_parameters()

    torch.testing.assert_close(first, machine.circuit.theta.detach())


def test_a_glimpse_shows_data_and_samples_without_asking_the_device():
    machine = small(shots=20)
    machine.training_loss(DATA)
    before = machine.circuit.circuits
    picture = machine.glimpse(DATA)

    assert picture.text.startswith("data: 001 001 110 101; samples: ")
    assert machine.circuit.circuits == before


@pytest.mark.parametrize(
    ("circuit", "options", "error", "words"),
    [
        (0, {}, ValueError, "must be at least 1"),
        (21, {}, ValueError, "at most 20 bits"),
        (3.0, {}, TypeError, "a number of bits, a circuit body or a layer"),
        (True, {}, TypeError, "it is a bool"),
        (3, {"layers": 0}, ValueError, "must be at least 1"),
        (3, {"loss": "mdm"}, ValueError, "Did you mean `mmd`"),
        (3, {"bandwidth": -1.0}, ValueError, "must be above 0"),
        (3, {"bandwidth": math.nan}, ValueError, "must be finite"),
        (3, {"bandwidth": []}, ValueError, "must be given"),
        (3, {"shots": 1}, ValueError, "must be at least 2"),
        (3, {"shots": 100, "loss": "kl"}, ValueError, "must be `mmd` with shots"),
        (3, {"device": "qaimagic.qubits"}, DeviceError, "qaimagic.qubit"),
    ],
)
def test_what_does_not_fit_is_refused(circuit, options, error, words):
    with pytest.raises(error, match=words):
        BornMachine(circuit, **options)


def test_circuits_that_do_not_fit_are_refused():
    def average(theta: 2):
        qml.RX(theta[0], wires=0)
        return qml.expval(qml.Z(0))

    def rotated(theta: 2):
        qml.RX(theta[0], wires=0)
        return qml.probs(op=qml.X(0))

    def fed(inputs, theta: 2):
        qml.RX(inputs[0] * theta[0], wires=0)
        return qml.probs(wires=0)

    def fixed():
        qml.X(0)
        return qml.probs(wires=0)

    cases = {
        average: "must return one `qml.probs` of wires, but `average` returns `expval`",
        rotated: r"`rotated` returns `probs` of",
        fed: "must take weights alone, but `fed` takes data, `inputs`",
        fixed: "must have weights, but `fixed` has none",
    }
    for body, words in cases.items():
        with pytest.raises(ValueError, match=words):
            BornMachine(quantum(body))
    with pytest.raises(ValueError, match="`layers` must be left out"):
        BornMachine(small().circuit, layers=3)
    with pytest.raises(ValueError, match="`shots` must be the layer's own"):
        BornMachine(small().circuit, shots=10)
    node = qml.QNode(lambda: qml.probs(wires=0), qml.device("default.qubit"))
    with pytest.raises(TypeError, match="makes a layer of a QNode"):
        BornMachine(node)


def test_a_layer_of_a_qnode_is_a_machine():
    @qml.qnode(qml.device("qaimagic.qubit", wires=2))
    def node(theta):
        qml.RX(theta[0], wires=0)
        qml.CNOT(wires=[0, 1])
        return qml.probs(wires=[0, 1])

    machine = BornMachine(HybridLayer(node, {"theta": (1,)}))
    X = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    train(machine, X, val=0, steps=60, lr=0.2, live=lambda _event: None)

    assert kl_divergence(X, machine.probabilities()) < 0.01


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        ([[0, 1]], ValueError, r"shape \(n_samples, 3\)"),
        ([[0, 1, 2]], ValueError, "zeros and ones, but it holds 2"),
        ([[0, 1, math.nan]], ValueError, "zeros and ones"),
        ([0, 1, 0], ValueError, r"shape \(n_samples, 3\)"),
        ("bits", TypeError, "must be an array"),
    ],
)
def test_data_that_do_not_fit_are_refused(X, error, words):
    machine = small()
    for ask in (lambda X: machine.training_loss((X,)), machine.log_likelihood, machine.glimpse):
        with pytest.raises(error, match=words):
            ask(X)


def test_shots_of_a_run_are_refused_where_the_loss_needs_probabilities():
    machine = BornMachine(2, loss="kl")
    with pytest.raises(ValueError, match="must be `mmd` with shots"):
        train(machine, torch.zeros(4, 2), val=0, steps=2, shots=10, live=lambda _event: None)
