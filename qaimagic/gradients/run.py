"""Estimates the gradients of a layer on any device, and says beforehand how many circuits it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import check_choice, check_int, check_number, requirement
from qaimagic.bridge.by_circuits import step_for
from qaimagic.bridge.counting import counting
from qaimagic.errors import CircuitError
from qaimagic.gradients import answers, exact
from qaimagic.gradients.estimates import GradientEstimate, Sample
from qaimagic.gradients.methods import EXACT, METHODS, Prepared, Setting, prepared
from qaimagic.gradients.problem import Layer, Problem, slopes
from qaimagic.gradients.readings import Reading, reading_of


def estimate(
    layer: Any,
    *data: Any,
    method: str = "parameter-shift",
    device: Any = None,
    shots: int | None = None,
    seed: int | None = None,
    step: float | None = None,
    directions: int = 1,
    inputs: bool = True,
) -> GradientEstimate:
    r"""Return the derivatives of a layer's answers by its weights and data, with their errors.

    All circuits of the batch go to the device in one submission. With shots each of them gives,
    from the frequencies of its own outcomes, how far its answer scatters; that is carried through
    to the derivatives.

    Args:
        layer: A layer that ``@qaimagic.quantum``, ``%%quantum`` or ``HybridLayer`` made.
        *data: A tensor of shape (..., n_features) for each data argument, in order.
        method: ``"parameter-shift"``, ``"hadamard"``, ``"finite-diff"`` or ``"spsa"``, on any
            device; ``"backprop"`` or ``"adjoint"``, on simulators that have them.
        device: A device's name, a profile or a PennyLane device; by default where the layer runs.
        shots: The number of shots for each circuit; by default as the layer runs.
        seed: The seed of the shots and of SPSA's directions; by default they follow the layer's
            seed and ``torch.manual_seed``.
        step: How far finite differences and SPSA move a parameter to either side, in radians; by
            default where bias and scatter add up to least, :math:`(3 / \sqrt N)^{1/3}` for N
            shots and 9e-6 without.
        directions: The number of SPSA's directions for each sample.
        inputs: Whether to differentiate by the data as well.

    Returns:
        Jacobians and standard errors by argument, and the number of circuits that ran.

    Raises:
        TypeError: If ``layer`` is no such layer, or an argument of another type.
        ValueError: If the method is unknown, an argument out of bounds, or nothing is to be
            differentiated.
        DeviceError: If the device lacks the method, or cannot combine it with shots.
        CircuitError: If the method cannot differentiate one of the gates or measurements.

    Example:
        >>> import qaimagic
        >>> @qaimagic.quantum
        ... def layer(inputs, theta: (2, 3)):
        ...     qml.AngleEmbedding(inputs, wires=range(2))
        ...     qml.CRot(*theta[0], wires=[0, 1])
        ...     qml.Rot(*theta[1], wires=0)
        ...     return [qml.expval(qml.Z(0)), qml.expval(qml.Z(1))]
        >>> X = torch.zeros(5, 2)
        >>> found = qaimagic.gradients.estimate(layer, X, shots=1000, seed=1)
        >>> found.jacobians["theta"].shape, found.standard_errors["inputs"].shape
        (torch.Size([5, 2, 2, 3]), torch.Size([5, 2, 2]))
        >>> found.circuits == qaimagic.gradients.circuits(layer, X)
        True
    """
    asked = _asked(layer, data, method, device, shots, seed, inputs)
    setting = _setting(asked, seed, step, directions)
    if method in EXACT:
        machine = asked.device_for(asked.wires)
        with counting(machine) as counter:
            found = exact.jacobians(asked, machine, method)
        n_circuits = counter.total or exact.n_circuits(asked)
        return _packed(asked, method, n_circuits, found, None, ())
    plans = prepared(asked, method, setting)
    readings = [_readings(plan, asked) for plan in plans]
    circuits = [circuit for plan in plans for circuit in plan.recipe.circuits]
    wires = [*(asked.wires or ()), *{c.auxiliary for c in circuits} - {None}]
    machine = asked.device_for(wires)
    with counting(machine) as counter:
        whole = answers.run(circuits, sum(readings, []), machine, asked.shots)
    chain = slopes([plan.tape for plan in plans], asked.arguments)
    samples, start = [], 0
    for plan, slope in zip(plans, chain, strict=True):
        stop = start + len(plan.recipe.circuits)
        shares = {name: own.T @ plan.recipe.factors for name, own in slope.items()}
        samples.append(Sample(shares, whole[start:stop]))
        start = stop
    means = _by_argument([_means(sample) for sample in samples])
    errors = None
    if asked.shots is not None:
        errors = _by_argument([_errors(sample) for sample in samples])
    n_circuits = counter.total or _count(readings)
    return _packed(asked, method, n_circuits, means, errors, tuple(samples))


def circuits(
    layer: Any,
    *data: Any,
    method: str = "parameter-shift",
    device: Any = None,
    shots: int | None = None,
    directions: int = 1,
    inputs: bool = True,
) -> int:
    """Return how many circuits :func:`estimate` would run; none is run.

    Observables that cannot be read together take a circuit each. Shots do not change the number.

    Args:
        layer: The layer.
        *data: A tensor of shape (..., n_features) for each data argument, in order.
        method: The gradient method.
        device: Where they would run; by default where the layer runs.
        shots: The number of shots for each circuit; by default as the layer runs.
        directions: The number of SPSA's directions for each sample.
        inputs: Whether to differentiate by the data as well.

    Raises:
        TypeError: As :func:`estimate`.
        ValueError: As :func:`estimate`.
        DeviceError: As :func:`estimate`.
        CircuitError: As :func:`estimate`.

    Example:
        >>> import qaimagic
        >>> @qaimagic.quantum
        ... def layer(theta: (3,)):
        ...     qml.RX(theta[0], wires=0)
        ...     qml.CRY(theta[1], wires=[0, 1])
        ...     qml.RZ(theta[2], wires=1)
        ...     return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]
        >>> [qaimagic.gradients.circuits(layer, method=m) for m in ("parameter-shift", "spsa")]
        [8, 2]
    """
    asked = _asked(layer, data, method, device, shots, None, inputs)
    setting = _setting(asked, 0, None, directions)
    if method in EXACT:
        return exact.n_circuits(asked)
    return _count([_readings(plan, asked) for plan in prepared(asked, method, setting)])


def _asked(
    layer: Any,
    data: tuple[Any, ...],
    method: str,
    device: Any,
    shots: int | None,
    seed: int | None,
    inputs: bool,
) -> Problem:
    check_choice("method", method, METHODS)
    if not hasattr(layer, "gradient_problem"):
        fix = "`@qaimagic.quantum` makes one of a function, `qaimagic.HybridLayer` of a QNode."
        received = f"it is {type(layer).__name__}"
        raise TypeError(requirement("layer", "be a layer of a circuit", received, fix))
    asker: Layer = layer
    asked = asker.gradient_problem(
        data, method, inputs=inputs, device=device, shots=shots, seed=seed
    )
    if not asked.tapes:
        raise ValueError(requirement("data", "hold at least one sample", "it is empty"))
    if not any(tape.trainable_params for tape in asked.tapes):
        what = "weights or data" if inputs else "weights"
        received = f"nothing that turns a gate of `{asked.name}` depends on any"
        raise ValueError(requirement("layer", f"have {what} to differentiate", received))
    return asked


def _setting(asked: Problem, seed: int | None, step: float | None, directions: int) -> Setting:
    if step is None:
        step = step_for(asked.shots)
    return Setting(
        check_number("step", step, above=0),
        check_int("directions", directions, minimum=1),
        np.random.default_rng(int(torch.randint(2**31, ())) if seed is None else seed),
    )


def _readings(plan: Prepared, asked: Problem) -> list[Reading]:
    return [reading_of(circuit, asked.wires or ()) for circuit in plan.recipe.circuits]


def _count(readings: list[list[Reading]]) -> int:
    return sum(len(reading.bases) for own in readings for reading in own)


def _means(sample: Sample) -> dict[str, Tensor]:
    means = sample.answers.means()
    return {name: torch.from_numpy((share @ means).T) for name, share in sample.shares.items()}


def _errors(sample: Sample) -> dict[str, Tensor]:
    variances = sample.answers.variances()
    return {
        name: torch.from_numpy((share**2 @ variances).T).sqrt()
        for name, share in sample.shares.items()
    }


def _by_argument(rows: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


def _packed(
    asked: Problem,
    method: str,
    n_circuits: int,
    jacobians: dict[str, Tensor],
    errors: dict[str, Tensor] | None,
    samples: tuple[Sample, ...],
) -> GradientEstimate:
    def shaped(values: dict[str, Tensor]) -> dict[str, Tensor]:
        return {
            name: rows.reshape(*asked.leading, rows.shape[1], *asked.arguments[name].shape[1:])
            for name, rows in values.items()
        }

    return GradientEstimate(
        method,
        asked.shots,
        n_circuits,
        shaped(jacobians),
        None if errors is None else shaped(errors),
        asked.leading,
        asked.data_names,
        samples,
    )
