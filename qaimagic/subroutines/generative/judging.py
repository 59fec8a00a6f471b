"""Judges generators alike: by samples that they draw, and by their likelihood where it is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.errors import DeviceError
from qaimagic.layers.boltzmann.field import numbers_of
from qaimagic.subroutines.distributions.reading import as_array
from qaimagic.subroutines.generative.data import Data
from qaimagic.subroutines.generative.references import Reference
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.weights import quantum_layers

_KEPT = 200


@dataclass(frozen=True, eq=False)
class Judgement:
    """How good a generator is.

    Attributes:
        log_likelihood: The mean of the data's samples, in nats; None where it is not known exactly.
        test_log_likelihood: The same of the test data.
        mmd: The squared discrepancy of its samples from the data.
        valid: The fraction of its samples that occur in the data; None for real numbers.
        covered: The fraction of the data's patterns that occur among its samples; None for those.
        samples: The first 200 of its samples, shape (200, d).
    """

    log_likelihood: float | None
    test_log_likelihood: float | None
    mmd: float
    valid: float | None
    covered: float | None
    samples: Floats


@dataclass(frozen=True, eq=False)
class Judge:
    """Measures generators against data.

    Attributes:
        data: The data.
        n: How many samples each generator draws.
    """

    data: Data
    n: int

    def model(self, model: nn.Module, seed: int, *, likely: bool) -> Judgement:
        """Return how good a trained model is.

        Args:
            model: The model; its random numbers, its mode and its count of circuits stay.
            seed: Decides its samples.
            likely: Whether to ask for its likelihood.

        Raises:
            ValueError: If its samples are of another shape, or not finite.
        """
        with unnoticed(model), Stream(derive(seed, "judge")):
            own, test = (
                self.likelihood(model, X) if likely else None for X in (self.data.X, self.data.test)
            )
            return self._judgement(self.drawn(model), own, test)

    def reference(self, reference: Reference, seed: int) -> Judgement:
        """Return how good a known distribution is, by the same measures."""
        samples = reference.draw(self.n, np.random.default_rng(seed))
        own = reference.log_likelihood(self.data.X)
        test = None if self.data.test is None else reference.log_likelihood(self.data.test)
        return self._judgement(samples, own, test)

    def likelihood(self, model: Any, X: Floats | None) -> float | None:
        """Return the mean log-likelihood of bits; None where it is not known exactly."""
        if X is None or not self.data.is_bits:
            return None
        rows = torch.as_tensor(X)
        try:
            if hasattr(model, "log_likelihood"):
                found = model.log_likelihood(rows)
                return None if getattr(found, "standard_error", 0.0) else float(found)
            if hasattr(model, "probabilities"):
                p = model.probabilities().double()
                return float(torch.log(p[numbers_of(rows)]).mean())
        except DeviceError:
            return None
        return None

    def drawn(self, model: Any) -> Floats:
        """Return samples of a model, shape (n, d).

        Raises:
            ValueError: If they are of another shape, or not finite.
        """
        samples = as_array("samples", model.sample(self.n))
        wanted = (self.n, self.data.X.shape[1])
        if samples.shape != wanted:
            rule = f"have shape {wanted}"
            raise ValueError(requirement("samples", rule, f"their shape is {samples.shape}"))
        return samples

    def _judgement(
        self, samples: Floats, likelihood: float | None, test: float | None
    ) -> Judgement:
        valid, covered = self.data.shares(samples) if self.data.is_bits else (None, None)
        distance = self.data.discrepancy(samples)
        return Judgement(likelihood, test, distance, valid, covered, samples[:_KEPT])


@contextmanager
def unnoticed(model: nn.Module) -> Iterator[None]:
    """Within the context, look at a model so that its training goes on as if nobody had."""
    counters = [layer.runner.counter for layer in quantum_layers(model).values()]
    counted = [counter.total for counter in counters]
    was_training = model.training
    model.eval()
    try:
        with torch.random.fork_rng(), torch.no_grad():
            yield
    finally:
        model.train(was_training)
        for counter, total in zip(counters, counted, strict=True):
            counter.total = total
