"""What a word on the line of a magic stands for."""

from types import SimpleNamespace

import pytest

from qaimagic.magics._errors import MagicError
from qaimagic.magics._lookup import Found, find, need, need_data

NAMES = {"n": 3, "data": SimpleNamespace(X_train=[1.0]), "Adam": "mine"}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("3", 3),
        ("-1e-3", -1e-3),
        ("(0.9, 0.99)", (0.9, 0.99)),
        ("['a', 'b']", ["a", "b"]),
        ("'n'", "n"),
        ("None", None),
    ],
)
def test_literals_come_first(word, value):
    found = find(word, NAMES)
    assert found is not None
    assert found.value == value
    assert not found.from_notebook


def test_names_and_attributes_of_the_notebook():
    assert find("n", NAMES) == Found(3, "n", from_notebook=True)
    assert find("data.X_train", NAMES) == Found([1.0], "data.X_train", from_notebook=True)


@pytest.mark.parametrize("word", ["m", "data.y", "default.qubit", "n+1", "data.X_train[0]", "f(n)"])
def test_nothing_is_evaluated(word):
    assert find(word, NAMES) is None


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("X_tain", "There is no `X_tain` in the notebook. Did you mean `X_train`?"),
        ("data.X_tain", "`data` has no attribute `X_tain`. Did you mean `X_train`?"),
        ("(X_train, y)", "separate words, without brackets and commas: `X_train y`."),
        ("X_train,", "separate words, without brackets and commas: `X_train`."),
        ("{X_train}", "Write the name alone: `X_train`."),
        ("X_train[:5]", "`X_train[:5]` is an expression, but the model must be a name."),
    ],
)
def test_a_word_that_is_nothing_is_explained(notebook, word, message):
    notebook.run(
        "from types import SimpleNamespace\nX_train = [1]\ndata = SimpleNamespace(X_train=1)"
    )
    with pytest.raises(MagicError) as error:
        need(word, notebook.shell, "the model")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("load", "`load` is a function, but data was meant. Call it first: `data = load(...)`."),
        ("Data", "`Data` is the class `Data`, but data was meant."),
        ("math", "`math` is the module `math`, but data was meant."),
        ("'X'", "is 'X', but data was meant."),
    ],
)
def test_what_is_no_data_is_named(notebook, word, message):
    notebook.run("import math\ndef load(): ...\nclass Data: ...")
    with pytest.raises(MagicError) as error:
        need_data(word, notebook.shell)
    assert message in str(error.value)
