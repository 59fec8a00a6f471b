"""What a generative model can do: the same for circuits, their twins, and models of your own."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from torch import Tensor


@runtime_checkable
class Generator(Protocol):
    """A ``torch.nn.Module`` that learns from data and draws new ones.

    All random numbers come from torch's generator. It may have more to say: ``log_likelihood(X)``,
    the mean logarithm of the probability, or density, of data, a number or an ``Estimate``;
    ``probabilities()`` of all strings of bits, shape (2^d,), the first bit the most significant
    one; ``glimpse(X)``, a picture of itself while it learns; and a quantum one ``twin()``, a
    classical generator with about as many parameters.
    """

    def training_loss(self, batch: Any) -> Tensor:
        """Return a number whose gradient is the learning signal.

        Args:
            batch: Data of shape (m, d), alone or first in a tuple.
        """

    def sample(self, n: int) -> Tensor:
        """Return n independent samples, shape (n, d)."""

    def reset_parameters(self) -> None:
        """Begin anew, with fresh weights."""
