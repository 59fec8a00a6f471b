"""Cuts a program's text into words, each with its line."""

from __future__ import annotations

import re
from typing import NamedTuple

from qaimagic.errors import CircuitError

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<text>"[^"\n]*"|'[^'\n]*')
    |(?P<sign>->|\*\*|==|[-+*/%@=;:,(){}\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word of the program.

    Attributes:
        kind: ``"number"``, ``"name"``, ``"text"``, ``"sign"``, or ``"end"`` after the last.
        text: As it is written.
        line: The line it stands in, counted from 1.
    """

    kind: str
    text: str
    line: int


class Tokens:
    """The words of a program, read one after the other."""

    def __init__(self, program: str) -> None:
        self._tokens = _cut(program)
        self._position = 0

    @property
    def next(self) -> Token:
        """The word that comes next."""
        return self._tokens[self._position]

    def take(self) -> Token:
        """Return the next word and go on."""
        token = self.next
        if token.kind != "end":
            self._position += 1
        return token

    def accept(self, *texts: str) -> Token | None:
        """Take the next word if it is one of ``texts``."""
        is_text = self.next.kind in ("sign", "name") and self.next.text in texts
        return self.take() if is_text else None

    def expect(self, text: str) -> Token:
        """Take ``text``.

        Raises:
            CircuitError: If something else comes next.
        """
        token = self.accept(text)
        if token is None:
            raise self.wrong(f"`{text}` is expected")
        return token

    def take_name(self) -> str:
        """Take a name.

        Raises:
            CircuitError: If something else comes next.
        """
        if self.next.kind != "name":
            raise self.wrong("a name is expected")
        return self.take().text

    def wrong(self, message: str) -> CircuitError:
        """Return the error to raise for the next word."""
        found = "the end of the text" if self.next.kind == "end" else f"`{self.next.text}`"
        return CircuitError(f"OpenQASM 3: {message}, but here is {found}.", line=self.next.line)


def _cut(program: str) -> list[Token]:
    tokens = []
    position, line = 0, 1
    while position < len(program):
        found = _TOKEN.match(program, position)
        if found is None:
            raise CircuitError(
                f"OpenQASM 3: the character `{program[position]}` has no meaning here.", line=line
            )
        kind = found.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, found.group(), line))
        line += found.group().count("\n")
        position = found.end()
    return [*tokens, Token("end", "", line)]
