"""Where mail comes from: streams that flow all day, campaigns that begin at a time, old mail."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from pmtatop.simulator.accounting import receipt_rows
from pmtatop.simulator.clockwork import Calendar, date_of
from pmtatop.simulator.fleet import DAILY_CAMPAIGNS, STREAMS, Campaign, volume
from pmtatop.simulator.ledger import Ledger
from pmtatop.simulator.mail import Batch, Queue
from pmtatop.simulator.queues import Domain, QueueBook
from pmtatop.simulator.scenarios import Scenario
from pmtatop.simulator.sessions import Rows, Sessions

OLDEST_CARRIED_S = 380_000
"""Four days: `bounce-after` gives the oldest up within the first half day."""

FILLED_RETRY_S = 4 * 3600
"""Seconds in which each queue that only fills the lists is tried once."""

FIRST_ID = 100_000

FULL = "452 4.2.2 Mailbox full"
"""The reply of an operator that has no wording of its own for it."""


@dataclass(frozen=True, slots=True)
class Flowing:
    """Mail of one job in one minute: how much, where to, in which portions."""

    pool: str
    job: str
    recipients: float
    """Expected number."""
    chunk: int
    size: int
    operator: str = ""
    begin: int = 0
    """Second of the minute in which it begins, and in which it ends."""
    end: int = 60


class Spread:
    """Draws domains by their share for portions of a mean size; small ones get small portions."""

    def __init__(self, domains: list[Domain], chunk: int) -> None:
        self._domains = domains
        self._means = [min(chunk, 1 + int(domain.share * 150)) for domain in domains]
        weights = [d.share / mean for d, mean in zip(domains, self._means, strict=True)]
        self._cumulated = list(accumulate(weights))
        total = sum(domain.share for domain in domains)
        self.portions_each = self._cumulated[-1] / total
        """Portions per recipient."""

    def draw(self, chance: random.Random, portions: int) -> Iterator[tuple[Domain, int]]:
        """So many portions: (domain, recipients)."""
        indexes = range(len(self._domains))
        for i in chance.choices(indexes, cum_weights=self._cumulated, k=portions):
            yield self._domains[i], 1 + chance.randrange(2 * self._means[i] - 1)


class Injection:
    """Injects new mail into the queues, minute by minute."""

    def __init__(
        self,
        calendar: Calendar,
        chance: random.Random,
        book: QueueBook,
        ledger: Ledger,
        sessions: Sessions,
        rows: Rows,
        scenario: Scenario,
        start: int,
    ) -> None:
        """`start` is the second from which the scenario's campaigns count."""
        self._calendar = calendar
        self._chance = chance
        self._book = book
        self._ledger = ledger
        self._sessions = sessions
        self._rows = rows
        self._campaigns = scenario.campaigns
        self._start = start
        self._mail_stops = scenario.mail_stops
        self._carried = scenario.carried
        self._next_id = FIRST_ID
        self._open_domains = [domain for domain in book.domains if domain.share]
        self._spreads: dict[tuple[int, str], Spread | None] = {}

    def begin(self, second: int, queues: int) -> None:
        """What waits when the simulation begins, and the first minute of new mail."""
        for _ in range(self._carried):
            domain = self._chance.choice(self._open_domains)
            queue = self._book.queue_in("news", domain)
            self._carry(second, queue, 1, self._chance.randrange(OLDEST_CARRIED_S))
        for _, queue in zip(range(queues), self._book.all_possible(), strict=False):
            self._carry(second, queue, 1 + self._chance.randrange(20), 3600)
        self._calendar.at(second, self.minute)

    def _carry(self, second: int, queue: Queue, count: int, age: int) -> None:
        """Recipients that wait for a mailbox that is full."""
        full = next((m.reply for m in queue.operator.manners if m.kind == "full"), FULL)
        batch = Batch(self._ids(count), second - age, "carried", 40_000, second - age, 5, full)
        self._ledger.carry(queue, batch)
        queue.deferred[id(batch)] = batch
        again = second + 1 + self._chance.randrange(FILLED_RETRY_S)
        self._calendar.at(again, self._sessions.accept, queue, batch)

    def minute(self, second: int) -> None:
        """Draw the mail of one minute."""
        if second - self._start >= self._mail_stops:
            return
        self._calendar.at(second + 60, self.minute)
        for flowing in self._flowing(second):
            spread = self._spread(flowing.chunk, flowing.operator)
            if spread is None:
                continue
            portions = poisson(self._chance, flowing.recipients * spread.portions_each)
            for domain, count in spread.draw(self._chance, portions):
                queue = self._book.queue_in(flowing.pool, domain)
                at = second + self._chance.randrange(flowing.begin, flowing.end)
                self._calendar.at(at, self._inject, queue, count, flowing.job, flowing.size)

    def _flowing(self, second: int) -> Iterator[Flowing]:
        level, date = volume(second), date_of(second)
        for stream in STREAMS:
            job = f"{stream.pool}-{date}" if stream.daily_job else f"{stream.pool}-stream"
            yield Flowing(stream.pool, job, stream.per_minute * level, stream.chunk, stream.size)
        midnight = second - second % 86400
        for campaign in DAILY_CAMPAIGNS:
            yield from _portion(campaign, f"{campaign.job}-{date}", midnight, second)
        for campaign in self._campaigns:
            yield from _portion(campaign, campaign.job, self._start, second)

    def _spread(self, chunk: int, operator: str) -> Spread | None:
        """None: no domain of this operator exists here."""
        key = chunk, operator
        if key not in self._spreads:
            domains = [d for d in self._open_domains if operator in ("", d.operator.name)]
            self._spreads[key] = Spread(domains, chunk) if domains else None
        return self._spreads[key]

    def _inject(self, second: int, queue: Queue, count: int, job: str, size: int) -> None:
        batch = Batch(self._ids(count), second, job, size)
        self._ledger.receive(second, queue, batch)
        self._rows(second, receipt_rows(second, queue, batch))
        self._sessions.accept(second, queue, batch)

    def _ids(self, count: int) -> list[str]:
        first = self._next_id
        self._next_id += count
        return list(map(str, range(first, first + count)))


def _portion(campaign: Campaign, job: str, origin: int, second: int) -> Iterator[Flowing]:
    """What a campaign injects in the minute that begins at `second`, if it is on."""
    first = max(0, int(origin + campaign.begin) - second)
    last = min(60, int(origin + campaign.begin + campaign.over) - second)
    if first < last:
        expected = campaign.recipients * (last - first) / campaign.over
        yield Flowing(
            *(campaign.pool, job, expected, campaign.chunk, campaign.size, campaign.operator),
            *(first, last),
        )


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson draw: exact where it is small, a rounded normal where it is large."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count
