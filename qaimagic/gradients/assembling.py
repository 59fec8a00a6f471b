"""Puts answers, factors and the classical half of the chain rule together to an estimate."""

from __future__ import annotations

import torch
from torch import Tensor

from qaimagic.gradients.answers import Answers
from qaimagic.gradients.estimates import GradientEstimate, Sample
from qaimagic.gradients.methods import Plan
from qaimagic.gradients.problem import Problem, slopes
from qaimagic.gradients.recipes import Numbers


def shares_of(asked: Problem, plans: list[Plan]) -> list[dict[str, Numbers]]:
    """Return for each sample and argument how much each circuit's answer counts."""
    chain = slopes([plan.tape for plan in plans], asked.arguments)
    return [
        {name: own.T @ plan.recipe.factors for name, own in slope.items()}
        for plan, slope in zip(plans, chain, strict=True)
    ]


def estimate_of(
    asked: Problem,
    method: str,
    n_circuits: int,
    shares: list[dict[str, Numbers]],
    answered: list[Answers],
) -> GradientEstimate:
    """Return the estimate that circuits' answers make."""
    samples = tuple(Sample(*pair) for pair in zip(shares, answered, strict=True))
    means = _by_argument([_means(sample) for sample in samples])
    errors = None
    if asked.shots is not None:
        errors = _by_argument([_errors(sample) for sample in samples])
    return packed(asked, method, n_circuits, means, errors, samples)


def _means(sample: Sample) -> dict[str, Tensor]:
    means = sample.answers.means()
    return {name: torch.from_numpy((share @ means).T) for name, share in sample.shares.items()}


def _errors(sample: Sample) -> dict[str, Tensor]:
    variances = sample.answers.variances()
    return {
        name: torch.from_numpy((share**2 @ variances).T).sqrt()
        for name, share in sample.shares.items()
    }


def _by_argument(rows: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


def packed(
    asked: Problem,
    method: str,
    n_circuits: int,
    jacobians: dict[str, Tensor],
    errors: dict[str, Tensor] | None,
    samples: tuple[Sample, ...],
) -> GradientEstimate:
    """Return an estimate of rows of a batch in the shapes that the caller knows."""

    def shaped(values: dict[str, Tensor]) -> dict[str, Tensor]:
        return {
            name: rows.reshape(*asked.leading, rows.shape[1], *asked.arguments[name].shape[1:])
            for name, rows in values.items()
        }

    return GradientEstimate(
        method,
        asked.shots,
        n_circuits,
        shaped(jacobians),
        None if errors is None else shaped(errors),
        asked.leading,
        asked.data_names,
        samples,
    )
