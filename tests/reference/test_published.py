"""Numbers that others published, through the public API; each test names its source."""

from __future__ import annotations

import math

import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic import quantum

POINTS = torch.tensor(
    [
        [3.0787608, 1.75929189],
        [6.03185789, 5.27787566],
        [6.22035345, 2.70176968],
        [0.18849556, 2.82743339],
    ],
    dtype=torch.float64,
)
METHODS = ["backprop", "adjoint", "parameter-shift", "hadamard"]


def exact(values):
    return torch.tensor(values, dtype=torch.float64)


def gradient(layer, start):
    with torch.no_grad():
        layer.double().theta.copy_(exact(start))
    layer().sum().backward()
    return layer.theta.grad


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (
            [0.37454012, 0.95071431, 0.73199394, 0.59865848, 0.15601864, 0.15599452],
            [-0.06518877, -0.02728919, 0, -0.09339346, -0.76106754, 0],
        ),
        (
            [0.728640716, 0.604431299, 0.596629776, 0.336135601, 0.163333983, 0.208645547],
            [-0.0293733, -0.08410477, 0, -0.09423404, -0.59528383, 0],
        ),
    ],
)
def test_gradient_of_a_three_qubit_circuit(method, start, expected):
    """QHack 2022 coding challenges, pennylane101_400."""

    @quantum(diff_method=method)
    def circuit(theta: 6):
        for layer in (theta[:3], theta[3:]):
            qml.RX(layer[0], wires=0)
            qml.RY(layer[1], wires=1)
            qml.RZ(layer[2], wires=2)
            for pair in ([0, 1], [1, 2], [2, 0]):
                qml.CNOT(pair)
        return qml.expval(qml.Y(0) @ qml.Z(2))

    torch.testing.assert_close(gradient(circuit, start), exact(expected), atol=1e-6, rtol=0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        (math.pi / 4, [-0.35355339, -0.70710678, 0, 0.35355339, 0, -0.70710678, 0, 0]),
        (math.pi / 2, [0, 0, 0, 1, 0, 0, 0, 0]),
    ],
)
def test_gradient_of_efficient_su2(method, angle, expected):
    """qiskit-algorithms, test/gradients/test_estimator_gradient.py."""

    @quantum(diff_method=method)
    def circuit(theta: (2, 2, 2)):
        for layer in range(2):
            for wire in range(2):
                qml.RY(theta[layer, 0, wire], wires=wire)
                qml.RZ(theta[layer, 1, wire], wires=wire)
            if layer == 0:
                qml.CNOT([0, 1])
        return qml.expval(qml.Z(1))

    found = gradient(circuit, [[[angle] * 2] * 2] * 2).reshape(-1)
    torch.testing.assert_close(found, exact(expected), atol=1e-6, rtol=0)


def test_gradient_of_a_general_rotation():
    """qiskit-algorithms, test/gradients/test_estimator_gradient.py."""

    @quantum
    def circuit(theta: 3):
        qml.H(0)
        qml.U3(*theta, wires=0)
        qml.H(0)
        return qml.expval(qml.Z(0))

    expected = exact([-0.35355339, -0.85355339, -0.85355339])
    torch.testing.assert_close(gradient(circuit, [math.pi / 4] * 3), expected, atol=1e-6, rtol=0)


def z_feature_map(x):
    for _ in range(2):
        for wire in range(2):
            qml.H(wire)
            qml.PhaseShift(2 * x[wire], wires=wire)


def zz_feature_map(x):
    for _ in range(2):
        for wire in range(2):
            qml.H(wire)
            qml.PhaseShift(2 * x[wire], wires=wire)
        qml.CNOT([0, 1])
        qml.PhaseShift(2 * (math.pi - x[0]) * (math.pi - x[1]), wires=1)
        qml.CNOT([0, 1])


@pytest.mark.parametrize(
    ("feature_map", "upper"),
    [
        (z_feature_map, [0.78883982, 0.15984355, 0.06203766, 0.49363215, 0.32128356, 0.91953051]),
        (zz_feature_map, [0.81376617, 0.05102078, 0.06033439, 0.14750292, 0.09980414, 0.26196463]),
    ],
)
def test_fidelity_kernels(feature_map, upper):
    """qiskit-machine-learning, test/kernels/test_fidelity_qkernel.py."""

    @quantum
    def overlap(query, key):
        feature_map(query)
        qml.adjoint(feature_map)(key)
        return qml.probs(wires=[0, 1])

    rows, columns = torch.triu_indices(4, 4, offset=1)
    found = overlap(POINTS[rows], POINTS[columns])[:, 0]
    torch.testing.assert_close(found, exact(upper), atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(overlap(POINTS, POINTS)[:, 0], torch.ones(4, dtype=torch.float64))


def test_one_layer_of_qaoa_on_the_petersen_graph():
    """Farhi, Goldstone and Gutmann 2014, arXiv:1411.4028: 1/2 + 1/(3 sqrt 3) of the edges."""
    ring = [(i, (i + 1) % 5) for i in range(5)]
    star = [(5 + i, 5 + (i + 2) % 5) for i in range(5)]
    edges = ring + star + [(i, i + 5) for i in range(5)]

    @quantum
    def cut(angles):
        for wire in range(10):
            qml.H(wire)
        for edge in edges:
            qml.IsingZZ(-angles[0], wires=edge)
        for wire in range(10):
            qml.RX(2 * angles[1], wires=wire)
        return [qml.expval(qml.Z(a) @ qml.Z(b)) for a, b in edges]

    angles = exact([math.atan(1 / math.sqrt(2)), math.pi / 8])
    expected_cut = ((1 - cut(angles)) / 2).sum()
    assert float(expected_cut) == pytest.approx(10.386751345948, abs=1e-6)


def ground_energy(layer, seeds, steps):
    """The lowest energy that `minimize` reaches from a few starts; never below the exact one."""
    energies = []
    for seed in seeds:
        torch.manual_seed(seed)
        layer.double().reset_parameters()
        qaimagic.minimize(lambda: layer().sum(), layer, steps=steps, lr=0.1, live=False)
        energies.append(float(layer().detach().sum()))
    return min(energies)


@pytest.mark.parametrize(("field", "energy"), [(1.0, -5.226251859505506), (2.3, -9.66382463698038)])
def test_energy_of_the_transverse_field_ising_ring(field, energy):
    """QHack 2023 coding challenges, fall_of_sqynet_500; for field 1 it is -2 / sin(pi / 8)."""
    bonds = [qml.Z(i) @ qml.Z((i + 1) % 4) for i in range(4)]
    spins = [qml.X(i) for i in range(4)]
    hamiltonian = qml.Hamiltonian([-1.0] * 4 + [-field] * 4, bonds + spins)

    @quantum
    def ansatz(theta: (4, 2)):
        for wire in range(4):
            qml.H(wire)
        for layer in theta:
            for i in range(4):
                qml.IsingZZ(layer[0], wires=[i, (i + 1) % 4])
            for i in range(4):
                qml.RX(layer[1], wires=i)
        return qml.expval(hamiltonian)

    reached = ground_energy(ansatz, seeds=(0, 1), steps=120)
    assert reached >= energy - 1e-9
    assert reached == pytest.approx(energy, abs=1e-4)


def test_energy_of_the_two_qubit_hydrogen_molecule():
    """qiskit-algorithms, docs/tutorials/03_vqe_simulation_with_noise: FCI -1.85727503 Ha."""
    coefficients = [
        -1.052373245772859,
        0.39793742484318045,
        -0.39793742484318045,
        -0.01128010425623538,
        0.18093119978423156,
    ]
    words = [
        qml.Identity(0),
        qml.Z(1),
        qml.Z(0),
        qml.Z(0) @ qml.Z(1),
        qml.X(0) @ qml.X(1),
    ]
    hamiltonian = qml.Hamiltonian(coefficients, words)

    @quantum
    def ansatz(theta: (2, 2, 3)):
        qml.StronglyEntanglingLayers(theta, wires=range(2))
        return qml.expval(hamiltonian)

    reached = ground_energy(ansatz, seeds=(0,), steps=150)
    assert -1.85727504 <= reached <= -1.85727
