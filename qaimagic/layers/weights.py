"""Reads a body's signature: annotated arguments are weights, the others are data."""

from __future__ import annotations

import dis
import inspect
import warnings
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.errors import CircuitError, QaimagicNote


@dataclass(frozen=True)
class Signature:
    """The arguments of a circuit body.

    Attributes:
        data: The names of the arguments that receive data, in order.
        shapes: For each weight its shape; ``()`` is a scalar.
        initial: For the weights that have a default value, that value.
    """

    data: tuple[str, ...]
    shapes: dict[str, tuple[int, ...]]
    initial: dict[str, Any]


def read_signature(
    function: Callable[..., Any],
    weight_shapes: Mapping[str, Any] | None = None,
    taken: Container[str] = (),
) -> Signature:
    """Return which arguments of ``function`` are data and which are weights.

    Args:
        function: The body of a circuit.
        weight_shapes: Shapes given apart from the annotations, by argument name.
        taken: Names that a layer has for something else, which no weight can have.

    Raises:
        CircuitError: If an argument is neither, an annotation is no shape, or a name is taken.
    """
    line = function.__code__.co_firstlineno
    given = dict(weight_shapes or {})
    data: list[str] = []
    shapes: dict[str, tuple[int, ...]] = {}
    initial: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise CircuitError(f"Name each argument instead of `{parameter}`.", line=line)
        shape = given.pop(name) if name in given else _shape_in(function, name, line)
        if shape is None:
            _refuse_default(parameter, line)
            data.append(name)
            continue
        shapes[name] = _as_shape(name, shape, line)
        if name in taken:
            raise CircuitError(
                f"The weight `{name}` would hide the layer's own `{name}`; rename it.", line=line
            )
        if parameter.default is not parameter.empty:
            initial[name] = parameter.default
    if given:
        unknown = ", ".join(f"`{name}`" for name in given)
        raise CircuitError(f"`weight_shapes` names {unknown}, which is no argument.", line=line)
    return Signature(tuple(data), shapes, initial)


def note_unread(function: Callable[..., Any], weights: Iterable[str]) -> None:
    """Note which weights a body never mentions, so that training leaves them as they are.

    A body that takes its arguments together, as one made of a circuit from elsewhere, mentions all.
    """
    code = function.__code__
    if code.co_flags & inspect.CO_VARKEYWORDS:
        return
    read = {*code.co_cellvars} if "locals" not in code.co_names else {*code.co_varnames}
    for step in dis.get_instructions(code):
        if step.opname.startswith("LOAD"):
            read.update(step.argval if isinstance(step.argval, tuple) else (step.argval,))
    if unread := [f"`{name}`" for name in weights if name not in read]:
        warnings.warn_explicit(
            f"`{function.__name__}` never reads the weight {' and '.join(unread)}: nothing is "
            "trained through it. Use it in the circuit, or take it out of the arguments.",
            QaimagicNote,
            code.co_filename,
            code.co_firstlineno,
        )


def as_shape(size: Any) -> tuple[int, ...]:
    """Return a shape as a tuple: ``1`` is a scalar, ``5`` a vector, as in PennyLane's TorchLayer.

    Raises:
        TypeError: If ``size`` is neither a whole number nor a sequence of them.
    """
    sizes = (
        size if isinstance(size, Sequence | torch.Size) and not isinstance(size, str) else [size]
    )
    if not all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in sizes):
        raise TypeError(f"{size!r} is no shape")
    return () if size == 1 and not isinstance(size, Sequence) else tuple(sizes)


def initial_weight(name: str, shape: tuple[int, ...], init: Any = None) -> Tensor:
    """Return the first value of a weight, in torch's default dtype.

    Args:
        name: The weight's name, for messages.
        shape: Its shape.
        init: None for uniform in [0, 2 pi); a number; a tensor or array of that shape; or a
            function that fills a tensor in place, such as ``torch.nn.init.normal_``.

    Raises:
        ValueError: If a tensor of another shape is given.
        TypeError: If ``init`` is none of these.
    """
    value = torch.empty(shape)
    if init is None:
        return value.uniform_(0, 2 * torch.pi)
    with torch.no_grad():
        if callable(init):
            filled = init(value)
            return filled.to(value.dtype) if isinstance(filled, Tensor) else value
        try:
            start = torch.as_tensor(init).detach()
        except (TypeError, ValueError, RuntimeError) as error:
            rule = "start from a number, a tensor or a function that fills one"
            raise TypeError(requirement(name, rule, f"it starts from {init!r}")) from error
        if start.dim() > 0 and tuple(start.shape) != shape:
            rule = f"start from a number or a tensor of shape {shape}"
            raise ValueError(requirement(name, rule, f"its shape is {tuple(start.shape)}"))
        return value.copy_(start)


def _shape_in(function: Callable[..., Any], name: str, line: int) -> Any:
    annotation = inspect.get_annotations(function).get(name)
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, inspect.unwrap(function).__globals__)
        except Exception as error:
            message = f"The annotation `{annotation}` of `{name}` cannot be evaluated: {error}."
            fix = f"Give the shape as `weight_shapes={{{name!r}: ...}}`."
            raise CircuitError(f"{message} {fix}", line=line) from error
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[1]
    return None if annotation is Tensor else annotation


def _as_shape(name: str, size: Any, line: int) -> tuple[int, ...]:
    try:
        return as_shape(size)
    except TypeError as error:
        rule = "be annotated with a shape such as `(2, 4, 3)` or `5`"
        fix = "Data arguments have no annotation."
        message = requirement(name, rule, f"its annotation is `{_text(size)}`", fix)
        raise CircuitError(message, line=line) from error


def _refuse_default(parameter: inspect.Parameter, line: int) -> None:
    default = parameter.default
    if default is parameter.empty:
        return
    name = parameter.name
    try:
        as_shape(default)
    except TypeError:
        hint = "Give a weight its shape as an annotation, or take the value out of the arguments."
    else:
        hint = f"Did you mean `{name}: {default!r}`, a weight of that shape?"
    message = f"The data argument `{name}` must have no default value, but it has `{default!r}`."
    raise CircuitError(f"{message} {hint}", line=line)


def _text(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else repr(annotation)
