"""How threads share the work of a kernel: by tiles, or where these are few by shares of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qaimagic.engine.layout import Layout
from qaimagic.engine.workers import run_parts

_ONE_THREAD_WORK = 20_000
_RANGE_WORK = 10_000_000
_SHARED_OUT_ROWS = 1 << 14
_SHARES = 8

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Division:
    """Into how many parts the work goes; sums depend on that, not on who does which part.

    Attributes:
        n_tiles: The number of tiles.
        n_shares: Into how many shares each tile goes; 1 where tiles are shared out.
        n_ranges: Into how many ranges tiles go. An interrupt waits for those that run, so none
            takes much longer than a tenth of a second, as long as a tile does not.
        threads: How many threads are worth it.
    """

    n_tiles: int
    n_shares: int
    n_ranges: int
    threads: int

    @classmethod
    def of(cls, layout: Layout, n_steps: int, threads: int) -> Division:
        """Return the division for ``n_steps`` steps over all rows, and at most ``threads``."""
        few = layout.n_tiles < max(2, threads)
        n_shares = _SHARES if few and layout.n_rows >= _SHARED_OUT_ROWS else 1
        work = layout.n_tiles * layout.n_rows * n_steps
        if work < _ONE_THREAD_WORK:
            threads = 1
        n_ranges = min(layout.n_tiles, max(threads, work // _RANGE_WORK))
        return cls(layout.n_tiles, n_shares, n_ranges, threads)

    @property
    def is_one_call(self) -> bool:
        """Whether nothing is shared out."""
        return self.n_shares == self.n_ranges == 1

    def run(self, work: Callable[[Range, Range], object]) -> None:
        """Call ``work(tiles, share)`` until all is done, on threads; see `workers.run_parts`."""
        n_tiles, n_shares = self.n_tiles, self.n_shares
        if self.is_one_call:
            work((0, n_tiles), (0, 1))
        elif n_shares == 1:
            run_parts(
                lambda _, start, stop: work((start, stop), (0, 1)),
                n_tiles,
                self.threads,
                self.n_ranges,
            )
        else:
            run_parts(
                lambda share, _start, _stop: work((0, n_tiles), (share, n_shares)),
                n_shares,
                self.threads,
                n_shares,
            )
