"""The best denoiser that there is, of data whose distribution is known."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import requirement


class MixtureDenoiser(nn.Module):
    r"""The exact denoiser of a mixture of round Gaussians, in closed form.

    After diffusion a component is a Gaussian again, with mean :math:`\sqrt{\bar\alpha} \mu_k` and
    variance :math:`s_k = \bar\alpha \sigma_k^2 + 1 - \bar\alpha`, and

    .. math:: \mathrm E[\varepsilon | x] = \sqrt{1 - \bar\alpha} \sum_k p(k | x)
        \frac{x - \sqrt{\bar\alpha} \mu_k}{s_k} .

    Args:
        means: Shape (n_components, n_features).
        deviations: Standard deviations, one for all components or one each.
        weights: The components' chances, which are made to sum to 1; equal ones if not given.

    Raises:
        TypeError: If they are no numbers.
        ValueError: If they do not fit, or a deviation or a chance is not positive.
    """

    means: Tensor
    variances: Tensor
    log_weights: Tensor

    def __init__(self, means: Any, deviations: Any, weights: Any = None) -> None:
        super().__init__()
        centres = _positive_or_any("means", means, positive=False)
        if centres.ndim != 2 or not centres.numel():
            rule, received = "have shape (n_components, n_features)", tuple(centres.shape)
            raise ValueError(requirement("means", rule, f"its shape is {received}"))
        shares = _one_each("weights", 1.0 if weights is None else weights, len(centres))
        self.register_buffer("means", centres)
        self.register_buffer("variances", _one_each("deviations", deviations, len(centres)) ** 2)
        self.register_buffer("log_weights", torch.log(shares / shares.sum()))

    def forward(self, X: Tensor, share: Tensor) -> Tensor:
        """Return v of samples, shape (m, d), of which ``share``, shape (m, 1), is still data."""
        spread = share * self.variances + (1 - share)
        away = X[:, None] - share.sqrt()[:, None] * self.means
        logs = self.log_weights - 0.5 * (
            away.square().sum(dim=2) / spread + X.shape[1] * spread.log()
        )
        pulls = torch.softmax(logs, dim=1) / spread
        noise = (1 - share).sqrt() * (pulls[:, :, None] * away).sum(dim=1)
        v: Tensor = (noise - (1 - share).sqrt() * X) / share.sqrt()
        return v


def _one_each(name: str, values: Any, n: int) -> Tensor:
    given = _positive_or_any(name, values, positive=True)
    if given.shape not in ((), (n,)):
        received = f"its shape is {tuple(given.shape)}"
        raise ValueError(requirement(name, f"be one number or {n}", received))
    return given.expand(n).clone()


def _positive_or_any(name: str, values: Any, *, positive: bool) -> Tensor:
    try:
        tensor = torch.as_tensor(values).to(torch.get_default_dtype())
    except (TypeError, ValueError, RuntimeError) as error:
        received = f"it is a {type(values).__name__}"
        raise TypeError(requirement(name, "be an array of numbers", received)) from error
    if not torch.isfinite(tensor).all() or (positive and (tensor <= 0).any()):
        rule = "be positive and finite" if positive else "be finite"
        raise ValueError(requirement(name, rule, f"it is {tensor.tolist()}"))
    return tensor
