"""The command `qaimagic`, for what is done before a notebook is opened."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line.

    Args:
        arguments: The words after ``qaimagic``; those of this process by default.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="qaimagic", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "warmup",
        help="compile the engine's kernels ahead, once for this machine",
        description="Compile the engine's kernels ahead, so that no cell waits for it.",
    )
    parser.parse_args(arguments)
    return _warmup()


def _warmup() -> int:
    """Compile the kernels and say what was done."""
    from qaimagic.engine.warmup import warmup

    print("qaimagic: making the engine's kernels ready (up to half a minute)", flush=True)
    try:
        warmth = warmup()
    except KeyboardInterrupt:
        print("qaimagic: stopped; kernels that were done by then are kept", flush=True)
        return _INTERRUPTED
    if warmth.compiled < 0:
        return 0
    folders = " and ".join(warmth.folders)
    kept = f"kept in {folders}" if folders else "lost now: no folder for them can be written"
    compiled = f"{warmth.compiled} compiled, {kept}; " if warmth.compiled else ""
    print(f"qaimagic: {compiled}{warmth.found} were ready; {warmth.seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
