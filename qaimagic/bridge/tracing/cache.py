"""Keeps the programs of a body, each for as long as what the body reads is as it was."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from torch import Tensor

from qaimagic._clock import Phase
from qaimagic.bridge.guards import Guards, NotGuardableError
from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.program import Program
from qaimagic.errors import CircuitError

_MAX_KEPT = 8
_PATIENCE = 16
_KNOWN = (type(None), CircuitError, NotNativeError, NotImplementedError)
"""What a body is refused for, again and again; another error may be gone the next time."""


@dataclass(frozen=True)
class _Entry:
    key: Hashable
    guards: Guards
    program: Program | None


class Programs:
    """The programs of one body: for each kind of arguments, and each state of what it reads.

    Attributes:
        reason: Why there was no program when one was last looked for in vain, else None.
        n_traces: How often the body was traced.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        self.n_traces = 0
        self._entries: list[_Entry] = []
        self._vain = 0
        self._unexpected = 0
        self._is_hopeless = False

    def find(
        self,
        function: Callable[..., object],
        key: Hashable,
        make: Callable[[Sequence[Tensor]], Program],
    ) -> Program | None:
        """Return a program that stands for ``function`` now, or None where it has to run itself.

        Args:
            function: The body.
            key: What else the program depends on, such as the shapes of its arguments.
            make: Traces the body, given the tensors that it may read from outside.
        """
        entries = self._entries
        for position, entry in enumerate(entries):
            if entry.key == key and entry.guards.still_hold():
                if position:
                    self._entries = [entry, *entries[:position], *entries[position + 1 :]]
                self._vain = self._unexpected = 0
                return entry.program
        if self._is_hopeless:
            return None
        with Phase("tracing"):
            return self._made(function, key, make)

    def _made(
        self,
        function: Callable[..., object],
        key: Hashable,
        make: Callable[[Sequence[Tensor]], Program],
    ) -> Program | None:
        program = None
        self._vain += 1
        try:
            guards = Guards.of(function)
            program = make(guards.tensors)
            self.n_traces += 1
        except (NotGuardableError, NotTraceableError) as error:
            self.reason = str(error)
            if self._may_pass(error):
                self._vain -= 1
                return None
            if isinstance(error, NotGuardableError):
                self._is_hopeless = True
                return None
        if not guards.still_hold() or self._vain > _PATIENCE:
            self._is_hopeless, self.reason = True, "what it reads changes in every call"
            return None
        self._entries = [_Entry(key, guards, program), *self._entries][:_MAX_KEPT]
        return program

    def _may_pass(self, error: Exception) -> bool:
        """Return whether an error is none of ours, and did not come too often."""
        if isinstance(error.__cause__, _KNOWN):
            return False
        self._unexpected += 1
        return self._unexpected <= _PATIENCE
