"""A layer as `qaimagic.gradients` sees it: a circuit for each sample, and what it depends on."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pennylane.ops import MidMeasure
from torch import Tensor

from qaimagic.bridge.diagrams import wires_of
from qaimagic.bridge.execution import with_trainable
from qaimagic.devices import Profile
from qaimagic.devices.selection import Choice, check_choice_of, check_scatter_known, resolve
from qaimagic.errors import DeviceError
from qaimagic.gradients.problem import Problem
from qaimagic.layers.circuits import Circuit
from qaimagic.layers.inputs import Batch
from qaimagic.layers.noise import samples_noise
from qaimagic.layers.runner import Runner


def problem_of(
    circuit: Circuit, batch: Batch, weights: Mapping[str, Tensor], choice: Choice, *, inputs: bool
) -> Problem:
    """Return what is to be differentiated.

    Args:
        circuit: The layer's circuit.
        batch: Its data.
        weights: Its weights; frozen ones are not differentiated.
        choice: What the layer asks for, with the gradient method.
        inputs: Whether to differentiate by the data as well.

    Raises:
        DeviceError: If the device lacks the method, cannot combine it with shots, samples
            answers that should be exact, or mitigates its errors.
    """
    resolved = resolve(choice)
    check_choice_of(resolved)
    check_scatter_known(resolved)
    data = {name: _leaf(rows, inputs) for name, rows in batch.rows.items()}
    rows = {
        name: _leaf(_repeated(one, batch.size), one.requires_grad) for name, one in weights.items()
    }
    with torch.enable_grad():
        tapes = circuit.singles(data, rows) if batch.size else []
    differentiated = {n: one for n, one in {**data, **rows}.items() if one.requires_grad}
    device = resolved.device
    if resolved.shots is None and any(samples_noise(device, tape) for tape in tapes):
        raise DeviceError(
            f"The noise of `{circuit.name}` is sampled by trajectories, whose scatter is not "
            "known here. Ask for shots, which have a trajectory each: `shots=1000`."
        )
    within = any(isinstance(gate, MidMeasure) for tape in tapes for gate in tape.operations)
    job = Runner(choice).job(circuit)
    own_wires = None if isinstance(device, str | Profile) else device.wires
    return Problem(
        name=circuit.name,
        tapes=tuple(with_trainable(tape) for tape in tapes),
        arguments=differentiated,
        data_names=circuit.data,
        leading=batch.leading,
        wires=None if within else wires_of(tapes, circuit.wires()),
        device_for=job.device_for,
        device_wires=None if own_wires is None else list(own_wires),
        shots=resolved.shots,
        is_noisy=isinstance(device, Profile) and device.is_noisy,
    )


def _leaf(values: Tensor, differentiated: bool) -> Tensor:
    return values.detach().double().clone().requires_grad_(differentiated)


def _repeated(weight: Tensor, size: int) -> Tensor:
    return weight.expand(size, *weight.shape)
