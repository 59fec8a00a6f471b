from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from tests.training.problems import quiet, same_states, small_net, story, two_blobs


class Pairs(Dataset[Any]):
    def __init__(self, n: int = 64) -> None:
        self.X, self.y = two_blobs(n)

    def __len__(self) -> int:
        return len(self.X)

    def __getitem__(self, index: int) -> Any:
        return self.X[index], self.y[index]


def _learnt(data: Any, **options: Any) -> Any:
    return quiet(small_net(), data, epochs=2, **options)


def test_every_form_of_arrays_gives_the_same_run() -> None:
    X, y = two_blobs()
    frame = pd.DataFrame({"a": X[:, 0].numpy(), "label": y.numpy(), "b": X[:, 1].numpy()})
    expected = story(_learnt((X, y)))
    forms: list[Any] = [
        [X, y],
        (X.numpy(), y.numpy()),
        (X.double().numpy(), y.numpy().astype(np.uint8)),
        (X.tolist(), y.tolist()),
        (pd.DataFrame(X.numpy()), pd.Series(y.numpy())),
        TensorDataset(X, y),
        (X, y.bool()),
        (X, y[:, None]),
    ]
    for data in forms:
        assert story(_learnt(data)) == expected
    assert story(_learnt(frame, target="label")) == expected


def test_datasets_and_loaders_learn_and_validate() -> None:
    run = _learnt(Pairs())
    assert len(run.history.steps) == 4
    assert run.history.epochs[-1].val_loss is not None
    assert story(run) == story(_learnt(Pairs()))
    loader = DataLoader(Pairs(), batch_size=16, shuffle=True)
    run = _learnt(loader, val=loader)
    assert len(run.history.steps) == 8
    run = _learnt(loader)
    assert any("A DataLoader is not split" in notice for notice in run.notices)
    assert run.history.epochs[-1].val_loss is None


def test_a_stream_without_length_is_taken_from_a_loader() -> None:
    class Endless(IterableDataset[Any]):
        def __iter__(self) -> Any:
            return iter(Pairs(20))

    run = _learnt(DataLoader(Endless(), batch_size=5))
    assert len(run.history.steps) == 8
    with pytest.raises(TypeError, match="Put it into a DataLoader"):
        _learnt(Endless())


def test_scikit_learns_bunch_is_data() -> None:
    run = quiet(small_net(n_in=4, n_out=3), load_iris(), epochs=1)
    assert run.loss == "CrossEntropyLoss"


def test_words_are_numbered_alike_in_all_parts() -> None:
    X, y = two_blobs()
    words = np.array(["cat", "dog"])[y]
    dogs = y == 1
    run = _learnt((X, words), test=(X[dogs], words[dogs]))
    plain = _learnt((X, y), test=(X[dogs], y[dogs]))
    assert "Targets: `cat` is 0, `dog` is 1." in run.notices
    assert run.table == plain.table
    with pytest.raises(ValueError, match="`cow` is not among the training data's"):
        _learnt((X, words), val=(X, ["cow"] * len(X)))


def test_casts_are_said() -> None:
    X, y = two_blobs()
    assert (
        "X is cast from float64 to float32, the model's dtype." in _learnt((X.double(), y)).notices
    )
    model = small_net().double()
    assert any("from float32 to float64" in notice for notice in quiet(model, (X, y)).notices)


def test_an_embedding_gets_its_integers() -> None:
    X = torch.arange(40).reshape(20, 2) % 5
    model = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2))
    quiet(model, (X, X[:, 0] % 2), epochs=1)


def test_the_split_follows_the_seed() -> None:
    one, other = _learnt(two_blobs()), _learnt(two_blobs(), seed=1)
    assert "13 of 64 samples are held out for validation, drawn by seed 0." in one.notices
    assert one.fingerprint["data"] != other.fingerprint["data"]
    assert one.fingerprint["data"] == _learnt(two_blobs()).fingerprint["data"]


def test_too_few_samples_to_split_are_all_learnt() -> None:
    run = quiet(nn.Linear(2, 2), two_blobs(2), epochs=1)
    assert any("too few to hold out" in notice for notice in run.notices)


def test_test_data_change_nothing() -> None:
    model, other = small_net(), small_net()
    X, y = two_blobs()
    quiet(model, (X, y), epochs=3)
    quiet(other, (X, y), epochs=3, test=(X, 1 - y))
    assert same_states(model.state_dict(), other.state_dict())


def _with(X: torch.Tensor, at: tuple[int, int], value: float) -> torch.Tensor:
    X = X.clone()
    X[at] = value
    return X


X, Y = two_blobs()
NAN = float("nan")


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        ((_with(X, (3, 1), NAN), Y), {}, r"1 of 64 rows of X hold NaN \(column 1\)"),
        ((_with(X, (3, 1), float("inf")), Y), {}, "hold infinite numbers"),
        ((X, _with(X, (0, 0), NAN)[:, 0]), {}, "1 of 64 rows of y hold NaN"),
        ((X, Y), {"val": (_with(X, (3, 1), NAN), Y)}, "`val` must hold finite numbers"),
        ((X, Y), {"test": (X[:0], Y[:0])}, "`test` must hold at least one sample"),
        ((X[:0], Y[:0]), {}, "must hold at least one sample, but it is empty"),
        ((X, Y[:-1]), {}, "X has 64 and y has 63"),
        ((X[:, 0], Y), {}, "shape \\(n_samples, n_features\\), but its shape is \\(64,\\)"),
        (([[1.0, 2.0], [3.0]], [0, 1]), {}, "the rows of X differ in length"),
        (([["a", "b"]] * 4, [0, 1, 0, 1]), {}, "X holds text"),
        ((X, 3), {}, "its y is a single number"),
        (pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1]}), {}, "the columns are `a`, `y`"),
        (pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1]}), {"target": "yy"}, "Did you mean `y`"),
        (pd.DataFrame({"a": ["u", "v"], "y": [0, 1]}), {"target": "y"}, "`a` holds text"),
        (pd.DataFrame({"a": [1.0, NAN], "y": [0, 1]}), {"target": "y"}, "column `a`"),
        (Pairs(0), {}, "must hold at least one sample"),
    ],
)
def test_data_that_cannot_be_learnt_from_are_refused(
    data: Any, options: dict[str, Any], message: str
) -> None:
    model = small_net()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(ValueError, match=message):
        quiet(model, data, **options)
    assert same_states(model.state_dict(), before)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (two_blobs, r"function; call it \(`two_blobs\(\)`\)"),
        ((X, Y, Y), "a tuple of 3 items"),
        (TensorDataset(X), "must be an .X, y. pair"),
        ("breast_cancer", "it is a str"),
    ],
)
def test_what_is_no_data_is_refused(data: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        quiet(small_net(), data)


def test_several_inputs() -> None:
    class Difference(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(1))

        def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
            return self.scale * (a - b).sum(1, keepdim=True)

    a, b = torch.randn(2, 50, 3, generator=torch.Generator().manual_seed(0))
    model = Difference()
    quiet(model, ((a, b), 2.0 * (a - b).sum(1)), epochs=60, lr=0.1)
    assert model.scale.item() == pytest.approx(2.0, abs=0.01)
