r"""Simulation by QSVT: the evolution as a polynomial of the block-encoded Hamiltonian.

.. math:: e^{-i \alpha t x} \approx J_0(\alpha t) T_0(x)
    + 2 \sum_{k=1}^{d} (-i)^k J_k(\alpha t) \, T_k(x), \quad x = H / \alpha

Its even part, the cosine, and its odd part, the sine, are added by one more wire, which halves the
amplitude: the auxiliary wires read 0 with a chance of 1/4, or, where the sine does not reach 1, of

.. math:: \frac{1}{(1 + \sin \alpha t)^2}, \quad \alpha t < \frac{\pi}{2}
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pennylane.tape import QuantumScript

from qaimagic._checks import requirement
from qaimagic.bridge.depth import two_qubit_costs
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.block_encodings.lcu import lcu_of
from qaimagic.subroutines.block_encodings.operators import Terms as Unitaries
from qaimagic.subroutines.hamiltonian_simulation.costs import Costs
from qaimagic.subroutines.hamiltonian_simulation.running import Evolved, Site, of_state
from qaimagic.subroutines.hamiltonian_simulation.terms import Terms
from qaimagic.subroutines.matrices.postselection import keep
from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.matrices.starting import Start
from qaimagic.subroutines.qsvt.circuit import Transformed, transform
from qaimagic.subroutines.qsvt.making import WHOLE
from qaimagic.subroutines.qsvt.polynomial import Polynomial
from qaimagic.subroutines.qsvt.waves import evolution

MOST_WIRES = 8
"""The most wires of which the Hamiltonian is block-encoded."""

_MOST_BLOCK = 6
_FINEST = 1e-12
_LEFT = 1e-11


@dataclass(frozen=True, eq=False)
class Signal:
    """What QSVT has to make of a block encoding.

    Attributes:
        encoding: H times the sign of the time, without its constant, in the corner of a unitary.
        angle: Its subnormalisation times the time.
    """

    encoding: BlockEncoding
    angle: float

    @cached_property
    def coefficients(self) -> NDArray[np.complex128]:
        """Of Chebyshev polynomials, until they are below 1e-12, shape (d + 1,)."""
        whole = evolution(self.angle, _FINEST)
        return np.asarray(whole.coefficients / whole.scale, np.complex128)

    def bound(self, degree: int) -> float:
        """Return what all coefficients beyond a degree come to, and what angles leave."""
        return float(np.abs(self.coefficients[degree + 1 :]).sum()) + _LEFT

    def circuit(self, degree: int) -> Transformed:
        """Return the gates of a degree."""
        numbers = self.coefficients[: degree + 1]

        def target(x: NDArray[np.float64]) -> NDArray[np.complex128]:
            return np.asarray(np.exp(-1j * self.angle * x))

        return transform(self.encoding, Polynomial("evolution", numbers, target, 1.0, WHOLE, 0.0))


def signal_of(terms: Terms, time: float) -> Signal:
    """Return what QSVT has to make of a Hamiltonian.

    Raises:
        ValueError: If it has too many wires.
    """
    if len(terms.wires) > MOST_WIRES:
        rule = f"have {MOST_WIRES} wires at most for QSVT"
        received = f"it has {len(terms.wires)}"
        raise ValueError(requirement("hamiltonian", rule, received))
    matrix = terms.sparse.toarray() - terms.constant * np.eye(2 ** len(terms.wires))
    sign = np.sign(time)
    words = tuple(word.operation() for word in terms.words)
    factors = sign * np.array(terms.factors, np.complex128)
    encoding = lcu_of(Unitaries(factors, words, terms.wires, sign * matrix))
    return Signal(encoding, terms.reach * abs(time))


def run_qsvt(terms: Terms, start: Start, circuit: Transformed, time: float, site: Site) -> Evolved:
    """Run the circuit of QSVT."""
    phase = np.exp(-1j * terms.constant * time)
    is_block = site.is_own and site.shots is None and len(terms.wires) <= _MOST_BLOCK
    if is_block:
        corner = phase * corner_of(circuit)
        state = corner @ start.vector
        size = float(np.linalg.norm(state))
        return of_state(state / size, corner / circuit.scale, site, success=size**2)
    kept = keep(
        [*start.gates, *circuit.gates],
        circuit.flags,
        circuit.wires,
        device=site.device,
        shots=site.shots,
        seed=site.seed,
    )
    states = None if kept.state is None else phase * kept.state[None]
    return Evolved(
        kept.probabilities,
        kept.standard_errors,
        states,
        kept.shots,
        success=kept.success,
        success_error=kept.success_error,
    )


def costs_of_qsvt(circuit: Transformed) -> Costs:
    """Return what a circuit costs."""
    tape = QuantumScript(list(circuit.gates))
    return Costs(0, *two_qubit_costs(tape))


def corner_of(circuit: Transformed) -> Matrix:
    """Return what a circuit leaves of each basis state where its flags read as they should."""
    size = 2 ** len(circuit.wires)
    # The flags come first and read 0, so that the corner is the first rows and columns.
    return unitary_of(circuit.gates, [*circuit.flags, *circuit.wires], columns=size)[:size]
