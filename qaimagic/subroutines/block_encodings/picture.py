"""A block encoding in words and as matrices side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.matrices import Grid, matrices_picture
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.block_encodings.encoding import BlockEncoding

_MOST_DRAWN = 32
_ROUNDING = 1e-9


def error_of(encoding: BlockEncoding) -> str:
    """Return how wrong what is encoded is, in words."""
    if encoding.error <= _ROUNDING * encoding.norm:
        return "exact to rounding"
    return f"error {short_number(encoding.error)}"


def text_of(encoding: BlockEncoding) -> str:
    """Return what came out in one deterministic line."""
    rows, columns = encoding.matrix.shape
    n = len(encoding.auxiliary)
    said = [
        f"Block encoding of a {rows} x {columns} matrix, {encoding.method}: alpha "
        f"{short_number(encoding.alpha, 4)} (at least the spectral norm, "
        f"{short_number(encoding.norm, 4)}), {n} auxiliary wire{'s' * (n != 1)}, "
        f"{encoding.n_gates:,} "
        f"gate{'s' * (encoding.n_gates != 1)} on two wires, depth {encoding.depth:,}, "
        f"{error_of(encoding)}; "
        f"success probability {short_number(encoding.mean_success)} in the mean over all states."
    ]
    if encoding.is_padded:
        size = 2 ** len(encoding.wires)
        said.append(f"Padded with zeros to {size} x {size}.")
    if encoding.bound:
        said.append(f"Compressed: error at most {short_number(encoding.bound)}.")
    return " ".join(said)


def picture_of(encoding: BlockEncoding) -> Picture:
    """Return what is shown of an encoding; see ``BlockEncoding.plot``."""
    text, (rows, columns) = text_of(encoding), encoding.matrix.shape
    size = 2 ** (len(encoding.auxiliary) + len(encoding.wires))
    shown = min(size, max(_MOST_DRAWN, rows, columns))
    part = f"{size} x {size}" if shown == size else f"its first {shown} of {size} rows"
    return matrices_picture(
        Grid("A", encoding.matrix),
        Grid(f"U, {part}; framed: A / alpha", encoding.columns(shown)[:shown], (rows, columns)),
        title=text,
        text=text,
    )
