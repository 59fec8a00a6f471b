"""PennyLane's gates, for tests that go through all of them."""

from __future__ import annotations

import pennylane as qml

FIXED = [
    (qml.Identity, 1),
    (qml.X, 1),
    (qml.Y, 1),
    (qml.Z, 1),
    (qml.H, 1),
    (qml.S, 1),
    (qml.T, 1),
    (qml.SX, 1),
    (qml.CNOT, 2),
    (qml.CY, 2),
    (qml.CZ, 2),
    (qml.CH, 2),
    (qml.SWAP, 2),
    (qml.ISWAP, 2),
    (qml.SISWAP, 2),
    (qml.ECR, 2),
    (qml.Toffoli, 3),
    (qml.CSWAP, 3),
    (qml.CCZ, 3),
    (qml.MultiControlledX, 4),
]
"""Gates without parameters, and their numbers of wires."""

TURNS = [
    (qml.RX, 1, 1),
    (qml.RY, 1, 1),
    (qml.RZ, 1, 1),
    (qml.PhaseShift, 1, 1),
    (qml.U1, 1, 1),
    (qml.U2, 1, 2),
    (qml.U3, 1, 3),
    (qml.Rot, 1, 3),
    (qml.CRX, 2, 1),
    (qml.CRY, 2, 1),
    (qml.CRZ, 2, 1),
    (qml.CRot, 2, 3),
    (qml.ControlledPhaseShift, 2, 1),
    (qml.CPhaseShift00, 2, 1),
    (qml.CPhaseShift01, 2, 1),
    (qml.CPhaseShift10, 2, 1),
    (qml.MultiRZ, 3, 1),
    (qml.IsingXX, 2, 1),
    (qml.IsingYY, 2, 1),
    (qml.IsingZZ, 2, 1),
    (qml.IsingXY, 2, 1),
    (qml.PSWAP, 2, 1),
    (qml.SingleExcitation, 2, 1),
    (qml.SingleExcitationPlus, 2, 1),
    (qml.SingleExcitationMinus, 2, 1),
    (qml.DoubleExcitation, 4, 1),
    (qml.DoubleExcitationPlus, 4, 1),
    (qml.DoubleExcitationMinus, 4, 1),
    (qml.OrbitalRotation, 4, 1),
    (qml.FermionicSWAP, 2, 1),
]
"""Gates with angles, their numbers of wires and of angles."""
