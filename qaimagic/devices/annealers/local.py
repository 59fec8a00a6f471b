"""Annealers on this machine, by `dwave-samplers`, each a sampler of dimod's own kind."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import dimod
import numpy as np
from dwave.samplers import PathIntegralAnnealingSampler, SimulatedAnnealingSampler

from qaimagic._checks import check_int, check_number, requirement
from qaimagic.devices.annealers.models import (
    LARGEST_SEED,
    check_model,
    check_reads,
    check_seed,
    check_temperature,
    cooling,
)
from qaimagic.devices.annealers.spectrum import Floats

_FIELD = 3.0
"""The transverse field at the start: strong enough for world lines that have forgotten theirs."""
_RAMP = 0.7
"""The part of the sweeps before a transverse field that stays is reached."""
_WORLD_LINE = 20
"""About how many spin updates a world line's update costs."""
_UPDATES = 20_000_000
"""How many spin updates a run may take, a fraction of a second."""


class LocalAnnealer(dimod.Sampler):  # type: ignore[misc]
    """What the annealers on this machine have in common.

    Attributes:
        name: Its name in the catalogue.
        temperature: The temperature at which its samples come, in units of the energy, or None
            for as cold as it takes to find low energies.
        parameters: What `sample` takes, as dimod asks.
        properties: Nothing, as dimod asks.
    """

    name = "anneal:local"
    temperature: float | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The keywords of `sample`."""
        return {"num_reads": [], "seed": []}

    @property
    def properties(self) -> dict[str, Any]:
        """Nothing to tell."""
        return {}

    def sample(self, bqm: Any, *, num_reads: int = 1, seed: int | None = None) -> Any:
        """Return ``num_reads`` samples of ``bqm``, a ``dimod.SampleSet`` in the model's vartype.

        Args:
            bqm: A ``dimod.BinaryQuadraticModel``.
            num_reads: How many samples.
            seed: The seed, or None for a random one.

        Raises:
            TypeError: If a number is of the wrong type.
            ValueError: If the model is empty or not finite, or a number is out of bounds.
        """
        check_model(bqm)
        return self._sample(bqm, check_reads(num_reads), check_seed(seed))

    @abstractmethod
    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        """Return samples of a checked model."""


class SimulatedAnnealer(LocalAnnealer):
    """Simulated annealing: Gibbs updates while the temperature falls.

    Args:
        temperature: Where it ends, for samples of about a Boltzmann distribution; None for as
            cold as it takes.
        sweeps: How often each spin is updated.

    Example:
        >>> import dimod
        >>> chain = dimod.BinaryQuadraticModel({"a": -1}, {("a", "b"): -1}, 0, "SPIN")
        >>> SimulatedAnnealer().sample(chain, num_reads=10, seed=0).first.energy
        np.float64(-2.0)

    References:
        Kirkpatrick, Gelatt, Vecchi, Science 220 (1983) 671, doi:10.1126/science.220.4598.671.
    """

    name = "anneal:simulated"

    def __init__(self, *, temperature: float | None = None, sweeps: int = 1000) -> None:
        self.temperature = check_temperature(temperature)
        self.sweeps = check_int("sweeps", sweeps, minimum=1)

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        schedule = {"num_sweeps": self.sweeps, "beta_range": cooling(bqm, self.temperature)}
        return _updated(bqm, num_reads, seed, self.sweeps, schedule)


class PathIntegralAnnealer(LocalAnnealer):
    r"""Simulated quantum annealing: a transverse field falls while the temperature does.

    Samples world lines of :math:`(H_p - \Gamma \sum_i X_i) / T` by Monte Carlo in continuous
    imaginary time, with :math:`\Gamma / T` from 3 down to 0, so that what is read at the end is
    classical.

    With ``transverse_field`` it falls to that one, and the last 30% of the sweeps are made there.
    What is read is one time slice of each world line: a string x comes with its probability in
    thermal equilibrium, :math:`\langle x | e^{-H/T} | x \rangle / Z`. Couplings much stronger than
    the temperature and the field take more sweeps to reach it.

    Args:
        temperature: Where it ends, for samples of about a Boltzmann distribution; None for as
            cold as it takes.
        sweeps: How often each world line is updated.
        transverse_field: :math:`\Gamma` at the end, in units of the energy.

    References:
        Kadowaki, Nishimori, Phys. Rev. E 58 (1998) 5355, doi:10.1103/PhysRevE.58.5355;
        King et al., Nature Communications 12 (2021) 1113, doi:10.1038/s41467-021-20901-5.
    """

    name = "anneal:path-integral"

    def __init__(
        self,
        *,
        temperature: float | None = None,
        sweeps: int = 200,
        transverse_field: float = 0.0,
    ) -> None:
        self.temperature = check_temperature(temperature)
        self.sweeps = check_int("sweeps", sweeps, minimum=1)
        self.transverse_field = check_number("transverse_field", transverse_field, minimum=0)
        if self.transverse_field and temperature is None:
            rule, received = "be given with a `transverse_field`", "it is None"
            raise ValueError(requirement("temperature", rule, received, "`temperature=1.0` is."))

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        energies, fields = self._schedule(bqm)

        def run(reads: int, seed: int) -> Any:
            return PathIntegralAnnealingSampler().sample(
                bqm,
                num_reads=reads,
                seed=seed,
                beta_schedule_type="custom",
                Hp_field=energies,
                Hd_field=fields,
            )

        return in_runs(bqm, num_reads, seed, _WORLD_LINE * self.sweeps, run)

    def _schedule(self, bqm: Any) -> tuple[Floats, Floats]:
        """Return what energies and flips are multiplied by in each sweep."""
        hot, cold = cooling(bqm, self.temperature)
        last = cold * self.transverse_field
        ramp = int(_RAMP * self.sweeps) if last else self.sweeps
        rising = np.linspace if last else np.geomspace
        energies, fields = np.full(self.sweeps, cold), np.full(self.sweeps, last)
        energies[:ramp] = rising(hot, cold, ramp)
        fields[:ramp] = np.linspace(max(_FIELD, last), last, ramp)
        return energies, fields


class GibbsSampler(LocalAnnealer):
    r"""Gibbs sampling at one temperature: states with probability :math:`\propto e^{-E/T}`.

    Each read is a chain of its own from a random state; after enough sweeps it has forgotten it.

    Args:
        temperature: T, in units of the energy.
        sweeps: How often each spin is updated before the chain is read.

    References:
        Geman, Geman, IEEE TPAMI 6 (1984) 721, doi:10.1109/TPAMI.1984.4767596.
    """

    name = "anneal:gibbs"

    def __init__(self, *, temperature: float = 1.0, sweeps: int = 1000) -> None:
        self.temperature = check_temperature(temperature)
        self.sweeps = check_int("sweeps", sweeps, minimum=1)

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        assert self.temperature is not None
        schedule = {
            "beta_schedule_type": "custom",
            "beta_schedule": [1 / self.temperature],
            "num_sweeps_per_beta": self.sweeps,
        }
        return _updated(bqm, num_reads, seed, self.sweeps, schedule)


def _updated(bqm: Any, num_reads: int, seed: int, sweeps: int, schedule: dict[str, Any]) -> Any:
    """Return samples by Gibbs updates along a schedule of temperatures."""

    def run(reads: int, seed: int) -> Any:
        return SimulatedAnnealingSampler().sample(
            bqm,
            num_reads=reads,
            seed=seed,
            proposal_acceptance_criteria="Gibbs",
            **schedule,
        )

    return in_runs(bqm, num_reads, seed, sweeps, run)


def in_runs(
    bqm: Any, num_reads: int, seed: int, sweeps: int, run: Callable[[int, int], Any]
) -> Any:
    """Return the samples of several runs, each so short that an interrupt soon gets through.

    Args:
        bqm: The model.
        num_reads: How many samples, in all.
        seed: The seed that those of the runs follow from.
        sweeps: How often each variable is updated in a read.
        run: Takes a number of reads and a seed, and returns their samples.
    """
    updates = sweeps * (len(bqm.linear) + len(bqm.quadratic))
    most = max(1, _UPDATES // updates)
    sizes = [min(most, num_reads - start) for start in range(0, num_reads, most)]
    seeds = np.random.SeedSequence(seed).generate_state(len(sizes)) % LARGEST_SEED
    parts = [run(size, int(each)) for size, each in zip(sizes, seeds, strict=True)]
    return parts[0] if len(parts) == 1 else dimod.concatenate(parts)
