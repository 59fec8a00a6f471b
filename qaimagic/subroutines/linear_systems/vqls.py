"""``vqls``: a system of linear equations by a circuit that is trained.

It imports without torch and PennyLane.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_shots
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.linear_systems.result import LinearSolution
    from qaimagic.training.events import Listener

_MOST_UNKNOWNS = 16


def vqls(
    matrix: Any,
    vector: Any,
    *,
    epsilon: float = 1e-6,
    ansatz: Any = None,
    layers: int | None = None,
    steps: int | None = None,
    opt: Any = None,
    lr: float | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
    live: bool | Listener | None = None,
) -> LinearSolution:
    r"""Solve a system of linear equations by a circuit that is trained.

    .. math:: C = \frac{\langle \psi | A^\dagger U \left(1 - \frac{1}{n} \sum_j |0_j\rangle
        \langle 0_j|\right) U^\dagger A | \psi \rangle}{\langle \psi | A^\dagger A | \psi \rangle},
        \qquad U |0\rangle = \frac{b}{\|b\|}, \qquad \frac{\|x - x_{exact}\|}{\|x_{exact}\|} \le
        \kappa \sqrt{n C}

    The cost guarantees the error, so training ends where it guarantees ``epsilon``. The engine has
    the state itself. Elsewhere, and with shots, each cost is many Hadamard tests, which are
    submitted together: their number grows as the square of the number of Pauli words that A has,
    up to 4^n. A need not be Hermitian.

    Args:
        matrix: A, shape (n, n) with n at most 16, invertible, or an operator of PennyLane.
        vector: b, shape (n,), not zero; it need not be normalised.
        epsilon: The relative error of x that the cost is to guarantee.
        ansatz: A body with weights and without a measurement, ``def ansatz(theta: (2, 3)): ...``,
            on wires 0, 1, ...; by default layers of turns of all wires and of CNOTs, about Y for a
            real system, else about Y and Z.
        layers: How many layers the default circuit has; by default so many that it has twice as
            many angles as a state has numbers, and with shots as many as wires.
        steps: How many updates; if not given 200 at most, and 100 with shots.
        opt: An optimizer, as in `minimize`. If not given, exact costs are followed by L-BFGS until
            they guarantee ``epsilon`` or stand still, and those of shots by SPSA.
        lr: Learning rate; 0.1 if an optimizer is given, and 0.5 for SPSA with shots.
        device: Where the circuits run; by default where layers do.
        shots: The number of shots for each circuit; by default exact expectation values.
        seed: Decides the first weights and the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.
        live: How to show the run, as in `minimize`.

    Returns:
        The solution beside numpy's; after an interrupt that of the weights so far.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the matrix is not square or not invertible, the vector does not fit, a
            number is out of bounds, or the ansatz measures, takes data or has other wires.
        CircuitError: If the body of the ansatz fails; names its line.
        DeviceError: If there is no such device, or it cannot do what was asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> result = qaimagic.vqls([[2, 1], [0, 1]], [3, 1], live=lambda event: None)
        >>> result.solution.real.round(5), result.error <= result.bound
        (array([1., 1.]), True)

    References:
        Bravo-Prieto et al., Quantum 7 (2023) 1188, arXiv:1909.05820.
    """
    from qaimagic.devices.selection import Choice, resolve
    from qaimagic.layers.takeover import suits
    from qaimagic.subroutines.linear_systems.ansatz import ansatz_of
    from qaimagic.subroutines.linear_systems.system import read_system
    from qaimagic.subroutines.linear_systems.variational import solve
    from qaimagic.subroutines.qsvt.making import check_error
    from qaimagic.subroutines.vqe.energies import Setting

    check_error(epsilon)
    check_int("seed", seed, minimum=0)
    for name, count in (("layers", layers), ("steps", steps)):
        if count is not None:
            check_int(name, count, minimum=1)
    check_shots(shots)
    start = time.perf_counter()
    system = read_system(matrix, vector, hermitian=False, most=_MOST_UNKNOWNS)
    exactly = suits(resolve(Choice(device, shots)), lambda: list(system.wires))
    shape = ansatz_of(ansatz, system, layers, many=exactly)
    setting = Setting(steps, opt, lr, device, shots, seed, live)
    with nullcontext() if budget is None else spending(budget):
        return solve(system, shape, setting, epsilon, exactly=exactly, start=start)
