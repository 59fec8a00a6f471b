"""``vqe``: train a circuit to the ground energy of a Hamiltonian.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.vqe.result import VQEResult
    from qaimagic.training.events import Listener


def vqe(
    hamiltonian: Any,
    ansatz: Any = None,
    *,
    electrons: int | None = None,
    layers: int | None = None,
    steps: int | None = None,
    opt: Any = None,
    lr: float | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    budget: float | None = None,
    live: bool | Listener | None = None,
) -> VQEResult:
    r"""Bring the energy of a circuit down to the ground energy of a Hamiltonian.

    .. math:: E(\theta) = \langle 0 | U^\dagger(\theta) \, H \, U(\theta) | 0 \rangle \ge E_0

    Beside it stand the exact ground energy, up to 16 wires, and a classical one: the best state
    without entanglement (mean field), or Hartree-Fock for a molecule.

    The default circuit has layers of turns of all wires and of CNOTs from wire to wire, and turns
    again at the end: about Y for a real Hamiltonian, whose ground state is real, else about Y and
    Z. Up to 12 wires, and where the engine computes exactly, it has twice as many angles as a state
    has numbers, for then there are hardly any local minima; elsewhere as many layers as wires. For
    a molecule it is Hartree-Fock's state and all single and double excitations, which keep the
    number of electrons.

    Args:
        hamiltonian: A Hermitian operator of PennyLane, an energy of `spins` and `bits`, a dimod
            model, or a QUBO as a dict; a spin is Z, and a bit 1 is the state 1.
        ansatz: A body with weights and without a measurement, ``def ansatz(theta: (2, 4)): ...``;
            an operation with first weights, ``qml.StronglyEntanglingLayers(weights, wires=...)``;
            or a layer that returns the energy. A layer is trained in place, in double precision.
        electrons: For a molecule in the Jordan-Wigner map, how many electrons its orbitals have.
            Energies are then in hartree, and the exact one is that with so many electrons.
        layers: How many layers the default circuit has, instead of the above.
        steps: How many updates; 100 at most if not given, and 200 with shots.
        opt: An optimizer, as in `minimize`. If not given, exact energies are followed by L-BFGS
            until they stand still, and those of shots by Adam.
        lr: Learning rate; 0.1 if an optimizer is given or there are shots.
        device: Where the circuits run; by default where other layers do.
        shots: The number of shots for each circuit; by default exact expectation values.
        seed: Decides the first weights of the default circuit, and shots.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.
        live: How to show the run, as in `minimize`.

    Returns:
        The energy with its standard error, beside the exact one and the classical one.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the Hamiltonian is not Hermitian, not finite or constant, or the circuit
            measures something else, takes data, or leaves wires alone.
        CircuitError: If the body of the circuit fails; names its line.
        DeviceError: If there is no such device, or it cannot do what was asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> ring = qml.spin.transverse_ising("chain", [4], boundary_condition=True)
        >>> result = qaimagic.vqe(ring, live=False)
        energy with 36 parameters; device qaimagic.qubit
        ...
        >>> round(result.energy, 6), round(result.exact_energy, 6)
        (-5.226252, -5.226252)

    References:
        Peruzzo et al., Nature Communications 5 (2014) 4213, arXiv:1304.3061;
        Kandala et al., Nature 549 (2017) 242, arXiv:1704.05018 (layers that suit hardware);
        Larocca et al., Nature Computational Science 3 (2023) 542, arXiv:2109.11676 (how many angles
        do away with local minima).
    """
    from qaimagic.devices.selection import Choice, resolve
    from qaimagic.layers.takeover import suits
    from qaimagic.subroutines.vqe.ansatz import layer_of
    from qaimagic.subroutines.vqe.energies import Setting
    from qaimagic.subroutines.vqe.hamiltonian import read
    from qaimagic.subroutines.vqe.solving import solve
    from qaimagic.training.loop.streams import Stream, derive

    check_int("seed", seed, minimum=0)
    for name, count in (("layers", layers), ("steps", steps), ("shots", shots)):
        if count is not None:
            check_int(name, count, minimum=1)
    asked = read(hamiltonian, electrons)
    with Stream(derive(seed, "weights")):
        exactly = suits(resolve(Choice(device, shots)), lambda: list(asked.wires))
        layer = layer_of(ansatz, asked, layers, many=exactly)
    setting = Setting(steps, opt, lr, device, shots, seed, live)
    with nullcontext() if budget is None else spending(budget):
        return solve(asked, layer, setting)
