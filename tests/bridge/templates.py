"""PennyLane's templates, for tests that go through all of them."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import torch
from scipy.sparse import csr_array
from scipy.stats import unitary_group

H = qml.Hamiltonian([0.3, 0.7, 0.2], [qml.X(0) @ qml.X(1), qml.Z(1) @ qml.Z(2), qml.Y(0)])
COST = qml.Hamiltonian([0.3, 0.7, 0.2], [qml.Z(0) @ qml.Z(1), qml.Z(1) @ qml.Z(2), qml.I(0)])
HF = np.array([1, 1, 0, 0])
BLOCK = np.array([[0.1, 0.2], [0.3, 0.4]])


def block(weights, wires):
    qml.RX(weights[0], wires=wires[0])
    qml.CNOT(wires=wires)
    qml.RY(weights[1], wires=wires[1])


def mps_block(wires, weights):
    block(weights, wires)


def swap_network_step(index, wires, param=None):
    return qml.CNOT(wires)


def trotter_step(time, angle, wires):
    qml.RX(time * angle, wires[0])
    qml.IsingXX(time, wires)


WEIGHTED = {
    "AngleEmbedding": ((4,), lambda w: qml.AngleEmbedding(w, range(4), rotation="Y")),
    "IQPEmbedding": ((4,), lambda w: qml.IQPEmbedding(w, range(4), n_repeats=2)),
    "QAOAEmbedding": ((2, 6), lambda w: qml.QAOAEmbedding(w[0, :3], w, range(3))),
    "AmplitudeEmbedding": (
        (7,),
        lambda w: qml.AmplitudeEmbedding(w, [2, 0, 1], pad_with=0.3, normalize=True),
    ),
    "AmplitudeEmbeddings apart": (
        (2, 4),
        lambda w: (
            qml.H(4),
            qml.AmplitudeEmbedding(w[0], [3, 2], normalize=True),
            qml.AmplitudeEmbedding(w[1], [0, 1], normalize=True),
            qml.CSWAP([4, 0, 2]),
            qml.AmplitudeEmbedding(w[1, :2], [1], normalize=True),
        ),
    ),
    "StatePrep later": ((4,), lambda w: (qml.H(0), qml.StatePrep(w * 1j / w.norm(), [1, 2]))),
    "StronglyEntanglingLayers": ((2, 3, 3), lambda w: qml.StronglyEntanglingLayers(w, range(3))),
    "BasicEntanglerLayers": ((2, 3), lambda w: qml.BasicEntanglerLayers(w, range(3))),
    "RandomLayers": ((2, 3), lambda w: qml.RandomLayers(w, range(3), seed=3)),
    "SimplifiedTwoDesign": (
        (2, 2, 2),
        lambda w: qml.SimplifiedTwoDesign(w[:, 0, 0].repeat(2)[:3], w, range(3)),
    ),
    "UCCSD": (
        (3,),
        lambda w: qml.UCCSD(
            w,
            wires=range(4),
            s_wires=[[0, 1, 2], [1, 2, 3]],
            d_wires=[[[0, 1], [2, 3]]],
            init_state=HF,
        ),
    ),
    "kUpCCGSD": ((1, 6), lambda w: qml.kUpCCGSD(w, range(4), k=1, delta_sz=0, init_state=HF)),
    "AllSinglesDoubles": (
        (3,),
        lambda w: qml.AllSinglesDoubles(w, range(4), HF, [[0, 2], [1, 3]], [[0, 1, 2, 3]]),
    ),
    "GateFabric": (
        (2, 1, 2),
        lambda w: qml.GateFabric(w, range(4), init_state=HF, include_pi=True),
    ),
    "ParticleConservingU1": (
        (1, 3, 2),
        lambda w: qml.ParticleConservingU1(w, range(4), init_state=HF),
    ),
    "ParticleConservingU2": (
        (1, 7),
        lambda w: qml.ParticleConservingU2(w, range(4), init_state=HF),
    ),
    "MERA": ((5, 2), lambda w: qml.MERA(range(4), 2, block, 2, w)),
    "TTN": ((3, 2), lambda w: qml.TTN(range(4), 2, block, 2, w)),
    "MPS": ((3, 2), lambda w: qml.MPS(range(4), 2, mps_block, 2, w)),
    "ArbitraryUnitary": ((15,), lambda w: qml.ArbitraryUnitary(w, [0, 1])),
    "ArbitraryStatePreparation": ((6,), lambda w: qml.ArbitraryStatePreparation(w, [0, 1])),
    "ApproxTimeEvolution": ((), lambda w: qml.ApproxTimeEvolution(H, w, 3)),
    "TrotterProduct": ((), lambda w: qml.TrotterProduct(H, w, n=2, order=2)),
    "TrotterizedQfunc": (
        (2,),
        lambda w: qml.TrotterizedQfunc(w[0], w[1], qfunc=trotter_step, n=2, wires=[0, 1]),
    ),
    "QDrift": ((), lambda w: qml.QDrift(H, w, n=3, seed=1)),
    "Evolution, not commuting": ((), lambda w: qml.ops.Evolution(H, w)),
    "Evolution, commuting": ((), lambda w: qml.ops.Evolution(COST, w)),
    "CommutingEvolution": ((), lambda w: qml.CommutingEvolution(COST, w)),
    "exp": ((), lambda w: qml.exp(qml.X(0) @ qml.Y(2), 1j * w)),
    "QAOA": (
        (2,),
        lambda w: (
            qml.qaoa.cost_layer(w[0], COST),
            qml.qaoa.mixer_layer(w[1], qml.qaoa.x_mixer(range(3))),
        ),
    ),
    "SelectPauliRot": ((4,), lambda w: qml.SelectPauliRot(w, [0, 1], 2, rot_axis="Z")),
    "PCPhase": ((), lambda w: qml.PCPhase(w, 3, range(3))),
    "DiagonalQubitUnitary": (
        (8,),
        lambda w: qml.DiagonalQubitUnitary(torch.exp(1j * w), [2, 0, 1]),
    ),
    "FermionicSingleExcitation": ((), lambda w: qml.FermionicSingleExcitation(w, [0, 1, 2])),
    "FermionicDoubleExcitation": (
        (),
        lambda w: qml.FermionicDoubleExcitation(w, [0, 1], [2, 3, 4]),
    ),
    "Select": (
        (),
        lambda w: qml.Select(
            [qml.X(2), qml.RX(w, 3), qml.SWAP([2, 3]), qml.H(3)], control=[0, 1], partial=False
        ),
    ),
    "ControlledSequence": ((), lambda w: qml.ControlledSequence(qml.RX(w, 3), [0, 1, 2])),
    "controlled layers": (
        (1, 2, 3),
        lambda w: qml.ctrl(qml.adjoint(qml.StronglyEntanglingLayers(w, range(2))), 5),
    ),
}

"""Templates with the shapes of their weights."""

FIXED = {
    "QFT": lambda: qml.QFT(range(4)),
    "AQFT": lambda: qml.AQFT(2, range(4)),
    "adjoint QFT": lambda: qml.adjoint(qml.QFT(range(4))),
    "controlled QFT": lambda: qml.ctrl(qml.QFT(range(3)), 5, control_values=[0]),
    "QFT cubed": lambda: qml.pow(qml.QFT(range(3)), 3),
    "QuantumPhaseEstimation": lambda: qml.QuantumPhaseEstimation(
        unitary_group.rvs(4, random_state=1), [0, 4], estimation_wires=[1, 2, 3]
    ),
    "GroverOperator": lambda: qml.GroverOperator(range(4)),
    "BasisEmbedding": lambda: qml.BasisEmbedding([1, 0, 1], [2, 0, 1]),
    "BasisState later": lambda: (qml.RX(0.2, 0), qml.BasisState([1, 1], [2, 0])),
    "StatePrep later": lambda: (qml.RX(0.2, 3), qml.StatePrep([0.6, 0, 0, 0.8j], [2, 0])),
    "sparse StatePrep": lambda: qml.StatePrep(csr_array([[0, 0.6, 0, 0.8j]]), [2, 0]),
    "CosineWindow": lambda: qml.CosineWindow(range(3)),
    "Superposition": lambda: qml.Superposition(
        [0.6, 0.8], [[0, 1], [1, 1]], wires=[0, 1], work_wire=2
    ),
    "MottonenStatePreparation": lambda: qml.MottonenStatePreparation(
        [0.5, 0.5j, -0.5, 0.5], [0, 1]
    ),
    "Permute": lambda: qml.Permute([2, 0, 3, 1], range(4)),
    "QubitUnitary": lambda: qml.QubitUnitary(unitary_group.rvs(8, random_state=1), [1, 0, 3]),
    "ControlledQubitUnitary": lambda: qml.ControlledQubitUnitary(
        unitary_group.rvs(4, random_state=1), [0, 1, 2, 3], control_values=[0, 1]
    ),
    "SpecialUnitary": lambda: qml.SpecialUnitary(np.linspace(-1, 2, 15), [0, 1]),
    "IntegerComparator": lambda: qml.IntegerComparator(3, geq=False, wires=range(4)),
    "QubitCarry": lambda: qml.QubitCarry(range(4)),
    "QubitSum": lambda: qml.QubitSum(range(3)),
    "BlockEncode": lambda: qml.BlockEncode(BLOCK, [0, 1]),
    "QSVT": lambda: qml.QSVT(
        qml.BlockEncode(BLOCK, [0, 1]), [qml.PCPhase(0.2, 2, [0, 1]), qml.PCPhase(0.5, 2, [0, 1])]
    ),
    "FABLE": lambda: qml.FABLE(BLOCK, wires=range(3)),
    "FlipSign": lambda: qml.FlipSign([1, 0, 1], range(3)),
    "Reflection": lambda: qml.Reflection(qml.prod(qml.H(0), qml.RX(0.3, 1)), 0.7),
    "AmplitudeAmplification": lambda: qml.AmplitudeAmplification(
        qml.H(0) @ qml.H(1), qml.FlipSign(1, [0, 1]), iters=2
    ),
    "Qubitization": lambda: qml.Qubitization(H, [3, 4]),
    "PrepSelPrep": lambda: qml.PrepSelPrep(H, [3, 4]),
    "QROM": lambda: qml.QROM(["010", "111", "110", "000"], [0, 1], [2, 3, 4], [5, 6, 7]),
    "Adder": lambda: qml.Adder(3, [0, 1, 2]),
    "OutMultiplier": lambda: qml.OutMultiplier([0, 1], [2, 3], [4, 5]),
    "TemporaryAND": lambda: qml.TemporaryAND([0, 1, 2]),
    "HilbertSchmidt": lambda: qml.HilbertSchmidt([qml.RX(0.3, 0)], [qml.RY(0.2, 1)]),
    "BasisRotation": lambda: qml.BasisRotation(range(3), unitary_group.rvs(3, random_state=2)),
    "TwoLocalSwapNetwork": lambda: qml.TwoLocalSwapNetwork(range(4), swap_network_step),
    "IQP": lambda: qml.IQP([0.3, -0.8], num_wires=3, pattern=[[[0]], [[1, 2]]]),
    "product": lambda: qml.prod(qml.RX(0.3, 0), qml.CNOT([0, 1]), qml.H(1)),
    "scaled by a phase": lambda: qml.s_prod(1j, qml.X(0)),
}

"""Templates without weights."""

BATCHED = {
    "AngleEmbedding": ((3,), lambda x: qml.AngleEmbedding(x, range(3))),
    "IQPEmbedding": ((3,), lambda x: qml.IQPEmbedding(x, range(3))),
    "QAOAEmbedding": ((3,), lambda x: qml.QAOAEmbedding(x, torch.ones(1, 6), range(3))),
    "AmplitudeEmbedding": ((4,), lambda x: qml.AmplitudeEmbedding(x, [2, 0], normalize=True)),
    "AmplitudeEmbeddings apart": (
        (4,),
        lambda x: (
            qml.AmplitudeEmbedding(x, [2, 0], normalize=True),
            qml.AmplitudeEmbedding([0.6, 0.8], [1]),
        ),
    ),
    "DiagonalQubitUnitary": (
        (8,),
        lambda x: qml.DiagonalQubitUnitary(torch.exp(1j * x), [2, 0, 1]),
    ),
    "Evolution": ((), lambda x: qml.ops.Evolution(COST, x)),
    "exp": ((), lambda x: qml.exp(qml.X(0) @ qml.Y(2), 1j * x)),
    "SelectPauliRot": ((4,), lambda x: qml.SelectPauliRot(x, [0, 1], 2)),
    "controlled layers": (
        (2,),
        lambda x: qml.ctrl(qml.AngleEmbedding(x, range(2), rotation="Y"), 2),
    ),
    "adjoint": ((2,), lambda x: qml.adjoint(qml.AngleEmbedding(x, range(2), rotation="Y"))),
}
"""Templates that take a batch, with the shapes of a sample."""
