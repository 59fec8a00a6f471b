"""Samples beside data, drawn so that looking costs a device nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextvars import Context

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from qaimagic.devices.selection import Choice
from qaimagic.drawing.page import Picture
from qaimagic.drawing.scatter import Scatter, scatter_picture
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.training.loop.weights import quantum_layers

_SHOWN = 200
_TITLE = "Samples beside data"


def beside(model: nn.Module, X: Tensor) -> Picture:
    """Return a picture of data, shape (m, d), and of as many samples, 200 at least.

    Two features are two axes; a single one is drawn as its cumulative distribution.
    """
    made = aside(model, max(len(X), _SHOWN))
    groups = {"samples": _plane(made), "data": _plane(X)}
    if X.shape[1] == 1:
        shares = Scatter(groups, x_label="value", y_label="share below", equal=False)
        told = "; ".join(_told(name, rows[:, 0]) for name, rows in groups.items())
        return scatter_picture(shares, title=_TITLE, text=told)
    return scatter_picture(Scatter(groups, x_label="feature 0", y_label="feature 1"), title=_TITLE)


def _told(name: str, values: NDArray[np.float64]) -> str:
    known = values[np.isfinite(values)]
    if not (n := len(known)):
        return f"{name}: no numbers"
    return f"{name}: {n} number{'s' * (n != 1)} about {known.mean():.2g} ± {known.std():.2g}"


def _plane(X: Tensor) -> NDArray[np.float64]:
    """Return two features, or a single one with the share of points below, shape (m, 2)."""
    rows = X.detach().cpu().double().numpy()
    if rows.shape[1] > 1:
        return rows[:, :2]
    below = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.stack([np.sort(rows[:, 0]), below], axis=1)


def aside(model: nn.Module, n: int) -> Tensor:
    """Return n samples of a model, simulated exactly and counted nowhere.

    They are drawn by a copy, in a context of its own: there no run says on which device.
    """
    replaced = {id(layer): _simulated(layer) for layer in quantum_layers(model).values()}
    shadow = copy.deepcopy(model, replaced)
    sample: Callable[[int], Tensor] = shadow.sample  # type: ignore[assignment]
    return Context().run(sample, n)


def _simulated(layer: HybridLayer) -> HybridLayer:
    alone = HybridLayer.assembled(layer.circuit, {}, Choice("qaimagic.qubit"))
    like = next(layer.parameters())
    alone.to(like)
    alone.load_state_dict(layer.state_dict())
    return alone
