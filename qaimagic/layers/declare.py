"""Declares a hybrid layer: ``@qaimagic.quantum`` on a function written for one sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, overload

import pennylane as qml

from qaimagic._checks import check_int, requirement
from qaimagic.devices.saved import found
from qaimagic.devices.selection import Choice, check_choice_of, resolve
from qaimagic.layers.body_circuit import BodyCircuit
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.weights import read_signature


@overload
def quantum(function: Callable[..., Any]) -> HybridLayer: ...


@overload
def quantum(
    *,
    device: Any = None,
    diff_method: str = "best",
    shots: int | None = None,
    seed: int | None = None,
    wires: Any = None,
    weight_shapes: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], HybridLayer]: ...


def quantum(
    function: Callable[..., Any] | None = None,
    *,
    device: Any = None,
    diff_method: str = "best",
    shots: int | None = None,
    seed: int | None = None,
    wires: Any = None,
    weight_shapes: Mapping[str, Any] | None = None,
) -> HybridLayer | Callable[[Callable[..., Any]], HybridLayer]:
    """Make a trainable layer of a circuit body that is written for one sample.

    An annotated argument is a weight, and its annotation the shape: ``theta: (2, 4, 3)``, or
    ``Annotated[Tensor, (2, 4, 3)]`` for type checkers. Its default value, if any, says how it
    starts: a number, a tensor, or a function such as ``nn.init.normal_``. An argument without
    annotation receives data: a vector of shape (n_features,) for the body, any leading batch
    dimensions for the layer. Random numbers in the body come from torch, which draws them for each
    sample; NumPy's would be drawn once for the batch.

    Args:
        function: The body; without it, a decorator with these options is returned.
        device: A device's name, a profile or a PennyLane device; by default the one that
            ``qaimagic.devices.default()`` names when the layer runs.
        diff_method: The gradient method, by PennyLane's name.
        shots: The number of shots for each circuit; by default exact expectation values.
        seed: The seed of the shots; by default they follow ``torch.manual_seed``.
        wires: The wires from top to bottom, or their number, where the circuit does not tell.
        weight_shapes: Shapes by argument name, instead of annotations.

    Returns:
        A :class:`~qaimagic.layers.hybrid.HybridLayer` that carries the function's name.

    Raises:
        CircuitError: If an annotation is no shape, or the like; names the line.
        DeviceError: If the device is unknown, or lacks the gradient method.

    Example:
        >>> import pennylane as qml, torch
        >>> from qaimagic import quantum
        >>> @quantum
        ... def encoder(inputs, theta: (2, 4, 3)):
        ...     qml.AngleEmbedding(inputs, wires=range(4))
        ...     qml.StronglyEntanglingLayers(theta, wires=range(4))
        ...     return [qml.expval(qml.Z(i)) for i in range(4)]
        >>> encoder(torch.zeros(10, 4)).shape
        torch.Size([10, 4])
    """
    choice = Choice(found(device), shots, seed, diff_method)
    check_choice_of(resolve(choice))
    given_wires = None if wires is None else _as_wires(wires)

    def declare(body: Callable[..., Any]) -> HybridLayer:
        if isinstance(body, qml.QNode):
            fix = "`qaimagic.HybridLayer(qnode, weight_shapes)` makes a layer of a QNode."
            raise TypeError(requirement("function", "be a plain function", "it is a QNode", fix))
        signature = read_signature(body, weight_shapes, HybridLayer.taken())
        circuit = BodyCircuit(body, signature.data, signature.shapes, given_wires)
        return HybridLayer.assembled(circuit, signature.initial, choice)

    return declare if function is None else declare(function)


def _as_wires(wires: Any) -> list[Any]:
    if isinstance(wires, int):
        return list(range(check_int("wires", wires, minimum=1)))
    labels = list(wires)
    if len(set(labels)) != len(labels):
        raise ValueError(requirement("wires", "be different from each other", f"they are {labels}"))
    return labels
