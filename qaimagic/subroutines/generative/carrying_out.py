"""From models and data to a comparison: trained, judged, and put beside what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from qaimagic.subroutines.generative.data import Data
from qaimagic.subroutines.generative.judging import Judge
from qaimagic.subroutines.generative.references import references_of
from qaimagic.subroutines.generative.result import GeneratorComparison, rows_of
from qaimagic.subroutines.generative.trials import Trial, Trials, rates_of, with_twins
from qaimagic.training.comparison.plan import seeds_of

_PLAIN = ("epochs", "target", "test", "loss", "metric", "shots", "schedule", "clip", "patience")


def compared(
    models: Any,
    data: Data,
    *,
    lr: float | Mapping[str, float],
    seeds: int | Sequence[int],
    twins: bool,
    samples: int,
    steps: int,
    batch_size: int,
    budget: float | None,
    live: bool | None,
) -> GeneratorComparison:
    """Return the comparison; see ``compare_generators`` for the arguments."""
    makers = with_twins(models, twins=twins)
    rates = rates_of(lr, list(makers))
    listed, judge = seeds_of(seeds), Judge(data, samples)
    likely = frozenset(
        name
        for name, make in makers.items()
        if judge.likelihood(make(listed[0]), data.X[:1]) is not None
    )
    options = {"steps": steps, "batch_size": batch_size, "opt": "Adam", "lr": None, "val": 0}
    work = Trials(
        makers=makers,
        devices={"": None},
        settings=[{}],
        seeds=listed,
        data=torch.as_tensor(data.X, dtype=torch.get_default_dtype()),
        options={**dict.fromkeys(_PLAIN), "max_seconds": None, **options},
        baselines=False,
        budget=budget,
        live=live,
        judge=judge,
        rates=rates,
        likely=likely,
    )
    work.carry_out()
    beside = [
        Trial(name, seed, known.n_parameters, (), (), judge.reference(known, seed), 0, 0, 0.0)
        for name, known in references_of(data).items()
        for seed in listed
    ]
    return GeneratorComparison(
        rows_of(work.trials, data.entropy, is_reference=False),
        rows_of(beside, data.entropy, is_reference=True),
        data,
        samples,
        steps,
        work.by_likelihood,
    )
