"""``forecast``: what a training would take, by each gradient method, before anything is run.

It imports without torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

    from qaimagic.training.forecasting.result import Forecast


def forecast(
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
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
) -> Forecast:
    """Return circuits, shots, time, money and energy of ``train`` with the same arguments.

    A few samples go through a copy of the model, which tells how many circuits a step takes by
    each gradient method, and how long here; the rest is arithmetic. Circuits of validation after
    each epoch and of the last look at validation and test data count; those that find out, before
    the first step, whether the model runs at all do not, as in the record. A baseline runs none.
    A sample whose loss happens to be flat needs none for its gradient: a run may take fewer.
    Devices that are paid for are never asked: circuits are counted on a simulator in their place,
    and time and money follow from a table with its sources.

    Args:
        model: As in ``train``; it is left as it is.
        data: As in ``train``.
        epochs: As in ``train``.
        steps: As in ``train``.
        target: As in ``train``.
        val: As in ``train``.
        test: As in ``train``.
        loss: As in ``train``.
        metric: As in ``train``.
        opt: As in ``train``.
        lr: As in ``train``.
        batch_size: As in ``train``.
        device: As in ``train``.
        shots: As in ``train``.
        seed: As in ``train``.

    Returns:
        A table with one row for each gradient method that the device has; ``compare(run)`` puts
        the truth beside it.

    Raises:
        ValueError: As ``train``.
        TypeError: As ``train``.
        StaleLayerError: As ``train``.

    Example:
        >>> import pennylane as qml, torch
        >>> import qaimagic
        >>> @qaimagic.quantum
        ... def layer(inputs, theta: 2):
        ...     qml.RY(inputs[0] + theta[0], wires=0)
        ...     qml.RX(theta[1], wires=0)
        ...     return qml.expval(qml.Z(0))
        >>> X = torch.linspace(-1, 1, 20).reshape(-1, 1)
        >>> told = qaimagic.forecast(layer, (X, X / 3), epochs=2, val=0,
        ...                          device="default.qubit", shots=100)
        >>> [(row.method, row.circuits) for row in told.rows][:2]
        [('best', 200), ('spsa', 120)]
        >>> run = qaimagic.train(layer, (X, X / 3), epochs=2, val=0, device="default.qubit",
        ...                      shots=100, live=False)
        Chosen ...
        >>> run.circuits
        200
    """
    import copy

    from qaimagic.devices.prices import is_paid
    from qaimagic.training.forecasting.carrying_out import carry_out
    from qaimagic.training.forecasting.rehearsal import Unasked
    from qaimagic.training.loop.fitting import Material, prepare
    from qaimagic.training.loop.following import prepare_model
    from qaimagic.training.loop.options import Options, check_lengths
    from qaimagic.training.loop.preflight import check_model

    check_lengths(epochs, steps)
    check_model(model)
    options = Options(
        opt=opt,
        lr=lr if lr is not None else 0.1 if data is None else 0.01,
        device=Unasked(device) if isinstance(device, str) and is_paid(device) else device,
        shots=shots,
        seed=seed,
        checkpoint=None,
        fresh=False,
        schedule=None,
        clip=None,
        patience=None,
        max_seconds=None,
        budget=None,
        live=_silent,
        listeners=(),
    )
    copied = copy.deepcopy(model)
    if data is None:
        return carry_out(prepare_model(copied, options, steps))
    material = Material(data, target, val, test, loss, metric, batch_size, None)
    return carry_out(prepare(copied, material, options, epochs, steps))


def _silent(_event: object) -> None:
    """Show nothing: no run begins."""
