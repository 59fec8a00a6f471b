"""A notebook to test magics in: a real shell that raises what a cell raises."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from qaimagic.magics._errors import MagicError


class Notebook:
    """A shell with the extension loaded, in which cells are run one after the other."""

    ENCODER = (
        "%%quantum\n"
        "def encoder(inputs, theta: (2, 2, 3)):\n"
        "    qml.AngleEmbedding(inputs, wires=range(2))\n"
        "    qml.StronglyEntanglingLayers(theta, wires=range(2))\n"
        "    return [qml.expval(qml.Z(i)) for i in range(2)]\n"
    )

    def __init__(self, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
        self.shell = shell
        self.capsys = capsys
        self.run("%load_ext qaimagic")

    def __getitem__(self, name: str) -> Any:
        return self.shell.user_ns[name]

    def run(self, cell: str) -> Any:
        """Run a cell and return its value; its error, if any, is raised."""
        __tracebackhide__ = True
        result = self.shell.run_cell(cell, store_history=True)
        result.raise_error()
        return result.result

    def printed(self, cell: str) -> str:
        """Run a cell and return what it prints and shows."""
        self.capsys.readouterr()
        self.run(cell)
        return self.capsys.readouterr().out

    def refusal(self, cell: str) -> str:
        """Run a cell that must be refused, and return all that the user sees of it."""
        self.capsys.readouterr()
        with pytest.raises(MagicError):
            self.run(cell)
        return self.capsys.readouterr().out

    def traceback(self, cell: str, kind: type[Exception]) -> str:
        """Run a cell that must fail with an ordinary error, and return what the user sees."""
        self.capsys.readouterr()
        with pytest.raises(kind):
            self.run(cell)
        return self.capsys.readouterr().out

    def completions(self, text: str) -> list[str]:
        """Return what Tab offers at the end of ``text``."""
        with provisionalcompleter():
            return [found.text for found in self.shell.Completer.completions(text, len(text))]


@pytest.fixture
def notebook(capsys: pytest.CaptureFixture[str]) -> Iterator[Notebook]:
    main = sys.modules["__main__"]
    config = Config(
        {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}}
    )
    shell = InteractiveShell.instance(config=config)
    yield Notebook(shell, capsys)
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
