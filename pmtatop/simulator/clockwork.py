"""Clockwork: the calendar of events, run second by second, the same for the same seed."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

Event = Callable[..., None]


class Calendar:
    """Events by simulated second; those of one second run in the order in which they came.

    The order does not depend on how far each `run` reaches, hence neither do the bytes.
    """

    def __init__(self, now: int) -> None:
        self.now = now
        self._days: dict[int, list[tuple[Event, tuple[object, ...]]]] = {}

    def at(self, second: int, event: Event, *args: object) -> None:
        """Have `event(second, *args)` called when that second is reached."""
        self._days.setdefault(max(second, self.now), []).append((event, args))

    def run(self, until: int) -> None:
        """Run everything up to and including the second `until`."""
        days = self._days
        for second in range(self.now, until + 1):
            self.now = second
            # An event may add to its own second: the list grows while it is walked.
            for event, args in days.get(second, ()):
                event(second, *args)
            days.pop(second, None)


@lru_cache(maxsize=4096)
def _minute(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%d %H:%M:")


def stamp(second: int) -> str:
    """`2025-04-01 14:32:10`, the server's local time, which here is UTC."""
    return f"{_minute(second // 60)}{second % 60:02d}"


@lru_cache(maxsize=16384)
def zoned(second: int) -> str:
    """`2025-04-01 14:32:10+0000`: the form of the accounting files."""
    return stamp(second) + "+0000"


def date_of(second: int) -> str:
    """`2025-04-01`."""
    return stamp(second - second % 86400)[:10]
