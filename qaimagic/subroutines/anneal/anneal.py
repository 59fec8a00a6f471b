"""``anneal``: look for the lowest energy of spins and bits, and show what was found.

This module is the one source of truth for the options of ``%%anneal``: their names and defaults
come from the signature, their help from the docstring. It imports without NumPy and dimod.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int
from qaimagic.devices.annealers import resolve
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.anneal.result import Annealed


def anneal(
    energy: Any,
    *,
    device: Any = "anneal:simulated",
    reads: int = 100,
    seed: int = 0,
    budget: float | None = None,
) -> Annealed:
    r"""Sample low energies of spins and bits on an annealer.

    Products of three variables and more become quadratic by auxiliary bits; the answer says how
    many, and its energies are those of what was asked for. Up to 20 variables are enumerated too,
    so that the exact ground energy stands beside what was found.

    Args:
        energy: An energy of `spins` and `bits`; a problem of `qaimagic.problems`; a dimod model; or
            a QUBO :math:`\sum_{ij} Q_{ij} x_i x_j` as a dict or a square matrix, symmetric or not.
        device: An annealer's name, such as ``anneal:path-integral`` or ``dwave:leap``; an annealer
            with settings of its own; or any sampler of dimod's kind.
        reads: How many samples to draw; ``anneal:exact`` returns as many of the lowest states.
        seed: The seed; the same one gives the same samples, but on a machine.
        budget: What a machine that is paid for may cost, in US dollars. Without it nothing is
            submitted to one.

    Returns:
        The states found, the lowest energy first, and how often each was.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the energy depends on nothing or is not finite, or a number is out of bounds.
        DeviceError: If there is no such annealer, or it cannot do what was asked.
        BudgetError: If the annealer is paid for, and the budget does not allow it.
        MissingExtraError: If the annealer's package is not installed.

    Example:
        >>> import qaimagic
        >>> s = qaimagic.spins(["a", "b", "c"])
        >>> triangle = s["a"] * s["b"] + s["b"] * s["c"] + s["c"] * s["a"]
        >>> answer = qaimagic.anneal(triangle)
        >>> answer.energy, answer.ground_energy
        (-1.0, -1.0)

    References:
        Lucas, Frontiers in Physics 2 (2014) 5, doi:10.3389/fphy.2014.00005 (problems as energies);
        Rosenberg, Cahiers du CERO 17 (1975) 71 (products as auxiliary bits).
    """
    from qaimagic.subroutines.anneal.sampling import draw
    from qaimagic.subroutines.energies.problem import read

    check_int("reads", reads, minimum=1)
    check_int("seed", seed, minimum=0)
    allowed = nullcontext() if budget is None else spending(budget)
    with allowed:
        return draw(read(energy), resolve(device), reads, seed)
