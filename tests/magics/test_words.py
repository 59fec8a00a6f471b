"""The line of a magic, split into words."""

import pytest

from qaimagic.magics._errors import MagicError
from qaimagic.magics._words import split, unquote


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("model --data X y", ["model", "--data", "X", "y"]),
        ("model  # --epochs 3", ["model"]),
        ("# nothing", []),
        ("model#1", ["model#1"]),
        ("model;", ["model"]),
        ("model ; # quietly", ["model"]),
        ("--checkpoint 'my # run'", ["--checkpoint", "'my # run'"]),
        ('--checkpoint="my run" -o r', ['--checkpoint="my run"', "-o", "r"]),
        ("--betas (0.9, 0.99) m", ["--betas", "(0.9, 0.99)", "m"]),
        ("--data [(1, 2), ')'] m", ["--data", "[(1, 2), ')']", "m"]),
        ("--data (X, y)", ["--data", "(X, y)"]),
        ("don't care", ["don't", "care"]),
        (r"--checkpoint C:\runs\first", ["--checkpoint", r"C:\runs\first"]),
        ("{d} $e", ["{d}", "$e"]),
    ],
)
def test_words(line, words):
    assert split(line) == words


@pytest.mark.parametrize("line", ["--data 'X", "--data (X, y", "a=[1"])
def test_what_is_not_closed_is_refused(line):
    with pytest.raises(MagicError, match="is not closed"):
        split(line)


def test_quotes_are_told_from_names():
    assert unquote("'a b'") == "a b"
    assert unquote("a") is None
    assert unquote("'") is None
