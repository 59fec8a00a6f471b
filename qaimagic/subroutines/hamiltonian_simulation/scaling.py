"""``simulation_scaling``: how the error of each method falls with what it costs.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, check_several, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.hamiltonian_simulation.scaling_result import SimulationScaling

_MOST_WORDS = 200_000


def simulation_scaling(
    hamiltonian: Any,
    time: float,
    *,
    steps: Sequence[int] = (1, 2, 4, 8, 16, 32, 64, 128),
    state: Any = None,
) -> SimulationScaling:
    r"""Measure how the error of five methods falls with steps and with gates on two wires.

    The error is the trace distance of the final state from the exact one, for pure states
    :math:`\sqrt{1 - |\langle \phi | \psi \rangle|^2}`; of qDRIFT it is that of its channel, which
    is computed exactly. In steps the slopes are -1, -2 and -4 for product formulas and -1 for
    qDRIFT, both axes logarithmic; QSVT's error falls exponentially with its degree.

    All is simulated on an ideal machine.

    Args:
        hamiltonian: As in `hamiltonian_simulation`, on 6 wires at most.
        time: The time, not 0.
        steps: Of the product formulas, two at least; qDRIFT draws as many words as they have
            exponentials in the first order. QSVT's degrees go up to where its error is rounding.
        state: As in `hamiltonian_simulation`.

    Returns:
        Errors, bounds, costs and slopes of the five methods.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the Hamiltonian is not Hermitian, not finite or too large, or has no word on
            two wires; the state does not fit, or a number is out of bounds.
        CircuitError: If the body of the state fails; names its line.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> ising = qml.Z(0) @ qml.Z(1) + qml.X(0) + qml.X(1)
        >>> scaling = qaimagic.simulation_scaling(ising, 1.0)
        >>> {name: round(slope) for name, slope in scaling.slopes.items()}
        {'trotter-1': -1, 'trotter-2': -2, 'trotter-4': -4, 'qdrift': -1}

    References:
        As in `hamiltonian_simulation`.
    """
    from qaimagic.subroutines.hamiltonian_simulation.checks import check_phases
    from qaimagic.subroutines.hamiltonian_simulation.measuring import measure
    from qaimagic.subroutines.hamiltonian_simulation.qdrift import MOST_MIXED
    from qaimagic.subroutines.hamiltonian_simulation.terms import read_terms
    from qaimagic.subroutines.matrices.starting import read_start

    if check_number("time", time) == 0:
        raise ValueError(requirement("time", "not be 0", "it is", "At once there is no error."))
    asked = sorted(
        {
            check_int("steps", count, minimum=1)
            for count in check_several("steps", steps, "numbers of steps")
        }
    )
    if len(asked) < 2:
        raise ValueError(requirement("steps", "be two at least", f"there is {len(asked)}"))
    terms = read_terms(hamiltonian)
    start = read_start(state, terms.wires, terms.size)
    terms = terms.on(start.wires)
    check_phases(terms.reach, time)
    if asked[-1] * len(terms.words) > _MOST_WORDS:
        rule = f"be at most {_MOST_WORDS // len(terms.words):,} for {len(terms.words):,} words"
        fix = "The channel of qDRIFT is computed word by word."
        raise ValueError(requirement("steps", rule, f"one is {asked[-1]}", fix))
    if len(terms.wires) > MOST_MIXED:
        rule = f"have {MOST_MIXED} wires at most, so that errors are known"
        raise ValueError(requirement("hamiltonian", rule, f"it has {len(terms.wires)}"))
    if all(len(word) < 2 for word in terms.words):
        rule = "have a word on two wires, since gates on two wires are counted"
        raise ValueError(requirement("hamiltonian", rule, "it has none"))
    return measure(terms, start, float(time), asked)
