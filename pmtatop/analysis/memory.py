"""Memory over time: how fast it grows, when it meets the limit, what the queue does not explain."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from pmtatop.model.instant import Instant

EVERY_S = 60.0
"""One point a minute is kept."""
KEPT = 24 * 60
SLOPE_S = 3600.0
"""The slope is that of the last hour."""
FEWEST = 15
"""Points without which nothing is said."""
RECENT_S = 1800.0
"""The fit is made on what lies before this: a leak must not explain itself."""

LIMIT_5_0 = 0.9
"""`max-memory-usage-percent`: PMTA 5.0's documented default."""


@dataclass(frozen=True, slots=True)
class Point:
    """One minute."""

    at: Instant
    resident: float
    """Bytes."""
    queued: float
    """Recipients in the queues at that time."""


class MemoryBook:
    """The points of the last day."""

    def __init__(self) -> None:
        self._points: deque[Point] = deque(maxlen=KEPT)

    def add(self, point: Point) -> None:
        """Keep a point, unless the last one is younger than a minute."""
        if not self._points or point.at - self._points[-1].at >= EVERY_S:
            self._points.append(point)

    def slope_per_hour(self, now: Instant) -> float | None:
        """Bytes an hour: the median slope between all pairs of the last hour (Theil and Sen)."""
        points = [p for p in self._points if now - p.at <= SLOPE_S]
        if len(points) < FEWEST:
            return None
        slopes = [(b.resident - a.resident) / (b.at - a.at) for a, b in combinations(points, 2)]
        return median(slopes) * 3600.0

    def unexplained_ratio(self, now: Instant) -> float | None:
        """Share of the newest resident size that the queue does not explain; None: not known.

        It may be fragmentation, or a leak, or a cache: the ratio says only how much.
        """
        past = [p for p in self._points if now - p.at > RECENT_S]
        if len(past) < FEWEST or not self._points:
            return None
        newest = self._points[-1]
        base, per_recipient = fitted(past)
        expected = base + per_recipient * newest.queued
        return max(0.0, newest.resident - expected) / newest.resident if newest.resident else None


def fitted(points: Sequence[Point]) -> tuple[float, float]:
    """Least squares of resident over queued: (base, bytes per recipient), the latter >= 0."""
    count = len(points)
    mean_x = sum(p.queued for p in points) / count
    mean_y = sum(p.resident for p in points) / count
    spread = sum((p.queued - mean_x) ** 2 for p in points)
    shared = sum((p.queued - mean_x) * (p.resident - mean_y) for p in points)
    slope = max(0.0, shared / spread) if spread else 0.0
    return mean_y - slope * mean_x, slope


def eta_s(resident: float, limit: float | None, slope_per_hour: float | None) -> float | None:
    """Seconds until the limit is met at this slope; None: never, or not known."""
    if limit is None or slope_per_hour is None or slope_per_hour <= 0 or resident >= limit:
        return None
    return (limit - resident) / slope_per_hour * 3600.0
