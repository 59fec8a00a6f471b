r"""The diagonal of a thermal state, and its gradient.

.. math:: H = \operatorname{diag}(E) - \Gamma \sum_i X_i, \qquad
    w_x = \langle x | e^{-H} | x \rangle
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

_SAME = 1e-12


def log_weights(energies: Tensor, transverse_field: Tensor) -> Tensor:
    r"""Return :math:`\log \langle x | e^{-H} | x \rangle` of all strings x, differentiable.

    Weights 30 orders of magnitude below the largest are lost in rounding.

    Args:
        energies: Of all strings, the first bit leading, shape (..., 2^n).
        transverse_field: :math:`\Gamma`, a number.

    Returns:
        Double precision, shape (..., 2^n); NaN if an energy or the field is not finite.
    """
    found: Tensor = _LogWeights.apply(energies.double(), transverse_field.double())  # type: ignore[no-untyped-call]
    return found


class _LogWeights(torch.autograd.Function):
    r"""By one eigendecomposition; the gradient by the formula of Daleckii and Krein.

    With :math:`H = U \Lambda U^T` and a diagonal G,

    .. math:: d \operatorname{Tr}[G e^{-H}] = \operatorname{Tr}[D\, dH], \qquad
        D = U\, (U^T G U \circ \Phi)\, U^T, \qquad
        \Phi_{kl} = \frac{e^{-\lambda_k} - e^{-\lambda_l}}{\lambda_k - \lambda_l},

    and :math:`-e^{-\lambda_k}` where two eigenvalues agree. Eigenvectors, which torch would
    differentiate, have no derivative there.

    References:
        Higham, Functions of Matrices (2008), theorem 3.11, doi:10.1137/1.9780898717778.
    """

    @staticmethod
    def forward(ctx: Any, energies: Tensor, transverse_field: Tensor) -> Tensor:
        if not (energies.isfinite().all() and transverse_field.isfinite()):
            ctx.save_for_backward()
            return torch.full_like(energies, torch.nan)
        H = torch.diag_embed(energies)
        numbers = torch.arange(H.shape[-1], device=H.device)
        for flipped in _flipped(H.shape[-1], H.device):
            H[..., numbers, flipped] = -transverse_field
        levels, states = torch.linalg.eigh(H)
        lowest = levels[..., :1]
        populations = torch.exp(lowest - levels)
        weights = (states.square() @ populations[..., None]).squeeze(-1)
        weights = weights.clamp_min(torch.finfo(weights.dtype).tiny)
        ctx.save_for_backward(levels - lowest, states, populations, weights)
        found: Tensor = weights.log() - lowest
        return found

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor | None]:
        if not ctx.saved_tensors:
            return torch.full_like(gradient, torch.nan), gradient.new_tensor(torch.nan)
        levels, states, populations, weights = ctx.saved_tensors
        gaps = (levels[..., :, None] - levels[..., None, :]).abs()
        higher = torch.maximum(populations[..., :, None], populations[..., None, :])
        slopes = torch.where(gaps < _SAME, 1.0, -torch.expm1(-gaps) / gaps)
        inner = states.mT @ ((gradient / weights)[..., None] * states)
        half = states @ (inner * higher * slopes)
        by_field = None
        if ctx.needs_input_grad[1]:
            by_field = sum(
                (half * states[..., row, :]).sum()
                for row in _flipped(states.shape[-1], states.device)
            )
        return -(half * states).sum(dim=-1), by_field


def _flipped(size: int, device: torch.device) -> Tensor:
    """Return the numbers of all strings with one bit flipped, for each bit, shape (n, size)."""
    bits = torch.arange(size.bit_length() - 1, device=device)
    return torch.arange(size, device=device) ^ (1 << bits)[:, None]
