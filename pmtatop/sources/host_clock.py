"""HostClock: this host's time and waiting, in one place that tests can freeze."""

import asyncio
import time
from typing import Protocol

from pmtatop.model.instant import Instant


class HostClock(Protocol):
    """Time as this host has it."""

    def now(self) -> Instant:
        """Wall-clock time."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The real one."""

    def now(self) -> Instant:
        """Wall-clock time."""
        return Instant(time.time())  # noqa: TID251 - the one place that reads the host's clock

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
