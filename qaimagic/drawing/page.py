"""A picture that lasts: inline SVG, the same in one line of text, and the data behind it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from qaimagic._checks import requirement

_OPENING_TAG = re.compile(r"""<svg\b(?:[^>"']|"[^"]*"|'[^']*')*>""")
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
_PAPER = (
    "<style>"
    ":root{color-scheme:light dark;color:#1f2328;background:#ffffff}"
    "@media (prefers-color-scheme:dark){:root{color:#e6edf3;background:#11151a}}"
    "</style>"
)


@dataclass(frozen=True)
class Picture:
    """A finished picture, shown by any notebook front end and by a terminal.

    Attributes:
        svg: A complete ``<svg ...>`` element whose ink is ``currentColor``, so that it suits the
            page it stands on.
        text: The same in one deterministic line: the caption, and what a terminal prints.
        table: The data behind it as an HTML ``<table>``, or an empty string. It must be escaped.
        caption: The line under the picture on a page; None for ``text``, empty for none.
        below: Further HTML that is always in sight, such as a small table. It must be escaped.

    Example:
        >>> Picture('<svg xmlns="http://www.w3.org/2000/svg"></svg>', "nothing yet", "")
        nothing yet
    """

    svg: str
    text: str
    table: str = ""
    caption: str | None = None
    below: str = ""

    def __repr__(self) -> str:
        return self.text

    def html(self) -> str:
        """Return the figure as an HTML fragment: picture, caption, and the data to unfold."""
        words = self.text if self.caption is None else self.caption
        caption = (
            f'<figcaption style="opacity:0.75;font-size:0.9em">{escape(words)}</figcaption>'
            if words
            else ""
        )
        data = f"<details><summary>Data</summary>{self.table}</details>" if self.table else ""
        return (
            '<figure style="margin:0.5em 0;max-width:100%;overflow-x:auto">'
            f"{self.svg}{caption}{self.below}{data}</figure>"
        )

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        """Return what Jupyter stores in the notebook; it needs no kernel and no script later."""
        return {"text/html": self.html(), "text/plain": self.text}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture as an ``.svg`` file that is readable on light and on dark screens.

        Args:
            path: Where to write; the name must end in ``.svg``.

        Returns:
            The path written.

        Raises:
            ValueError: If the name does not end in ``.svg``.
        """
        target = Path(path)
        if target.suffix.lower() != ".svg":
            raise ValueError(
                requirement("path", "end in `.svg`", f"it is `{target}`", "Rename the file.")
            )
        target.write_text(_standalone(self.svg), encoding="utf-8")
        return target


def _standalone(svg: str) -> str:
    """Return ``svg`` with its namespace and with a paper of its own, light or dark."""
    opening = _OPENING_TAG.search(svg)
    if opening is None:
        raise ValueError(requirement("svg", "hold an <svg> element", f"it is {svg[:40]!r}"))
    tag = opening.group()
    if "xmlns=" not in tag:
        tag = f"<svg {_NAMESPACE}{tag[4:]}"
    return f"{tag}{_PAPER}{svg[opening.end() :]}\n"
