"""Numbers as the screen writes them: short, right in their unit, `–` for unknown."""

import math

UNKNOWN = "–"
"""What stands where a value is not known; never a zero."""

_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_SIZE_STEPS = ((2.0**40, "T"), (2.0**30, "G"), (2.0**20, "M"), (2.0**10, "K"))


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _scaled(value: float, steps: tuple[tuple[float, str], ...]) -> str:
    for step, unit in steps:
        if abs(value) >= step:
            scaled = value / step
            return f"{scaled:.0f}{unit}" if abs(scaled) >= 999.5 else f"{scaled:.1f}{unit}"
    return f"{value:.0f}"


def count(value: float | None) -> str:
    """A number of things in at most six columns: `912`, `9,120`, `88.1k`, `1.2M`."""
    if value is None or not _known(value):
        return UNKNOWN
    return f"{value:,.0f}" if abs(value) < 10_000 else _scaled(value, _STEPS)


def whole(value: float | None) -> str:
    """A number of things written out: `88,104`."""
    return f"{value:,.0f}" if value is not None and _known(value) else UNKNOWN


def percent(ratio: float | None) -> str:
    """A ratio of 0..1 in per cent: `41%`, below one per cent `0.3%`."""
    if ratio is None or not _known(ratio):
        return UNKNOWN
    points = ratio * 100
    return f"{points:.1f}%" if 0 < points < 0.95 else f"{points:.0f}%"


def size(bytes_: float | None) -> str:
    """Bytes in powers of 1024: `3.7G`."""
    if bytes_ is None or not _known(bytes_):
        return UNKNOWN
    return _scaled(bytes_, _SIZE_STEPS) if abs(bytes_) >= 1024 else f"{bytes_:.0f}B"


def per_minute(value: float | None) -> str:
    """A rate a minute: `18.2k/m`; below ten with one decimal."""
    if value is None or not _known(value):
        return UNKNOWN
    return f"{value:.1f}/m" if 0 < value < 9.95 else f"{count(value)}/m"
