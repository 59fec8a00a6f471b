"""From a block encoding and a polynomial to a result: simulated, run, and put beside numpy's."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from pennylane.tape import QuantumScript

from qaimagic._checks import requirement
from qaimagic.bridge.depth import two_qubit_costs
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.matrices.reading import Matrix, Vector
from qaimagic.subroutines.qsvt.circuit import transform
from qaimagic.subroutines.qsvt.exact import Spectrum, spectrum_of
from qaimagic.subroutines.qsvt.polynomial import Polynomial
from qaimagic.subroutines.qsvt.result import QSVTResult
from qaimagic.subroutines.qsvt.running import run
from qaimagic.subroutines.qsvt.states import MOST_REPEATED, encoding_wires, kept_amplitudes


def solve(
    encoding: BlockEncoding,
    polynomial: Polynomial,
    spectrum: Spectrum,
    vector: Vector | None,
    *,
    device: Any,
    shots: int | None,
    seed: int,
) -> QSVTResult:
    """Return what a circuit makes of a matrix, and of a vector if there is one.

    Raises:
        ArithmeticError: If the angles do not converge.
        ValueError: If there is no vector, and too many wires for all basis states.
        DeviceError: If there is no such device, or it cannot do what is asked.
    """
    start = time.perf_counter()
    operator = _operator(encoding, polynomial)
    if operator is None and vector is None:
        received = f"the block encoding has {encoding_wires(encoding)} wires"
        rule = f"be given beyond {MOST_REPEATED} wires"
        raise ValueError(requirement("vector", rule, received, "All basis states take too long."))
    if vector is not None:
        kept = run(encoding, polynomial, vector, device=device, shots=shots, seed=seed)
        depth, gates = kept.depth, kept.gates
    else:
        kept = None
        tape = QuantumScript(list(transform(encoding, polynomial).gates))
        gates, depth = two_qubit_costs(tape)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    exact = spectrum_of(encoding.matrix, encoding.alpha).transformed(polynomial, polynomial.parity)
    classical_seconds = time.perf_counter() - start
    return QSVTResult(
        polynomial=polynomial,
        encoding=encoding,
        spectrum=spectrum,
        operator=operator,
        exact=exact,
        vector=None if vector is None else vector / np.linalg.norm(vector),
        kept=kept,
        depth=depth,
        gates=gates,
        seconds=seconds,
        classical_seconds=classical_seconds,
    )


def _operator(encoding: BlockEncoding, polynomial: Polynomial) -> Matrix | None:
    if encoding_wires(encoding) > MOST_REPEATED:
        return None
    rows, columns = encoding.matrix.shape
    basis = np.eye(2 ** len(encoding.wires), columns, dtype=complex)
    phases = polynomial.phases
    left = kept_amplitudes(encoding, phases, basis) / phases.scale
    return left[: columns if polynomial.parity != "odd" else rows]
