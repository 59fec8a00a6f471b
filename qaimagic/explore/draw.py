"""Draws a hybrid layer or any QNode."""

from __future__ import annotations

import inspect
from typing import Any

import pennylane as qml
import torch

from qaimagic._checks import check_choice, check_int, requirement
from qaimagic.bridge.diagrams import ordered_wires, to_diagram
from qaimagic.bridge.qnodes import trace_qnode
from qaimagic.drawing.circuit_svg import circuit_svg
from qaimagic.drawing.circuit_text import circuit_text
from qaimagic.drawing.diagram import Diagram
from qaimagic.drawing.page import Picture
from qaimagic.errors import CircuitError, MissingExtraError
from qaimagic.layers.finite import check_inputs
from qaimagic.layers.hybrid import HybridLayer

FORMATS = ("svg", "text", "mpl")
_PIXELS_PER_LETTER = 9


class TextDrawing(str):
    """A drawing made of letters, shown as it is where Python would show quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def draw(
    circuit: HybridLayer | qml.QNode,
    *inputs: Any,
    format: str = "svg",
    decompose: bool = False,
    max_width: int = 900,
    interactive: bool = False,
) -> Any:
    """Draw a circuit, its parameters named after the weights and data that they read.

    Args:
        circuit: A hybrid layer or a QNode.
        *inputs: A value for each data argument of a layer (one sample, shape (n_features,)), or
            for each argument of a QNode; needed only where the circuit depends on the values.
        format: ``"svg"``, ``"text"``, or ``"mpl"`` for PennyLane's matplotlib drawing.
        decompose: Whether to take templates apart into gates.
        max_width: The widest a line of the drawing may be, in pixels.
        interactive: Whether to look into the circuit: gates, and the states between them, with
            sliders for its parameters.

    Returns:
        A :class:`~qaimagic.drawing.page.Picture`, a string, a matplotlib figure, or a
        :class:`~qaimagic.explore.circuit.CircuitExplorer`.

    Raises:
        TypeError: If ``circuit`` is neither a layer nor a QNode.
        ValueError: If an interactive drawing is asked for in another format than SVG.
        CircuitError: If the circuit fails, or has no states to look into.
        MissingExtraError: If ``format="mpl"`` and matplotlib is not installed.

    Example:
        >>> import pennylane as qml, qaimagic
        >>> @qaimagic.quantum
        ... def bell():
        ...     qml.H(0)
        ...     qml.CNOT([0, 1])
        ...     return qml.probs()
        >>> picture = qaimagic.draw(bell)
    """
    check_choice("format", format, FORMATS)
    check_int("max_width", max_width, minimum=200)
    if not isinstance(circuit, HybridLayer | qml.QNode):
        rule = "be a hybrid layer or a QNode"
        raise TypeError(requirement("circuit", rule, f"it is {type(circuit).__name__}"))
    if interactive:
        return _explorer(circuit, inputs, format, max_width)
    if format == "mpl":
        return _matplotlib(circuit, inputs)
    diagram = (
        circuit.diagram(*map(torch.as_tensor, inputs), decompose=decompose)
        if isinstance(circuit, HybridLayer)
        else _qnode_diagram(circuit, inputs, decompose)
    )
    text = circuit_text(diagram, max_width=max_width // _PIXELS_PER_LETTER)
    if format == "text":
        return TextDrawing(text)
    return Picture(circuit_svg(diagram, max_width=max_width), text, caption="")


def _explorer(
    circuit: HybridLayer | qml.QNode, inputs: tuple[Any, ...], format: str, max_width: int
) -> Any:
    from qaimagic.explore.circuit import CircuitExplorer

    if format != "svg":
        rule = "be `svg` where the drawing is interactive"
        raise ValueError(requirement("format", rule, f"it is `{format}`"))
    if isinstance(circuit, HybridLayer):
        return CircuitExplorer(circuit, *inputs, max_width=max_width)
    layer = _qnode_layer(circuit, inputs)
    check_inputs({name: getattr(layer, name) for name in layer.weight_shapes})
    return CircuitExplorer(layer, max_width=max_width)


def _qnode_layer(qnode: qml.QNode, inputs: tuple[Any, ...]) -> HybridLayer:
    """Return a layer whose weights are the arguments of a QNode; without values, its data."""
    names = list(inspect.signature(qnode.func).parameters)
    if not inputs:
        return HybridLayer(qnode, {})
    values = dict(zip(names, map(_probe_value, inputs), strict=False))
    fixed = [name for name, value in values.items() if not isinstance(value, torch.Tensor)]
    if fixed or len(values) != len(names):
        rule = f"hold a real number or array for each of {', '.join(names)}"
        received = f"`{fixed[0]}` has none" if fixed else f"{len(inputs)} were given"
        fix = "Write a function of the others that calls it, and draw that."
        raise TypeError(requirement("inputs", rule, received, fix))
    starts = {name: value.detach() for name, value in values.items()}
    return HybridLayer(qnode, {name: tuple(v.shape) for name, v in starts.items()}, starts)


def _qnode_diagram(qnode: qml.QNode, inputs: tuple[Any, ...], decompose: bool) -> Diagram:
    arguments = inspect.signature(qnode.func).parameters
    names = list(arguments)
    if names and not inputs:
        try:
            return HybridLayer(qnode, {}).diagram(decompose=decompose)
        except CircuitError as error:
            listing = " ".join(names)
            raise CircuitError(
                f"`{qnode.func.__name__}` cannot be drawn without values for its arguments; "
                f"give them: {listing}. ({error})"
            ) from error
    needed = [name for name, argument in arguments.items() if argument.default is argument.empty]
    if not len(needed) <= len(inputs) <= len(names):
        rule = f"give a value for each of {', '.join(needed or names) or 'no arguments'}"
        received = f"{len(inputs)} {'was' if len(inputs) == 1 else 'were'} given"
        raise TypeError(requirement("inputs", rule, received))
    values = {name: _probe_value(value) for name, value in zip(names, inputs, strict=False)}
    tape = trace_qnode(qnode, values)
    wires = list(qnode.device.wires or ordered_wires(tape.wires))
    return to_diagram(
        tape,
        {name: value for name, value in values.items() if isinstance(value, torch.Tensor)},
        wires=wires,
        data=tuple(names),
        title=qnode.func.__name__,
        decompose=decompose,
    )


def _probe_value(value: Any) -> Any:
    """Return real numbers as a tensor whose labels can be found; a count of layers stays one."""
    try:
        tensor = torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError):
        return value
    if not tensor.is_floating_point():
        return value
    return tensor.detach().double().clone().requires_grad_()


def _matplotlib(circuit: HybridLayer | qml.QNode, inputs: tuple[Any, ...]) -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise MissingExtraError("Drawing with matplotlib", "mpl") from error
    if isinstance(circuit, HybridLayer):
        arguments = {name: value.detach() for name, value in circuit.example(*inputs).items()}
        figure, _ = qml.draw_mpl(circuit.qnode)(**arguments)
    else:
        figure, _ = qml.draw_mpl(circuit)(*inputs)
    plt.close(figure)
    return figure
