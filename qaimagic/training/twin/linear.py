"""The plainest baselines of all: logistic regression for classes, ridge regression for amounts."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from qaimagic.training.data.arrays import Arrays
from qaimagic.training.data.batches import Batch
from qaimagic.training.objective.targets import Kind

Predict = Callable[[Batch], Tensor]
_LBFGS_STEPS = 200


def fit_linear(kind: Kind, arrays: Arrays, n_outputs: int) -> tuple[str, int, Predict] | None:
    r"""Fit a linear model to standardised features, as scikit-learn's defaults do.

    .. math:: \min_{W, b} \; C \sum_i \ell(W x_i + b, y_i) + \tfrac12 \|W\|^2, \quad C = 1

    with the cross entropy for classes, and half the squared error for amounts.

    Args:
        kind: What is predicted.
        arrays: Training data; features of more than one dimension are flattened.
        n_outputs: Number of classes, or of amounts.

    Returns:
        Name, number of weights, and a function from a batch to outputs that the metric
        understands; None if the data have no target or complex features.

    References:
        Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2009), 3.4 and 4.4,
        doi:10.1007/978-0-387-84858-7.
    """
    if arrays.target is None or any(x.is_complex() for x in arrays.inputs):
        return None
    X = _features(arrays.inputs)
    mean, scale = X.mean(dim=0), X.std(dim=0, correction=0)
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    X = (X - mean) / scale
    if kind == "regression":
        W, b = _ridge(X, arrays.target.double().reshape(len(X), -1))
        name = "ridge regression"
    else:
        W, b = _logistic(X, _classes(kind, arrays.target), n_outputs)
        name = "logistic regression"

    def predict(batch: Batch) -> Tensor:
        return ((_features(batch.inputs) - mean) / scale) @ W + b

    return name, W.numel() + b.numel(), predict


def _features(inputs: tuple[Tensor, ...]) -> Tensor:
    return torch.cat([x.double().reshape(len(x), -1) for x in inputs], dim=1)


def _classes(kind: Kind, target: Tensor) -> Tensor:
    if kind == "classes":
        return target.argmax(dim=1) if target.is_floating_point() else target.reshape(-1)
    return (target > 0).double().reshape(-1, 1)


def _ridge(X: Tensor, Y: Tensor) -> tuple[Tensor, Tensor]:
    gram = X.T @ X + torch.eye(X.shape[1], dtype=X.dtype, device=X.device)
    b = Y.mean(dim=0)
    return torch.linalg.solve(gram, X.T @ (Y - b)), b


def _logistic(X: Tensor, classes: Tensor, n_outputs: int) -> tuple[Tensor, Tensor]:
    W = torch.zeros(X.shape[1], n_outputs, dtype=X.dtype, device=X.device, requires_grad=True)
    b = torch.zeros(n_outputs, dtype=X.dtype, device=X.device, requires_grad=True)
    optimizer = torch.optim.LBFGS([W, b], max_iter=_LBFGS_STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        scores = X @ W + b
        if n_outputs == 1:
            misfit = nn.functional.binary_cross_entropy_with_logits(
                scores, classes, reduction="sum"
            )
        else:
            misfit = nn.functional.cross_entropy(scores, classes, reduction="sum")
        loss = misfit + W.square().sum() / 2
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    with torch.enable_grad():
        optimizer.step(closure)  # type: ignore[no-untyped-call]
    return W.detach(), b.detach()
