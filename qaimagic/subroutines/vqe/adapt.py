"""``adapt_vqe``: grow a circuit gate by gate, each time by the one that helps most.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.vqe.result import VQEResult


def adapt_vqe(
    hamiltonian: Any,
    pool: Any = None,
    *,
    electrons: int | None = None,
    reference: Sequence[int] | None = None,
    tolerance: float = 1e-3,
    max_operators: int = 50,
    steps: int | None = None,
    opt: Any = None,
    lr: float | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
) -> VQEResult:
    r"""Grow a circuit towards the ground energy, by the gate with the steepest slope each time.

    For each gate :math:`e^{-i \theta A}` of the pool, all of them appended at angle 0, one
    backward pass gives the slope

    .. math:: \left. \frac{\partial E}{\partial \theta} \right|_{\theta = 0}
        = i \, \langle \psi | [A, H] | \psi \rangle

    The steepest gate joins the circuit, whose angles are then all trained, from where they were.
    It ends when the root of the sum of all squared slopes falls below ``tolerance``. Each gate is
    told in a line.

    Args:
        hamiltonian: As in `vqe`.
        pool: Gates of one angle that do nothing at 0, ``qml.DoubleExcitation(0.0, wires=...)``,
            and Pauli words P to turn about by :math:`e^{-i \theta P / 2}`, ``qml.Y(0) @ qml.X(1)``.
            If not given: single and double excitations for a molecule, otherwise all Pauli words
            of one wire and of two, and longer ones that follow from those of the Hamiltonian.
        electrons: As in `vqe`.
        reference: The bits of the first state. If not given: Hartree-Fock's for a molecule,
            otherwise the best state without entanglement (mean field).
        tolerance: Where to stop. With shots slopes scatter, and it has to lie above that.
        max_operators: The most gates to add.
        steps: How many updates after each gate; as in `vqe` if not given.
        opt: An optimizer, as in `vqe`.
        lr: Learning rate, as in `vqe`.
        device: Where the circuits run; by default where other layers do.
        shots: The number of shots for each circuit; by default exact expectation values.
        seed: Decides the shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.

    Returns:
        The energy beside the exact one and that of the first state; ``to_frame()`` has a row for
        each gate.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the Hamiltonian is not Hermitian, not finite or constant, or the pool or the
            reference does not suit it.
        DeviceError: If there is no such device, or it cannot do what was asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> atoms = qml.numpy.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.401]])  # in bohr
        >>> H, _ = qml.qchem.molecular_hamiltonian(["H", "H"], atoms)
        >>> result = qaimagic.adapt_vqe(H, electrons=2)
        1. DoubleExcitation(0, 1, 2, 3): slope 0.181, energy -1.1372704 Ha
        >>> [step.operator for step in result.operators[1:]]
        ['DoubleExcitation(0, 1, 2, 3)']
        >>> round(result.energy, 5), round(result.baseline_energy, 5)
        (-1.13727, -1.11669)

    References:
        Grimsley et al., Nature Communications 10 (2019) 3007, arXiv:1812.11173;
        Tang et al., PRX Quantum 2 (2021) 020310, arXiv:1911.10205 (pools of Pauli words).
    """
    from qaimagic.subroutines.vqe.energies import Setting, silent
    from qaimagic.subroutines.vqe.growing import grow, reference_of
    from qaimagic.subroutines.vqe.hamiltonian import read
    from qaimagic.subroutines.vqe.pool import pool_of

    check_int("seed", seed, minimum=0)
    check_number("tolerance", tolerance, above=0)
    check_int("max_operators", max_operators, minimum=1)
    for name, count in (("steps", steps), ("shots", shots)):
        if count is not None:
            check_int(name, count, minimum=1)
    asked = read(hamiltonian, electrons)
    gates = pool_of(pool, asked)
    first = reference_of(reference, asked)
    setting = Setting(steps, opt, lr, device, shots, seed, silent)
    with nullcontext() if budget is None else spending(budget):
        return grow(asked, first, gates, setting, tolerance, max_operators)
