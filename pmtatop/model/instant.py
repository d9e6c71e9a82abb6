"""Instant: a point in time, and the clock that carries PMTA's own time forward."""

from dataclasses import dataclass
from typing import NewType

Instant = NewType("Instant", float)
"""Seconds since 1970-01-01 UTC. JSON writes it as RFC 3339."""


@dataclass(frozen=True, slots=True)
class Clock:
    """PMTA's time, read from `status.timeNow` and carried forward by a monotonic clock.

    All analysis runs on it, so a laptop with a wrong clock or a replayed recording computes the
    same ages as the mail server itself.
    """

    anchor: Instant
    """PMTA's time at `anchor_monotonic`."""
    anchor_monotonic: float
    """Seconds of the host's monotonic clock when the anchor was read."""
    rate: float = 1.0
    """PMTA seconds per host second: 1 except in demo, replay and `simulate --speed`."""

    def at(self, monotonic: float) -> Instant:
        """PMTA's time when the host's monotonic clock shows `monotonic` seconds."""
        return Instant(self.anchor + (monotonic - self.anchor_monotonic) * self.rate)

    def anchored(self, anchor: Instant, monotonic: float) -> "Clock":
        """The same clock, set to a fresh reading of PMTA's time."""
        return Clock(anchor, monotonic, self.rate)
