"""Trains every generator over all seeds, looks at it while it learns, and judges it at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from qaimagic._checks import check_number, did_you_mean, requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.generative.judging import Judge, Judgement, unnoticed
from qaimagic.training.comparison.carrying_out import Job, Work
from qaimagic.training.comparison.fresh import Maker
from qaimagic.training.comparison.plan import Contender, named_models
from qaimagic.training.comparison.rows import Entry
from qaimagic.training.events import Event, Listener, StepEnded
from qaimagic.training.loop.weights import quantum_layers

_METHODS = ("training_loss", "sample", "reset_parameters")
_LOOKS, _LOOKS_BY_SAMPLES = 25, 10
_TWIN = ", twin"


@dataclass(frozen=True, eq=False)
class Trial:
    """A generator trained with one seed.

    Attributes:
        model: The generator's name.
        seed: The seed.
        parameters: How many trainable numbers it has.
        steps: The steps at which it was looked at.
        curve: What was seen there: the divergence from the data, or where some generator does not
            know its likelihood, the discrepancy. On a device that is paid for nobody looks.
        judgement: How good it is at the end; None if the run failed.
        circuits: How many circuits ran while it was trained.
        shots: How many shots they had together; 0 for exact simulation.
        seconds: How long the training took.
        error: Why it failed, or an empty string.
    """

    model: str
    seed: int
    parameters: int
    steps: tuple[int, ...]
    curve: tuple[float, ...]
    judgement: Judgement | None
    circuits: int
    shots: int
    seconds: float
    error: str = ""


@dataclass
class Trials(Work):
    """A comparison of generators to be carried out.

    Attributes:
        judge: Measures them.
        rates: The learning rate of each, by name.
        likely: Which of them know their likelihood.
        trials: What was found so far.
    """

    judge: Judge = field(kw_only=True)
    rates: Mapping[str, float] = field(kw_only=True)
    likely: frozenset[str] = field(kw_only=True)
    trials: list[Trial] = field(default_factory=list)
    _made: dict[str, nn.Module] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.makers = {name: self._kept(name, make) for name, make in self.makers.items()}

    @property
    def by_likelihood(self) -> bool:
        """Whether curves tell the divergence, and else the discrepancy."""
        return self.likely >= self.makers.keys()

    def contenders(self, name: str) -> Iterator[Contender]:
        """Give the row to be of a generator, with its learning rate."""
        for contender in super().contenders(name):
            yield replace(contender, settings={"lr": self.rates[name]})

    def run(self, job: Job, listener: Listener | None = None) -> Entry:
        """Train a generator with one seed, judge it, and return the record of the run."""
        assert job.contender is not None
        name = job.contender.model
        looks: dict[int, float] = {}
        entry = super().run(job, listener or self._looking(name, looks))
        if entry.run is not None and entry.run.stop_reason == "interrupted":
            return entry
        judgement, model = None, self._made[name]
        if entry.run is not None:
            try:
                judgement = self.judge.model(model, job.seed, likely=name in self.likely)
            except (ValueError, TypeError) as error:
                entry = replace(entry, run=None, error=f"its samples cannot be judged: {error}")
        layers = quantum_layers(model).values()
        self.trials.append(
            Trial(
                name,
                job.seed,
                n_parameters(model),
                tuple(looks),
                tuple(looks.values()),
                judgement,
                sum(layer.circuits for layer in layers),
                sum(layer.circuits * (layer.shots or 0) for layer in layers),
                entry.seconds or 0.0,
                entry.error,
            )
        )
        return entry

    def _kept(self, name: str, make: Maker) -> Maker:
        def kept(seed: int) -> nn.Module:
            self._made[name] = make(seed)
            return self._made[name]

        return kept

    def _looking(self, name: str, looks: dict[int, float]) -> Listener:
        total: int = self.options["steps"]
        count = min(total, _LOOKS if self.by_likelihood else _LOOKS_BY_SAMPLES)
        wanted = set(np.linspace(1, total, count).round().astype(int).tolist())

        def look(event: Event) -> None:
            if not isinstance(event, StepEnded) or event.step not in wanted:
                return
            model = self._made[name]
            if not any(layer.runner.is_paid for layer in quantum_layers(model).values()):
                with unnoticed(model):
                    looks[event.step] = self._measure(model)

        return look

    def _measure(self, model: nn.Module) -> float:
        data = self.judge.data
        if self.by_likelihood:
            likelihood = self.judge.likelihood(model, data.X)
            return np.nan if likelihood is None else max(0.0, -likelihood - data.entropy)
        samples: Floats = self.judge.drawn(model)
        return data.discrepancy(samples)


def with_twins(models: Any, *, twins: bool) -> dict[str, Maker]:
    """Return what makes each generator, each quantum one followed by its classical twin.

    Raises:
        ValueError: If there is none, two have one name, or one cannot be reset.
        TypeError: If one is no generator.
    """
    given = _as_mapping(models)
    makers: dict[str, Maker] = {}
    for name, make in named_models(given).items():
        with torch.random.fork_rng():
            model = make(0)
        _check(name, model)
        makers[name] = make
        beside = f"{name}{_TWIN}"
        if twins and hasattr(model, "twin") and beside not in given:
            makers |= named_models({beside: _twin_maker(given[name])})
    return makers


def rates_of(lr: float | Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
    """Return the learning rate of each generator; a twin's is its model's if not given.

    Raises:
        ValueError: If one is not positive, missing, or of an unknown model.
        TypeError: If one is no number.
    """
    if not isinstance(lr, Mapping):
        return dict.fromkeys(names, check_number("lr", lr, above=0))
    for name in lr:
        if name not in names:
            listing = ", ".join(f"`{each}`" for each in names)
            message = requirement("lr", f"name models ({listing})", f"it names `{name}`")
            raise ValueError(message + did_you_mean(str(name), names))
    rates = {}
    for name in names:
        whose = name if name in lr else name.removesuffix(_TWIN)
        if whose not in lr:
            raise ValueError(requirement("lr", "have a rate for each model", f"`{name}` has none"))
        rates[name] = check_number("lr", lr[whose], above=0)
    return rates


def n_parameters(model: nn.Module) -> int:
    """Return how many trainable numbers a model has."""
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)


def _as_mapping(models: Any) -> dict[str, Any]:
    if isinstance(models, Mapping):
        return {str(name): model for name, model in models.items()}
    listed = list(models) if isinstance(models, list | tuple) else [models]
    names = [getattr(model, "__name__", type(model).__name__) for model in listed]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        fix = "Name them: `{'small': a, 'large': b}`."
        received = f"two are called `{double}`"
        raise ValueError(requirement("models", "have names of their own", received, fix))
    return dict(zip(names, listed, strict=True))


def _check(name: str, model: nn.Module) -> None:
    missing = [method for method in _METHODS if not callable(getattr(model, method, None))]
    if missing:
        received = f"`{name}` is a {type(model).__name__} without `{missing[0]}`"
        fix = "`BornMachine` and `BoltzmannMachine` have all of it."
        rule = "be generators, with `training_loss`, `sample` and `reset_parameters`"
        raise TypeError(requirement("models", rule, received, fix))


def _twin_maker(model: Any) -> Callable[[], Any]:
    def twin() -> Any:
        own: Any = model if isinstance(model, nn.Module) else model()
        return own.twin()

    return twin
