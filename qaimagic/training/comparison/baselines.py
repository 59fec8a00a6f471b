"""The honest baselines: no circuit, no entanglement, and a tuned classical model."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic.errors import MissingExtraError
from qaimagic.training.comparison.fresh import Maker
from qaimagic.training.data.batches import ArrayBatches, Batches
from qaimagic.training.loop.tally import Tally
from qaimagic.training.loop.weights import quantum_layers
from qaimagic.training.objective.targets import Kind
from qaimagic.training.record.history import History
from qaimagic.training.record.scores import Judge
from qaimagic.training.record.table import Score
from qaimagic.training.run import TrainingRun

Predict = Callable[[Tensor], Tensor]
_FOLDS = 5
_STRENGTHS = (0.1, 1.0, 10.0, 100.0)
_WIDTHS = (0.01, 0.1, 1.0)


def without_entanglers(make: Maker) -> Maker:
    """Return what makes the model with circuits whose wires are not entangled.

    The weights begin as those of the model itself.
    """

    def product(seed: int) -> nn.Module:
        model = make(seed)
        replaced: dict[int, Any] = {}
        for layer in quantum_layers(model).values():
            apart = layer.without_entanglers().to(next(layer.parameters(), torch.empty(0)).dtype)
            apart.load_state_dict(layer.state_dict())
            replaced[id(layer)] = apart
        made: nn.Module = copy.deepcopy(model, replaced)
        return made

    return product


def check_sklearn() -> None:
    """Check that scikit-learn is there.

    Raises:
        MissingExtraError: If it is not.
    """
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("A tuned scikit-learn model", "sklearn") from error


def tuned(judge: Judge, about: TrainingRun, seed: int) -> TrainingRun:
    """Tune a support vector machine on the training data, and score it as the models are.

    Standardised features; kernels linear and rbf; C in 0.1, 1, 10, 100; for rbf also gamma in
    0.01, 0.1, 1. For amounts kernel ridge regression, with alpha = 1/C. Cross-validation with 5
    folds (fewer where a class has fewer samples) chooses, on the training data alone.

    Args:
        judge: Holds the data and the metric of the run.
        about: The record of a run on the same data.
        seed: Decides the folds.

    Raises:
        ValueError: If the data are no arrays of labelled samples.

    References:
        Cortes and Vapnik, Support-vector networks (1995), doi:10.1007/BF00994018.
    """
    task = judge.objective.task
    if task is None or not isinstance(judge.train, ArrayBatches):
        raise ValueError("scikit-learn needs arrays with a target for each sample.")
    arrays = judge.train.arrays
    assert arrays.target is not None
    X, y = _features(arrays.inputs), _labels(task.kind, arrays.target)
    search = _search(task.kind, y, seed)
    search.fit(X.numpy(), y.numpy())
    outputs = judge.n_outputs

    def score(batches: Batches | None) -> float | None:
        if batches is None:
            return None
        tally = Tally(judge.objective.metric)
        for batch in batches.epoch(1):
            predicted = torch.as_tensor(search.predict(_features(batch.inputs).numpy()))
            tally.add(batch, 0.0, _as_outputs(task.kind, predicted, outputs))
        return tally.metric

    chosen = {name.rpartition("__")[2]: value for name, value in search.best_params_.items()}
    words = ", ".join(f"{name} {value}" for name, value in sorted(chosen.items()))
    name = f"{type(search.best_estimator_[-1]).__name__} ({words})"
    row = Score(name, 0, val_metric=score(judge.val), test_metric=score(judge.test))
    return TrainingRun(
        History(),
        "finished",
        f"Tuned by cross-validation on {len(X)} samples.",
        model=name,
        metric=about.metric,
        metric_rises=about.metric_rises,
        seed=seed,
        table=[row],
    )


def _search(kind: Kind, y: Tensor, seed: int) -> Any:
    from sklearn.kernel_ridge import KernelRidge
    from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    folds: Any
    if kind == "regression":
        model, strength = KernelRidge(), ("kernelridge__alpha", [1 / c for c in _STRENGTHS])
        folds = KFold(min(_FOLDS, len(y)), shuffle=True, random_state=seed)
    else:
        model, strength = SVC(), ("svc__C", list(_STRENGTHS))
        smallest = int(torch.unique(y, return_counts=True)[1].min())
        folds = StratifiedKFold(min(_FOLDS, max(2, smallest)), shuffle=True, random_state=seed)
    name = strength[0].partition("__")[0]
    linear = {f"{name}__kernel": ["linear"], strength[0]: strength[1]}
    rbf = {**linear, f"{name}__kernel": ["rbf"], f"{name}__gamma": list(_WIDTHS)}
    return GridSearchCV(make_pipeline(StandardScaler(), model), [linear, rbf], cv=folds)


def _features(inputs: tuple[Tensor, ...]) -> Tensor:
    return torch.cat([x.double().reshape(len(x), -1) for x in inputs], dim=1).cpu()


def _labels(kind: Kind, target: Tensor) -> Tensor:
    target = target.cpu()
    if kind == "regression":
        return target.double().reshape(len(target), math.prod(target.shape[1:])).squeeze(1)
    if kind == "classes":
        return target.argmax(dim=1) if target.is_floating_point() else target.reshape(-1)
    return (target > 0).long().reshape(-1)


def _as_outputs(kind: Kind, predicted: Tensor, n_outputs: int) -> Tensor:
    """Return predictions in the form of a model's answers, which the metric understands."""
    if kind == "regression":
        return predicted.reshape(len(predicted), -1)
    if kind == "classes":
        return nn.functional.one_hot(predicted.long(), n_outputs).double()
    return (2.0 * predicted - 1).reshape(-1, 1)
