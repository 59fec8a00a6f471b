"""Checks of numbers accept right answers and say what is wrong with the others."""

import math

import numpy as np
import pytest
import torch

from qaimagic.teaching import close_to, reaches, same_function


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (0.5, 0.5),
        (torch.tensor([0.5]), 0.5),
        (np.array([[1.0, 2.0]]), [[1, 2]]),
        (torch.tensor([0.1, 0.2], requires_grad=True), [0.1, 0.2]),
        ([torch.tensor(1.0), 2], [1, 2]),
        (1j, 1j),
        (True, True),
    ],
)
def test_close_to_accepts(mine, expected):
    close_to(mine, expected)


@pytest.mark.parametrize(
    ("mine", "expected", "message"),
    [
        (0.5, 0.25, "Your answer is 0.5, but should be 0.25. It is twice the right answer."),
        (1.5, 3.0, "It is half the right answer."),
        ([0.0, 1.0], [0.0, -1.0], r"Your answer\[1\] is 1, but should be -1. The sign is wrong."),
        ([[1, 2], [3, 4]], [[1, 2], [3, 5]], r"Your answer\[1, 1\] is 4, but should be 5.$"),
        ([1, 2, 3], [1, 2], r"has shape \(3,\), but should have \(2,\)"),
        (float("nan"), 1.0, "is nan, but should be 1"),
        (None, 1.0, "Your answer is None: is a `return` missing?"),
        ("two", 2, "Your answer must be numbers, but it is str"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], "rows of different lengths"),
        ({"a": 1}, 2, "must be numbers, but it is dict"),
    ],
)
def test_close_to_says_what_is_wrong(mine, expected, message):
    with pytest.raises(AssertionError, match=message):
        close_to(mine, expected)


def test_close_to_names_the_answer_and_minds_the_tolerance():
    close_to(0.52, 0.5, tolerance=0.1)
    with pytest.raises(AssertionError, match=r"^The slope is 0.7, but should be 0.5"):
        close_to(0.7, 0.5, tolerance=0.1, what="the slope")


def test_reaches_accepts_values_past_the_bar():
    reaches(0.95, at_least=0.95)
    reaches(torch.tensor(0.01), at_most=0.05)
    reaches(np.float32(0.5), at_least=0.4, at_most=0.6)


@pytest.mark.parametrize(
    ("value", "bars", "message"),
    [
        (0.94, {"at_least": 0.95}, "The accuracy is 0.94, but must be at least 0.95"),
        (0.2, {"at_most": 0.1}, "The accuracy is 0.2, but must be at most 0.1"),
        (float("nan"), {"at_least": 0.0}, r"not a number \(NaN\)"),
        ([0.1, 0.2], {"at_least": 0.0}, r"must be one number, but has shape \(2,\)"),
        (None, {"at_least": 0.0}, "The accuracy is None"),
    ],
)
def test_reaches_says_what_is_wrong(value, bars, message):
    with pytest.raises(AssertionError, match=message):
        reaches(value, what="the accuracy", **bars)


def test_same_function_accepts_several_arguments_and_modules():
    same_function(math.sin, np.sin, at=np.linspace(-3, 3, 7))
    same_function(lambda x, w: w * x, lambda x, w: x * w, at=[(0.3, 2.0), (1.0, -1.0)])
    double = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(double.weight, 2.0)
    same_function(double, lambda x: 2 * x, at=[0.1, 0.7, -1.0])


@pytest.mark.parametrize(
    ("mine", "message"),
    [
        (math.cos, r"`cos\(0.0\)` is 1, but should be 0\."),
        (lambda x: -math.sin(x), r"is -0\.\d+, but should be 0\.\d+\. The sign is wrong"),
        (lambda _: None, r"Your value at 0.0 is None: is a `return` missing"),
        (0.5, "must be a function, but it is a float"),
    ],
)
def test_same_function_names_the_first_point_that_differs(mine, message):
    with pytest.raises(AssertionError, match=message):
        same_function(mine, math.sin, at=[0.0, 0.5, 1.0])
