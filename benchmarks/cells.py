"""Which cells the grid has: fixed beforehand, like tolerances and repeats."""

from __future__ import annotations

from dataclasses import dataclass

MODES = ("forward", "step")
"""The passes of a cell: forward, and forward and backward."""
ROUNDS = 5
"""How often the engines take turns at a pass."""
ROUND_SECONDS = 0.05
"""A turn is one call, or as many as fit into this time, at most `MOST_CALLS`."""
MOST_CALLS = 20
FIRST_SECONDS = 10.0
"""A first call, which is otherwise not measured, counts where it takes this long."""
START_SECONDS = 120.0
"""How long an engine's imports, or building a circuit, may take; neither is measured."""
TOLERANCE = {"float32": 2e-4, "float64": 1e-9}
"""The largest difference from default.qubit, as a share of the largest number (at least 1)."""


@dataclass(frozen=True)
class Limits:
    """How much time an engine is given, in seconds.

    Attributes:
        cap: A call, or a compilation, that takes longer is given up, and prints ">60 s".
        slow: An engine whose measured calls of a pass add up to this is not asked again.
        long: A peer whose first call takes longer is not asked at larger passes.
    """

    cap: float
    slow: float
    long: float


LIMITS = {
    "quick": Limits(cap=60.0, slow=3.0, long=60.0),
    "standard": Limits(cap=60.0, slow=3.0, long=60.0),
    "full": Limits(cap=60.0, slow=1.0, long=20.0),
}


@dataclass(frozen=True)
class Cell:
    """A circuit, its size and its precision; each is run in both `MODES`."""

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

BATCHES = {1: 1, 100: 1, 32: 2, 256: 3}
"""When the full grid runs a batch; the Gram matrices of 100 points come with the single samples."""
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


def _small_first(cells: list[Cell]) -> list[Cell]:
    """Return the cells by batch and wires: a run that is stopped has some of each family."""
    return sorted(cells, key=lambda cell: (BATCHES[cell.batch], cell.n))


GRIDS = {
    "quick": list(BARS),
    "standard": [*STANDARD, *double([*BARS, Cell("qaoa", 8, 1)])],
    "full": [*BARS, *_small_first(ALL), *double(_small_first(ALL))],
}
