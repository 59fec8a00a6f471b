"""A function of many points as people give it, evaluated and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.subroutines.quantum_gradient.grid import Floats
from qaimagic.subroutines.quantum_gradient.stencil import Stencil, central

_ROWS = 2**14
_NEAR = 1e-3
_FINE = 6
_ROUNDING = 1e-9
_FIX = "It takes points of shape (m, d), and returns their values, shape (m,)."


@dataclass(frozen=True, eq=False)
class Landscape:
    """A function and a point.

    Attributes:
        function: Takes points of shape (m, d), and returns m values.
        at: The point, shape (d,).
    """

    function: Callable[[Any], Any]
    at: Floats

    def values(self, offsets: Floats) -> Floats:
        """Return the values at so many places from the point.

        Args:
            offsets: Shape (m, d).

        Returns:
            Shape (m,).

        Raises:
            TypeError: If they are no real numbers.
            ValueError: If they are not as many, or not finite.
        """
        points = torch.as_tensor(self.at + offsets)
        with torch.no_grad():
            parts = [self._of(rows) for rows in torch.split(points, _ROWS)]
        return np.concatenate(parts)

    def combined(self, stencil: Stencil, offsets: Floats) -> Floats:
        """Return the values of a stencil along each offset, shape (m,)."""
        terms = [factor * self.values(j * offsets) for j, factor in stencil.items()]
        return np.asarray(np.sum(terms, axis=0))

    def by_backprop(self) -> Floats | None:
        """Return the gradient by torch, or None where it cannot follow the function."""
        point = torch.as_tensor(self.at[None]).requires_grad_()
        try:
            with torch.enable_grad():
                value = self.function(point)
            if not (isinstance(value, Tensor) and value.requires_grad):
                return None
            [slopes] = torch.autograd.grad(value.sum(), point, allow_unused=True)
        except RuntimeError:
            return None
        return None if slopes is None else slopes[0].numpy()

    def by_differences(self, stencil: Stencil | None = None, near: float = _NEAR) -> Floats:
        """Return the gradient by differences along each component, by default very fine ones."""
        offsets = near * np.eye(len(self.at))
        return self.combined(stencil or central(_FINE), offsets) / near

    def _of(self, points: Tensor) -> Floats:
        found = self.function(points)
        values = found.detach().cpu().numpy() if isinstance(found, Tensor) else np.asarray(found)
        if values.dtype.kind not in "biuf":
            received = f"they are {values.dtype}"
            rule = "give real values"
            raise TypeError(requirement("function", rule, received, "Take a part of them."))
        if values.shape != (len(points),):
            received = f"those of {len(points)} have shape {values.shape}"
            rule = "give a value for each point"
            raise ValueError(requirement("function", rule, received, _FIX))
        if not np.isfinite(values).all():
            where = points[int(np.flatnonzero(~np.isfinite(values))[0])].tolist()
            received = f"at {where} it is {values[~np.isfinite(values)][0]}"
            fix = "Choose a smaller `width`, or another point."
            raise ValueError(requirement("function", "be finite on the grid", received, fix))
        return values.astype(np.float64)


def read(function: Any, at: Any) -> Landscape:
    """Return a function and a point, checked.

    Raises:
        TypeError: If the function cannot be called, or the point or a value is no real number.
        ValueError: If the point is no vector or not finite, or the function does not take points
            one by one.
    """
    if not callable(function):
        received = f"it is {type(function).__name__}"
        raise TypeError(requirement("function", "be a function of points", received, _FIX))
    rule = "be a point of real numbers, shape (d,)"
    try:
        array = np.asarray(at.detach().cpu() if isinstance(at, Tensor) else at)
    except ValueError as error:
        received = "its rows differ in length"
        raise TypeError(requirement("at", rule, received)) from error
    if array.dtype.kind not in "biuf":
        raise TypeError(requirement("at", rule, f"it is {array.dtype}"))
    point = np.atleast_1d(array.astype(np.float64))
    if point.ndim != 1 or not point.size:
        raise ValueError(requirement("at", "have shape (d,)", f"its shape is {array.shape}"))
    if not np.isfinite(point).all():
        raise ValueError(requirement("at", "be finite", "it holds NaN or infinity"))
    surface = Landscape(function, point)
    _check_rows(surface)
    return surface


def _check_rows(surface: Landscape) -> None:
    """Refuse a function that mixes its points; d + 1 of them tell rows from columns."""
    offsets = _NEAR * np.eye(len(surface.at) + 1, len(surface.at))
    points = torch.as_tensor(surface.at + offsets)
    try:
        with torch.no_grad():
            surface.function(points)
    except Exception as error:
        rule = f"take points of shape {tuple(points.shape)}, float64"
        fix = f"{_FIX} An `nn.Module` needs `.double()`."
        raise ValueError(requirement("function", rule, f"it fails: {error}", fix)) from error
    together = surface.values(offsets)
    alone = np.concatenate([surface.values(row[None]) for row in offsets])
    scale = max(1.0, float(np.abs(alone).max()))
    if float(np.abs(together - alone).max()) > _ROUNDING * scale:
        received = "its values change with the other points"
        raise ValueError(requirement("function", "treat points one by one", received, _FIX))
