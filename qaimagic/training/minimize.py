"""``minimize``: follow the gradient of any number that torch can differentiate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn

    from qaimagic.training.events import Listener
    from qaimagic.training.run import TrainingRun


def minimize(
    loss: Callable[[], Tensor],
    over: Tensor | nn.Module | Sequence[Any] | Mapping[str, Any],
    *,
    steps: int = 200,
    opt: str | Callable[..., Any] = "Adam",
    lr: float | None = None,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
    checkpoint: str | PathLike[str] | None = None,
    fresh: bool = False,
    schedule: str | Callable[..., Any] | None = None,
    clip: float | None = None,
    patience: int | None = None,
    max_seconds: float | None = None,
    budget: float | None = None,
    live: bool | Listener | None = None,
    listeners: Sequence[Listener] = (),
) -> TrainingRun:
    """Minimise ``loss()`` over tensors and modules, which are updated in place.

    Args:
        loss: A function without arguments that returns one number as a tensor.
        over: What to change: a tensor, a module, several of them, or a dictionary that also
            names them.
        steps: How many updates.
        opt: An optimizer by torch's name (``Adam``, ``SGD``, ``LBFGS``), one for circuits
            (``QNG``, ``SPSA``, ``QNSPSA``, ``Rotosolve``), a dotted name, or a function of the
            parameters and ``lr``.
        lr: Learning rate; 0.1 if not given. ``Rotosolve`` has none.
        device: Quantum device for this run, instead of the layers' own.
        shots: Shots for this run, instead of the layers' own.

    Other Args:
        seed: Decides everything random in the run; torch's own generator stays as it is.
        checkpoint: File to save to, every minute and at the end. The same call with the same
            file goes on; ``steps`` then counts from the very beginning.
        fresh: Start over without looking at the checkpoint.
        schedule: A learning rate schedule by torch's name (``CosineAnnealingLR``), or a function
            of the optimizer; it steps with every update.
        clip: Largest norm of all gradients together; larger ones are scaled down to it.
        patience: Stop after so many steps without a lower loss.
        max_seconds: Stop at the first step that ends after so many seconds.
        budget: What devices that are paid for may cost, in US dollars; the run stops before the
            step that might exceed it. Without it nothing is submitted to them.
        live: False prints the same text at every run, without timings; otherwise the run is drawn
            while it goes in a notebook, and printed elsewhere. A function is called with every
            event instead, and shows the run as it likes.
        listeners: Functions to call with every event of the run; see ``training.events``.

    Returns:
        The record: history, alarms, last weights, why it stopped, and what it ran on.

    Raises:
        ValueError: If there is nothing to change, or the loss is not one number.
        TypeError: If an argument is of the wrong type.
        BudgetError: If the device is paid for, and the budget does not allow the first step.

    Example:
        >>> import torch
        >>> from qaimagic import minimize
        >>> theta = torch.tensor(1.0)
        >>> run = minimize(lambda: (theta - 3) ** 2, theta, live=False)
        x with 1 parameter
        ...
        Finished 200 steps.
        >>> round(theta.item(), 1)
        3.0
    """
    from qaimagic.training.loop.following import follow
    from qaimagic.training.loop.options import Options
    from qaimagic.training.objective.optimizers import check_rate

    check_rate(opt, lr)
    options = Options(
        opt=opt,
        lr=0.1 if lr is None else lr,
        device=device,
        shots=shots,
        seed=seed,
        checkpoint=checkpoint,
        fresh=fresh,
        schedule=schedule,
        clip=clip,
        patience=patience,
        max_seconds=max_seconds,
        budget=budget,
        live=live,
        listeners=listeners,
    )
    return follow(loss, over, options, steps)
