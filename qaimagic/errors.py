"""The exceptions and warnings of qaimagic; wrong arguments raise Python's own types."""

from __future__ import annotations

from functools import partial


class CircuitError(RuntimeError):
    """A circuit body failed; the message names the line and the fix.

    Args:
        message: What is wrong, and how to mend it.
        line: The line of the cell or file at fault, counted from 1, if known.
    """

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message if line is None else f"Line {line}: {message}")
        self.line = line


class NotWrittenYetError(CircuitError):
    """The body of a circuit still says ``raise NotImplementedError``."""


class DeviceError(ValueError):
    """A device is unknown, not installed, or cannot do what was asked of it."""


class BudgetError(DeviceError):
    """A submission would cost more than was allowed; nothing was submitted."""


class MemoryNeedError(MemoryError):
    """A circuit needs more memory than there is.

    Args:
        n_wires: The circuit's number of wires.
        need: The bytes that one sample needs.
        free: The bytes that are free.
        doubles: Whether it would compute in double precision.
    """

    def __init__(self, n_wires: int, need: int, free: int, *, doubles: bool) -> None:
        fix = "Use fewer wires" + (", or float32, which needs half." if doubles else ".")
        super().__init__(
            f"A circuit of {n_wires} wires needs {_gibibytes(need)} of memory for one sample, "
            f"but {_gibibytes(free)} are free. {fix}"
        )
        self.need = need
        self.free = free
        self._given = partial(MemoryNeedError, n_wires, need, free, doubles=doubles)

    def __reduce__(self) -> tuple[partial[MemoryNeedError], tuple[()]]:
        """Let it come back from another process."""
        return self._given, ()


class StaleLayerError(RuntimeError):
    """A model still holds a layer whose cell has been run again since."""


class CheckpointError(ValueError):
    """A saved run cannot be written, read, or continued with other settings."""


class MissingExtraError(ImportError):
    """An optional dependency is missing.

    Args:
        feature: What needs it, as the user would say it.
        extra: The extra of ``pip install "qaimagic[extra]"``.
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f'{feature} needs the extra `{extra}`: pip install "qaimagic[{extra}]"')
        self.extra = extra
        self._feature = feature

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        """Let it come back from another process."""
        return MissingExtraError, (self._feature, self.extra)


class QaimagicWarning(UserWarning):
    """A warning that teaches: the code runs, but probably does not do what was meant."""


class QaimagicNote(UserWarning):
    """A line that says what runs in the place of what was asked for; the numbers are right."""


def _gibibytes(size: int) -> str:
    """Write a number of bytes as people do, and exactly."""
    return f"{size / 2**30:,.1f} GiB ({size:,} bytes)"
