"""Diffusion from data to noise, and step by step back, whoever the denoiser is."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import check_int
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.generative.continuous.picture import beside
from qaimagic.subroutines.generative.continuous.points import check_points
from qaimagic.training.comparison.fresh import redraw

_OFFSET = 0.008
_MOST = 0.999


def signal(steps: int) -> Tensor:
    r"""Return the share of a sample's variance that is still data after each step.

    .. math:: \bar\alpha_t = \prod_{s \le t} (1 - \beta_s), \qquad
        \bar\alpha_t \propto \cos^2 \frac{\pi}{2} \frac{t / T + 0.008}{1.008}, \quad
        \beta_t \le 0.999

    Args:
        steps: How many steps, T.

    Returns:
        Doubles, shape (steps + 1,), from 1 downwards.

    References:
        Nichol, Dhariwal, arXiv:2102.09672.
    """
    places = torch.arange(steps + 1, dtype=torch.float64) / steps
    squares = torch.cos(0.5 * math.pi * (places + _OFFSET) / (1 + _OFFSET)).square()
    kept = (squares[1:] / squares[:-1]).clamp(min=1 - _MOST)
    return torch.cat([torch.ones(1, dtype=torch.float64), kept.cumprod(0)])


class Diffusion(nn.Module):
    r"""Data become noise in steps, and a denoiser is what finds the way back.

    .. math:: x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon

    The denoiser answers with :math:`v = \sqrt{\bar\alpha_t}\, \varepsilon -
    \sqrt{1 - \bar\alpha_t}\, x_0`, from which both follow without a division by small numbers:
    :math:`\varepsilon = \sqrt{1 - \bar\alpha_t}\, x_t + \sqrt{\bar\alpha_t}\, v`. To answer 0 is
    best where the data are standard normal.

    Args:
        n_features: How many numbers a sample has.
        denoiser: Maps :math:`x_t`, shape (m, n_features), and :math:`\bar\alpha_t`, shape (m, 1),
            to v, shape (m, n_features).
        steps: How many steps.

    Attributes:
        signal: The shares :math:`\bar\alpha_0 \ldots \bar\alpha_T`, shape (steps + 1,).

    Raises:
        TypeError: If a number is not whole.
        ValueError: If one is below 1.
    """

    signal: Tensor

    def __init__(self, n_features: int, denoiser: nn.Module, *, steps: int = 20) -> None:
        super().__init__()
        self.n_features = check_int("n_features", n_features, minimum=1)
        self.steps = check_int("steps", steps, minimum=1)
        self.denoiser = denoiser
        self.register_buffer("signal", signal(steps).to(torch.get_default_dtype()))

    def reset_parameters(self) -> None:
        """Draw the denoiser's weights anew; frozen ones stay."""
        redraw(self.denoiser.modules())

    def extra_repr(self) -> str:
        """Return the sizes, for torch's printing."""
        return f"{self.n_features} features, {self.steps} steps"

    def diffuse(self, X: Tensor, t: Tensor, noise: Tensor) -> Tensor:
        """Return what data, shape (m, n_features), are after t steps, shape (m,), with noise."""
        share = self.signal[t][:, None]
        return share.sqrt() * X + (1 - share).sqrt() * noise

    def forward(self, X: Tensor, t: Tensor) -> Tensor:
        """Return the noise that the model finds in samples.

        Args:
            X: Samples after t steps, shape (m, n_features).
            t: From 1 to ``steps``, shape (m,).
        """
        share = self.signal[t][:, None]
        v: Tensor = self.denoiser(X, share)
        return (1 - share).sqrt() * X + share.sqrt() * v

    def training_loss(self, batch: Any) -> Tensor:
        r"""Return the mean squared error of the noise, at a random step for each sample.

        A model that knows the mean and the variance of standardised data alone has the mean of
        :math:`\bar\alpha_t` over the steps; what is below has been learnt.

        Args:
            batch: Data, shape (m, n_features), alone or first in a tuple.
        """
        data = check_points("X", batch, self.n_features, self.signal)
        t = torch.randint(1, self.steps + 1, (len(data),), device=data.device)
        noise = torch.randn_like(data)
        loss: Tensor = (self(self.diffuse(data, t, noise), t) - noise).square().mean()
        return loss

    @torch.no_grad()
    def sample(self, n: int = 1) -> Tensor:
        r"""Return samples, shape (n, n_features): noise, and all steps back from it.

        .. math:: x_{t-1} \sim \mathcal N\Bigl(
            \frac{\sqrt{\bar\alpha_{t-1}} \beta_t}{1 - \bar\alpha_t} \hat x_0 +
            \frac{\sqrt{1 - \beta_t} (1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t} x_t,
            \frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t} \beta_t \Bigr)
        """
        count = check_int("n", n, minimum=1)
        X = torch.randn(count, self.n_features, dtype=self.signal.dtype, device=self.signal.device)
        for t in range(self.steps, 0, -1):
            now, then = self.signal[t], self.signal[t - 1]
            beta = 1 - now / then
            v = self.denoiser(X, now.expand(count, 1))
            data = now.sqrt() * X - (1 - now).sqrt() * v
            mean = (then.sqrt() * beta * data + (1 - beta).sqrt() * (1 - then) * X) / (1 - now)
            X = mean + ((1 - then) / (1 - now) * beta).sqrt() * torch.randn_like(X)
        return X

    @torch.no_grad()
    def glimpse(self, X: Any) -> Picture:
        """Return a picture of samples beside data, which ``train`` shows while the model learns.

        These samples are simulated exactly: looking costs the device nothing.

        Args:
            X: Data, shape (m, n_features); the first two features are drawn.
        """
        return beside(self, check_points("X", X, self.n_features, self.signal))
