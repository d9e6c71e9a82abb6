"""RecentSeries: named series of levels and rates over the last hours, bounded, in memory."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pmtatop.model.instant import Instant

Point = tuple[Instant, float | None]
"""A time and a value; None marks a gap, which is not a zero."""


class RecentSeries:
    """Series by name, each of (time, value) in time order; the oldest points fall out.

    Late points are refused rather than sorted in: a source hands over its points in order.
    """

    def __init__(self, keep_s: float = 6 * 3600.0) -> None:
        self._keep_s = keep_s
        self._times: dict[str, list[Instant]] = {}
        self._values: dict[str, list[float | None]] = {}

    def add(self, name: str, at: Instant, value: float | None) -> None:
        """Append one point; a point that is not newer than the last one is dropped."""
        times = self._times.setdefault(name, [])
        values = self._values.setdefault(name, [])
        if times and at <= times[-1]:
            return
        times.append(at)
        values.append(value)
        self._trim(times, values)

    def seed(self, name: str, points: Iterable[Point]) -> None:
        """Put older points in front of what is there, such as those read from accounting files."""
        times, values = self._times.pop(name, []), self._values.pop(name, [])
        first = times[0] if times else Instant(float("inf"))
        for at, value in points:
            if at < first:
                self.add(name, at, value)
        self._times.setdefault(name, []).extend(times)
        self._values.setdefault(name, []).extend(values)

    def _trim(self, times: list[Instant], values: list[float | None]) -> None:
        """Cut in blocks, so that a point costs no shift of the whole list."""
        cut = bisect_left(times, times[-1] - self._keep_s)
        if cut > len(times) // 4:
            del times[:cut], values[:cut]

    def levels(
        self, name: str, begin: Instant, end: Instant, cells: int
    ) -> tuple[float | None, ...]:
        """The mean value of each of `cells` equal spans of begin..end; None where nothing was."""
        times, values = self._times.get(name, []), self._values.get(name, [])
        edges = [begin + (end - begin) * i / cells for i in range(cells + 1)]
        cuts = [bisect_left(times, edge) for edge in edges]
        return tuple(_mean(values[a:b]) for a, b in pairwise(cuts))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
