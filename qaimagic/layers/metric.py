"""The metric of a layer's circuit with respect to its weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor

from qaimagic._checks import did_you_mean, requirement
from qaimagic.bridge.execution import execute
from qaimagic.bridge.metric import Approx, Execute, NoMetricError, fidelity, metric_tensor
from qaimagic.errors import CircuitError, DeviceError
from qaimagic.layers.circuits import Circuit, Job
from qaimagic.layers.inputs import Batch

_APPROXIMATIONS = ("block-diag", "diag")


def metric_of(
    circuit: Circuit, job: Job, batch: Batch, weights: Mapping[str, Tensor], approx: Approx
) -> Tensor:
    """Return the metric in the weights, averaged over a batch; see ``HybridLayer.metric_tensor``.

    Raises:
        ValueError: If there is no such approximation, or the batch is empty.
        DeviceError: If the device cannot measure the whole metric.
        CircuitError: If the circuit has none.
    """
    _check_approx(approx)
    if batch.size == 0:
        raise ValueError(requirement("inputs", "hold a sample at least", "the batch is empty"))
    if approx is None and not job.is_ideal:
        raise DeviceError(
            f"The whole metric of `{circuit.name}` needs its state, which only an ideal simulator "
            'without shots has. `approx="block-diag"` is measured on any device.'
        )
    first = next(iter(weights.values()), torch.empty(0))
    dtype = batch.dtype or first.dtype
    leaves = {name: w.detach().to(dtype).requires_grad_() for name, w in weights.items()}
    rows = {name: values.detach() for name, values in batch.rows.items()}
    run = None if job.is_ideal else _execution(circuit, job)
    try:
        with torch.enable_grad():
            mapped = circuit.mapped(rows, leaves)
            return metric_tensor(mapped, leaves, approx, run).to(first)
    except NoMetricError as error:
        raise CircuitError(f"`{circuit.name}` has no metric: {error}.") from error


def fidelity_of(
    circuit: Circuit,
    job: Job,
    batch: Batch,
    weights: Mapping[str, Tensor],
    others: Mapping[str, Tensor],
) -> Tensor:
    """Return how alike the states of two settings of the weights are; see ``HybridLayer.fidelity``.

    Raises:
        CircuitError: If the circuit cannot be undone.
    """
    first = next(iter(weights.values()), torch.empty(0))
    dtype = batch.dtype or first.dtype
    rows = {name: values.detach() for name, values in batch.rows.items()}
    one, other = (
        circuit.mapped(rows, {name: w.detach().to(dtype) for name, w in given.items()})
        for given in (weights, others)
    )
    try:
        return fidelity(one, other, _execution(circuit, job)).reshape(batch.leading).to(dtype)
    except NoMetricError as error:
        raise CircuitError(
            f"The states of `{circuit.name}` cannot be compared: {error}."
        ) from error


def _execution(circuit: Circuit, job: Job) -> Execute:
    device = job.device_for(circuit.wires())
    return partial(execute, device=device, shots=job.shots, counter=job.counter)


def _check_approx(approx: object) -> None:
    if approx is None or approx in _APPROXIMATIONS:
        return
    listing = ", ".join(f"`{choice}`" for choice in _APPROXIMATIONS)
    message = requirement("approx", f"be one of {listing}, or None", f"it is {approx!r}")
    raise ValueError(message + did_you_mean(str(approx), _APPROXIMATIONS))
