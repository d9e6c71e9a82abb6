"""Delivery latency in 64 logarithmic bins: bounded memory, quantiles within ten per cent."""

from collections.abc import Sequence
from math import log

BINS = 64
_RATIO = 1.2
_SCALE = 1.0 / log(_RATIO)


def bin_of(seconds: float) -> int:
    """The bin of a latency: 0 below one second, then steps of 20% up to about a day."""
    if seconds < 1.0:
        return 0
    return min(BINS - 1, 1 + int(log(seconds) * _SCALE))


def value_of(bin_: int) -> float:
    """The seconds in the (geometric) middle of a bin."""
    return 0.5 if bin_ == 0 else _RATIO ** (bin_ - 0.5)


def quantile(histogram: Sequence[int], share: float) -> float | None:
    """The latency below which `share` of the deliveries lie, seconds; None without deliveries."""
    wanted = share * sum(histogram)
    seen = 0
    for bin_, count in enumerate(histogram):
        seen += count
        if count and seen >= wanted:
            return value_of(bin_)
    return None
