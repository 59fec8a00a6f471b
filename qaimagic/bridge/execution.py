"""Runs tapes on a PennyLane device and gathers the answers into torch tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import pennylane as qml
import torch
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic._clock import Phase
from qaimagic.bridge.body import kind_of
from qaimagic.bridge.by_circuits import BY_CIRCUITS, BY_STEPS, in_doubles, options_for
from qaimagic.bridge.counting import CircuitCounter
from qaimagic.bridge.mapping import MappedTapes
from qaimagic.bridge.mixed_angles import without_mixed_angles
from qaimagic.bridge.one_angle import of_one_angle
from qaimagic.bridge.room import check_room
from qaimagic.engine.way_back import follow_back
from qaimagic.errors import DeviceError

_BY_SIMULATORS = ("adjoint", "backprop")


def execute(
    tapes: Sequence[QuantumScript],
    device: Any,
    *,
    diff_method: str | None = "best",
    shots: int | None = None,
    gradient_kwargs: Mapping[str, Any] | None = None,
    max_diff: int = 1,
    counter: CircuitCounter | None = None,
) -> list[Any]:
    """Run ``tapes`` and return PennyLane's nested results, differentiable by torch.

    PennyLane's shift rules do not take broadcast tapes whose batched parameter is trained, so
    where the device has none of its own, each tape is taken apart into single samples, all sent
    to the device as one job.

    Args:
        tapes: The circuits; their parameters may be torch tensors.
        device: A PennyLane device object.
        diff_method: A gradient method by PennyLane's name; None for answers alone.
        shots: The number of shots; None keeps what each tape says.
        gradient_kwargs: Options of the gradient method.
        max_diff: The highest derivative that will be asked for.
        counter: Counts the circuits that run, those for gradients included.

    Raises:
        DeviceError: If the device cannot run one of the tapes, or the gradient method would
            leave out numbers that an observable holds.
        MemoryNeedError: If the device is a simulator that has no memory for one of them.
    """
    check_room(tapes, device)
    prepared = [with_trainable(without_mixed_angles(tape), shots) for tape in tapes]
    if counter is not None:
        counter.attach(device)
    method = _resolved(diff_method, device, prepared)
    options = dict(gradient_kwargs or {})
    if method in BY_CIRCUITS:
        options = options_for(method, device, prepared) | options
        prepared = [_in_steps(tape, device, method) for tape in prepared]
    config = qml.devices.ExecutionConfig(
        interface="torch",
        gradient_method=method,
        gradient_keyword_arguments=options,
        derivative_order=max_diff,
    )
    run = prepared
    gather: Callable[[Any], Any] = list
    if method in BY_CIRCUITS:
        if not all(device.supports_derivatives(config, tape) for tape in prepared):
            run, gather = _single_samples(prepared)
    elif method in _BY_SIMULATORS:
        _check_derivatives(config, device, prepared)
    if method == "adjoint" or (method == "best" and _chooses_adjoint(config, device)):
        run = [with_trainable(of_one_angle(tape)) for tape in prepared]
    try:
        with Phase("executing"):
            results = qml.execute(
                run,
                device,
                diff_method=method,
                interface="torch",
                max_diff=max_diff,
                gradient_kwargs=options,
            )
    except qml.exceptions.DeviceError as error:
        raise DeviceError(_refusal(error, device, prepared)) from error
    if method is not None:
        parameters = (tape.get_parameters(trainable_only=False) for tape in run)
        follow_back(chain.from_iterable(parameters), _flat(results))
    return list(gather(results))


def as_samples(results: Sequence[Any], mapped: MappedTapes) -> list[Tensor | Any]:
    """Return one entry a measurement, each with the batch leading.

    Args:
        results: What :func:`execute` answered for ``mapped.tapes``.
        mapped: The tapes of a batch of B samples.

    Returns:
        For each measurement a tensor of shape (B, ...), or a list of B dictionaries for counts.
    """
    if mapped.is_one_tape:
        [tape], [result] = mapped.tapes, results
        rows = result if len(tape.measurements) > 1 else (result,)
        if tape.batch_size is None:
            return [_repeated(row, mapped.batch_size) for row in rows]
        return list(rows)
    several = len(mapped.tapes[0].measurements) > 1
    columns = zip(*results, strict=True) if several else [results]
    return [list(c) if isinstance(c[0], dict) else torch.stack(list(c)) for c in columns]


def is_tensor_measurement(measurement: Any) -> bool:
    """Whether a measurement answers with real numbers that can be trained on."""
    return kind_of(measurement) not in ("sample", "counts", "state", "density_matrix")


def _refusal(error: Exception, device: Any, tapes: Sequence[QuantumScript]) -> str:
    text = f"Device `{device.name}` cannot run this circuit: {str(error).rstrip('.')}."
    needs_shots = any(kind_of(m) in ("sample", "counts") for t in tapes for m in t.measurements)
    if needs_shots and not any(tape.shots for tape in tapes):
        return f"{text} Samples and counts need shots: `--shots 1000`, or `shots=1000` in Python."
    has_noise = any(isinstance(gate, qml.operation.Channel) for t in tapes for gate in t.operations)
    if has_noise and "qaimagic.qubit" not in text:
        return f"{text} Noise runs on `qaimagic.qubit`."
    return text


def with_trainable(tape: QuantumScript, shots: int | None = None) -> QuantumScript:
    """Return a tape whose trainable parameters are those that torch wants gradients for.

    Args:
        tape: A circuit.
        shots: The number of shots; None keeps what it says.
    """
    parameters = tape.get_parameters(trainable_only=False)
    trainable = qml.math.get_trainable_indices(parameters)
    changes = {} if shots is None else {"shots": shots}
    return tape.copy(trainable_params=sorted(trainable), **changes)


def _resolved(diff_method: str | None, device: Any, tapes: Sequence[QuantumScript]) -> str | None:
    trains_observables = torch.is_grad_enabled() and any(map(_trains_observable, tapes))
    if diff_method == "adjoint" and trains_observables:
        raise DeviceError(
            "Gradient method `adjoint` leaves out numbers inside an observable, as in "
            "`theta[0] * qml.Z(0)`, but this circuit trains some. Use `best` or `parameter-shift`."
        )
    if diff_method != "best":
        return diff_method
    wanted = "backprop" if trains_observables else "best"
    config = qml.devices.ExecutionConfig(gradient_method=wanted, interface="torch")
    supported = all(device.supports_derivatives(config, tape) for tape in tapes)
    return "best" if supported else "parameter-shift"


def _chooses_adjoint(config: Any, device: Any) -> bool:
    return bool(device.setup_execution_config(config).gradient_method == "adjoint")


def _check_derivatives(config: Any, device: Any, tapes: Sequence[QuantumScript]) -> None:
    for tape in tapes:
        if not device.supports_derivatives(config, tape):
            kinds = ", ".join(dict.fromkeys(f"`{kind_of(m)}`" for m in tape.measurements))
            raise DeviceError(
                f"Device `{device.name}` cannot differentiate this circuit, which returns {kinds}, "
                f"by `{config.gradient_method}`. `parameter-shift` works on any device."
            )


def _in_steps(tape: QuantumScript, device: Any, method: str) -> QuantumScript:
    """Return a tape as differences are best taken of it: in doubles, and gates that noise splits.

    A gate that runs as several, each with noise, depends on its parameter as those do.
    """
    if method in BY_STEPS:
        return with_trainable(in_doubles(tape))
    in_steps = getattr(device, "in_steps", None)
    return tape if in_steps is None else with_trainable(in_steps(tape))


def _trains_observable(tape: QuantumScript) -> bool:
    n_gate_parameters = sum(operation.num_params for operation in tape.operations)
    return any(index >= n_gate_parameters for index in tape.trainable_params)


def _single_samples(
    tapes: Sequence[QuantumScript],
) -> tuple[list[QuantumScript], Callable[[Any], Any]]:
    batches, gathers = zip(*(qml.transforms.broadcast_expand(tape) for tape in tapes), strict=True)
    flat = [with_trainable(tape) for batch in batches for tape in batch]

    def gather(results: Any) -> list[Any]:
        iterator = iter(results)
        return [
            gather_one(tuple(next(iterator) for _ in batch))
            for batch, gather_one in zip(batches, gathers, strict=True)
        ]

    return flat, gather


def _flat(results: Any) -> Iterator[Any]:
    for result in results:
        yield from _flat(result) if isinstance(result, list | tuple) else [result]


def _repeated(row: Any, batch_size: int) -> Any:
    if isinstance(row, dict):
        return [row] * batch_size
    return row.expand(batch_size, *row.shape)
