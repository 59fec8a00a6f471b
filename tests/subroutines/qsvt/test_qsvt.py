import numpy as np
import pennylane as qml
import pytest

import qaimagic
from qaimagic import polynomials
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.errors import BudgetError, DeviceError
from qaimagic.subroutines.qsvt.circuit import transform
from tests.training.paid import PaidDevice

EVEN, ODD = polynomials.threshold(0.5, 0.3, 1e-2), polynomials.sign(0.3, 1e-2)
MIXED = polynomials.exponential(2.0, 1e-4)


def random_matrix(rows, columns, seed=0, hermitian=False):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(rows, columns)) + 1j * rng.normal(size=(rows, columns))
    return matrix + matrix.conj().T if hermitian else matrix


def by_numpy(matrix, alpha, function, parity):
    left, values, right = np.linalg.svd(matrix / alpha, full_matrices=True)
    rows, columns = matrix.shape
    if parity == "odd":
        middle = np.zeros((rows, columns))
        middle[: len(values), : len(values)] = np.diag(function(values))
        return left @ middle @ right
    padded = np.pad(values, (0, columns - len(values)))
    return (right.conj().T * function(padded)) @ right


@pytest.mark.parametrize("shape", [(4, 4), (3, 3), (2, 5), (5, 2), (1, 1), (1, 3), (8, 8)])
@pytest.mark.parametrize("polynomial", [EVEN, ODD], ids=["even", "odd"])
def test_singular_values_of_any_matrix_are_transformed(shape, polynomial):
    matrix = random_matrix(*shape)
    result = qaimagic.qsvt(matrix, polynomial)
    exact = by_numpy(matrix, np.linalg.norm(matrix, 2), polynomial, polynomial.parity)
    np.testing.assert_allclose(result.operator, exact, atol=1e-11)
    np.testing.assert_allclose(result.exact, exact, atol=1e-11)
    assert result.error < 1e-11
    np.testing.assert_allclose(result.transformed, polynomial(result.values), atol=1e-11)
    assert ("padded" in result.text) == (shape not in [(4, 4), (8, 8)])


@pytest.mark.parametrize(
    "polynomial",
    [MIXED, polynomials.evolution(3.0, 1e-6), polynomials.chebyshev([0.1j, 0.2, 0, 0.3])],
    ids=["exponential", "evolution", "complex"],
)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_eigenvalues_of_a_hermitian_matrix_take_both_parities(polynomial, size):
    matrix = random_matrix(size, size, hermitian=True)
    result = qaimagic.qsvt(matrix, polynomial)
    values, vectors = np.linalg.eigh(matrix / np.linalg.norm(matrix, 2))
    exact = (vectors * polynomial(values)) @ vectors.conj().T
    np.testing.assert_allclose(result.operator, exact, atol=1e-11)
    np.testing.assert_allclose(result.values, values, atol=1e-12)
    assert result.degree == polynomial.degree


@pytest.mark.parametrize("method", ["dilation", "lcu", "fable", "sparse"])
@pytest.mark.parametrize("polynomial", [EVEN, ODD, MIXED], ids=["even", "odd", "mixed"])
def test_every_block_encoding_is_called_alike(method, polynomial):
    matrix = random_matrix(2, 2, hermitian=True)
    encoding = qaimagic.block_encode(matrix, method=method)
    result = qaimagic.qsvt(encoding, polynomial)
    assert result.error < 1e-10
    assert result.encoding.alpha >= np.linalg.norm(matrix, 2) - 1e-12
    same = qaimagic.qsvt(matrix, polynomial, method=method)
    np.testing.assert_allclose(same.operator, result.operator, atol=1e-12)


@pytest.mark.parametrize("polynomial", [EVEN, ODD, MIXED], ids=["even", "odd", "mixed"])
def test_the_gates_do_what_the_repeated_matrix_does(polynomial):
    encoding = qaimagic.block_encode(random_matrix(2, 2, hermitian=True), method="lcu")
    circuit = transform(encoding, polynomial)
    whole = unitary_of(circuit.gates, [*circuit.flags, *circuit.wires])
    np.testing.assert_allclose(whole.conj().T @ whole, np.eye(len(whole)), atol=1e-9)
    result = qaimagic.qsvt(encoding, polynomial)
    np.testing.assert_allclose(whole[:2, :2], circuit.scale * result.operator, atol=1e-10)
    assert circuit.calls == polynomial.degree
    assert len(circuit.flags) == result.auxiliary


def test_it_calls_the_encoding_as_often_as_the_degree_says():
    encoding = qaimagic.block_encode(random_matrix(2, 2), method="dilation")
    circuit = transform(encoding, ODD)
    calls = [gate for gate in circuit.gates if "QubitUnitary" in gate.name]
    assert len(calls) == ODD.degree == circuit.calls


@pytest.mark.parametrize("polynomial", [EVEN, ODD, MIXED], ids=["even", "odd", "mixed"])
def test_a_vector_is_left_with_its_probability(polynomial):
    matrix = random_matrix(3, 3, hermitian=True)
    vector = np.array([3, 1j, -2])
    result = qaimagic.qsvt(matrix, polynomial, vector=vector)
    left = result.scale * result.exact @ vector / np.linalg.norm(vector)
    assert result.kept.success == pytest.approx(np.linalg.norm(left) ** 2, abs=1e-10)
    assert result.exact_success == pytest.approx(result.kept.success, abs=1e-10)
    np.testing.assert_allclose(result.kept.state[:3], result.exact_state, atol=1e-9)
    other = qaimagic.qsvt(matrix, polynomial, vector=vector, device="default.qubit")
    assert other.kept.device == "default.qubit"
    assert other.kept.success == pytest.approx(result.kept.success, abs=1e-10)
    np.testing.assert_allclose(other.kept.probabilities, result.kept.probabilities, atol=1e-9)
    assert (other.depth, other.gates) == (result.depth, result.gates)


@pytest.mark.parametrize("device", ["qaimagic.qubit", "default.qubit"])
def test_shots_scatter_within_their_errors(device):
    matrix, vector = random_matrix(4, 4), [1, 2, 3, 4]
    cheap = polynomials.chebyshev([0, 0.5, 0, 0.4])
    result = qaimagic.qsvt(matrix, cheap, vector=vector, device=device, shots=4000, seed=5)
    kept = result.kept
    assert kept.shots == 4000
    assert kept.state is None
    assert abs(kept.success - result.exact_success) < 4.5 * kept.success_error
    miss = abs(kept.probabilities - abs(result.exact_state) ** 2)
    assert (miss < 4.5 * kept.standard_errors + 1e-3).all()
    assert "in 4,000 shots" in result.text


def test_the_seed_decides_the_shots():
    one, same, other = (
        qaimagic.qsvt([[1, 2], [3, 4]], ODD, vector=[1, 1], shots=500, seed=seed).kept.success
        for seed in (1, 1, 2)
    )
    assert one == same != other


def test_more_wires_than_a_matrix_is_kept_of_run_as_gates():
    matrix = np.diag(np.linspace(0.1, 1, 2))
    encoding = qaimagic.block_encode(qml.Z(0) + 0.5 * sum(qml.X(i) for i in range(8)))
    assert len(encoding.wires) + len(encoding.auxiliary) > 10
    square = polynomials.chebyshev([-0.25, 0, 0.75])
    vector = np.eye(256)[3]
    result = qaimagic.qsvt(encoding, square, vector=vector)
    assert result.operator is None
    assert result.error is None
    assert result.transformed is None
    assert result.kept.success == pytest.approx(result.exact_success, abs=1e-9)
    with pytest.raises(ValueError, match="must be given beyond 10 wires"):
        qaimagic.qsvt(encoding, square)
    assert qaimagic.qsvt(matrix, square).operator is not None


def test_each_function_against_numpy():
    matrix = random_matrix(4, 4, 3, hermitian=True)
    alpha = np.linalg.norm(matrix, 2)
    values, vectors = np.linalg.eigh(matrix)

    def function(f):
        return (vectors * f(values)) @ vectors.conj().T

    smallest = abs(values).min() / alpha
    inverse = polynomials.inverse(1.01 / smallest, 1e-4)
    for polynomial, exact in [
        (inverse, alpha * function(lambda x: 1 / x)),
        (polynomials.sign(0.9 * smallest, 1e-4), function(np.sign)),
        (polynomials.cosine(5.0, 1e-5), function(lambda x: np.cos(5 * x / alpha))),
        (polynomials.sine(5.0, 1e-5), function(lambda x: np.sin(5 * x / alpha))),
        (polynomials.evolution(5.0, 1e-5), function(lambda x: np.exp(-5j * x / alpha))),
        (polynomials.exponential(5.0, 1e-5), function(lambda x: np.exp(5 * (x / alpha - 1)))),
    ]:
        result = qaimagic.qsvt(matrix, polynomial)
        miss = np.linalg.norm(result.operator / polynomial.scale - exact, 2)
        assert miss <= polynomial.epsilon
        assert result.target_error <= polynomial.epsilon
        assert result.is_promised.all()


def test_a_filter_projects_on_what_it_keeps():
    values = np.array([1.0, 0.9, 0.2, 0.0])
    rotation = np.linalg.qr(random_matrix(4, 4))[0]
    matrix = (rotation * values) @ rotation.conj().T
    above = qaimagic.qsvt(matrix, polynomials.threshold(0.5, 0.3, 1e-3))
    projector = rotation[:, :2] @ rotation[:, :2].conj().T
    np.testing.assert_allclose(above.operator, projector, atol=2e-3)
    at_zero = qaimagic.qsvt(matrix, polynomials.eigenstate_filter(0.15, 1e-3))
    projector = rotation[:, 3:] @ rotation[:, 3:].conj().T
    np.testing.assert_allclose(at_zero.operator, projector, atol=2e-3)


def test_values_without_a_promise_are_told():
    result = qaimagic.qsvt(np.diag([1.0, 0.05]), ODD)
    assert "one of the values lies where the polynomial promises nothing" in result.text
    assert result.is_promised.tolist() == [False, True]


@pytest.mark.parametrize("shots", [None, 100])
def test_a_vector_of_which_nothing_is_left(shots):
    result = qaimagic.qsvt(np.diag([1.0, 0.0]), ODD, vector=[0, 1], shots=shots)
    assert result.kept.success == pytest.approx(0, abs=1e-12)
    assert "exact 0." in result.text
    assert ("No shot succeeded: with 95% the probability is below 0.03" in result.text) == (
        shots is not None
    )
    assert result.plot().html()


def test_noise_shows_beside_the_exact_probability():
    lab = qaimagic.devices.get("qaimagic.qubit", depolarizing=0.01)
    result = qaimagic.qsvt([[1, 0.2], [0.2, -0.5]], MIXED, vector=[1, 0], device=lab)
    assert result.kept.success < result.exact_success - 0.01
    assert result.error < 1e-10


@pytest.mark.parametrize(
    ("matrix", "polynomial", "options", "kind", "says"),
    [
        ([[0, 0], [0, 0]], ODD, {}, ValueError, "must not be zero"),
        ([1, 2], ODD, {}, ValueError, r"its shape is \(2,\)"),
        ([[1, np.nan]], ODD, {}, ValueError, "NaN"),
        ([[1, 2], [3, 4]], "sign", {}, TypeError, "it is str"),
        ([[1, 2], [3, 4]], MIXED, {}, ValueError, "it has both parities"),
        ([[1, 2, 3]], MIXED, {}, ValueError, "it has both parities"),
        ([[1, 2]], ODD, {"vector": [1, 2, 3]}, ValueError, r"have shape \(2,\)"),
        ([[1, 2]], ODD, {"vector": [0, 0]}, ValueError, "must not be zero"),
        ([[1, 2]], ODD, {"shots": 10}, ValueError, "must be given for a device or shots"),
        ([[1, 2]], ODD, {"device": "default.qubit"}, ValueError, "must be given for a device"),
        ([[1, 2]], ODD, {"vector": [1, 2], "shots": 0}, ValueError, "shots"),
        ([[1, 2]], ODD, {"seed": -1}, ValueError, "seed"),
        ([[1, 2]], ODD, {"method": "dilate"}, ValueError, "mean `dilation`"),
        ([[1, 2]], ODD, {"vector": [1, 2], "device": "no.such"}, DeviceError, "no.such"),
    ],
)
def test_what_cannot_be_transformed_is_refused(matrix, polynomial, options, kind, says):
    with pytest.raises(kind, match=says):
        qaimagic.qsvt(matrix, polynomial, **options)


def test_a_block_encoding_has_its_method_already():
    encoding = qaimagic.block_encode([[1, 2], [2, 1]])
    with pytest.raises(ValueError, match="must be left out for a block encoding"):
        qaimagic.qsvt(encoding, ODD, method="lcu")


def test_paid_devices_need_a_budget():
    device = PaidDevice()
    with pytest.raises(BudgetError):
        qaimagic.qsvt([[1, 2], [2, 1]], ODD, vector=[1, 0], device=device, shots=10)


def test_it_is_drawn_and_tabulated():
    pytest.importorskip("pandas")
    matrix = random_matrix(3, 3, hermitian=True)
    result = qaimagic.qsvt(matrix, ODD, vector=[1, 2, 3], shots=100)
    assert "circuit, eigenvalues" in result.plot().html()
    assert result.plot().text == repr(result) == result.text
    assert "\n" not in result.text
    frame = result.to_frame()
    assert list(frame["is_promised"]) == result.is_promised.tolist()
    assert len(frame) == 3
    both = qaimagic.qsvt(matrix, polynomials.evolution(1.0))
    assert "circuit, imaginary" in both.plot().html()
