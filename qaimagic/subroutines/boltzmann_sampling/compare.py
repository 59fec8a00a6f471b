"""``compare_samplers``: how fast each sampler reaches the Boltzmann distribution of an energy.

It imports without NumPy and dimod.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.boltzmann_sampling.comparison import SamplerComparison

DEVICES = ("anneal:gibbs", "anneal:simulated", "anneal:path-integral")
SIMULATED = ("anneal:quantum-mcmc",)
MOST_SIMULATED = 8
"""The most variables for which quantum proposals, whose simulation takes seconds, are a default."""
SWEEPS = (1, 2, 4, 8, 16, 32, 64, 128)


def compare_samplers(
    energy: Any,
    *,
    temperature: float = 1.0,
    devices: Sequence[str] | None = None,
    sweeps: Sequence[int] = SWEEPS,
    reads: int = 1000,
    seed: int = 0,
) -> SamplerComparison:
    """Compare samplers by how near they come to the exact distribution, per sweep and per second.

    Each device draws ``reads`` samples, each from a fresh start, with more and more sweeps. Their
    frequencies are compared with the exact distribution. Independent samples are not at distance 0
    from it either: samples are within the noise where they are no further than those, by three
    standard deviations, and so is their mean energy, with as many sweeps and more. How long a
    sample takes with so many sweeps is what a device needs for one.

    Seconds are measured on this machine, from an energy to samples. All devices here are classical
    programs. ``anneal:path-integral`` simulates a quantum annealer and ``anneal:quantum-mcmc`` a
    quantum computer, whose own times they do not tell.

    Args:
        energy: An energy as in `sample_boltzmann`, of 20 variables at most.
        temperature: T, in units of the energy.
        devices: Names of annealers whose temperature and sweeps can be set. By default Gibbs
            sampling, simulated annealing and path integrals; up to 8 variables quantum proposals
            too.
        sweeps: Numbers of sweeps, above 0.
        reads: How many samples to draw at each; more of them see finer differences.
        seed: The seed.

    Returns:
        A row for each device and number of sweeps, and what each device needs.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, there are too many variables to know the exact
            distribution, or a device's sweeps cannot be set.
        DeviceError: If there is no such annealer, or its samples follow no temperature.
        MissingExtraError: If an annealer's package is not installed.

    Example:
        >>> import qaimagic
        >>> s = qaimagic.spins(6)
        >>> ring = -sum(s[i] * s[i - 1] for i in range(6))
        >>> result = qaimagic.compare_samplers(ring, devices=["anneal:gibbs"])
        >>> result["anneal:gibbs"].sweeps_needed
        16

    References:
        Levin, Peres, Markov Chains and Mixing Times, 2nd edition (2017), chapter 4, ISBN
        978-1-4704-2962-1 (mixing in total variation); Crosson, Harrow, FOCS (2016) 714,
        arXiv:1601.03030 (path integrals beside quantum annealing).
    """
    from qaimagic.subroutines.boltzmann_sampling.comparison import compared
    from qaimagic.subroutines.boltzmann_sampling.exact import Exact
    from qaimagic.subroutines.boltzmann_sampling.line_up import line_up
    from qaimagic.subroutines.boltzmann_sampling.sampling import check_degree, check_few
    from qaimagic.subroutines.energies.problem import read

    check_number("temperature", temperature, above=0)
    check_int("reads", reads, minimum=2)
    check_int("seed", seed, minimum=0)
    problem = read(energy)
    check_few(problem)
    check_degree(problem)
    if devices is None:
        devices = DEVICES + SIMULATED * (len(problem.spins) <= MOST_SIMULATED)
    samplers = line_up(_several("devices", devices), _several("sweeps", sweeps), temperature)
    return compared(Exact.of(problem, temperature), samplers, reads, seed)


def _several(name: str, given: Any) -> list[Any]:
    """Return what was given as a list that is not empty."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        fix = "" if given is None else f"One makes a list of one: `[{given!r}]`."
        raise TypeError(requirement(name, "be a list", f"it is {given!r}", fix))
    found = list(given)
    if not found:
        raise ValueError(requirement(name, "hold at least one", "it is empty"))
    return found
