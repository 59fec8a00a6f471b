"""What is minimised: the expected energy, or that of the best fraction of the samples."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from qaimagic.devices.annealers.spectrum import Floats


def cvar(energies: Floats, alpha: float) -> Callable[[Tensor], Tensor]:
    r"""Return the conditional value at risk, as a function of probabilities.

    .. math:: \min_q \Big\{ \sum_k q_k E_k : 0 \le q_k \le p_k / \alpha, \sum_k q_k = 1 \Big\}

    is the mean energy of the fraction :math:`\alpha` of samples that lies lowest.

    Args:
        energies: Of all states, shape (2^n,).
        alpha: The fraction, above 0 and at most 1.

    Example:
        >>> import numpy as np
        >>> lowest = cvar(np.array([5.0, 1.0, 3.0]), 0.5)
        >>> lowest(torch.tensor([0.5, 0.25, 0.25]))
        tensor(2., dtype=torch.float64)
    """
    values, order = torch.sort(torch.as_tensor(energies))

    def cost(probabilities: Tensor) -> Tensor:
        up_to = probabilities.reshape(-1)[order].double().cumsum(0).clamp(max=alpha)
        taken = torch.diff(up_to, prepend=up_to.new_zeros(1))
        return (taken * values).sum() / alpha

    return cost
