"""Checks of numbers: near an expected value, past a bar, or equal as functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from qaimagic._checks import check_number
from qaimagic.teaching.exercise import answered
from qaimagic.teaching.reading import arguments, array_of


def close_to(
    mine: object, expected: object, *, tolerance: float = 1e-5, what: str = "your answer"
) -> None:
    """Check that numbers are near the expected ones.

    Args:
        mine: The answer: a number, a list, a NumPy array or a torch tensor, any shape.
        expected: What it should be, of the same shape (a single number may stand in brackets).
        tolerance: Largest absolute difference that passes.
        what: How the message names the answer.

    Raises:
        AssertionError: Naming the first entry that differs, or the shapes.

    Example:
        >>> close_to([0.0, 0.5], [0.0, 0.5])
    """
    __tracebackhide__ = True
    _compare(array_of(mine, what), array_of(expected), tolerance, what)


def reaches(
    value: object,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    what: str = "the value",
) -> None:
    """Check that one number is past a bar: an accuracy high enough, a loss low enough.

    Args:
        value: One number: a Python number, an array or a tensor with one entry.
        at_least: The smallest value that passes.
        at_most: The largest value that passes.
        what: How the message names the value.

    Raises:
        AssertionError: Saying the value and the bar.

    Example:
        >>> reaches(0.97, at_least=0.95, what="the accuracy")
    """
    __tracebackhide__ = True
    found = array_of(value, what)
    name = what[:1].upper() + what[1:]
    if found.size != 1:
        raise AssertionError(f"{name} must be one number, but has shape {found.shape}.")
    number = float(found.reshape(()).real)
    if np.isnan(number):
        raise AssertionError(f"{name} is not a number (NaN).")
    if at_least is not None and number < check_number("at_least", at_least):
        raise AssertionError(f"{name} is {number:.4g}, but must be at least {at_least:g}.")
    if at_most is not None and number > check_number("at_most", at_most):
        raise AssertionError(f"{name} is {number:.4g}, but must be at most {at_most:g}.")


def same_function(
    mine: Callable[..., object],
    expected: Callable[..., object],
    *,
    at: Iterable[object],
    tolerance: float = 1e-5,
) -> None:
    """Check that two functions give the same numbers at given points.

    Args:
        mine: The answer: a function, a QNode, or a torch module such as a `HybridLayer`, which is
            called with float tensors of shape (n_features,).
        expected: What it should be, in any of the same forms.
        at: Points at which the two are compared. Each is one argument, or a tuple of several.
        tolerance: Largest absolute difference that passes.

    Raises:
        AssertionError: Naming the first point at which the two differ.

    Example:
        >>> same_function(lambda x: 2 * x, lambda x: x + x, at=[0.0, 0.5, 1.0])
    """
    __tracebackhide__ = True
    answered(mine)
    if not callable(mine):
        kind = type(mine).__name__
        message = f"Your answer must be a function, but it is a {kind}."
        raise AssertionError(message)  # noqa: TRY004
    name = getattr(mine, "__name__", None) or getattr(mine, "name", "<lambda>")
    for point in at:
        given = ", ".join(str(array_of(value)) for value in arguments(point))
        what = f"your value at {given}" if name == "<lambda>" else f"`{name}({given})`"
        ours = array_of(_call(mine, point), what)
        _compare(ours, array_of(_call(expected, point)), tolerance, what)


def _call(function: Callable[..., object], point: object) -> object:
    """Call a function with plain values, and a torch module with float tensors of features."""
    given = arguments(point)
    if not hasattr(function, "state_dict"):
        return function(*given)
    import torch

    dtype = torch.get_default_dtype()
    return function(*(torch.as_tensor(array_of(value), dtype=dtype).ravel() for value in given))


def _compare(mine: np.ndarray, expected: np.ndarray, tolerance: float, what: str) -> None:
    """Raise an `AssertionError` that says where ``mine`` and ``expected`` differ."""
    __tracebackhide__ = True
    name = what[:1].upper() + what[1:]
    if mine.size == expected.size == 1:
        mine, expected = mine.reshape(()), expected.reshape(())
    if mine.shape != expected.shape:
        raise AssertionError(f"{name} has shape {mine.shape}, but should have {expected.shape}.")
    wrong = ~(np.abs(mine - expected) <= tolerance)
    if not wrong.any():
        return
    index = np.unravel_index(int(wrong.argmax()), wrong.shape)
    entry = f"{name}[{', '.join(str(int(i)) for i in index)}]" if index else name
    raise AssertionError(
        f"{entry} is {mine[index]:.6g}, but should be {expected[index]:.6g}."
        f"{_factor_hint(mine, expected, tolerance)}"
    )


def _factor_hint(mine: np.ndarray, expected: np.ndarray, tolerance: float) -> str:
    """Return the sentence for an answer that is right but for its sign or a simple factor."""
    for factor, words in ((-1, "The sign is wrong."), (2, "It is twice"), (0.5, "It is half")):
        if np.allclose(mine, factor * expected, rtol=0, atol=tolerance):
            return f" {words}" if factor == -1 else f" {words} the right answer."
    return ""
