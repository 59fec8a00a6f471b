"""How far a layer's answers scatter where they are averages over shots."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from qaimagic.errors import DeviceError
from qaimagic.layers.answers import joined
from qaimagic.layers.circuits import Circuit, Job
from qaimagic.layers.inputs import Batch


def errors_of(circuit: Circuit, job: Job, batch: Batch, weights: Mapping[str, Tensor]) -> Tensor:
    """Return the standard error of each answer, of shape (..., n_outputs).

    Raises:
        DeviceError: If the job asks for no shots.
    """
    if job.shots is None:
        raise DeviceError(
            f"`{circuit.name}` runs without shots: its answers are exact and do not scatter. Ask "
            "for shots at the declaration, `@quantum(shots=1000)`, or around the call, "
            "`with devices.override(shots=1000):`."
        )
    tape = circuit.probe().tape
    dtype = batch.dtype or next(iter(weights.values()), torch.empty(0)).dtype
    weights = {name: weight.to(dtype) for name, weight in weights.items()}
    with torch.no_grad():
        errors = circuit.standard_errors(batch.rows, weights, job)
    answer: Tensor = joined(errors, tape.measurements, batch, dtype)
    return answer
