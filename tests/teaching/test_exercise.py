"""An unanswered exercise passes, a wrong one fails, a right one is praised."""

import doctest
import importlib
import math

import numpy as np
import pytest
import torch

from qaimagic.errors import NotWrittenYetError
from qaimagic.teaching import close_to, exercise, same_function


def test_right_answer_is_praised(capsys):
    with exercise("The answer", praise="Two uploads, two frequencies."):
        close_to(2, 2)
    assert capsys.readouterr().out == "Correct: The answer. Two uploads, two frequencies.\n"


def test_wrong_answer_fails_without_praise(capsys):
    with pytest.raises(AssertionError, match="is 3, but should be 2"), exercise("The answer"):
        close_to(3, 2)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "unanswered",
    [
        pytest.param(lambda: close_to(..., 2), id="placeholder"),
        pytest.param(lambda: close_to([1.0, ...], [1.0, 2.0]), id="placeholder in a list"),
        pytest.param(lambda: same_function(..., abs, at=[1.0]), id="placeholder for a function"),
        pytest.param(lambda: 1.0 + ..., id="sum"),
        pytest.param(lambda: math.cos(...), id="math"),
        pytest.param(lambda: np.cos(...), id="numpy"),
        pytest.param(lambda: torch.ones(2) * ..., id="torch"),
    ],
)
def test_placeholder_is_not_yet(unanswered, capsys):
    with exercise("The answer"):
        unanswered()
    assert capsys.readouterr().out.startswith("Not yet: The answer.")


def test_body_that_raises_not_implemented_is_not_yet(capsys):
    def mine(x):
        raise NotImplementedError

    with exercise("Double it"):
        same_function(mine, lambda x: 2 * x, at=[1.0])
    assert "Not yet: Double it." in capsys.readouterr().out


def test_circuit_body_not_written_is_not_yet_even_behind_another_error(capsys):
    with exercise("A layer"):
        raise NotWrittenYetError("The body of `layer` is not written yet.")
    with exercise("A layer in a magic"):
        try:
            raise NotWrittenYetError("The body of `layer` is not written yet.")
        except NotWrittenYetError as error:
            raise RuntimeError("the magic's own error") from error
    assert capsys.readouterr().out.count("Not yet") == 2


def test_not_implemented_inside_a_library_is_a_wrong_answer():
    class Model(torch.nn.Module):
        pass

    with pytest.raises(NotImplementedError), exercise("A model"):
        Model()(torch.ones(1))


def test_other_errors_go_through():
    with pytest.raises(ZeroDivisionError), exercise("Divide"):
        same_function(lambda x: x / 0, lambda x: x, at=[1.0])


def test_a_second_unanswered_part_is_not_yet(capsys):
    with exercise("Two parts"):
        close_to(2, 2)
        close_to(..., 3)
    assert capsys.readouterr().out.startswith("Not yet")


def test_traceback_of_a_wrong_answer_ends_in_the_cell():
    with pytest.raises(AssertionError) as caught, exercise("The answer"):
        close_to(3, 2)
    assert [entry.name for entry in caught.traceback][-1] == (
        "test_traceback_of_a_wrong_answer_ends_in_the_cell"
    )


def test_traceback_reaches_into_the_learners_own_function():
    def mine(x):
        assert x < 0
        return x

    with pytest.raises(AssertionError) as caught, exercise("The answer"):
        same_function(mine, abs, at=[1.0])
    assert [entry.name for entry in caught.traceback][-1] == "mine"


@pytest.mark.parametrize("module", ["exercise", "circuits", "values", "learner"])
def test_examples_in_docstrings(module):
    import pennylane as qml

    found = importlib.import_module(f"qaimagic.teaching.{module}")
    names = {**vars(found), "qml": qml, "close_to": close_to}
    result = doctest.testmod(found, extraglobs=names)
    assert result.attempted
    assert not result.failed
