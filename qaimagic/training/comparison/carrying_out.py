"""Carry out a comparison: rehearse each model once, then run after run, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from torch import nn

from qaimagic.devices.spending import spending
from qaimagic.drawing.curves_axes import short_number
from qaimagic.errors import CircuitError, DeviceError
from qaimagic.training.comparison.baselines import check_sklearn, tuned, without_entanglers
from qaimagic.training.comparison.fresh import Maker
from qaimagic.training.comparison.on_cluster import check_alone, spread
from qaimagic.training.comparison.plan import Contender
from qaimagic.training.comparison.result import Comparison
from qaimagic.training.comparison.rows import Entry, told
from qaimagic.training.events import Event, Listener
from qaimagic.training.loop.fitting import Material, prepare
from qaimagic.training.loop.interrupt import StopSwitch
from qaimagic.training.loop.options import Options, check_lengths
from qaimagic.training.loop.session import Session
from qaimagic.training.loop.weights import quantum_layers
from qaimagic.training.objective.optimizers import check_rate
from qaimagic.training.run import TrainingRun
from qaimagic.training.watch.monitor import is_static
from qaimagic.training.watch.progress import duration

_OF_MATERIAL = ("target", "val", "test", "loss", "metric", "batch_size")
_OF_OPTIONS = ("shots", "schedule", "clip", "patience", "max_seconds")
_TUNED = "tuned scikit-learn"


class Job(NamedTuple):
    """A run to be.

    Attributes:
        contender: Whose run it is, or None for the tuned model of scikit-learn.
        seed: Its seed.
    """

    contender: Contender | None
    seed: int


@dataclass
class Work:
    """A comparison to be carried out.

    Attributes:
        makers: What makes each model, by its name.
        devices: The devices by name; the models' own under "".
        settings: The values of each setting of the sweep.
        seeds: The seeds.
        data: The data.
        options: The options of ``train``.
        baselines: Whether to run the honest baselines too.
        budget: What all runs together may cost, in US dollars, or None for nothing.
        live: As in ``compare``.
        cluster: Where the runs go, or None for this process.
    """

    makers: Mapping[str, Maker]
    devices: Mapping[str, Any]
    settings: list[dict[str, Any]]
    seeds: list[int]
    data: Any
    options: Mapping[str, Any]
    baselines: bool
    budget: float | None
    live: bool | None
    cluster: int | str | None = None
    _notices: list[str] = field(default_factory=list)

    def carry_out(self) -> Comparison:
        """Check everything, run, and return what was finished, in good order after an interrupt."""
        if self.baselines:
            check_sklearn()
        contenders = [each for name in self.makers for each in self.contenders(name)]
        tunes = self.baselines and self._can_tune(next(iter(self.makers.values())))
        rows: list[Contender | None] = [*contenders, *[None] * tunes]
        jobs = [Job(contender, seed) for contender in rows for seed in self.seeds]
        done: dict[int, Entry] = {}
        allowed = nullcontext() if self.budget is None else spending(self.budget)
        with allowed, StopSwitch() as switch:
            try:
                for place, entry in self._ended(jobs, switch):
                    done[place] = entry
                    self._tell(entry, len(done), len(jobs))
            except KeyboardInterrupt:
                pass
        entries = tuple(done[place] for place in sorted(done))
        return Comparison(entries, len(jobs), tuple(self.seeds), tuple(self._notices))

    def run(self, job: Job, listener: Listener | None = None) -> Entry:
        """Return the record of one run, or why it failed."""
        try:
            if job.contender is None:
                run = self._tuned(next(iter(self.makers.values())), job.seed)
                return replace(self._entry(job), run=run)
            model = job.contender.make(job.seed)
            on, settings = job.contender.runs_on, job.contender.settings
            run = self._session(model, on, job.seed, settings, listener=listener).start()
        except Exception as error:
            words = " ".join(str(error).split())
            known = isinstance(error, CircuitError | DeviceError | MemoryError)
            return self.failed(job, words if known else f"{type(error).__name__}: {words}")
        entry = replace(self._entry(job), device=job.contender.device or run.device)
        if run.stop_reason in ("not_finite", "budget"):
            return replace(entry, error=run.stop_message)
        return replace(entry, run=replace(run, _resume=None))

    def failed(self, job: Job, words: str) -> Entry:
        """Return the record of a run that failed."""
        return replace(self._entry(job), error=words)

    def _entry(self, job: Job) -> Entry:
        if job.contender is None:
            return Entry(_TUNED, "none", job.seed)
        who = job.contender
        return Entry(who.model, who.device or "none", job.seed, who.settings)

    def _ended(self, jobs: list[Job], switch: StopSwitch) -> Iterator[tuple[int, Entry]]:
        if self.cluster is not None:
            in_order = is_static(self.live)
            yield from spread(self, jobs, self.cluster, switch, in_order=in_order)
            return
        for place, job in enumerate(jobs):
            entry = self.run(job)
            if switch.requested and entry.run and entry.run.stop_reason == "interrupted":
                return
            yield place, entry
            if switch.requested:
                return

    def contenders(self, name: str) -> Iterator[Contender]:
        """Give the rows to be of a model, tried on a few samples first."""
        make = self.makers[name]
        model = self._rehearsed(make)
        is_quantum = bool(quantum_layers(model))
        devices = self.devices if is_quantum else {"": None}
        versions: dict[str, tuple[Maker, Mapping[str, Any]]] = {name: (make, devices)}
        if self.baselines and is_quantum:
            whose = f"{name}, " if len(self.makers) > 1 else ""
            versions[f"{whose}not entangled"] = (without_entanglers(make), devices)
            versions[f"{whose}Linear + Tanh"] = (self._without_circuits(make), {"": None})
        for title, (version, on) in versions.items():
            if version is not make and not self._can_run(title, version):
                continue
            for device, runs_on in on.items():
                for setting in self.settings:
                    yield Contender(title, device, setting, version, runs_on)

    def _rehearsed(self, make: Maker) -> nn.Module:
        """Return a model that was tried on a few samples, on the first device that takes it."""
        refusal: DeviceError | None = None
        for device in self.devices.values():
            model = make(self.seeds[0])
            if self.cluster is not None:
                own = [layer.runner.choice.device for layer in quantum_layers(model).values()]
                check_alone([device, *own])
            for setting in self.settings:
                try:
                    self._session(model, device, self.seeds[0], setting)
                except DeviceError as error:
                    refusal = error
                    break
            else:
                return model
        assert refusal is not None
        raise refusal

    def _can_run(self, title: str, make: Maker) -> bool:
        try:
            self._rehearsed(make)
        except (CircuitError, ValueError) as error:
            self._notices.append(f"`{title}` is left out: {error}")
            return False
        return True

    def _can_tune(self, make: Maker) -> bool:
        try:
            self._tuned(make, self.seeds[0])
        except ValueError as error:
            self._notices.append(f"`{_TUNED}` is left out: {error}")
            return False
        return True

    def _tuned(self, make: Maker, seed: int) -> TrainingRun:
        device = next(iter(self.devices.values()))
        session = self._session(make(seed), device, seed, self.settings[0])
        if session.judge is None or session.judge.objective.metric is None:
            raise ValueError("the model owns its loss, so that there is no metric to compare by.")
        return tuned(session.judge, session.about, seed)

    def _without_circuits(self, make: Maker) -> Maker:
        def twin(seed: int) -> nn.Module:
            device = next(iter(self.devices.values()))
            session = self._session(make(seed), device, seed, self.settings[0], baseline="auto")
            assert session.loop.twin is not None
            return session.loop.twin.learner.weights.modules[""]

        return twin

    def _session(
        self,
        model: nn.Module,
        device: Any,
        seed: int,
        setting: Mapping[str, Any],
        baseline: str | None = None,
        listener: Listener | None = None,
    ) -> Session:
        given = {**self.options, **setting}
        epochs, steps = given["epochs"], given["steps"]
        check_lengths(epochs, steps)
        check_rate(given["opt"], given["lr"])
        material = Material(
            self.data, baseline=baseline, **{name: given[name] for name in _OF_MATERIAL}
        )
        options = Options(
            opt="Adam" if given["opt"] is None else given["opt"],
            lr=0.01 if given["lr"] is None else given["lr"],
            device=device if quantum_layers(model) else None,
            seed=seed,
            checkpoint=None,
            budget=None,
            fresh=False,
            live=_silent,
            listeners=() if listener is None else (listener,),
            **{name: given[name] for name in _OF_OPTIONS},
        )
        return prepare(model, material, options, epochs, steps)

    def _tell(self, entry: Entry, done: int, planned: int) -> None:
        words = [entry.model if entry.device == "none" else f"{entry.model} on {entry.device}"]
        words += [*told(entry.settings), f"seed {entry.seed}"]
        line = f"{done} of {planned}: {', '.join(words)}: "
        if entry.run is None:
            print(f"{line}failed, {entry.error}", flush=True)
            return
        score = "no score" if entry.score is None else short_number(entry.score, 4)
        line += f"{entry.score_name} {score}"
        if entry.seconds is not None and not is_static(self.live):
            line += f" ({duration(entry.seconds)})"
        print(line, flush=True)


def _silent(_event: Event) -> None:
    """Show nothing: a comparison tells a run in one line when it has ended."""
