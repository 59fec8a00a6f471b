from __future__ import annotations

import math

import pytest

from qaimagic._checks import check_choice, check_int, check_number, did_you_mean, requirement


def test_the_house_sentence():
    sentence = requirement("epochs", "be at least 1", "it is 0", "Leave it out for 10.")
    assert sentence == "Argument `epochs` must be at least 1, but it is 0. Leave it out for 10."


def test_did_you_mean_keeps_the_choice_as_it_is_written():
    assert did_you_mean("adma", ["Adam", "SGD"]) == " Did you mean `Adam`?"
    assert did_you_mean("zzz", ["Adam", "SGD"]) == ""


def test_choices():
    assert check_choice("format", "svg", ["svg", "text"]) == "svg"
    with pytest.raises(ValueError, match=r"one of `svg`, `text`, but it is `txt`.*`text`\?"):
        check_choice("format", "txt", ["svg", "text"])


@pytest.mark.parametrize(
    ("value", "error"), [(0, ValueError), (1.5, TypeError), (True, TypeError), ("3", TypeError)]
)
def test_whole_numbers(value, error):
    with pytest.raises(error, match="Argument `steps` must be"):
        check_int("steps", value, minimum=1)


@pytest.mark.parametrize(
    ("value", "error"),
    [(0, ValueError), (math.nan, ValueError), (math.inf, ValueError), ("3", TypeError)],
)
def test_numbers(value, error):
    with pytest.raises(error, match="Argument `lr` must be"):
        check_number("lr", value, above=0)
    assert check_number("lr", 1, above=0) == 1.0
