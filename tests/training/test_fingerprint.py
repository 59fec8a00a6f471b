from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch
from torch import nn

from qaimagic import train
from qaimagic.training.record.fingerprint import differing, of_choice, of_model
from tests.training.problems import small_net


def test_the_architecture_counts_and_the_weights_do_not() -> None:
    assert of_model(small_net(seed=1)) == of_model(small_net(seed=2))
    changed = small_net()
    changed[3].p = 0.4
    for other in (changed, small_net().double(), nn.Sequential(*small_net(), nn.ReLU())):
        assert of_model(other) != of_model(small_net())


def test_a_weight_that_was_held_and_is_learnt_now_begins_a_new_optimizer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    torch.manual_seed(0)
    X, y = torch.randn(20, 3), torch.randn(20, 1)
    model = nn.Linear(3, 1)
    model.bias.requires_grad_(False)
    train(model, (X, y), val=0, steps=3, live=False)
    held = model.bias.clone()
    model.bias.requires_grad_(True)
    train(model, (X, y), val=0, steps=3, live=False)
    assert "with a new optimizer, since `model` differs from last time" in capsys.readouterr().out
    assert not torch.equal(held, model.bias)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda x: x + 1, lambda x: x + 2),
        (lambda x: x + 1, lambda x: x - 1),
        (nn.HuberLoss(delta=0.5), nn.HuberLoss(delta=0.6)),
        (nn.CrossEntropyLoss(torch.ones(2)), nn.CrossEntropyLoss(torch.zeros(2))),
        (partial(torch.optim.SGD, momentum=0.9), partial(torch.optim.SGD, momentum=0.8)),
        ("Adam", "SGD"),
        (None, "StepLR"),
    ],
)
def test_choices_that_compute_something_else_differ(one: Any, other: Any) -> None:
    assert of_choice(one) != of_choice(other)
    assert of_choice(one) == of_choice(one)


def test_differences_are_named_in_order() -> None:
    assert differing({"a": "1", "b": "2"}, {"b": "3", "a": "1", "c": "4"}) == ["b", "c"]
