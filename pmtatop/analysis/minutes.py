"""Minutes: completed 60-second buckets per operator, for the detector and the trend lines."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from pmtatop.analysis.attempts import (
    ATTEMPTS,
    BOUNCED,
    DEFERRED,
    DELIVERED,
    FIRST,
    FIRST_DEFERRED,
    LOST,
    REFUSED,
    UNSURE_FIRST,
)
from pmtatop.analysis.cells import Cell
from pmtatop.analysis.sample import BUCKET_S, Sample
from pmtatop.model.instant import Instant
from pmtatop.model.reason import ReasonClass

KEPT_MINUTES = 180
REMEMBERED_MINUTES = 60
"""An operator without rows for so long gets no more samples of zero."""
MAX_WAITING = 200_000
"""Samples that nobody has collected; older ones are dropped first."""


@dataclass(slots=True, eq=False)
class _Tally:
    counters: list[int] = field(default_factory=lambda: [0] * (UNSURE_FIRST + 1))
    classes: dict[ReasonClass, int] = field(default_factory=dict)
    first_classes: dict[ReasonClass, int] = field(default_factory=dict)
    lost_classes: dict[ReasonClass, int] = field(default_factory=dict)

    def add(self, cell: Cell, count: int) -> None:
        for place in cell.counters:
            self.counters[place] += count
        if cell.reason is None:
            return
        for place, classes in ((DEFERRED, self.classes), (BOUNCED, self.classes),
                               (FIRST, self.first_classes), (LOST, self.lost_classes)):  # fmt: skip
            if place in cell.counters:
                name = cell.reason.class_
                classes[name] = classes.get(name, 0) + count

    def sample(self, at: Instant, deferrals_logged: bool) -> Sample:
        c = self.counters
        sure = not c[UNSURE_FIRST]
        return Sample(
            at=at,
            attempts=c[ATTEMPTS],
            deferred=c[DEFERRED] if deferrals_logged else None,
            delivered=c[DELIVERED],
            bounced=c[BOUNCED],
            lost=c[LOST],
            refused=c[REFUSED],
            first_attempts=c[FIRST] if sure else None,
            first_deferred=c[FIRST_DEFERRED] if sure else None,
            by_class=self.first_classes if sure else self.classes,
            lost_by_class=self.lost_classes,
        )


class MinuteBook:
    """Closed minutes by operator: the newest for trends, the uncollected for the detector."""

    def __init__(self) -> None:
        self._kept: dict[int, dict[str, Sample]] = {}
        self._newest: int | None = None
        self._waiting: deque[tuple[str, Sample]] = deque(maxlen=MAX_WAITING)
        self._seen: dict[str, int] = {}

    def close(self, minute: int, cells: Iterable[tuple[Cell, int]], deferrals_logged: bool) -> None:
        """End `minute` (seconds since 1970 // 60) with the rows that it held, at least one."""
        tallies: dict[str, _Tally] = {}
        for cell, count in cells:
            tallies.setdefault(cell.isp, _Tally()).add(cell, count)
        self._remember(minute, tallies)
        at = Instant(float((minute + 1) * BUCKET_S))
        samples = {
            isp: tallies.get(isp, _Tally()).sample(at, deferrals_logged) for isp in self._seen
        }
        self._kept[minute] = samples
        self._waiting.extend(samples.items())

    def _remember(self, minute: int, tallies: dict[str, _Tally]) -> None:
        self._newest = minute
        self._seen.update(dict.fromkeys(tallies, minute))
        self._seen = {i: m for i, m in self._seen.items() if m > minute - REMEMBERED_MINUTES}
        while self._kept and next(iter(self._kept)) <= minute - KEPT_MINUTES:
            del self._kept[next(iter(self._kept))]

    def collect(self) -> tuple[tuple[str, Sample], ...]:
        """The samples closed since the last call, oldest first."""
        collected = tuple(self._waiting)
        self._waiting.clear()
        return collected

    def of(self, isp: str, minutes: int) -> tuple[Sample | None, ...]:
        """The last `minutes` closed minutes of `isp`, oldest first; None: nothing was read."""
        if self._newest is None:
            return (None,) * minutes
        first = self._newest - minutes + 1
        return tuple(self._kept.get(m, {}).get(isp) for m in range(first, self._newest + 1))
