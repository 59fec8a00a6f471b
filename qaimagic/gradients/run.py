"""Estimates a layer's gradients on any device, and says beforehand how many circuits it takes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qaimagic.bridge.counting import counting
from qaimagic.gradients import answers, exact
from qaimagic.gradients.asking import asked_of, setting_for
from qaimagic.gradients.estimates import GradientEstimate, Sample
from qaimagic.gradients.methods import EXACT, prepared
from qaimagic.gradients.problem import Problem, slopes


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
    asked = asked_of(layer, data, method, device, shots, seed, inputs)
    setting = setting_for(asked, seed, step, directions)
    if method in EXACT:
        machine = asked.device_for(asked.wires)
        with counting(machine) as counter:
            found = exact.jacobians(asked, machine, method)
        n_circuits = counter.total or exact.n_circuits(asked, method)
        return _packed(asked, method, n_circuits, found, None, ())
    plans = prepared(asked, method, setting)
    machine = asked.device_for(answers.wires_of(plans, asked.wires or ()))
    with counting(machine) as counter:
        answered = answers.run(plans, machine, asked.shots)
    chain = slopes([plan.tape for plan in plans], asked.arguments)
    samples = tuple(
        Sample({name: own.T @ plan.recipe.factors for name, own in slope.items()}, one)
        for plan, slope, one in zip(plans, chain, answered, strict=True)
    )
    means = _by_argument([_means(sample) for sample in samples])
    errors = None
    if asked.shots is not None:
        errors = _by_argument([_errors(sample) for sample in samples])
    n_circuits = counter.total or sum(plan.n_circuits for plan in plans)
    return _packed(asked, method, n_circuits, means, errors, samples)


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
    asked = asked_of(layer, data, method, device, shots, None, inputs)
    setting = setting_for(asked, 0, None, directions)
    if method in EXACT:
        return exact.n_circuits(asked, method)
    return sum(plan.n_circuits for plan in prepared(asked, method, setting))


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
