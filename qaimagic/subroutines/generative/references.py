"""What a generative model has to beat: the data themselves, and models that nobody has to train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.generative.data import Data


class Reference(Protocol):
    """A distribution that is known."""

    @property
    def n_parameters(self) -> int:
        """How many numbers it is made of; 0 for the data themselves."""

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return n independent samples, shape (n, d)."""

    def log_likelihood(self, X: Floats) -> float | None:
        """Return the mean log-likelihood of samples in nats; None where there is a density."""


@dataclass(frozen=True, eq=False)
class Again:
    """The data, drawn again and again: as good as a model of them can be.

    Attributes:
        data: The data.
    """

    data: Data
    n_parameters: int = 0

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return n of the data, with replacement."""
        return self.data.X[rng.integers(len(self.data.X), size=n)]

    def log_likelihood(self, X: Floats) -> float | None:
        """Return the mean logarithm of how often samples occur in the data."""
        if not self.data.is_bits:
            return None
        rows, counts = np.unique(self.data.X, axis=0, return_counts=True)
        shares = {row.tobytes(): n / len(self.data.X) for row, n in zip(rows, counts, strict=True)}
        chances = np.array([shares.get(row.tobytes(), 0.0) for row in X])
        with np.errstate(divide="ignore"):
            return float(np.log(chances).mean())


@dataclass(frozen=True, eq=False)
class IndependentBits:
    """Bits that know nothing of each other.

    Attributes:
        means: The chance of each to be 1, shape (d,).
        n_parameters: How many of these were fitted.
    """

    means: Floats
    n_parameters: int

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return n independent samples, shape (n, d)."""
        return (rng.random((n, len(self.means))) < self.means).astype(np.float64)

    def log_likelihood(self, X: Floats) -> float:
        """Return the mean log-likelihood of samples, in nats."""
        with np.errstate(divide="ignore"):
            return float(np.log(np.where(X == 1, self.means, 1 - self.means)).sum(axis=1).mean())


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A normal distribution with the data's mean and covariance.

    Attributes:
        mean: Shape (d,).
        covariance: Shape (d, d).
    """

    mean: Floats
    covariance: Floats

    @property
    def n_parameters(self) -> int:
        """How many numbers are fitted."""
        d = len(self.mean)
        return d + d * (d + 1) // 2

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return n independent samples, shape (n, d)."""
        return rng.multivariate_normal(self.mean, self.covariance, size=n)

    def log_likelihood(self, X: Floats) -> None:
        """Return None: a density stands beside no probability."""
        del X


def references_of(data: Data) -> dict[str, Reference]:
    """Return what models stand beside, by name."""
    d = data.X.shape[1]
    if data.is_bits:
        return {
            "the data themselves": Again(data),
            "independent bits": IndependentBits(data.X.mean(axis=0), d),
            "uniform": IndependentBits(np.full(d, 0.5), 0),
        }
    covariance = np.atleast_2d(np.cov(data.X, rowvar=False, ddof=0))
    return {
        "the data themselves": Again(data),
        "a Gaussian": Gaussian(data.X.mean(axis=0), covariance),
    }
