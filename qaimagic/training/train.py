"""``train``: fit a hybrid or classical model to data, and record everything about it.

This module is the one source of truth for the options of ``%qtrain``: their names and defaults
come from the signature, their help from the docstring. It imports without torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from qaimagic._checks import requirement

if TYPE_CHECKING:
    from torch import nn

    from qaimagic.training.events import Listener
    from qaimagic.training.run import TrainingRun


def train(
    model: nn.Module,
    data: Any = None,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    target: str | None = None,
    val: Any = 0.2,
    test: Any = None,
    loss: str | Callable[..., Any] | None = None,
    metric: str | Callable[..., Any] | None = None,
    opt: str | Callable[..., Any] = "Adam",
    lr: float | None = None,
    batch_size: int = 32,
    baseline: str | nn.Module | None = None,
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
    live: bool | None = None,
    listeners: Sequence[Listener] = (),
) -> TrainingRun:
    """Train ``model`` on ``data``, show how it goes, and return the record of the run.

    Whatever can be wrong is looked for before the first step. A run that ends by itself leaves
    the model with the weights that were best on the validation data (without such data: the
    last); one that you interrupt leaves it with the last weights. Both are in the record.

    Calling ``train`` again with the same model, data and options goes on where the last run
    ended, as though it had never stopped. If the data or an option differ, it goes on from the
    model's weights with a new optimizer. Either way it says so.

    Args:
        model: The module to train, in place. A module with a method ``training_loss(batch)``
            owns its loss; one with ``glimpse(X)`` is seen by the picture that this returns, twice a
            second at most. Without data, a module that returns one number, which is minimised.
        data: An (X, y) pair of arrays, tensors or lists; a Dataset or DataLoader; or a
            DataFrame with ``target``. X has shape (n_samples, n_features).
        epochs: How often to go through the data; 10 if neither this nor ``steps`` is given.
        steps: How many updates of the weights, instead of epochs; without data the default
            is 200.
        target: Name of the DataFrame's column to predict; the other columns are the features.
        val: Validation data like ``data``, or the fraction of ``data`` to hold out for it
            (drawn by ``seed``, not stratified); 0 for none.
        test: Test data like ``data``; looked at once, when the run has ended.
        loss: A loss by torch's name (``CrossEntropyLoss``, ``huber_loss``), a dotted name, or a
            function of outputs and targets; chosen from the target if not given.
        metric: ``accuracy``, ``r2``, ``mae`` or ``mse``, a dotted name, or a function of outputs
            and targets; chosen from the target if not given.
        opt: An optimizer by torch's name (``Adam``, ``SGD``, ``LBFGS``), one for circuits
            (``QNG``, ``SPSA``, ``QNSPSA``, ``Rotosolve``), a dotted name, or a function of the
            parameters and ``lr``.
        lr: Learning rate; 0.01 if not given, and 0.1 without data. ``Rotosolve`` has none.
        batch_size: Samples in a step; a DataLoader keeps its own.
        baseline: A classical model to train on the same batches and draw beside; ``auto`` builds
            one: each quantum layer replaced by Linear and Tanh with about as many parameters.
        device: Quantum device for this run, instead of the layers' own.
        shots: Shots for this run, instead of the layers' own.

    Other Args:
        seed: Decides the validation split, the order of the data, dropout and the baseline's
            first weights. The same seed gives the same run; torch's own generator stays as it is.
        checkpoint: File to save to after each epoch, and every minute within long ones. The same
            call with the same file goes on; ``epochs`` then counts from the very beginning.
        fresh: Start over: with the weights from before the model's first run, and without
            looking at the checkpoint.
        schedule: A learning rate schedule by torch's name (``CosineAnnealingLR``), or a function
            of the optimizer; it steps once an epoch, without data once a step.
        clip: Largest norm of all gradients together; larger ones are scaled down to it.
        patience: Stop after so many epochs (without data: steps) without a better validation
            loss; without validation data the training loss counts.
        max_seconds: Stop at the first step that ends after so many seconds.
        budget: What devices that are paid for may cost, in US dollars; the run stops before the
            step that might exceed it. Without it nothing is submitted to them.
        live: False prints the same text at every run, without timings; otherwise the run is drawn
            while it goes in a notebook, and printed elsewhere.
        listeners: Functions to call with every event of the run; see ``training.events``.

    Returns:
        The record: history, alarms, best and last weights, why it stopped, and what it ran on.

    Raises:
        ValueError: If an argument, the data or the targets do not fit.
        TypeError: If an argument is of the wrong type.
        BudgetError: If the device is paid for, and the budget does not allow the first step.
        StaleLayerError: If the model holds a layer whose cell has been run again.
        CheckpointError: If the checkpoint cannot be written, or belongs to something else.

    Example:
        >>> import torch
        >>> from qaimagic import train
        >>> X = torch.linspace(-1, 1, 64).reshape(-1, 1)
        >>> run = train(torch.nn.Linear(1, 1), (X, 2 * X), epochs=3, live=False)
        13 of 64 samples are held out for validation, drawn by seed 0.
        ...
        Finished 3 epochs (6 steps).
        >>> len(run.history.epochs)
        3
    """
    from qaimagic.training.loop.fitting import Material, fit
    from qaimagic.training.loop.following import follow_model
    from qaimagic.training.loop.options import Options, check_lengths
    from qaimagic.training.objective.optimizers import check_rate

    check_lengths(epochs, steps)
    check_rate(opt, lr)
    rate = lr if lr is not None else 0.1 if data is None else 0.01
    options = Options(
        opt=opt,
        lr=rate,
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
    if data is None:
        given = {"epochs": epochs, "target": target, "test": test, "baseline": baseline}
        _check_without_data(given)
        return follow_model(model, options, steps)
    material = Material(data, target, val, test, loss, metric, batch_size, baseline)
    return fit(model, material, options, epochs, steps)


def _check_without_data(given: dict[str, Any]) -> None:
    """Check that no option was given that only data make sense of."""
    for name, value in given.items():
        if value is not None:
            fix = "Without data, `model()` is minimised for so many `steps`."
            raise ValueError(requirement("data", f"be given with `{name}`", "there is none", fix))
