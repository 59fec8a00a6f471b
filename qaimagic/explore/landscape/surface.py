"""The number that a landscape shows, as a function of weights, and its values for many at once."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from qaimagic._checks import requirement
from qaimagic.drawing.curves_data import Floats
from qaimagic.layers.finite import check_inputs
from qaimagic.training.data.arrays import read_arrays
from qaimagic.training.data.casting import Casting
from qaimagic.training.loop.preflight import check_fresh, check_model
from qaimagic.training.loop.weights import Weights, is_quantum
from qaimagic.training.objective.choice import choose_objective

Rows = Mapping[str, Tensor]
_FEW = 4


@dataclass(frozen=True)
class Surface:
    """A number that depends on weights.

    Attributes:
        name: What the number is.
        weights: The present weights by name, copies.
        one: Returns the number, a tensor, for weights by name; those left out are as they are now.
        maps: Whether ``one`` may be mapped over rows of weights.
        is_apart: Whether it has weights of its own, so that it may run while others are trained.
    """

    name: str
    weights: dict[str, Tensor]
    one: Callable[[Rows], Any]
    maps: bool = True
    is_apart: bool = True

    def here(self) -> float:
        """Return the number for the present weights.

        Raises:
            ValueError: If it is not one real number.
        """
        with torch.no_grad():
            value = self.one({})
        if not isinstance(value, Tensor) or value.numel() != 1 or value.is_complex():
            shape = f" of shape {tuple(value.shape)}" if isinstance(value, Tensor) else ""
            received = f"it returns {type(value).__name__}{shape}"
            fix = "Give `data`, or a function that makes one number of it: `lambda theta: ...`."
            raise ValueError(requirement("what", "return one real number", received, fix))
        return float(value)

    def evaluator(self) -> Callable[[Rows], Floats]:
        """Return a function from rows of weights, shape (n, ...), to values, shape (n,).

        It maps over all rows at once, so that the engine sees them as one batch, until torch
        refuses that: with shots, say, or where a body reads a value. Then it takes them in turn.
        """
        maps = self.maps

        def values(rows: Rows) -> Floats:
            nonlocal maps
            with torch.no_grad():
                if maps:
                    try:
                        found = vmap(lambda row: self.one(row).reshape(()))(dict(rows))
                        return np.asarray(found.double().cpu().numpy())
                    except Exception:
                        # What is wrong with the number itself shows again, row by row.
                        maps = False
                n = len(next(iter(rows.values())))
                one_by_one = ({name: value[k] for name, value in rows.items()} for k in range(n))
                return np.array([float(self.one(row)) for row in one_by_one])

        return values


def surface_of(what: Any, weights: Any, data: Any, inputs: Any, loss: Any) -> Surface:
    """Return the surface of a module or of a function; see `qaimagic.landscape`."""
    if isinstance(what, nn.Module):
        if weights is not None:
            rule, fix = "be left out for a module", "It has its own."
            raise ValueError(requirement("weights", rule, "there are some", fix))
        return _of_module(what, data, inputs, loss)
    if not callable(what):
        received = f"it is {type(what).__name__}"
        raise TypeError(requirement("what", "be a layer, a module or a function", received))
    for name, given in (("data", data), ("inputs", inputs), ("loss", loss)):
        if given is not None:
            rule = "be left out for a function"
            fix = "Let the function use it: `lambda theta: ...`."
            raise ValueError(requirement(name, rule, "there is some", fix))
    return _of_function(what, weights)


def _of_module(module: nn.Module, data: Any, inputs: Any, loss: Any) -> Surface:
    check_model(module, "what")
    if data is not None and inputs is not None:
        raise ValueError(requirement("inputs", "be left out with `data`", "both are there"))
    if loss is not None and data is None:
        raise ValueError(requirement("data", "be given with `loss`", "there is none"))
    own = copy.deepcopy(module).eval().requires_grad_(False)
    trained = Weights({"": module}).trainable
    weights = {name: tensor.detach().clone() for name, tensor in trained.items()}
    casting = Casting.of(own)
    label = own.name if is_quantum(own) else type(own).__name__
    if data is None:
        given = _inputs(own, inputs, casting)
        return Surface(str(label), weights, lambda row: functional_call(own, dict(row), given))
    arrays = casting.arrays(read_arrays(data, "data", None, alone=False), lambda _: None)
    assert arrays.target is not None
    with torch.no_grad():
        output = own(*(x[:_FEW] for x in arrays.inputs))
    objective = choose_objective(loss, None, output, arrays.target, lambda _: None)
    target, criterion = objective.fit(arrays.target), objective.loss
    assert criterion is not None

    def one(row: Rows) -> Any:
        return criterion(functional_call(own, dict(row), arrays.inputs), target)

    return Surface(f"{objective.loss_name} of {label}", weights, one)


def _inputs(module: nn.Module, inputs: Any, casting: Casting) -> tuple[Tensor, ...]:
    parts = () if inputs is None else inputs if isinstance(inputs, tuple) else (inputs,)
    needed = list(module.data_names) if is_quantum(module) else _arguments(module.forward)  # type: ignore[arg-type]
    if len(needed) > len(parts) or (is_quantum(module) and len(needed) < len(parts)):
        listing = ", ".join(f"`{name}`" for name in needed) or "nothing"
        fix = "`data` gives the loss over many samples, `inputs` the answer for one."
        received = f"{len(parts)} {'was' if len(parts) == 1 else 'were'} given"
        raise ValueError(requirement("inputs", f"hold {listing}", received, fix))
    given = tuple(casting.inputs(_tensor(part)) for part in parts)
    names = [*needed, *(f"value {k + 1}" for k in range(len(needed), len(given)))]
    check_inputs(dict(zip(names, given, strict=True)))
    return given


def _tensor(part: Any) -> Tensor:
    try:
        return torch.as_tensor(part)
    except (TypeError, ValueError, RuntimeError) as error:
        received = f"there is {type(part).__name__}"
        raise TypeError(requirement("inputs", "be tensors", received)) from error


def _of_function(function: Callable[..., Any], weights: Any) -> Surface:
    parts = _parts(weights)
    check_fresh(*(part for part in parts.values() if isinstance(part, nn.Module)))
    live = Weights(parts).trainable
    for name, tensor in live.items():
        if not tensor.is_floating_point():
            received = f"`{name}` is of {tensor.dtype}".replace("torch.", "")
            raise TypeError(requirement("weights", "be real numbers", received))
    present = {name: tensor.detach().clone() for name, tensor in live.items()}
    label = getattr(function, "__name__", type(function).__name__).strip("<>")
    label = "loss" if label == "lambda" else label
    needed = _arguments(function)
    if not needed:
        in_place = _InPlace(function, live)
        return Surface(label, present, in_place, maps=False, is_apart=False)
    if len(needed) == len(present) == 1:
        [name] = present
        return Surface(label, present, lambda row: function(row.get(name, present[name])))
    if missing := [name for name in needed if name not in present]:
        rule = f"give a tensor for each of {', '.join(f'`{name}`' for name in needed)}"
        raise ValueError(requirement("weights", rule, f"there is no `{missing[0]}`"))
    used = {name: present[name] for name in needed}
    return Surface(label, used, lambda row: function(**{**used, **row}))


class _InPlace:
    """Computes a function without arguments by putting weights where it reads them."""

    def __init__(self, function: Callable[[], Any], live: Mapping[str, Tensor]) -> None:
        self._function = function
        self._live = live

    def __call__(self, row: Rows) -> Any:
        before = {name: self._live[name].detach().clone() for name in row}
        try:
            for name, value in row.items():
                self._live[name].copy_(value)
            return self._function()
        finally:
            for name, value in before.items():
                self._live[name].copy_(value)


def _parts(weights: Any) -> dict[str, nn.Module | Tensor]:
    if weights is None:
        fix = "Name what the function reads: `weights={'theta': theta}`."
        raise ValueError(requirement("weights", "be given with a function", "there is none", fix))
    if isinstance(weights, nn.Module | Tensor):
        return {"" if isinstance(weights, nn.Module) else "x": weights}
    parts = dict(weights) if isinstance(weights, Mapping) else {"weights": weights}
    for name, part in parts.items():
        if not isinstance(part, nn.Module | Tensor):
            rule = "be a tensor, a module, or a dictionary of them"
            received = f"`{name}` is {type(part).__name__}"
            raise TypeError(requirement("weights", rule, received))
    return parts


def _arguments(function: Callable[..., Any]) -> list[str]:
    """Return the arguments that a function needs."""
    plain = function.func if isinstance(function, qml.QNode) else function
    kinds = inspect.Parameter
    return [
        name
        for name, parameter in inspect.signature(plain).parameters.items()
        if parameter.default is kinds.empty
        and parameter.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
