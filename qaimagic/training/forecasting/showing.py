"""How a forecast writes times, money and energies: two digits, which is all that it knows."""

from __future__ import annotations

from qaimagic.devices.prices import money

_TIMES = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
_ENERGIES = ((1e6, "MJ"), (1e3, "kJ"))


def duration(seconds: float | None) -> str:
    """Write a time as people do; nothing for None.

    Example:
        >>> [duration(s) for s in (0.0123, 75, 5400)]
        ['12 ms', '1.2 min', '1.5 h']
    """
    if seconds is None:
        return ""
    for size, unit in _TIMES:
        if seconds >= size:
            return f"{_two_digits(seconds / size)} {unit}"
    return f"{_two_digits(1000 * seconds)} ms"


def dollars(amount: float | None) -> str:
    """Write an amount of money; nothing for None.

    Example:
        >>> [dollars(a) for a in (0, 12.5)]
        ['free', '$12.50']
    """
    if amount is None:
        return ""
    return "free" if amount == 0 else money(amount)


def joules(energy: float | None) -> str:
    """Write an energy; nothing for None.

    Example:
        >>> [joules(e) for e in (3, 12345, 7.2e6)]
        ['3 J', '12 kJ', '7.2 MJ']
    """
    if energy is None:
        return ""
    for size, unit in _ENERGIES:
        if energy >= size:
            return f"{_two_digits(energy / size)} {unit}"
    return f"{_two_digits(energy)} J"


def _two_digits(number: float) -> str:
    return f"{float(f'{number:.2g}'):,.10g}"
