"""The game of two players, whoever the generator is."""

from __future__ import annotations

import copy
import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import softplus

from qaimagic._checks import check_int, requirement
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.generative.continuous.circuit import reset
from qaimagic.subroutines.generative.continuous.picture import beside
from qaimagic.subroutines.generative.continuous.points import check_points, discrepancy

_HIDDEN = 32
_SLOPE = 0.2
_SPREAD = 2.0


class Losses(NamedTuple):
    """What each player of the game wants to be small.

    Attributes:
        discriminator: The mean cross-entropy of data plus that of samples; 2 ln 2 where the two
            cannot be told apart.
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
        self.discriminator = _network(n_features) if discriminator is None else discriminator
        _check(self.discriminator, n_features)

    def reset_parameters(self) -> None:
        """Draw the weights of both players anew."""
        reset(self)
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
        """Return both players' losses, for a loop of one's own.

        Each has gradients for its own player alone, so that the gradient of their sum is that of
        the game: both players move at once, each against the other as it stands.

        Args:
            X: Data, shape (m, n_features).
            fakes: Samples to judge beside them; as many as the data, drawn here, if not given.
        """
        data = check_points("X", X, self.n_features, self.scale)
        made = self(self.latent(len(data))) if fakes is None else fakes
        own = softplus(-self.discriminator(data)).mean()
        own = own + softplus(self.discriminator(made.detach())).mean()
        held = {name: weight.detach() for name, weight in self.discriminator.named_parameters()}
        judged: Tensor = functional_call(self.discriminator, held, (made,))
        return Losses(own, softplus(-judged).mean())

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
        value = discrepancy(data, made.detach())
        if not torch.is_grad_enabled():
            return value
        game = sum(self.losses(data, made))
        return value + (game - game.detach())

    @torch.no_grad()
    def glimpse(self, X: Any) -> Picture:
        """Return a picture of samples beside data, which ``train`` shows while the model learns.

        These samples are simulated exactly: looking costs the device nothing.

        Args:
            X: Data, shape (m, n_features); the first two features are drawn.
        """
        return beside(self, check_points("X", X, self.n_features, self.scale))


def again(discriminator: nn.Module) -> nn.Module:
    """Return a discriminator like another, with weights of its own."""
    fresh = copy.deepcopy(discriminator)
    for part in fresh.modules():
        if hasattr(part, "reset_parameters"):
            part.reset_parameters()  # type: ignore[operator]
    return fresh


def _network(n_features: int) -> nn.Module:
    return nn.Sequential(
        nn.Linear(n_features, _HIDDEN),
        nn.LeakyReLU(_SLOPE),
        nn.Linear(_HIDDEN, _HIDDEN),
        nn.LeakyReLU(_SLOPE),
        nn.Linear(_HIDDEN, 1),
    )


def _check(discriminator: Any, n_features: int) -> None:
    """Try a discriminator on two points."""
    if not isinstance(discriminator, nn.Module):
        received = f"it is a {type(discriminator).__name__}"
        raise TypeError(requirement("discriminator", "be a torch module", received))
    rule = f"answer (m, {n_features}) points with a logit each, shape (m, 1)"
    if isinstance([*discriminator.modules()][-1], nn.Sigmoid | nn.LogSigmoid):
        fix = "Leave it out: the loss has its own."
        received = "it ends with a sigmoid"
        raise ValueError(requirement("discriminator", rule, received, fix))
    like = next(discriminator.parameters(), torch.empty(0))
    modes = [(part, part.training) for part in discriminator.modules()]
    discriminator.eval()
    try:
        with torch.no_grad():
            answer = discriminator(torch.zeros(2, n_features).to(like))
    except (RuntimeError, ValueError) as error:
        raise ValueError(requirement("discriminator", rule, f"it fails: {error}")) from error
    finally:
        for part, mode in modes:
            part.training = mode
    shape = tuple(answer.shape) if isinstance(answer, Tensor) else type(answer).__name__
    if shape not in ((2, 1), (2,)):
        raise ValueError(requirement("discriminator", rule, f"two points give {shape}"))
