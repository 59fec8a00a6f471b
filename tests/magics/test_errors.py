"""Which errors show their message alone, and which keep their traceback."""

import json

import pytest

from qaimagic import _checks
from qaimagic.errors import (
    CircuitError,
    DeviceError,
    MemoryNeedError,
    MissingExtraError,
    StaleLayerError,
)
from qaimagic.magics import _words
from qaimagic.magics._errors import MagicError, presentable


def caught(function, *arguments):
    with pytest.raises((TypeError, ValueError)) as error:
        function(*arguments)
    return error.value


def test_the_message_is_all_that_shows():
    assert MagicError("first\nsecond")._render_traceback_() == ["first", "second"]


@pytest.mark.parametrize(
    "error",
    [
        CircuitError("no", line=3),
        DeviceError("no"),
        StaleLayerError("no"),
        MissingExtraError("This", "all"),
        MemoryNeedError(40, 2**44, 2**33, doubles=True),
    ],
)
def test_our_own_classes_are_presented(notebook, error):
    shown = presentable(error, notebook.shell)
    assert isinstance(shown, MagicError)
    assert str(shown) == str(error)


def test_what_our_code_raises_on_purpose_is_presented(notebook):
    error = caught(_checks.check_choice, "format", "jpg", ["svg"])
    assert str(presentable(error, notebook.shell)) == str(error)


def test_what_goes_wrong_in_our_code_is_not(notebook):
    error = caught(_words.split, None)
    assert isinstance(error, TypeError)
    assert presentable(error, notebook.shell) is error


def test_what_goes_wrong_elsewhere_is_not(notebook):
    error = caught(json.loads, "{")
    assert presentable(error, notebook.shell) is error


def test_a_cell_run_by_a_function_keeps_its_own_source(notebook):
    seen = notebook.traceback(
        "body = 'x = 1 / 0'\nget_ipython().run_cell_magic('quantum', '--no-draw', "
        "body + '\\ndef f(): ...')",
        ZeroDivisionError,
    )
    assert "----> 2 get_ipython().run_cell_magic(" in seen
    assert "----> 2 x = 1 / 0" in seen
