import numpy as np
import pennylane as qml
import pytest
from pennylane.pauli import PauliWord
from pennylane.tape import QuantumScript
from scipy.linalg import expm

from qaimagic.bridge.depth import two_qubit_depth, two_qubit_gates
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.hamiltonian_simulation.bounds import fewest, product_bound
from qaimagic.subroutines.hamiltonian_simulation.costs import costs_of_steps
from qaimagic.subroutines.hamiltonian_simulation.formulas import (
    ORDERS,
    gates_of,
    repeated,
    step_of,
)
from qaimagic.subroutines.hamiltonian_simulation.terms import read_terms
from qaimagic.subroutines.hamiltonian_simulation.words import commutator, words_of


def random_operator(seed, n=3, count=5):
    rng = np.random.default_rng(seed)
    words = {}
    while len(words) < count:
        letters = rng.choice(list("IXYZ"), n)
        word = PauliWord({w: str(letter) for w, letter in enumerate(letters) if letter != "I"})
        if word:
            words[word] = float(rng.normal())
    return qml.pauli.PauliSentence(words).operation(wire_order=range(n))


@pytest.mark.parametrize("seed", range(6))
def test_commutators_are_those_of_matrices(seed):
    a, b = (read_terms(random_operator(2 * seed + k)) for k in range(2))
    wires = range(3)
    found = commutator(*(words_of(t.words, t.factors, wires) for t in (a, b)))
    matrices = [read.on(wires).sparse.toarray() for read in (a, b)]
    expected = qml.pauli_decompose(
        1j * (matrices[0] @ matrices[1] - matrices[1] @ matrices[0]), pauli=True
    )
    total = sum(abs(factor) for factor in expected.values())
    assert found.norm == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("method", ORDERS)
def test_errors_of_random_hamiltonians_stay_within_their_bounds(method, seed):
    terms = read_terms(random_operator(seed))
    time = 0.4 if seed % 2 else -0.9
    bound = product_bound(terms, method, time)
    step = step_of(ORDERS[method], len(terms.words))
    exact = expm(-1j * time * terms.sparse.toarray())
    for steps in (1, 3):
        one = unitary_of(gates_of(terms, step, time / steps), terms.wires)
        error = np.linalg.norm(np.linalg.matrix_power(one, steps) - exact, 2)
        assert error <= bound(steps) + 1e-12


def test_the_bound_of_two_words_is_the_published_one():
    operator = 0.8 * qml.X(0) + 0.5 * qml.Z(0)
    terms = read_terms(operator)
    a, b = 0.8, 0.5
    assert product_bound(terms, "trotter-1", 0.3)(1) == pytest.approx(0.3**2 / 2 * 2 * a * b)
    # ||[B, [B, A]]|| / 12 + ||[A, [A, B]]|| / 24, and each commutator doubles.
    second = 0.3**3 * (4 * b * b * a / 12 + 4 * a * a * b / 24)
    assert product_bound(terms, "trotter-2", 0.3)(1) == pytest.approx(second)


def test_the_fewest_steps_are_the_fewest():
    def bound(steps):
        return 7.3 / steps**2

    steps = fewest(bound, 1e-3)
    assert bound(steps) <= 1e-3 < bound(steps - 1)
    assert fewest(lambda _: 1.0, 0.5) is None


@pytest.mark.parametrize("method", ORDERS)
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_costs_are_those_of_the_circuit(method, steps):
    terms = read_terms(random_operator(3, n=4, count=6))
    step = step_of(ORDERS[method], len(terms.words))
    costs = costs_of_steps(terms, step, steps)
    circuit = QuantumScript(gates_of(terms, repeated(step, steps), 0.1))
    assert costs.exponentials == len(circuit.operations)
    assert costs.gates == two_qubit_gates(circuit)
    assert costs.depth == two_qubit_depth(circuit)


def test_costs_of_many_steps_go_on_as_those_of_few():
    terms = read_terms(random_operator(3, n=4, count=6))
    step = step_of(2, len(terms.words))
    costs = costs_of_steps(terms, step, 300)
    circuit = QuantumScript(gates_of(terms, repeated(step, 300), 0.1))
    assert costs.exponentials == len(circuit.operations)
    assert costs.gates == two_qubit_gates(circuit)
    assert costs.depth == pytest.approx(two_qubit_depth(circuit), rel=0.01)


def test_too_many_words_have_no_bound():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(16, 16))
    terms = read_terms(matrix + matrix.T)
    assert product_bound(terms, "trotter-4", 1.0) is None
    assert product_bound(terms, "trotter-1", 1.0) is not None
