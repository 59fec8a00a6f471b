r"""What is asked for its ground energy, in one form: a sum of Pauli words with real factors.

A spin of an energy becomes Z, a bit becomes :math:`(1 - Z) / 2`: the state 1 of a wire is the bit 1
and the spin -1. Wires are then numbered as the variables are.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.fermi import FermiSentence, FermiWord
from pennylane.operation import Operator
from pennylane.pauli import PauliSentence, PauliWord

from qaimagic._checks import check_int, requirement
from qaimagic.bridge.diagrams import ordered_wires
from qaimagic.gradients.readings import sentence_of
from qaimagic.subroutines.energies.algebra import Energy
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.problem import read as read_problem
from qaimagic.training.alarms.ground import ground_energy

_FORMS = "be a Hermitian operator of PennyLane, or an energy of spins and bits"
_MAX_WIRES = 16
_MAX_ENTRIES = 2**22
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Hamiltonian:
    """A sum of Pauli words.

    Attributes:
        words: The factor of each word, those that are zero left out.
        wires: The wires from top to bottom.
        electrons: For a molecule, how many electrons it has among the orbitals that are wires.
    """

    words: PauliSentence
    wires: tuple[Hashable, ...]
    electrons: int | None = None

    @cached_property
    def operator(self) -> Any:
        """The operator to measure."""
        return self.words.operation(wire_order=list(self.wires))

    @property
    def reach(self) -> float:
        """The sum of the factors without their signs, the identity's left out."""
        return float(sum(abs(factor) for word, factor in self.words.items() if word))

    @property
    def is_real(self) -> bool:
        """Whether its matrix is real, so that some ground state is real too."""
        return all(sum(letter == "Y" for letter in word.values()) % 2 == 0 for word in self.words)

    @property
    def unit(self) -> str:
        """The unit of its energies, ``"Ha"`` for a molecule."""
        return "" if self.electrons is None else "Ha"

    @cached_property
    def ground_energy(self) -> float | None:
        """The exact ground energy, of a molecule with its electrons; None where it takes long."""
        return ground_energy(
            self.words, max_wires=_MAX_WIRES, max_entries=_MAX_ENTRIES, ones=self.electrons
        )


def read(hamiltonian: Any, electrons: int | None = None) -> Hamiltonian:
    """Return the Hamiltonian that an operator or an energy states.

    Args:
        hamiltonian: An operator of PennyLane, an energy of spins and bits, a problem, a dimod
            model, or a QUBO as a dict.
        electrons: For a molecule, how many electrons it has.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it is not Hermitian, has a factor that is not finite, or acts on no wire.
    """
    if _is_operator(hamiltonian):
        words = _of_operator(hamiltonian)
    elif _is_energy(hamiltonian):
        words = _of_problem(read_problem(hamiltonian))
    else:
        fix = ""
        if isinstance(hamiltonian, np.ndarray):
            fix = "`qml.Hermitian(matrix, wires=...)` makes an operator of a matrix."
        elif isinstance(hamiltonian, qml.SparseHamiltonian):
            fix = "`qml.Hermitian(H.sparse_matrix().toarray(), wires=H.wires)` is taken."
        elif isinstance(hamiltonian, FermiWord | FermiSentence):
            fix = "`qml.jordan_wigner(...)` maps it to wires."
        elif isinstance(hamiltonian, tuple):
            fix = "`qml.qchem.molecular_hamiltonian(...)` returns the operator first: take `[0]`."
        received = f"it is {type(hamiltonian).__name__}"
        raise TypeError(requirement("hamiltonian", _FORMS, received, fix))
    numbers = _real(words)
    wires = tuple(ordered_wires(numbers.wires))
    if not wires:
        constant = numbers.get(PauliWord({}), 0.0)
        received = f"it is {constant:g} in every state"
        raise ValueError(requirement("hamiltonian", "act on a wire", received))
    if electrons is not None:
        check_int("electrons", electrons, minimum=1)
        if electrons >= len(wires):
            rule = f"leave some of the {len(wires)} spin orbitals empty"
            raise ValueError(requirement("electrons", rule, f"it is {electrons}"))
        if not _keeps_particles(numbers):
            rule = "be left out where the Hamiltonian does not conserve their number"
            fix = "Molecules are expected in the Jordan-Wigner map, PennyLane's default."
            raise ValueError(requirement("electrons", rule, f"it is {electrons}", fix))
    return Hamiltonian(numbers, wires, electrons)


def _of_operator(operator: Any) -> PauliSentence:
    if isinstance(operator, PauliWord):
        return PauliSentence({operator: 1.0})
    if isinstance(operator, PauliSentence):
        return operator
    if any(not np.isfinite(qml.math.toarray(qml.math.detach(d))).all() for d in operator.data):
        rule = "have finite factors"
        raise ValueError(requirement("hamiltonian", rule, "one is NaN or infinite"))
    words = sentence_of(operator)
    if words is None:
        received = f"`{operator.name}` is no sum of Pauli words, nor a Hermitian matrix of 5 wires"
        raise ValueError(requirement("hamiltonian", _FORMS, received))
    return words


def _real(words: PauliSentence) -> PauliSentence:
    """Return words with real factors, zeros left out."""
    numbers = {
        word: complex(qml.math.toarray(qml.math.detach(factor))) for word, factor in words.items()
    }
    largest = max(map(abs, numbers.values()), default=0.0)
    for word, factor in numbers.items():
        if not (math.isfinite(factor.real) and math.isfinite(factor.imag)):
            received = f"that of {word} is {factor}"
            raise ValueError(requirement("hamiltonian", "have finite factors", received))
        if abs(factor.imag) > _ROUNDING * largest:
            received = f"the factor of {word} is {factor}"
            fix = "An operator plus its adjoint, `A + qml.adjoint(A)`, is Hermitian."
            raise ValueError(requirement("hamiltonian", "be Hermitian", received, fix))
    return PauliSentence({word: c.real for word, c in numbers.items() if c.real != 0.0})


def _is_operator(value: Any) -> bool:
    is_known = isinstance(value, Operator | PauliWord | PauliSentence)
    return is_known and not isinstance(value, qml.SparseHamiltonian)


def _is_energy(value: Any) -> bool:
    if isinstance(value, FermiWord | FermiSentence):
        return False
    is_known = isinstance(value, Energy | Problem | Mapping)
    return is_known or type(value).__module__.partition(".")[0] == "dimod"


def _of_problem(problem: Problem) -> PauliSentence:
    """Return an energy as words of Z."""
    words: dict[PauliWord, float] = {}
    for term, coefficient in problem.terms.items():
        bits = [i for i in term if not problem.spins[i]]
        spins = [i for i in term if problem.spins[i]]
        share = coefficient / 2 ** len(bits)
        for size in range(len(bits) + 1):
            for chosen in combinations(bits, size):
                word = PauliWord(dict.fromkeys([*spins, *chosen], "Z"))
                words[word] = words.get(word, 0.0) + share * (-1) ** size
    return PauliSentence(words)


def _keeps_particles(words: PauliSentence) -> bool:
    """Return whether a sum of words commutes with the number of wires at 1."""
    total = PauliSentence({PauliWord({wire: "Z"}): 1.0 for wire in words.wires})
    left = total.commutator(words)
    size = sum(abs(factor) for factor in words.values())
    return all(abs(factor) <= 1e-9 * size for factor in left.values())
