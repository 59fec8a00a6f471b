"""``sample_boltzmann``: samples of an energy's Boltzmann distribution, beside the exact one.

It imports without NumPy and dimod.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.boltzmann_sampling.result import BoltzmannSamples


def sample_boltzmann(
    energy: Any,
    *,
    temperature: float = 1.0,
    device: Any = None,
    reads: int = 1000,
    seed: int = 0,
    budget: float | None = None,
) -> BoltzmannSamples:
    r"""Draw samples of the Boltzmann distribution of an energy, and tell how good they are.

    .. math:: p(x) = \frac{e^{-E(x)/T}}{Z}, \qquad Z = \sum_x e^{-E(x)/T}

    Up to 20 variables the exact distribution stands beside the samples, and what as many
    independent samples would have, so that one sees what is noise.

    A machine has a temperature of its own. It is measured on the samples, and energies are scaled
    until it is the one asked for: up to 8 rounds of ``reads`` samples, of which the last is
    returned, and all of which a machine that is paid for has paid.

    Args:
        energy: An energy of `spins` and `bits`, a problem, a dimod model, or a QUBO as a dict or a
            matrix; with products of two variables at most, unless the device is ``anneal:exact``.
        temperature: T, in units of the energy, above 0.
        device: An annealer's name; or a sampler of dimod's kind, such as an annealer with sweeps of
            your own. Searches have no temperature. If not given, ``anneal:exact``, which draws
            independent samples from all states, up to 20 variables, and ``anneal:gibbs`` beyond.
        reads: How many samples to draw.
        seed: The seed; the same one gives the same samples, but on a machine.
        budget: What a machine that is paid for may cost, in US dollars. Without it nothing is
            submitted to one.

    Returns:
        The samples; means with their errors beside the exact ones; distances; the temperature that
        the samples have; and how long they took.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the temperature is not above 0 and finite, another number is out of bounds,
            or the energy cannot be sampled.
        DeviceError: If there is no such annealer, or its samples follow no temperature.
        BudgetError: If the annealer is paid for, and the budget does not allow it.
        MissingExtraError: If the annealer's package is not installed.

    Example:
        >>> import qaimagic
        >>> s = qaimagic.spins(4)
        >>> ring = -sum(s[i] * s[i - 1] for i in range(4))
        >>> result = qaimagic.sample_boltzmann(ring, temperature=2.0, device="anneal:gibbs")
        >>> result.mean(s[0] * s[1]), round(result.exact_mean(s[0] * s[1]), 4)
        (0.562 ± 0.026, 0.5363)

    References:
        Geman, Geman, IEEE TPAMI 6 (1984) 721, doi:10.1109/TPAMI.1984.4767596 (Gibbs sampling);
        Benedetti et al., Phys. Rev. A 94 (2016) 022308, doi:10.1103/PhysRevA.94.022308 (effective
        temperatures).
    """
    from qaimagic.subroutines.boltzmann_sampling.result import BoltzmannSamples
    from qaimagic.subroutines.boltzmann_sampling.sampling import drawn, exact_of
    from qaimagic.subroutines.energies.problem import read

    check_number("temperature", temperature, above=0)
    check_int("reads", reads, minimum=1)
    check_int("seed", seed, minimum=0)
    problem = read(energy)
    exact = exact_of(problem, temperature)
    with nullcontext() if budget is None else spending(budget):
        found = drawn(problem, device, exact, at=temperature, reads=reads, seed=seed)
    return BoltzmannSamples.of(problem, found, temperature, exact)
