"""The age ladder: is anybody in this queue older than 15m, 1h, 4h, 24h? One question at a time.

PMTA lists no age. `list --queue=Q --older-than=AGE --maxitems=1` answers yes or no, cheaply, and
two answers make a bracket. Recipients that are being delivered are skipped, so a "no" beside busy
queues proves nothing; a "yes" always does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age

RUNGS: tuple[tuple[str, float], ...] = (
    ("15m", 900.0),
    ("1h", 3600.0),
    ("4h", 14400.0),
    ("24h", 86400.0),
)
"""Ages as PMTA writes them, and in seconds; ascending."""

FRESH_S = 120.0
"""An answer is asked again after this."""

STALE_S = 600.0
"""An answer older than this is no longer shown."""

_METHOD = "ladder"
_FIRST = "1h"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rung said."""

    at: Instant
    older: bool
    """Whether at least one recipient is older than the rung."""
    busy: bool
    """Whether PMTA left out queues that it was delivering: a "no" is then no proof."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What is known of one queue pattern."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By rung."""

    def answered(self, rung: str, answer: Answer) -> "Ladder":
        """The same with one more answer."""
        return replace(self, answers={**self.answers, rung: answer})

    def age(self, now: Instant) -> Age:
        """The bracket at `now`: all rungs below the highest "yes" are proven, "no" bounds it."""
        live = {r: a for r, a in self.answers.items() if now - a.at <= STALE_S}
        yes = [s for r, s in RUNGS if r in live and live[r].older]
        low = max(yes, default=0.0)
        no = [s for r, s in RUNGS if s > low and r in live and not live[r].older]
        sure = [s for r, s in RUNGS if s in no and not live[r].busy]
        if not yes and not no:
            return Age()
        return Age(low if yes else 0.0, min(sure, default=None), _METHOD)

    def next_rung(self, now: Instant) -> str | None:
        """The rung to ask next: 1h first, then away from it until the bracket closes."""
        live = {r: a.older for r, a in self.answers.items() if now - a.at <= FRESH_S}
        if _FIRST not in live:
            return _FIRST
        if not live[_FIRST]:
            return None if "15m" in live else "15m"
        return next((r for r in ("4h", "24h") if not _is_settled(r, live)), None)


def _is_settled(rung: str, live: Mapping[str, bool]) -> bool:
    """A rung is settled by its own answer, or by a "no" below it."""
    return rung in live or (rung == "24h" and live.get("4h") is False)
