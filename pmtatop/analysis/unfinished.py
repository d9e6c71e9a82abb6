"""Unfinished: recipients that were put off and not yet settled, and their age at the last attempt.

`timeLogged - timeQueued` of a `t` row is an age that was proven when it was written; a later `d` or
`b` of the same recipient, message and job settles it. Recipients whose own problem it is (a full
mailbox) stay near `bounce-after` for ever, so they are kept apart from the fresh ones.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pmtatop.model.event import AccountingRow
from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age

MOST = 300_000
"""Recipients kept; beyond it those whose last attempt is longest ago are forgotten."""

METHOD = "last-attempt"

Place = tuple[str, str]
"""(recipient domain, queue)."""


@dataclass(frozen=True, slots=True)
class _Wait:
    place: Place
    age_s: float
    fresh: bool


class Unfinished:
    """Mutable; fed with every accounting row in order of reading."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._waits: dict[int, _Wait] = {}
        self._heaps: dict[tuple[Place, bool], list[tuple[float, int]]] = {}
        self.forgotten = 0
        """Recipients that were dropped because there were too many."""

    def add(self, row: AccountingRow, recipients_own: bool) -> None:
        """Learn from one row; `recipients_own`: the reply concerns this mailbox alone."""
        if row.queued is None or row.type_ not in ("t", "d", "b"):
            return
        who = hash((row.recipient, row.queued, row.job))
        self._waits.pop(who, None)
        if row.type_ == "t":
            place = (str(row.domain), str(row.queue))
            wait = _Wait(place, max(0.0, row.logged - row.queued), not recipients_own)
            self._waits[who] = wait
            heap = self._heaps.setdefault((place, wait.fresh), [])
            heapq.heappush(heap, (-wait.age_s, who))
            if len(self._waits) > self._most:
                self._forget()

    def _forget(self) -> None:
        """Drop the first tenth: insertion order is the order of the last attempts."""
        for who in list(self._waits)[: self._most // 10]:
            del self._waits[who]
            self.forgotten += 1

    def ages(self) -> Iterator[tuple[Place, Age]]:
        """The oldest of each place: of all in `min_s`, of the fresh ones in `fresh_s`."""
        found: dict[Place, tuple[float, float | None]] = {}
        for place, fresh, age_s in self._tops():
            oldest, youngest = found.get(place, (0.0, None))
            found[place] = (max(age_s, oldest), age_s if fresh else youngest)
        for place, (oldest, fresh_s) in found.items():
            yield place, Age(oldest, None, METHOD, fresh_s)

    def is_empty(self) -> bool:
        """Whether nobody waits, as far as the rows read tell."""
        return not self._waits

    def _tops(self) -> Iterable[tuple[Place, bool, float]]:
        """The oldest wait of each place, after dropping what has been settled meanwhile."""
        empty = []
        for (place, fresh), heap in self._heaps.items():
            while heap and not self._is_current(heap[0], place, fresh):
                heapq.heappop(heap)
            if heap:
                yield place, fresh, -heap[0][0]
            else:
                empty.append((place, fresh))
        for key in empty:
            del self._heaps[key]

    def _is_current(self, entry: tuple[float, int], place: Place, fresh: bool) -> bool:
        wait = self._waits.get(entry[1])
        return wait is not None and wait == _Wait(place, -entry[0], fresh)


def older(one: Age, other: Age) -> Age:
    """The older of two, for a group of places; fresh ones are compared apart."""
    top = one if (one.min_s or 0.0) >= (other.min_s or 0.0) else other
    fresh = [age.fresh_s for age in (one, other) if age.fresh_s is not None]
    return replace(top, fresh_s=max(fresh, default=None))


def stuck_age(last_error: Instant | None, retry_at: Instant | None, now: Instant) -> Age:
    """How long a queue has been stuck, from its page alone.

    The newest error is that old at least; `retry_at`, the next attempt, proves no more: only that
    the last one lies behind.
    """
    if last_error is None or last_error > now:
        return Age()
    if retry_at is not None and retry_at <= last_error:
        return Age()
    return Age(now - last_error, None, "stuck")
