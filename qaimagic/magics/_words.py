"""Splits the line of a magic into words, the way a notebook's user expects."""

from __future__ import annotations

from qaimagic.magics._errors import MagicError

_CLOSING = {"(": ")", "[": "]", "{": "}"}


def split(line: str) -> list[str]:
    """Return the words of ``line``, without its trailing ``# comment`` and ``;``.

    Quotes and brackets that open a word (or follow its ``=``) hold it together. They stay part
    of it, so that a quoted word can be told from a name.

    Raises:
        MagicError: If a quote or a bracket is not closed.

    Example:
        >>> split("model --data X y --lr=0.1  # the first try")
        ['model', '--data', 'X', 'y', '--lr=0.1']
    """
    words: list[str] = []
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
        elif line[at] == "#":
            break
        else:
            end = _end_of_word(line, at)
            words.append(line[at:end])
            at = end
    if words and words[-1].endswith(";"):
        words[-1] = words[-1].rstrip(";")
    return [word for word in words if word]


def unquote(word: str) -> str | None:
    """Return the text between the quotes around ``word``, or None if it is not quoted."""
    quoted = len(word) >= 2 and word[0] in "'\"" and word[-1] == word[0]
    return word[1:-1] if quoted else None


def _end_of_word(line: str, start: int) -> int:
    at = start
    while at < len(line) and not line[at].isspace():
        opens = at == start or line[at - 1] == "="
        if opens and line[at] in "'\"":
            at = _after_quote(line, at)
        elif opens and line[at] in _CLOSING:
            at = _after_bracket(line, at)
        else:
            at += 1
    return at


def _after_quote(line: str, start: int) -> int:
    end = line.find(line[start], start + 1)
    if end < 0:
        raise MagicError(f"A quote is not closed: {line[start:]}")
    return end + 1


def _after_bracket(line: str, start: int) -> int:
    waiting: list[str] = []
    at = start
    while at < len(line):
        if line[at] in "'\"":
            at = _after_quote(line, at)
            continue
        if line[at] in _CLOSING:
            waiting.append(_CLOSING[line[at]])
        elif waiting and line[at] == waiting[-1]:
            waiting.pop()
        at += 1
        if not waiting:
            return at
    raise MagicError(f"A bracket is not closed: {line[start:]}")
