"""Ages: what the accounting files prove about who waits, grouped for the View's rows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pmtatop.analysis.unfinished import Unfinished, older
from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age

EVERY_S = 5.0
"""Seconds of PMTA's time for which a grouping is good: 20,000 queues take some milliseconds."""


@dataclass(slots=True)
class Ages:
    """By ISP, recipient domain and queue."""

    at: Instant | None = None
    isps: dict[str, Age] = field(default_factory=dict)
    domains: dict[str, Age] = field(default_factory=dict)
    queues: dict[str, Age] = field(default_factory=dict)

    def refresh(self, book: Unfinished, isp_of: Callable[[str], str], now: Instant) -> None:
        """Group anew what the book tells, unless it was done a moment ago."""
        if self.at is not None and 0 <= now - self.at < EVERY_S:
            return
        self.at = now
        self.isps, self.domains, self.queues = {}, {}, {}
        for (domain, queue), age in book.ages():
            for group, name in (
                (self.isps, isp_of(domain)),
                (self.domains, domain),
                (self.queues, queue),
            ):
                group[name] = older(group[name], age) if name in group else age


def proven(*ages: Age) -> Age:
    """The answer of several methods: the highest proven minimum, and its method.

    The first in order wins a tie. A bracket's upper end is kept if it lies above.
    """
    best = max(ages, key=lambda age: -1.0 if age.min_s is None else age.min_s)
    if best.min_s is None:
        return best
    ends = [age.max_s for age in ages if age.max_s is not None and age.max_s >= best.min_s]
    fresh = [age.fresh_s for age in ages if age.fresh_s is not None]
    return Age(best.min_s, min(ends, default=None), best.method, max(fresh, default=None))
