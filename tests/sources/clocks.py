"""A clock that stands still until somebody sleeps or turns it."""

import asyncio

from pmtatop.model.instant import Instant


class FrozenClock:
    """Sleeping turns it on at once: tests wait for nothing."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self._at = at

    def now(self) -> Instant:
        return Instant(self._at + self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)
