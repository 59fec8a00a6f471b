"""``phase_estimation``: the phases of a unitary, or the energies of a Hamiltonian.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, check_shots, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.phase_estimation.result import PhaseResult

_MOST_REGISTER = 12


def phase_estimation(
    unitary_or_hamiltonian: Any,
    state: Any = None,
    *,
    n_wires: int = 6,
    time: float | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
) -> PhaseResult:
    r"""Estimate the phase that a unitary gives a state, or the state's energy.

    .. math:: U |j\rangle = e^{2 \pi i \theta_j} |j\rangle, \quad
        E_j = c - 2 \pi \theta_j / t \text{ for } U = e^{-i (H - c) t}

    A register of n wires reads :math:`\theta` in steps of :math:`2^{-n}`, for 2^n - 1 calls of
    the controlled unitary: the error falls as one over the calls. A superposition reads each of its
    phases as often as its weight says. The two values about a phase come with a chance of
    :math:`8 / \pi^2` at least; each further wire that is not asked to be right makes it likelier.

    The evolution under a Hamiltonian is exact here, by diagonalisation, and its cost is that of
    its matrix: on a machine it would be simulated, as `hamiltonian_simulation` does, with an error.

    Args:
        unitary_or_hamiltonian: A matrix, an operation or operator of PennyLane, or an energy of
            spins and bits, on 6 wires at most. What is unitary is taken as such unless ``time`` is
            given; else it must be Hermitian, and energies are read. Matrices are padded.
        state: Bits such as ``"01"``, amplitudes, an operation or a circuit body; by default all
            wires at 0.
        n_wires: How many wires the register has, 12 at most.
        time: The time t of the evolution; by default as long as no energy can wrap, judged by the
            sum of the Hamiltonian's factors. c is the mean of all energies.
        device: Where the circuit runs; by default where layers do.
        shots: How many shots it has; by default exact answers.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The estimate and all that was read, beside the exact phases or energies.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If it is neither unitary nor Hermitian, not finite, or too large, the state does
            not fit, or a number is out of bounds.
        CircuitError: If the body of the state fails; names its line.
        DeviceError: If there is no such device, or it cannot do what is asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> result = qaimagic.phase_estimation(qml.T(0), "1", n_wires=3)
        >>> result.value, round(float(result.probabilities.max()), 12)
        (0.125, 1.0)

    References:
        Kitaev (1995), arXiv:quant-ph/9511026; Cleve, Ekert, Macchiavello, Mosca, Proceedings of
        the Royal Society A 454 (1998) 339, arXiv:quant-ph/9708016; Nielsen, Chuang (2010), 5.2.
    """
    n_wires = check_int("n_wires", n_wires, minimum=1)
    if n_wires > _MOST_REGISTER:
        rule, fix = f"be at most {_MOST_REGISTER}", "Calls double with each wire."
        raise ValueError(requirement("n_wires", rule, f"it is {n_wires}", fix))
    if time is not None and check_number("time", time) == 0:
        raise ValueError(requirement("time", "not be 0", "it is", "Energies take time to show."))
    shots = check_shots(shots)
    check_int("seed", seed, minimum=0)
    from qaimagic.subroutines.phase_estimation.solving import solve

    with nullcontext() if budget is None else spending(budget):
        return solve(unitary_or_hamiltonian, state, n_wires, time, device, shots, seed)
