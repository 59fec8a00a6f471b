from __future__ import annotations

import warnings

import numpy as np
import pennylane as qml
import pytest
import scipy.linalg
import torch
from pennylane import numpy as pnp
from scipy.sparse import csr_matrix

from qaimagic.bridge.plugin import batches, fallback
from qaimagic.errors import QaimagicNote

_RNG = np.random.default_rng(3)
_MATRIX = _RNG.normal(size=(4, 4)) + 1j * _RNG.normal(size=(4, 4))
_HERMITIAN = _MATRIX + _MATRIX.conj().T
_UNITARY = scipy.linalg.expm(-1j * _HERMITIAN)
_WORDS = qml.Hamiltonian(
    [0.3, -1.2, 0.5], [qml.Z(0) @ qml.X(1), qml.Y(2), qml.X(0) @ qml.X(1) @ qml.Z(2)]
)
_SAMPLE = torch.tensor([0.4, -1.1, 2.3], dtype=torch.float64)
_BATCH = torch.tensor(_RNG.normal(size=(4, 3)))


def embed(x):
    qml.AngleEmbedding(x, wires=range(3))
    qml.CNOT([0, 1])
    qml.CRY(x[..., 1], [1, 2])
    qml.Rot(x[..., 0], 0.3, x[..., 2], 2)


def words(x):
    embed(x)
    return qml.expval(_WORDS), qml.var(_WORDS)


def dense_observables(x):
    embed(x)
    return qml.expval(qml.Hermitian(_HERMITIAN, [2, 0])), qml.expval(qml.Projector([1, 0], [1, 2]))


def probabilities(x):
    embed(x)
    return qml.probs(), qml.probs(wires=[2, 1]), qml.probs(op=qml.X(0) @ qml.Y(1))


def states(x):
    embed(x)
    return qml.state(), qml.density_matrix([2, 0]), qml.purity([0])


def entropies(x):
    embed(x)
    return qml.vn_entropy([0, 1]), qml.mutual_info([0], [1])


def matrices(x):
    embed(x)
    qml.QubitUnitary(_UNITARY, [2, 0])
    qml.ctrl(qml.QubitUnitary(_UNITARY, [1, 2]), 0)
    qml.DiagonalQubitUnitary(np.exp(1j * np.arange(8)), [2, 0, 1])
    return qml.expval(qml.X(0) @ qml.Z(2))


def controlled_and_inverted(x):
    embed(x)
    qml.ctrl(qml.RX, [0, 1], control_values=[0, 1])(x[..., 0], wires=2)
    qml.adjoint(qml.Rot)(x[..., 0], x[..., 1], 0.2, 1)
    qml.pow(qml.RX(x[..., 1], 0), 2.5)
    qml.MultiControlledX([0, 1, 2], control_values=[0, 1])
    return qml.expval(qml.Z(2)), qml.expval(qml.Y(1))


def templates(x):
    embed(x)
    qml.QFT(range(3))
    qml.GroverOperator(range(3))
    qml.IQPEmbedding(x, range(3))
    qml.TrotterProduct(_WORDS, 0.4, n=2)
    return qml.probs(wires=range(3))


def prepared_state(x):
    qml.StatePrep(np.arange(1, 5) / np.sqrt(30), [1, 0])
    embed(x)
    return qml.expval(qml.Z(0) @ qml.Y(2))


def amplitudes(x):
    qml.AmplitudeEmbedding(x, [0, 1], normalize=True, pad_with=0.3)
    qml.RX(0.3, 0)
    return qml.expval(qml.Y(0)), qml.probs(wires=[1, 0])


def measured_midway(x):
    embed(x)
    first = qml.measure(0)
    qml.cond(first, qml.RX)(x[..., 0], 1)
    second = qml.measure(1, reset=True)
    return qml.expval(qml.Z(1)), qml.probs(op=[first, second]), qml.expval(first + 2 * second)


def words_for_wires(x):
    qml.RX(x[..., 0], "a")
    qml.CNOT(["a", "c"])
    qml.RY(x[..., 1], "b")
    return qml.state(), qml.expval(qml.Z("c") @ qml.X("b")), qml.probs(wires=["b", "a"])


def idle_wires(x):
    qml.RX(x[..., 0], 0)
    qml.CNOT([4, 0])
    return qml.expval(qml.Z(0) @ qml.Z(7)), qml.probs(wires=[7, 4])


CIRCUITS = [
    words,
    dense_observables,
    probabilities,
    states,
    entropies,
    matrices,
    controlled_and_inverted,
    templates,
    prepared_state,
    amplitudes,
    measured_midway,
    words_for_wires,
    idle_wires,
]


def on(name, circuit, **options):
    return qml.QNode(circuit, qml.device(name), **options)


def parts(answer):
    return list(answer) if isinstance(answer, tuple | list) else [answer]


def weighed(answer, library):
    """A real number in which every entry of the answer counts, imaginary parts included."""
    total = 0.0
    for part in parts(answer):
        flat = library.reshape(part, (-1,))
        weights = np.linspace(0.3, 1.7, flat.shape[0])
        weights = torch.tensor(weights) if library is torch else weights
        total = total + library.sum(library.real(flat) * weights)
        total = total + library.sum(library.real(flat * (-1j)) * weights**2)
    return total


@pytest.mark.parametrize("data", [_SAMPLE, _BATCH], ids=["sample", "batch"])
@pytest.mark.parametrize("circuit", CIRCUITS)
def test_torch_agrees_with_default_qubit(circuit, data):
    found = []
    for name in ("default.qubit", "qaimagic.qubit"):
        x = data.clone().requires_grad_()
        answer = on(name, circuit)(x)
        weighed(answer, torch).backward()
        found.append((parts(answer), x.grad))
    (expected, slope), (answers, own_slope) = found
    for one, other in zip(answers, expected, strict=True):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        torch.testing.assert_close(one, other, atol=1e-8, rtol=1e-8)
    torch.testing.assert_close(own_slope, slope, atol=1e-8, rtol=1e-8)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_autograd_and_numpy_agree_with_default_qubit(circuit):
    x = pnp.array(_SAMPLE.numpy(), requires_grad=True)
    ours, theirs = on("qaimagic.qubit", circuit), on("default.qubit", circuit)
    for one, other in zip(parts(ours(x)), parts(theirs(x)), strict=True):
        assert np.allclose(one, other, atol=1e-8)
    for one, other in zip(parts(ours(_BATCH.numpy())), parts(theirs(_BATCH.numpy())), strict=True):
        assert isinstance(one, np.ndarray)
        assert np.allclose(one, other, atol=1e-8)
    slopes = [qml.grad(lambda z, n=node: weighed(n(z), pnp))(x) for node in (ours, theirs)]
    assert np.allclose(*slopes, atol=1e-8)


def test_autograd_traces_evolutions():
    def circuit(time):
        qml.adjoint(qml.evolve(0.5 * qml.X(0) + 0.2 * qml.X(1) @ qml.X(0), time))
        qml.ctrl(qml.evolve(0.3 * qml.Y(0), time), 1, 0)
        return qml.expval(qml.Z(0)), qml.probs(wires=[1, 0])

    node = on("qaimagic.qubit", circuit)
    slope = qml.grad(lambda t: weighed(node(t), pnp))(pnp.array(0.4, requires_grad=True))
    time = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
    weighed(on("default.qubit", circuit)(time), torch).backward()
    assert slope == pytest.approx(time.grad.item())


@pytest.mark.parametrize("method", ["adjoint", "parameter-shift", "finite-diff", "hadamard"])
@pytest.mark.parametrize("device_vjp", [False, True])
def test_every_gradient_method_gives_the_gradient(method, device_vjp):
    if device_vjp and method != "adjoint":
        pytest.skip("only the device's own method can give a product alone")

    def circuit(x):
        embed(x)
        return qml.expval(qml.Z(0)), qml.expval(qml.X(1) @ qml.Y(2))

    found = []
    for options in ({"diff_method": "backprop"}, {"diff_method": method, "device_vjp": device_vjp}):
        x = _SAMPLE.clone().requires_grad_()
        weighed(on("qaimagic.qubit", circuit, **options)(x), torch).backward()
        found.append(x.grad)
    torch.testing.assert_close(found[1], found[0], atol=1e-5, rtol=1e-5)


def cosines(x):
    qml.RX(x[0], 0)
    qml.RY(x[1], 0)
    return qml.expval(qml.Z(0))


def test_second_derivatives():
    node = on("qaimagic.qubit", cosines)
    a, b = 0.3, 0.7
    expected = [
        [-np.cos(a) * np.cos(b), np.sin(a) * np.sin(b)],
        [np.sin(a) * np.sin(b), -np.cos(a) * np.cos(b)],
    ]
    by_torch = torch.autograd.functional.hessian(node, torch.tensor([a, b], dtype=torch.float64))
    by_autograd = qml.jacobian(qml.grad(node))(pnp.array([a, b], requires_grad=True))
    assert np.allclose(by_torch, expected)
    assert np.allclose(by_autograd, expected)


def test_coefficients_of_an_observable_are_trained_also_by_adjoint():
    def circuit(x):
        qml.RX(x[0], 0)
        return qml.expval(x[1] * qml.Z(0))

    for method in ("backprop", "adjoint"):
        x = torch.tensor([0.4, 1.5], dtype=torch.float64, requires_grad=True)
        on("qaimagic.qubit", circuit, diff_method=method)(x).backward()
        assert np.allclose(x.grad, [-1.5 * np.sin(0.4), np.cos(0.4)])


@pytest.fixture
def every_warning_is_an_error():
    was_always = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    torch.set_warn_always(was_always)


@pytest.mark.usefixtures("every_warning_is_an_error")
def test_coefficients_are_trained_without_a_warning():
    def circuit(x):
        embed(x)
        qml.exp(qml.Hamiltonian(x[:2], [qml.X(0), qml.Z(1)]), 1j * x[2])
        return qml.expval(qml.Hamiltonian(x[1:], [2 * qml.Z(0), x[0] * qml.X(1)]))

    slopes = []
    for name in ("default.qubit", "qaimagic.qubit"):
        x = _SAMPLE.clone().requires_grad_()
        on(name, circuit)(x).backward()
        slopes.append(x.grad)
    torch.testing.assert_close(slopes[1], slopes[0])


def test_gradients_flow_past_a_sparse_matrix():
    def circuit(angle, matrix):
        qml.RX(angle, 0)
        qml.QubitUnitary(matrix, [2, 0])
        return qml.expval(qml.Z(0))

    angle = pnp.array(0.3, requires_grad=True)
    sparse = qml.grad(on("qaimagic.qubit", circuit))(angle, csr_matrix(_UNITARY))
    dense = qml.grad(on("default.qubit", circuit))(angle, pnp.array(_UNITARY, requires_grad=False))
    assert sparse == pytest.approx(dense)


def test_precision_follows_the_tensors():
    node = on("qaimagic.qubit", cosines)
    assert node(torch.tensor([0.1, 0.2])).dtype == torch.float32
    assert node(torch.tensor([0.1, 0.2], dtype=torch.float64)).dtype == torch.float64
    assert node(np.array([0.1, 0.2], dtype=np.float32)).dtype == np.float64


def test_shifted_circuits_run_as_one_batch(monkeypatch):
    seen = []

    def watched(circuit, shared, varied, start=None):
        seen.append(varied.shape)
        return run(circuit, shared, varied, start)

    run = batches.expvals
    monkeypatch.setattr(batches, "expvals", watched)

    def circuit(x):
        embed(x)
        return qml.expval(_WORDS)

    node = on("qaimagic.qubit", circuit, diff_method="parameter-shift")
    qml.grad(node)(pnp.array(_SAMPLE.numpy(), requires_grad=True))
    assert len(seen) == 2
    n_shifts = 3 * 2 + 4 + 2 * 2
    assert seen[1][0] == n_shifts


def test_tapes_of_several_shapes_run_together():
    tapes = []
    for angle in (0.1, 0.2, 0.3):
        tapes.append(qml.tape.QuantumScript([qml.RX(angle, 0)], [qml.expval(qml.Z(0))]))
        tapes.append(qml.tape.QuantumScript([qml.RY(angle, "a")], [qml.probs(wires="a")]))
        tapes.append(qml.tape.QuantumScript([qml.RX([angle, 0.5], 0)], [qml.expval(qml.Z(0))]))
    ours = qml.device("qaimagic.qubit").execute(tapes)
    theirs = qml.device("default.qubit").execute(tapes)
    for one, other in zip(ours, theirs, strict=True):
        assert np.allclose(one, other)


def test_an_empty_batch_has_empty_answers_and_gradients_of_zero():
    def circuit(x, weight):
        qml.RX(x, 0)
        qml.RY(weight, 1)
        qml.RZ(0.3, 1)
        return qml.expval(qml.Z(0)), qml.probs(wires=[0, 1])

    node = on("qaimagic.qubit", circuit)
    assert [part.shape for part in node(np.zeros(0), 0.4)] == [(0,), (0, 4)]
    weight = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
    values, probs = node(torch.zeros(0, dtype=torch.float64), weight)
    assert (values.shape, probs.shape) == ((0,), (0, 4))
    (values.sum() + probs.sum()).backward()
    assert weight.grad == 0


def test_an_empty_batch_leaves_the_others_of_its_job_alone():
    tapes = [
        qml.tape.QuantumScript([qml.RX(x, 0), qml.RY(0.4 + len(x), 0)], [qml.expval(qml.Z(0))])
        for x in (np.zeros(0), np.array([0.3]))
    ]
    nothing, one = qml.device("qaimagic.qubit").execute(tapes)
    assert nothing.shape == (0,)
    assert one == pytest.approx([np.cos(0.3) * np.cos(1.4)])


def test_the_tracker_counts_as_that_of_default_qubit():
    totals = []
    for name in ("default.qubit", "qaimagic.qubit"):
        device = qml.device(name, wires=3)
        with qml.Tracker(device) as tracker:
            qml.QNode(words, device)(_BATCH)
        totals.append(
            {key: tracker.totals[key] for key in ("batches", "simulations", "executions")}
        )
    assert totals[0] == totals[1]


def test_snapshots_are_taken():
    def circuit():
        qml.Hadamard(0)
        qml.Snapshot("plus")
        qml.X(0)
        return qml.expval(qml.X(0))

    shots = qml.snapshots(on("qaimagic.qubit", circuit))()
    assert np.allclose(shots["plus"], np.sqrt([0.5, 0.5]))
    assert np.allclose(shots["execution_results"], 1.0)


def test_what_the_engine_does_not_run_is_handed_over_and_said_once(monkeypatch):
    monkeypatch.setattr(fallback, "_said", set())

    def circuit(angle):
        qml.RX(angle, 0)
        outcome = qml.measure(0, postselect=1)
        qml.cond(outcome, qml.X)(1)
        return qml.expval(qml.Z(1))

    node = on("qaimagic.qubit", circuit)
    said = "hands this circuit to `default.qubit`, .* keeps only some outcomes"
    with pytest.warns(QaimagicNote, match=said) as notes:
        assert node(0.3) == pytest.approx(-1.0)
    assert notes[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        node(0.4)
