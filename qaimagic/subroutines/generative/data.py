"""The data that generative models learn, and what is measured against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.distributions.divergences import mean_kernel, mmd
from qaimagic.subroutines.distributions.kernel import bandwidths_of
from qaimagic.subroutines.distributions.reading import as_array, frequencies

_COUNTED = 12
_MEASURED = 1000
_PARTS = (0.25, 0.5, 1.0)


@dataclass(frozen=True, eq=False)
class Data:
    """Samples to learn from, and perhaps others to be tested by.

    Attributes:
        X: Shape (m, d).
        test: Shape (m_test, d), or None.
        bandwidths: The widths of the discrepancy's kernels.
        is_bits: Whether all of them are zeros and ones.
    """

    X: Floats
    test: Floats | None
    bandwidths: tuple[float, ...]
    is_bits: bool

    @classmethod
    def of(cls, X: Any, X_test: Any, bandwidth: float | Sequence[float] | None) -> Data:
        """Return data that are checked, with a bandwidth that follows from them if none is given.

        Raises:
            TypeError: If they are no numbers.
            ValueError: If their shapes do not fit, or they do not differ.
        """
        samples = _rows("X", X)
        test = None if X_test is None else _rows("X_test", X_test)
        if test is not None and test.shape[1] != samples.shape[1]:
            rule = f"have shape (n_samples, {samples.shape[1]}) as `X` has"
            raise ValueError(requirement("X_test", rule, f"its shape is {test.shape}"))
        is_bits = bool(np.isin(samples, (0, 1)).all())
        if is_bits and test is not None and not np.isin(test, (0, 1)).all():
            rule, received = "hold zeros and ones as `X` does", "it holds other numbers"
            raise ValueError(requirement("X_test", rule, received))
        if bandwidth is not None:
            return cls(samples, test, bandwidths_of(bandwidth), is_bits)
        return cls(samples, test, (1.0,) if is_bits else _median_widths(samples), is_bits)

    @cached_property
    def patterns(self) -> Floats:
        """The samples that differ from each other, shape (k, d)."""
        return np.unique(self.X, axis=0)

    @cached_property
    def entropy(self) -> float:
        """The entropy of how often each occurs, in nats: no model's log-likelihood is above -it."""
        _, counts = np.unique(self.X, axis=0, return_counts=True)
        shares = counts / len(self.X)
        return float(-np.sum(shares * np.log(shares)))

    def discrepancy(self, samples: Floats) -> float:
        """Return the squared maximum mean discrepancy of samples, shape (n, d), from the data."""
        if self._chances is not None:
            return mmd(self._chances, samples, bandwidth=self.bandwidths)
        values = [
            own + mean_kernel(samples, samples, width) - 2 * mean_kernel(self.X, samples, width)
            for own, width in zip(self._own, self.bandwidths, strict=True)
        ]
        return float(np.mean(values))

    def shares(self, samples: Floats) -> tuple[float, float]:
        """Return which fraction of samples are in the data, and of the data's patterns in them."""
        known = {row.tobytes() for row in self.patterns}
        drawn = [row.tobytes() for row in np.ascontiguousarray(samples)]
        valid = sum(row in known for row in drawn) / len(drawn)
        return valid, len(known.intersection(drawn)) / len(known)

    @cached_property
    def _chances(self) -> Floats | None:
        """How often each string of bits is among the data, where there are few strings."""
        counted = self.is_bits and self.X.shape[1] <= _COUNTED
        return frequencies(self.X) if counted else None

    @cached_property
    def _own(self) -> tuple[float, ...]:
        return tuple(mean_kernel(self.X, self.X, width) for width in self.bandwidths)


def _rows(name: str, values: Any) -> Floats:
    array = as_array(name, values)
    if array.ndim != 2:
        fix = "A single number a sample needs a second axis, too: `X.reshape(-1, 1)`."
        rule = "have shape (n_samples, d)"
        raise ValueError(requirement(name, rule, f"its shape is {array.shape}", fix))
    return np.ascontiguousarray(array)


def _median_widths(X: Floats) -> tuple[float, ...]:
    """Return parts of the median distance between samples.

    References:
        Gretton et al., J. Machine Learning Research 13 (2012) 723 (the median).
    """
    from scipy.spatial.distance import pdist

    distances = pdist(X[:_MEASURED])
    median = float(np.median(distances[distances > 0])) if (distances > 0).any() else 0.0
    if not median:
        raise ValueError(requirement("X", "hold samples that differ", "they are all the same"))
    return tuple(part * median for part in _PARTS)
