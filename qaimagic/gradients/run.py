"""Estimates a layer's gradients on any device, and says beforehand how many circuits it takes."""

from __future__ import annotations

from typing import Any

from qaimagic.bridge.counting import counting
from qaimagic.gradients import answers, exact
from qaimagic.gradients.asking import asked_of, setting_for
from qaimagic.gradients.assembling import estimate_of, packed, shares_of
from qaimagic.gradients.estimates import GradientEstimate
from qaimagic.gradients.methods import EXACT, prepared


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
        return packed(asked, method, n_circuits, found, None, ())
    plans = prepared(asked, method, setting)
    machine = asked.device_for(answers.wires_of(plans, asked.wires or ()))
    with counting(machine) as counter:
        answered = answers.run(plans, machine, asked.shots)
    n_circuits = counter.total or sum(plan.n_circuits for plan in plans)
    return estimate_of(asked, method, n_circuits, shares_of(asked, plans), answered)


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
