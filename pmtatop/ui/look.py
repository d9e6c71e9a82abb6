"""Look and Scene: how to draw, and what is drawn at one moment."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

from pmtatop.model.view import View


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw; from flags and settings, the same for the whole run."""

    read_only: bool = False
    """Show the READ-ONLY banner."""
    ascii_only: bool = False
    """Draw with ASCII alone: the locale or a flag says that nothing else arrives whole."""
    theme: str = "dark"
    """`dark|light|terminal|contrast|colour-blind`; an unknown one is `dark`."""
    zone: tzinfo = UTC
    """Zone of every time on the screen; its name stands beside the clock."""
    bell: bool = False
    """Ring once for each page that begins to fire."""
    now: Callable[[], float] = time.monotonic
    """Monotonic seconds, for the age of data between two Views; tests freeze it."""


DISCONNECTED = frozenset({"stale", "unreachable", "denied"})
"""States of a node whose numbers are old: they stay on screen, dimmed."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A View and what surrounds it: all that a pane needs to draw itself."""

    view: View
    look: Look
    elapsed_s: float = 0.0
    """Seconds since the View arrived."""
    frozen_s: float | None = None
    """Seconds since the person froze the screen; None: live."""

    @property
    def data_age_s(self) -> float | None:
        """Age of the last good status poll, seconds; None: there was none."""
        status = self.view.source("status")
        return None if status is None or status.age_s is None else status.age_s + self.elapsed_s

    @property
    def faded(self) -> bool:
        """Whether the numbers are older than they look."""
        return self.view.node.state in DISCONNECTED or self.overdue

    @property
    def overdue(self) -> bool:
        """Whether no View came for three intervals: the engine itself is stuck."""
        return self.frozen_s is None and self.elapsed_s > 3 * self.view.interval_s + 5
