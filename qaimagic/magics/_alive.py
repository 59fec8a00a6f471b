"""What comes alive in a notebook although its room knows no widgets: the samples of an annealer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_ANNEALED = ("qaimagic.subroutines.anneal.result", "Annealed")


def install(shell: InteractiveShell) -> None:
    """Let ``shell`` show what `qaimagic.anneal` found as `qaimagic.samples` shows it."""
    _formatter(shell).for_type_by_name(*_ANNEALED, _samples)


def uninstall(shell: InteractiveShell) -> None:
    """Let ``shell`` show it as a picture again."""
    _formatter(shell).pop(".".join(_ANNEALED), None)


def _formatter(shell: InteractiveShell) -> Any:
    return shell.display_formatter.mimebundle_formatter  # type: ignore[union-attr]


def _samples(answer: Any) -> tuple[dict[str, str], dict[str, str]]:
    from qaimagic.explore.samples import samples

    return samples(answer)._repr_mimebundle_(), {}
