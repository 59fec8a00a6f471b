"""Everything that is measured beside peers, in one command: ``python3 dev.py bench``.

    python3 dev.py bench --quick     the bars, in three minutes
    python3 dev.py bench             the standard grid, in half an hour
    python3 dev.py bench --full      every size, batch and precision
        --parts grid --budget 60     as much of it as an hour allows
    python3 dev.py bench --parts grid --go-on FILE    what a stopped run left out

The first call makes an environment for each peer under ``.bench``. ``python -m benchmarks.grid
--help`` tells the grid's own options, which are understood here.
"""

from __future__ import annotations

import argparse

from benchmarks import grid, growth, quickstart, waiting

PARTS = ("grid", "growth", "waiting", "quickstart")


def main() -> None:
    """Run the parts that were asked for, one after the other."""
    parser = argparse.ArgumentParser(
        prog="dev.py bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", dest="size", action="store_const", const="quick")
    size.add_argument("--full", dest="size", action="store_const", const="full")
    parser.set_defaults(size="standard")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options, rest = parser.parse_known_args()
    if "grid" in options.parts:
        grid.main([options.size, *rest])
    measured = {
        "growth": lambda: growth.lines(options.size == "quick"),
        "waiting": waiting.lines,
        "quickstart": quickstart.lines,
    }
    for part in PARTS[1:]:
        if part in options.parts:
            for line in measured[part]():
                print(line, flush=True)


if __name__ == "__main__":
    main()
