"""The world: mail is injected, waits, is tried, refused, retried, delivered. No clock, no I/O."""

import random

from pmtatop.simulator.clockwork import Calendar
from pmtatop.simulator.counters import Flow
from pmtatop.simulator.injection import Injection
from pmtatop.simulator.ledger import Ledger
from pmtatop.simulator.log_lines import startup_line
from pmtatop.simulator.queues import QueueBook
from pmtatop.simulator.scenarios import Scenario
from pmtatop.simulator.sessions import Log, Rows, Sessions

UPTIME_BEFORE = 41 * 86400
"""Seconds for which PMTA was up before the simulation's first event."""


class World:
    """All queues and what happens to them. The same arguments give the same course of events."""

    def __init__(
        self,
        seed: int,
        begin: int,
        start: int,
        scenario: Scenario,
        rows: Rows,
        log: Log,
        domains: int | None = None,
        queues: int | None = None,
    ) -> None:
        """`begin`: second of the first event; `start`: what incidents count from.

        `rows(second, text)` and `log(second, text)` hear of everything, in order of time.
        """
        chance = random.Random(seed)
        self.begin = begin
        self.startup = begin - UPTIME_BEFORE
        """Second at which pmtad started last."""
        self.spool_max = scenario.spool_max
        self._log = log
        self._restart_every = int(scenario.restart_every)
        self.calendar = Calendar(begin)
        self.ledger = Ledger()
        self.book = QueueBook(scenario, domains, queues)
        self.sessions = Sessions(self.calendar, chance, self.ledger, scenario, start, rows, log)
        injection = Injection(
            *(self.calendar, chance, self.book, self.ledger, self.sessions, rows),
            *(scenario, start),
        )
        log(begin, startup_line())
        injection.begin(begin, queues or 0)
        if self._restart_every:
            self.calendar.at(start + self._restart_every, self._restart)

    @property
    def now(self) -> int:
        """The simulated second up to which everything has happened."""
        return self.calendar.now

    @property
    def received(self) -> Flow:
        """`traffic.*.in`."""
        return self.ledger.flow_in

    @property
    def delivered(self) -> Flow:
        """`traffic.*.out`."""
        return self.ledger.flow_out

    def reset_counters(self) -> None:
        """`reset counters`: everybody's totals begin at zero."""
        self.ledger.reset_counters()

    def _restart(self, second: int) -> None:
        """The daemon has died and is back: what it had in memory alone is gone."""
        self.startup = second
        self.reset_counters()
        self.sessions.top = self.sessions.open
        self._log(second, startup_line())
        self.calendar.at(second + self._restart_every, self._restart)

    def advance(self, until: float) -> None:
        """Live up to and including the second `until` (Unix time)."""
        self.calendar.run(int(until))
