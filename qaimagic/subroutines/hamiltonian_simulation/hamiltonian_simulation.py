"""``hamiltonian_simulation``: how a state moves in time, by circuits, with their error and cost.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic.devices.spending import spending
from qaimagic.subroutines.hamiltonian_simulation.checks import check_phases, check_setting

if TYPE_CHECKING:
    from qaimagic.subroutines.hamiltonian_simulation.result import SimulationResult


def hamiltonian_simulation(
    hamiltonian: Any,
    time: float,
    *,
    method: str = "trotter-2",
    steps: int | None = None,
    epsilon: float | None = None,
    state: Any = None,
    draws: int = 32,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
) -> SimulationResult:
    r"""Simulate the evolution of a state under a Hamiltonian.

    .. math:: |\psi(t)\rangle = e^{-i H t} |\psi(0)\rangle, \quad H = c + \sum_j h_j P_j

    ``"trotter-1"``, ``"trotter-2"`` and ``"trotter-4"`` are product formulas, whose error falls
    with the first, second and fourth power of the steps. ``"qdrift"`` draws words at random; its
    channel, the mean of all draws, has an error that falls with the number of words, however
    many the Hamiltonian has. ``"qsvt"`` makes a polynomial of a block encoding, whose error falls
    exponentially with its degree; its auxiliary wires read 0 with a chance of 1/4, for short times
    more.

    Up to 8 wires on the engine one step is simulated, and its matrix taken to the power of the
    steps. The exact evolution, by SciPy's ``expm``, stands beside it up to 14 wires.

    Args:
        hamiltonian: A Hermitian operator of PennyLane, an energy of spins and bits, or a
            Hermitian matrix of 64 rows at most, which is padded and taken apart to Pauli words.
        time: The time t, which may be negative.
        method: One of those five.
        steps: Trotter steps, words of a draw of qDRIFT, or the degree of QSVT's polynomial.
        epsilon: The error to choose steps for by the known bound, 0.01 by default: in operator
            norm, of qDRIFT in half the diamond norm.
        state: Where it begins: bits such as ``"01"``, amplitudes, an operation or a circuit body;
            by default all wires at 0.
        draws: How many random circuits of qDRIFT, 2 at least; shots are dealt among them.
        device: Where the circuits run; by default where layers do.
        shots: How many shots there are; by default exact answers.
        seed: Decides shots and draws.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The state or its probabilities, beside the exact ones, with errors, bounds and costs.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the Hamiltonian is not Hermitian, not finite, or too large, the state does
            not fit, or a number is out of bounds.
        CircuitError: If the body of the state fails; names its line.
        DeviceError: If there is no such device, or it cannot do what is asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> ising = qml.Z(0) @ qml.Z(1) + qml.X(0) + qml.X(1)
        >>> result = qaimagic.hamiltonian_simulation(ising, 1.0, steps=10)
        >>> result.operator_error < result.bound < 0.02
        True

    References:
        Childs, Su, Tran, Wiebe, Zhu, Physical Review X 11 (2021) 011020, arXiv:1912.08854;
        Campbell, Physical Review Letters 123 (2019) 070503, arXiv:1811.08017 (qDRIFT);
        Low, Chuang, Physical Review Letters 118 (2017) 010501, arXiv:1606.02685, and Gilyen, Su,
        Low, Wiebe, STOC 2019, arXiv:1806.01838 (QSVT).
    """
    check_setting(method, time, steps, epsilon, draws, shots, seed)
    steps, shots = steps and int(steps), shots and int(shots)
    from qaimagic.subroutines.hamiltonian_simulation.choosing import Task
    from qaimagic.subroutines.hamiltonian_simulation.running import site_of
    from qaimagic.subroutines.hamiltonian_simulation.solving import solve
    from qaimagic.subroutines.hamiltonian_simulation.terms import read_terms
    from qaimagic.subroutines.matrices.starting import read_start

    terms = read_terms(hamiltonian)
    start = read_start(state, terms.wires, terms.size)
    terms = terms.on(start.wires)
    check_phases(terms.reach, time)
    site = site_of(device, shots, seed, terms.wires)
    with nullcontext() if budget is None else spending(budget):
        return solve(Task(terms, start, float(time), method, draws), steps, epsilon, site)
