"""Replies new tonight: a wording that nobody has met before, by its fingerprint.

A provider that changes its rules says so in a new text first. What is new is only known once many
replies are: before six hours of files nothing is called new.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pmtatop.analysis.reasons import classify, fingerprint
from pmtatop.model.event import AccountingRow
from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText

LEARNED_S = 6 * 3600.0
"""Seconds of files after which a new text is news."""

NEWS_S = 3600.0
"""A text is new for so long."""

TIMES = 10
"""Fewer may be one recipient's server."""

MOST = 5000
"""Texts that are remembered; the one not met for longest goes first."""

MOST_NAMES = 20


@dataclass(slots=True, eq=False)
class Seen:
    """One wording."""

    first: Instant
    sample: SafeText
    isp: str
    last: Instant
    count: int = 0
    source_ips: set[str] = field(default_factory=set)


class ReplyBook:
    """All wordings of refusals, by fingerprint."""

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}
        self._since: Instant | None = None

    def add(self, row: AccountingRow, isp: str) -> None:
        """Take note of one refusal; rows may come a little out of order."""
        if self._since is None or row.logged < self._since:
            self._since = row.logged
        text = row.diagnostic
        if not text:
            return
        key = fingerprint(text)
        seen = self._seen.pop(key, None) or Seen(row.logged, text, isp, row.logged)
        self._seen[key] = seen
        seen.count += 1
        seen.last = Instant(max(seen.last, row.logged))
        if len(seen.source_ips) < MOST_NAMES:
            seen.source_ips.add(row.source_ip)
        if len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]

    def news(self, now: Instant) -> Iterator[tuple[str, Seen]]:
        """(fingerprint, what is known of it) of every text that is new at `now`."""
        if self._since is None:
            return
        learned = self._since + LEARNED_S
        for key, seen in self._seen.items():
            fresh = seen.first >= learned and now - seen.first <= NEWS_S
            if fresh and seen.count >= TIMES and classify(seen.sample).code:
                yield key, seen
