"""How deep amplified circuits are."""

from __future__ import annotations

from collections.abc import Callable

_MEASURED = 2


def depth_of_power(power: int, measured: Callable[[int], int]) -> int:
    """Return the depth of a circuit with so many amplifications.

    From the second one on, each adds what the second did: an amplification acts on all wires at
    once, so that the next one waits for it.

    Args:
        power: How many amplifications.
        measured: Gives the depth for a small number of them.

    Example:
        >>> depth_of_power(1000, lambda power: 5 + 8 * power)
        8005
    """
    if power <= _MEASURED:
        return measured(power)
    first, second = measured(1), measured(2)
    return second + (power - 2) * (second - first)
