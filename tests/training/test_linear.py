from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from qaimagic.training.data.arrays import Arrays
from qaimagic.training.data.batches import Batch
from qaimagic.training.objective.targets import Kind
from qaimagic.training.twin.linear import fit_linear


@pytest.mark.parametrize("kind", ["classes", "binary", "signs"])
def test_logistic_regression_is_scikit_learns(kind: Kind) -> None:
    X, y = load_iris(return_X_y=True)
    X, y = (X, y) if kind == "classes" else (X[y > 0], y[y > 0] - 1)
    target = torch.tensor(2 * y - 1 if kind == "signs" else y)
    n_outputs = 3 if kind == "classes" else 1
    fitted = fit_linear(kind, Arrays((torch.tensor(X),), target), n_outputs)
    assert fitted is not None
    name, count, predict = fitted
    reference = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, tol=1e-8))
    reference.fit(X, y)
    scores = predict(Batch((torch.tensor(X),), None))
    ours = scores.softmax(1) if kind == "classes" else torch.sigmoid(scores)
    theirs = reference.predict_proba(X)[:, slice(None) if kind == "classes" else slice(1, 2)]
    assert name == "logistic regression"
    assert count == 5 * n_outputs
    np.testing.assert_allclose(ours.numpy(), theirs, atol=2e-3)


def test_ridge_regression_is_scikit_learns() -> None:
    X, y = load_diabetes(return_X_y=True)
    fitted = fit_linear("regression", Arrays((torch.tensor(X),), torch.tensor(y)), 1)
    assert fitted is not None
    reference = make_pipeline(StandardScaler(), Ridge()).fit(X, y)
    ours = fitted[2](Batch((torch.tensor(X),), None)).squeeze(1)
    np.testing.assert_allclose(ours.numpy(), reference.predict(X), rtol=1e-9)


def test_a_constant_feature_does_no_harm() -> None:
    X = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    fitted = fit_linear("regression", Arrays((X,), torch.tensor([0.0, 1.0, 2.0])), 1)
    assert fitted is not None
    assert torch.isfinite(fitted[2](Batch((X,), None))).all()
