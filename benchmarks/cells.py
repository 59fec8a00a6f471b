"""Which cells the grid has: fixed beforehand, like tolerances and repeats."""

from __future__ import annotations

from dataclasses import dataclass

ROUNDS = 5
"""How often the engines take turns at a cell."""
ROUND_SECONDS = 0.05
"""A turn is one call, or as many as fit into this time, at most `MOST_CALLS`."""
MOST_CALLS = 20
SLOW_SECONDS = 3.0
"""An engine whose measured calls add up to this is not asked again."""
FIRST_SECONDS = 10.0
"""A first call, which is otherwise not measured, counts where it takes this long."""
CAP_SECONDS = 60.0
"""A call, or a compilation, that takes longer prints ">60 s"."""
TOLERANCE = {"float32": 2e-4, "float64": 1e-9}
"""The largest difference from default.qubit, as a share of the largest number (at least 1)."""


@dataclass(frozen=True)
class Cell:
    """A circuit, its size and its precision; each is run forward, and forward and backward."""

    family: str
    n: int
    batch: int
    dtype: str = "float32"

    @property
    def title(self) -> str:
        """The cell as the table's first column says it."""
        return f"{self.family}, n={self.n}, B={self.batch}"


BARS = {
    Cell("embedding", 4, 64): 60.0,
    Cell("embedding", 8, 64): 40.0,
    Cell("embedding", 12, 32): 20.0,
}
"""What is asked of a training step: this many times as fast as default.qubit by backprop."""

LARGEST = {1: 20, 32: 16, 256: 12, 100: 16}
"""The most wires for a batch, as memory allows: 2**24 amplitudes at most."""


def _sizes(family: str, sizes: tuple[int, ...], batches: tuple[int, ...]) -> list[Cell]:
    return [
        Cell(family, n, batch) for batch in batches for n in sizes if n <= LARGEST.get(batch, 20)
    ]


ALL = [
    *_sizes("embedding", (2, 4, 8, 12, 16, 20), (1, 32, 256)),
    *_sizes("reuploading", (2, 4, 8, 12, 16, 20), (1, 32, 256)),
    *_sizes("qaoa", (4, 8, 12, 16, 20), (1, 32, 256)),
    *_sizes("molecule", (8, 12), (1, 32, 256)),
    *_sizes("kernel", (2, 4, 8, 12, 16), (100,)),
    *_sizes("deep", (2, 4, 8, 12, 16, 20), (1,)),
]

STANDARD = [
    *BARS,
    *_sizes("embedding", (2, 8, 16, 20), (1,)),
    *_sizes("embedding", (4, 8), (256,)),
    *_sizes("reuploading", (4, 8, 12), (32,)),
    *_sizes("qaoa", (8, 12, 16), (1,)),
    *_sizes("qaoa", (8,), (32,)),
    *_sizes("molecule", (8, 12), (1,)),
    *_sizes("kernel", (4, 8), (100,)),
    *_sizes("deep", (4, 8, 12), (1,)),
]


def double(cells: list[Cell]) -> list[Cell]:
    """Return the cells in double precision."""
    return [Cell(cell.family, cell.n, cell.batch, "float64") for cell in cells]


GRIDS = {
    "quick": list(BARS),
    "standard": [*STANDARD, *double([*BARS, Cell("qaoa", 8, 1)])],
    "full": [*BARS, *ALL, *double(ALL)],
}
