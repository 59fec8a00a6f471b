"""Samplers side by side as a picture and in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qaimagic.devices.annealers.thermostat import GIBBS
from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.training.record.columns import Column, columns_html

if TYPE_CHECKING:
    from qaimagic.subroutines.boltzmann_sampling.comparison import SamplerComparison
    from qaimagic.subroutines.boltzmann_sampling.mixing import Mixing

_MUCH = 0.5
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def picture_of(comparison: SamplerComparison) -> Picture:
    """Return the distance against sweeps and against seconds; see ``SamplerComparison.plot``."""
    label = "total variation from exact"
    panels = [
        Curves(_lines(comparison, by), label, words, better=None, log=True, log_x=True)
        for by, words in (("sweeps", "sweeps before a sample"), ("seconds", "seconds per sample"))
    ]
    table = columns_html(_table(comparison))
    picture = curves_picture(*panels, title=verdict_of(comparison), table=table)
    return replace(picture, text=text_of(comparison))


def text_of(comparison: SamplerComparison) -> str:
    """Return how many sweeps each device needs in one deterministic line."""
    needs = ", ".join(
        f"{m.device} after {m.sweeps_needed} sweep{'s' * (m.sweeps_needed != 1)}"
        if m.is_within
        else f"{m.device} not after {m.sweeps[-1]}"
        for m in comparison.mixings
    )
    return (
        f"{comparison.reads:,} independent samples at T = "
        f"{short_number(comparison.exact.temperature)} are {_noise(comparison)} from exact; within "
        f"that noise: {needs}.{_remark(comparison)}"
    )


def verdict_of(comparison: SamplerComparison) -> str:
    """Return what was measured, in sentences."""
    said = [text_of(comparison), "Samples per second there, measured on this machine:"]
    parts = []
    for mixing in comparison.mixings:
        ratio = comparison.times_gibbs(mixing.device) if mixing.device != GIBBS else None
        if mixing.seconds_needed is not None:
            rate = f"{mixing.device} {_rate(mixing.seconds_needed)}"
        else:
            rate = f"{mixing.device} fewer than {_rate(float(mixing.seconds[-1]))}"
        parts.append(rate + (f" ({ratio!r} times Gibbs)" if ratio is not None else ""))
    ratio = comparison.times_gibbs("anneal:exact")
    own = f"by enumeration {_rate(comparison.exact_seconds)}"
    parts.append(own + (f" ({ratio!r} times Gibbs)" if ratio is not None else ""))
    return " ".join([*said, f"{', '.join(parts)}."])


def _lines(comparison: SamplerComparison, by: str) -> tuple[Series, ...]:
    lines = [
        Series(_brief(mixing.device), getattr(mixing, by), mixing.distances, "validation", group)
        for group, mixing in enumerate(comparison.mixings)
    ]
    return (*lines, Series("independent", [0.0], [comparison.noise.mean], "reference"))


def _table(comparison: SamplerComparison) -> list[Column]:
    mixings, exact = comparison.mixings, comparison.exact_seconds
    ratios = [comparison.times_gibbs(m.device) for m in mixings]
    ratios.append(comparison.times_gibbs("anneal:exact"))
    return [
        Column("sampler", [*(m.device for m in mixings), "enumeration"], is_number=False),
        Column("sweeps needed", [*map(_sweeps, mixings), ""]),
        Column("time per sample", [*map(_needed, mixings), _time(exact)]),
        Column("samples per second", [*map(_speed, mixings), _rate(exact)]),
        Column("times Gibbs", ["" if ratio is None else repr(ratio) for ratio in ratios]),
        Column("least distance", [*(short_number(float(m.distances.min())) for m in mixings), ""]),
        Column("effective temperature", [*map(_temperature, mixings), ""]),
    ]


def _sweeps(mixing: Mixing) -> str:
    return str(mixing.sweeps_needed) if mixing.is_within else f"over {mixing.sweeps[-1]}"


def _needed(mixing: Mixing) -> str:
    if mixing.seconds_needed is None:
        return f"over {_time(float(mixing.seconds[-1]))}"
    return _time(mixing.seconds_needed)


def _speed(mixing: Mixing) -> str:
    if mixing.seconds_needed is None:
        return f"below {_rate(float(mixing.seconds[-1]))}"
    return _rate(mixing.seconds_needed)


def _temperature(mixing: Mixing) -> str:
    """Return the temperature of samples within the noise, else of those with the most sweeps."""
    fit = mixing.temperatures[-1 if mixing.place is None else mixing.place]
    return "" if fit is None else str(fit)


def _noise(comparison: SamplerComparison) -> str:
    noise = comparison.noise
    return f"{short_number(noise.mean)} ± {short_number(noise.spread, 2)}"


def _remark(comparison: SamplerComparison) -> str:
    if comparison.noise.mean < _MUCH:
        return ""
    return (
        " So few samples of so many states tell little: take more `reads`, fewer variables, or a "
        "lower temperature."
    )


def _brief(device: str) -> str:
    return device.removeprefix("anneal:")


def _rate(seconds: float) -> str:
    return f"{float(f'{1 / seconds:.2g}'):,.0f}"


def _time(seconds: float) -> str:
    size, unit = next(((s, u) for s, u in _UNITS if seconds >= s), _UNITS[-1])
    return (
        f"{seconds / size:.2g} {unit}" if seconds < 100 * size else f"{seconds / size:.0f} {unit}"
    )
