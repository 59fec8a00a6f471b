"""``network_gradient``: a classical network's gradient by a quantum subroutine.

It imports without torch and PennyLane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_choice, check_int, check_number, check_shots, requirement

if TYPE_CHECKING:
    from qaimagic.subroutines.gradient_estimation.network_result import NetworkGradient

METHODS = ("spsa", "quantum", "finite-diff", "backprop")

_MOST_WIRES = 20
_MOST_DIRECTIONS = 100_000


def network_gradient(
    model: Any,
    loss: Callable[[], Any],
    *,
    method: str = "spsa",
    directions: int = 1,
    step: float = 0.01,
    block: int = 2,
    n_wires: int = 5,
    max_slope: float = 1.0,
    shots: int | None = None,
    seed: int = 0,
) -> NetworkGradient:
    r"""Estimate the gradient of a network's loss, and write it into ``.grad``.

    An optimizer of torch goes on from there, as after ``loss().backward()``:

    - ``"spsa"`` moves all weights at once, in K random directions: 2K evaluations of the loss.
    - ``"quantum"`` is `quantum_gradient`: the loss at a grid of weights in superposition, its
      slopes read from phases. A machine with ``n_wires`` wires for each of P weights would have all
      slopes from one circuit. A simulation holds :math:`2^{20}` amplitudes, so it takes blocks of
      weights one after the other, the others held fixed. Its slopes come in steps of
      :math:`2 \, max\_slope / 2^{n\_wires}`, and wrap around beyond ``max_slope``.
    - ``"finite-diff"`` moves one weight at a time: 2P evaluations.
    - ``"backprop"`` is torch's, for about three evaluations.

    Args:
        model: An ``nn.Module``, whose trainable parameters are the weights. They stay as they are.
        loss: Returns the loss at the weights as they are, one number, differentiable by torch.
            It must not draw random numbers.
        method: One of the above.
        directions: The number K of ``"spsa"``.
        step: How far weights are moved, and the width of the grid of ``"quantum"``.
        block: How many weights ``"quantum"`` has in superposition; ``block`` times ``n_wires`` is
            20 at most.
        n_wires: How many wires each of them has.
        max_slope: Above the size of every slope, for ``"quantum"``.
        shots: How often each block's registers are read; None for the most likely slopes.
        seed: Decides directions and shots.

    Returns:
        The gradient beside backpropagation's, evaluations, queries and seconds.

    Raises:
        TypeError: If ``model`` is no module, or an argument of the wrong type.
        ValueError: If there is no such method, nothing to train, a number is out of bounds, or the
            loss is not one finite, differentiable number that depends on the weights, draws random
            numbers, or changes buffers.

    Example:
        >>> import torch, qaimagic
        >>> model = torch.nn.Linear(3, 1)
        >>> x, y = torch.ones(4, 3), torch.zeros(4, 1)
        >>> def loss():
        ...     return (model(x) - y).square().mean() / 4
        >>> found = qaimagic.network_gradient(model, loss, method="finite-diff")
        >>> found.evaluations, found.error < 1e-2, model.weight.grad.shape
        (8, True, torch.Size([1, 3]))

    References:
        Spall, IEEE Trans. Autom. Control 37 (1992) 332, doi:10.1109/9.119632;
        Jordan, Phys. Rev. Lett. 95 (2005) 050501, arXiv:quant-ph/0405146;
        Gilyen, Arunachalam, Wiebe, SODA 2019, arXiv:1711.00465.
    """
    check_choice("method", method, METHODS)
    if check_int("directions", directions, minimum=1) > _MOST_DIRECTIONS:
        rule, received = f"be {_MOST_DIRECTIONS:,} at most", f"it is {directions:,}"
        raise ValueError(requirement("directions", rule, received))
    step = check_number("step", step, above=0)
    max_slope = check_number("max_slope", max_slope, above=0)
    if (
        check_int("block", block, minimum=1) * check_int("n_wires", n_wires, minimum=1)
        > _MOST_WIRES
    ):
        fix = "The simulation holds every amplitude: take smaller blocks, or fewer wires."
        rule = f"have {_MOST_WIRES} wires at most together with `n_wires`"
        received = f"{block} weights of {n_wires} wires have {block * n_wires}"
        raise ValueError(requirement("block", rule, received, fix))
    check_shots(shots)
    check_int("seed", seed, minimum=0)
    from qaimagic.subroutines.gradient_estimation.loss_surface import surface_of
    from qaimagic.subroutines.gradient_estimation.network_solving import Setting, solve

    surface = surface_of(model, loss)
    setting = Setting(directions, step, block, n_wires, max_slope, shots, seed)
    return solve(surface, method, setting)
