"""``mcmc``: Markov chains to the Boltzmann distribution, by classical and by quantum proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number

if TYPE_CHECKING:
    from qaimagic.subroutines.mcmc.result import MarkovChain


def mcmc(
    energy: Any,
    *,
    proposal: str = "quantum",
    temperature: float = 1.0,
    steps: int = 1000,
    chains: int = 100,
    seed: int = 0,
) -> MarkovChain:
    r"""Sample the Boltzmann distribution of spins and bits by Markov chains.

    In each step a state is proposed, and accepted with the probability
    :math:`\min(1, e^{-\Delta E / T})`. A proposal only has to be as likely as the one back; all
    that it decides is how soon a chain forgets its start:

    - ``"quantum"``: a machine would prepare the state, evolve it under energy and transverse field,
      and measure: one circuit for a step. Of at most 10 variables, simulated exactly.
    - ``"local"``: a variable at random is flipped.
    - ``"uniform"``: any state at random.

    On random couplings among all spins and at low temperatures the quantum chain needs the fewest
    steps. That says nothing of time: a circuit takes a machine far longer than a processor takes to
    flip a spin, and here its simulation takes time that grows as :math:`8^n`.

    Args:
        energy: An energy of `spins` and `bits`, a problem, a dimod model, or a QUBO as a dict or a
            matrix.
        proposal: ``"quantum"``, ``"local"`` or ``"uniform"``.
        temperature: T, in units of the energy.
        steps: How many steps each chain makes. The first half is to forget the start: no figure
            but the curves has it in.
        chains: How many chains, each from a state at random.
        seed: Decides them.

    Returns:
        The chains with their acceptance and their autocorrelation; up to 10 variables beside the
        exact ones, with the spectral gap.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, there is no such proposal, or the energy depends
            on nothing.
        DeviceError: If there are too many variables.

    Example:
        >>> import qaimagic
        >>> s = qaimagic.spins(6)
        >>> chain = qaimagic.mcmc(-sum(s[i] * s[i + 1] for i in range(5)), temperature=0.5)
        >>> chain.proposal, chain.states.shape
        ('quantum', (100, 1000, 6))
        >>> local = qaimagic.mcmc(chain.problem, proposal="local", temperature=0.5, steps=1)
        >>> chain.exact.spectral_gap > local.exact.spectral_gap
        True

    References:
        Layden et al., Nature 619 (2023) 282, doi:10.1038/s41586-023-06095-4, arXiv:2203.12497
        (quantum proposals); Orfi, Sels (2024), arXiv:2403.03087 (where they are no faster).
    """
    from qaimagic.subroutines.energies.problem import read
    from qaimagic.subroutines.mcmc.proposals import check_proposal
    from qaimagic.subroutines.mcmc.walking import walked

    check_number("temperature", temperature, above=0)
    check_int("steps", steps, minimum=1)
    check_int("chains", chains, minimum=1)
    check_int("seed", seed, minimum=0)
    problem = read(energy)
    check_proposal(proposal, len(problem.spins))
    return walked(problem, proposal, float(temperature), steps, chains, seed)
