"""D-Wave's quantum annealers through Leap, by the vendor's own client."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeAlias

import dimod

from qaimagic._checks import check_int, check_number, need
from qaimagic.devices.annealers.models import LARGEST_SEED, check_model, check_reads
from qaimagic.devices.prices import figures
from qaimagic.devices.spending import Expense, reserve
from qaimagic.errors import DeviceError

TOKEN = "DWAVE_API_TOKEN"
_FEATURE = "D-Wave's annealers"
_MICRO = 1e-6
_OWN_PRICES = "A file `prices.toml` in your folder for settings may hold it."
Embedding: TypeAlias = dict[Any, tuple[int, ...]]


class LeapAnnealer(dimod.Sampler):  # type: ignore[misc]
    """A quantum annealer of D-Wave's, reached through Leap.

    A model's variables are laid onto chains of qubits. The layout is found once for each graph of
    couplings and reused, so that a training with one graph pays for it once. The seed decides the
    layout; the machine itself has none.

    Every read is paid for: what a submission may cost by the list price is taken from the budget
    first, and settled at the machine's own account of its time. A ``machine`` is its owner's
    matter, unless it is D-Wave's.

    Args:
        solver: A machine's name, such as ``"Advantage_system6.4"``, or None for the one that Leap
            offers first.
        annealing_time: How long one annealing takes, in microseconds; None for the machine's own.
        chain_strength: How strongly the qubits of a chain are held together, in units of the
            energy; None for dwave-system's uniform torque compensation.
        auto_scale: Whether biases are scaled to the machine's full range. Without, they must lie
            within it, and samples follow one temperature from model to model.
        machine: A sampler to use in the place of Leap's, such as a
            ``dwave.system.testing.MockDWaveSampler``.

    Attributes:
        name: Its name in the catalogue.
        temperature: None: it is not known beforehand.
        embeddings_found: How often a layout was searched for.

    References:
        Johnson et al., Nature 473 (2011) 194, doi:10.1038/nature10012;
        Cai, Macready, Roy, arXiv:1406.2741 (the search for embeddings).
    """

    temperature: float | None = None

    def __init__(
        self,
        solver: str | None = None,
        *,
        annealing_time: float | None = None,
        chain_strength: float | None = None,
        auto_scale: bool = True,
        machine: Any = None,
    ) -> None:
        for name, value in (("annealing_time", annealing_time), ("chain_strength", chain_strength)):
            if value is not None:
                check_number(name, value, above=0)
        self.name = f"dwave:{solver or 'leap'}"
        self.annealing_time = annealing_time
        self.chain_strength = chain_strength
        self.auto_scale = auto_scale
        self.embeddings_found = 0
        self._solver = solver
        self._machine = machine
        self._is_paid = machine is None or type(machine).__name__ == "DWaveSampler"
        self._embeddings: dict[Any, Embedding] = {}

    @property
    def parameters(self) -> dict[str, Any]:
        """The keywords of `sample`."""
        return {"num_reads": [], "seed": []}

    @property
    def properties(self) -> dict[str, Any]:
        """The machine's own properties: its graph, ranges and times."""
        return dict(self.machine.properties)

    @property
    def machine(self) -> Any:
        """The vendor's sampler, connected at its first use.

        Raises:
            MissingExtraError: If dwave-system is not installed.
            DeviceError: If there is no token, no network, or no such machine.
        """
        if self._machine is None:
            system = need("dwave.system", _FEATURE, "dwave")
            options = {} if self._solver is None else {"solver": self._solver}
            self._machine = _guarded(self.name, lambda: system.DWaveSampler(**options))
        return self._machine

    def sample(self, bqm: Any, *, num_reads: int = 1, seed: int | None = None) -> Any:
        """Return ``num_reads`` samples of ``bqm``, a ``dimod.SampleSet`` in the model's vartype.

        Its ``info`` holds ``chain_break_fraction``, averaged over the reads, ``chain_strength``,
        and what the machine tells of its times.

        Args:
            bqm: A ``dimod.BinaryQuadraticModel``.
            num_reads: How many samples.
            seed: The seed of the layout, or None for 0.

        Raises:
            MissingExtraError: If dwave-system is not installed.
            DeviceError: If the machine cannot be reached, or the model does not fit onto it.
            BudgetError: If the budget does not allow it.
            ValueError: If the model is empty or not finite.
        """
        check_model(bqm)
        reads = check_reads(num_reads)
        layout = check_int("seed", seed or 0, minimum=0) % LARGEST_SEED
        system = need("dwave.system", _FEATURE, "dwave")
        child = self.machine
        options: dict[str, Any] = {"num_reads": reads}
        if self.annealing_time is not None:
            options["annealing_time"] = self.annealing_time
        if not self.auto_scale:
            options["auto_scale"] = False
        embedding = self._embedding(bqm, layout)
        composite = system.FixedEmbeddingComposite(child, embedding)
        expense = self._reserve(sum(map(len, embedding.values())), reads)
        options |= {"chain_strength": self.chain_strength, "return_embedding": True}
        found = _guarded(self.name, lambda: _answer(composite.sample(bqm, **options)))
        if expense is not None:
            expense.settle(self._price(_used(found.info)))
        context = found.info.pop("embedding_context", {})
        breaks, counts = found.record.chain_break_fraction, found.record.num_occurrences
        found.info["chain_break_fraction"] = float((breaks * counts).sum() / counts.sum())
        found.info["chain_strength"] = context.get("chain_strength")
        return found

    def _reserve(self, n_qubits: int, reads: int) -> Expense | None:
        """Take what a submission may cost from the budget; None where it costs nothing here."""
        if not self._is_paid:
            return None
        return reserve(self.name, self._price(self._longest(n_qubits, reads)))

    def _price(self, seconds: float) -> float:
        price = figures(self.name).price
        if price is None:
            raise DeviceError(f"The price of `{self.name}` is not known. {_OWN_PRICES}")
        return price.second * seconds

    def _longest(self, n_qubits: int, reads: int) -> float:
        """Return the seconds that a submission takes: the solver's estimate, else its limit."""
        solver = getattr(self.machine, "solver", None)
        if solver is not None:
            options = {"num_reads": reads, "annealing_time": self.annealing_time}
            try:
                return float(solver.estimate_qpu_access_time(n_qubits, **options)) * _MICRO
            except (KeyError, ValueError):
                pass
        return float(self.properties["problem_run_duration_range"][1]) * _MICRO

    def _embedding(self, bqm: Any, seed: int) -> Embedding:
        """Return the chains for a model's graph, searched for at its first use."""
        graph = (frozenset(bqm.variables), frozenset(map(frozenset, bqm.quadratic)))
        if graph not in self._embeddings:
            self._embeddings[graph] = self._search(bqm, seed)
        return self._embeddings[graph]

    def _search(self, bqm: Any, seed: int) -> Embedding:
        minorminer = need("minorminer", _FEATURE, "dwave")
        variables = list(bqm.variables)
        place = {variable: i for i, variable in enumerate(variables)}
        edges = sorted(tuple(sorted((place[u], place[v]))) for u, v in bqm.quadratic)
        loops = [(i, i) for i in range(len(variables))]
        machine = self.machine
        self.embeddings_found += 1
        chains = minorminer.find_embedding(
            [*loops, *edges], machine.edgelist, random_seed=seed, threads=1
        )
        if len(chains) < len(variables):
            raise DeviceError(
                f"Device `{self.name}` has no room for {len(variables)} variables with "
                f"{len(edges)} couplings: its {len(machine.nodelist)} qubits have few couplers "
                "each. Use fewer variables or fewer couplings."
            )
        return {variables[i]: tuple(chain) for i, chain in chains.items()}


def _used(info: dict[str, Any]) -> float:
    """Return the seconds of the machine that an answer tells of."""
    return float(info["timing"]["qpu_access_time"]) * _MICRO


def _answer(samples: Any) -> Any:
    """Return the samples when they have arrived."""
    samples.resolve()
    return samples


def missing() -> str:
    """Return what keeps D-Wave's machines from being used, or an empty string.

    Nothing is sent: it looks for a token where dwave-cloud-client does, in the environment and in
    its configuration file.
    """
    config = need("dwave.cloud.config", _FEATURE, "dwave")
    try:
        there = bool(config.load_config().get("token"))
    except Exception as error:
        return f"D-Wave's configuration cannot be read ({type(error).__name__})"
    if there:
        return ""
    return f"a token: set {TOKEN}, or run `dwave config create`"


def _guarded(name: str, work: Callable[[], Any]) -> Any:
    """Return what ``work`` does; the vendor's errors become ours, without the token.

    Raises:
        DeviceError: If the client fails.
    """
    try:
        return work()
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
    lacks = missing()
    hint = f" Missing: {lacks}." if lacks else ""
    raise DeviceError(f"Device `{name}` cannot be used: {_without_token(reason)}.{hint}")


def _without_token(text: str) -> str:
    config = need("dwave.cloud.config", _FEATURE, "dwave")
    tokens = {os.environ.get(TOKEN)}
    try:
        tokens.add(config.load_config().get("token"))
    except Exception:
        tokens.add(None)
    for token in filter(None, tokens):
        text = text.replace(token, "(token)")
    return text.rstrip(".")
