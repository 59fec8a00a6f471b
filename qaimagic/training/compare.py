"""``compare``: the same training over models, devices, seeds and settings, told honestly.

This module is the one source of truth for the options of ``%qcompare``: their names and defaults
come from the signature, their help from the docstring. It imports without torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_number, requirement

if TYPE_CHECKING:
    from qaimagic.training.comparison.result import Comparison


def compare(
    models: Any,
    data: Any = None,
    *,
    devices: Sequence[Any] = (),
    seeds: int | Sequence[int] = 3,
    sweep: Mapping[str, Sequence[float] | Sequence[str]] | None = None,
    baselines: bool = False,
    cluster: int | str | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    target: str | None = None,
    val: Any = 0.2,
    test: Any = None,
    loss: str | Callable[..., Any] | None = None,
    metric: str | Callable[..., Any] | None = None,
    opt: str | Callable[..., Any] | None = None,
    lr: float | None = None,
    batch_size: int = 32,
    shots: int | None = None,
    schedule: str | Callable[..., Any] | None = None,
    clip: float | None = None,
    patience: int | None = None,
    max_seconds: float | None = None,
    budget: float | None = None,
    live: bool | None = None,
) -> Comparison:
    """Train every model on every device, with fresh weights for each seed, side by side.

    Seed k decides first weights, validation split, order of the data and shots of every run k, so
    that all rows have the same luck, and the same call gives the same scores (with weights drawn
    by torch). The models themselves are left as they are. A run that fails is a row with its
    reason, and the others go on; an interrupt returns what was finished.

    Args:
        models: A module, copies of which are reset; a function that returns a new module; a list
            of these, or a dictionary that names them.
        data: An (X, y) pair of arrays, tensors or lists; a Dataset or DataLoader; or a
            DataFrame with ``target``. X has shape (n_samples, n_features).
        devices: Devices to run on, by name, as profiles or as PennyLane devices; the models' own
            if none is given.
        seeds: How many seeds, counted from 0, or a list of seeds.
        sweep: Values to try for options that are numbers, and for ``opt``, ``loss`` and
            ``schedule`` by name, as ``{"lr": [0.1, 0.01], "opt": ["Adam", "SGD"]}``.
        baselines: Whether to train beside each model the same with Linear and Tanh for each
            circuit, and the same without entangling gates; and to tune a support vector machine
            of scikit-learn on the training data.
        cluster: Where the runs go, each a whole training: a number of local processes, ``auto`` for
            one on each core, or the address of a Dask scheduler, ``tcp://host:port``; one after
            the other in this process if not given. The scores are the same.
        epochs: How often to go through the data; 10 if neither this nor ``steps`` is given.
        steps: How many updates of the weights, instead of epochs.
        test: Test data like ``data``; every run is scored on them at its end. Without them the
            scores are those on validation data, which also chose the best weights.
        opt: An optimizer by torch's name (``Adam``, ``SGD``, ``LBFGS``), one for circuits
            (``QNG``, ``SPSA``, ``QNSPSA``, ``Rotosolve``), a dotted name, or a function of the
            parameters and ``lr``; Adam if not given.
        lr: Learning rate; 0.01 if not given. ``Rotosolve`` has none.
        batch_size: Samples in a step; a DataLoader keeps its own.
        shots: Shots for every run, instead of the layers' and devices' own.

    Other Args:
        target: Name of the DataFrame's column to predict; the other columns are the features.
        val: Validation data like ``data``, or the fraction of ``data`` to hold out for it
            (drawn by each seed, not stratified); 0 for none.
        loss: A loss by torch's name, a dotted name, or a function of outputs and targets; chosen
            from the target if not given.
        metric: ``accuracy``, ``r2``, ``mae`` or ``mse``, a dotted name, or a function of outputs
            and targets; chosen from the target if not given.
        schedule: A learning rate schedule by torch's name (``CosineAnnealingLR``), or a function
            of the optimizer; it steps once an epoch.
        clip: Largest norm of all gradients together; larger ones are scaled down to it.
        patience: Stop after so many epochs without a better validation loss.
        max_seconds: Stop each run at the first step that ends after so many seconds.
        budget: What devices that are paid for may cost in all runs together, in US dollars. A run
            that it does not suffice for is a row with that reason.
        live: False leaves the timings out of the lines that tell how far it is.

    Returns:
        Every run, as a table, a picture and sentences that claim no more than the spread allows.

    Raises:
        ValueError: If an argument does not fit, or a model cannot start from fresh weights.
        TypeError: If an argument is of the wrong type.
        DeviceError: If a device is unknown or not ready, or none can run a model.
        MissingExtraError: If ``baselines`` is asked for without scikit-learn, or ``cluster``
            without Dask.

    Example:
        >>> import torch
        >>> from qaimagic import compare
        >>> X = torch.linspace(-1, 1, 40).reshape(-1, 1)
        >>> line = {"line": torch.nn.Linear(1, 1)}
        >>> result = compare(line, (X, 2 * X), seeds=1, sweep={"lr": [0.5, 0.01]}, live=False)
        1 of 2: line, lr 0.5, seed 0: validation R2 ...
        2 of 2: line, lr 0.01, seed 0: validation R2 ...
        >>> result.rows[0].mean > result.rows[1].mean
        True

    References:
        Bowles, Ahmed, Schuld, Better than classical? The subtle art of benchmarking quantum
        machine learning models (2024), arXiv:2403.07059.
    """
    options = {
        "epochs": epochs,
        "steps": steps,
        "target": target,
        "val": val,
        "test": test,
        "loss": loss,
        "metric": metric,
        "opt": opt,
        "lr": lr,
        "batch_size": batch_size,
        "shots": shots,
        "schedule": schedule,
        "clip": clip,
        "patience": patience,
        "max_seconds": max_seconds,
    }
    if data is None:
        fix = "Give `(X, y)`, in a cell `--data X y`."
        raise ValueError(requirement("data", "be given", "there is none", fix))
    if budget is not None and cluster is not None:
        fix = "What is paid for is elsewhere anyway: leave out `cluster`."
        raise ValueError(requirement("budget", "be given without `cluster`", "both are", fix))
    from qaimagic.devices.cluster.choice import check_cluster
    from qaimagic.training.comparison.carrying_out import Work
    from qaimagic.training.comparison.plan import (
        named_devices,
        named_models,
        seeds_of,
        settings_of,
    )

    given = {name: value for name, value in options.items() if name != "batch_size"}
    return Work(
        makers=named_models(models),
        devices=named_devices(devices),
        settings=settings_of(sweep, given),
        seeds=seeds_of(seeds),
        data=data,
        options=options,
        baselines=baselines,
        budget=None if budget is None else check_number("budget", budget, above=0),
        live=live,
        cluster=None if cluster is None else check_cluster(cluster),
    ).carry_out()
