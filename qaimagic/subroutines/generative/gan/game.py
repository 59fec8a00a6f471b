"""The game of two players, whoever the generator is."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import softplus

from qaimagic._checks import check_int
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.distributions.divergences import mmd
from qaimagic.subroutines.generative.continuous.picture import beside
from qaimagic.subroutines.generative.continuous.points import check_points
from qaimagic.subroutines.generative.gan.discriminator import check_discriminator, network
from qaimagic.training.comparison.fresh import redraw

_SPREAD = 2.0
_PENALTY = 0.1


class Losses(NamedTuple):
    """What each player of the game wants to be small.

    Attributes:
        discriminator: The mean cross-entropy of data plus that of samples, and a penalty on its
            slope at the data; 2 ln 2 where the two cannot be told apart.
        generator: The mean cross-entropy of samples that are taken for data; ln 2 there.
    """

    discriminator: Tensor
    generator: Tensor


class GAN(nn.Module):
    """A generator that turns noise into points, and a discriminator that judges them.

    Args:
        generator: Maps noise, shape (m, n_latent), to numbers from -1 to 1, shape (m, n_features).
        n_latent: How many angles of noise a sample is made of.
        n_features: How many numbers a sample has.
        discriminator: Maps samples, shape (m, n_features), to logits, shape (m, 1) or (m,): above
            0 for data. By default two hidden layers of 32.

    Attributes:
        scale: What the generator's numbers are multiplied by, shape (n_features,); trained.
        shift: What is added then, shape (n_features,); trained.

    Raises:
        TypeError: If the discriminator is no module.
        ValueError: If it does not answer with one logit a sample.
    """

    def __init__(
        self,
        generator: nn.Module,
        n_latent: int,
        n_features: int,
        discriminator: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.generator = generator
        self.n_latent, self.n_features = n_latent, n_features
        self.scale = nn.Parameter(torch.full((n_features,), _SPREAD))
        self.shift = nn.Parameter(torch.zeros(n_features))
        self.discriminator = network(n_features) if discriminator is None else discriminator
        check_discriminator(self.discriminator, n_features)

    def reset_parameters(self) -> None:
        """Draw the weights of both players anew; frozen ones stay."""
        redraw(part for part in self.modules() if part is not self)
        with torch.no_grad():
            self.scale.fill_(_SPREAD)
            self.shift.zero_()

    def forward(self, latent: Tensor) -> Tensor:
        """Return the samples, shape (m, n_features), that noise, shape (m, n_latent), becomes."""
        points: Tensor = self.shift + self.scale * self.generator(latent)
        return points

    def latent(self, n: int) -> Tensor:
        """Return noise: angles, evenly from -pi to pi, shape (n, n_latent)."""
        like = self.scale
        turns = torch.rand(n, self.n_latent, dtype=like.dtype, device=like.device)
        return math.pi * (2 * turns - 1)

    @torch.no_grad()
    def sample(self, n: int = 1) -> Tensor:
        """Return samples, shape (n, n_features)."""
        samples: Tensor = self(self.latent(check_int("n", n, minimum=1)))
        return samples

    def losses(self, X: Any, fakes: Tensor | None = None) -> Losses:
        r"""Return both players' losses, for a loop of one's own.

        Each has gradients for its own player alone, so that the gradient of their sum is that of
        the game: both players move at once, each against the other as it stands. Let both
        gradients be computed before either player moves. To the
        discriminator's cross-entropy :math:`0.05\, |\nabla_x D|^2` is added, the mean over the
        data: without it players that move at once may circle for ever.

        Args:
            X: Data, shape (m, n_features).
            fakes: Samples to judge beside them; as many as the data, drawn here, if not given.

        References:
            Mescheder, Geiger, Nowozin, arXiv:1801.04406 (the penalty, and why).
        """
        data = check_points("X", X, self.n_features, self.scale)
        made = self(self.latent(len(data))) if fakes is None else fakes
        own = self._told_apart(data, made.detach())
        held = {name: weight.detach() for name, weight in self.discriminator.named_parameters()}
        judged: Tensor = functional_call(self.discriminator, held, (made,))
        return Losses(own, softplus(-judged).mean())

    def _told_apart(self, data: Tensor, made: Tensor) -> Tensor:
        """Return the discriminator's loss."""
        learns = torch.is_grad_enabled()
        points = data.detach().requires_grad_(learns)
        logits = self.discriminator(points)
        loss = softplus(-logits).mean() + softplus(self.discriminator(made)).mean()
        if not learns:
            return loss
        (slopes,) = torch.autograd.grad(logits.sum(), points, create_graph=True)
        return loss + 0.5 * _PENALTY * slopes.square().sum(dim=1).mean()

    def training_loss(self, batch: Any) -> Tensor:
        """Return a number whose gradient is that of the game.

        Its value is another: the squared maximum mean discrepancy, as
        ``qaimagic.distributions.mmd`` has it, of the batch and as many samples. The players'
        losses do not tell how good samples are, since each depends on the opponent, and weights
        that are kept because these are low would be any. Two batches of m data each are still up
        to 2/m apart.

        Args:
            batch: Data, shape (m, n_features), alone or first in a tuple.
        """
        data = check_points("X", batch, self.n_features, self.scale)
        made = self(self.latent(len(data)))
        value = torch.tensor(mmd(data, made)).to(data)
        if not torch.is_grad_enabled():
            return value
        losses = self.losses(data, made)
        game = losses.discriminator + losses.generator
        return value + (game - game.detach())

    @torch.no_grad()
    def glimpse(self, X: Any) -> Picture:
        """Return a picture of samples beside data, which ``train`` shows while the model learns.

        These samples are simulated exactly: looking costs the device nothing.

        Args:
            X: Data, shape (m, n_features); the first two features are drawn.
        """
        return beside(self, check_points("X", X, self.n_features, self.scale))
