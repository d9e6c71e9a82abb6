"""Poll: PMTA's pages in turn, one request in flight, slower when PMTA is.

`/status` comes each round, the lists each third one, and between two rounds what somebody wants to
know about single objects, within a bounded share of the time.
"""

import random
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

from pmtatop.model.frame import POLLED, FaultKind, Frame, SourceName
from pmtatop.model.page import Ask, Page
from pmtatop.sources.host_clock import HostClock
from pmtatop.sources.interface import Access, Interface
from pmtatop.transports.faults import TransportError
from pmtatop.transports.reply import Reply

JITTER = 0.1
"""Part of the wait by which one after a fault may be shorter: nodes must not ask in step."""

MOST_OF_A_CORE = 0.5
"""Share of the time that PMTA may spend answering; above it the interval grows."""

LISTS_EVERY = 3
"""Rounds from one asking for the lists to the next."""

DETAIL_SHARE = 0.25
"""Share of an interval that may go to questions about single objects."""

_PAGE_OF = {name: Page(name.value) for name in POLLED}


@dataclass(frozen=True, slots=True)
class Spent:
    """What one page has cost so far."""

    count: int = 0
    seconds: float = 0.0


class Poll:
    """`/status` every `interval_s` seconds, counted from a round's begin."""

    def __init__(
        self,
        interface: Interface,
        interval_s: float,
        clock: HostClock,
        *,
        lists_every: int = LISTS_EVERY,
        rounds: int | None = None,
    ) -> None:
        """`rounds`: end after so many, each with all lists, for a snapshot; None: never."""
        self._interface = interface
        self._interval_s = interval_s
        self._clock = clock
        self._lists_every = lists_every if rounds is None else 1
        self._rounds = rounds
        self._wanted: list[Ask] = []
        self._spent: dict[Page, Spent] = {}
        self.names = (*POLLED, SourceName.DETAILS)

    @property
    def access(self) -> Access:
        """How PMTA is reached, as far as it is known."""
        return self._interface.access

    @property
    def spent(self) -> Mapping[Page, Spent]:
        """Requests and their seconds by page."""
        return self._spent

    def can_ask(self, page: Page) -> str | None:
        """None when `page` can be had, else why not, in words."""
        return self._interface.can_ask(page)

    def want(self, asks: Iterable[Ask]) -> None:
        """Ask these next, instead of what was wanted before; what cannot be asked is dropped."""
        self._wanted = [a for a in dict.fromkeys(asks) if self.can_ask(a.page) is None]

    def trust(self, fingerprint: str) -> None:
        """Pin the certificate that `access` offers."""
        self._interface.trust(fingerprint)

    async def frames(self) -> AsyncIterator[Frame]:
        """Frames of round after round."""
        done, lists_in = 0, 0
        while True:
            begun = self._clock.monotonic()
            lost = False
            async for frame in self.round(with_lists=lists_in <= 0):
                lost = lost or _is_lost(frame)
                yield frame
            # A node that is back is whole again in its first round.
            lists_in = 0 if lost else (lists_in or self._lists_every) - 1
            done += 1
            if self._rounds is not None and done >= self._rounds:
                return
            wait = self._wait(self._clock.monotonic() - begun, lost)
            resume = self._clock.monotonic() + wait
            if not lost:
                async for frame in self.questions(min(wait, DETAIL_SHARE * self._interval_s)):
                    yield frame
            await self._clock.sleep(max(0.0, resume - self._clock.monotonic()))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._interface.aclose()

    async def round(self, *, with_lists: bool = True) -> AsyncIterator[Frame]:
        """One frame a page; a node that does not answer the first is not asked for the rest."""
        for name in POLLED if with_lists else (SourceName.STATUS,):
            frame = await self._fetch(name, Ask(_PAGE_OF[name]))
            yield frame
            if _is_lost(frame):
                return

    async def questions(self, budget_s: float) -> AsyncIterator[Frame]:
        """What is wanted, one at a time, while the budget lasts; at least one."""
        until = self._clock.monotonic() + budget_s
        while self._wanted:
            frame = await self._fetch(SourceName.DETAILS, self._wanted.pop(0))
            yield frame
            if _is_lost(frame) or self._clock.monotonic() >= until:
                return

    def _wait(self, took_s: float, lost: bool) -> float:
        """Seconds to the next round; when the node is lost, at most one interval, to recover soon.

        Never without a pause: a call that ran into its deadline may have cost PMTA as long.
        """
        wait = max(self._interval_s - took_s, took_s * (1 / MOST_OF_A_CORE - 1))
        if not lost:
            return wait
        return min(wait, self._interval_s) * (1 - random.uniform(0.0, JITTER))

    async def _fetch(self, name: SourceName, ask: Ask) -> Frame:
        begun = self._clock.monotonic()
        try:
            reply = await self._interface.ask(ask)
        except TransportError as error:
            took = self._clock.monotonic() - begun
            self._note(ask.page, took)
            return self._frame(name, ask, Reply(b"", None, took, str(ask.page)), error)
        self._note(ask.page, reply.cost_s)
        return self._frame(name, ask, reply)

    def _note(self, page: Page, seconds: float) -> None:
        old = self._spent.get(page, Spent())
        self._spent[page] = Spent(old.count + 1, old.seconds + seconds)

    def _frame(
        self, name: SourceName, ask: Ask, reply: Reply, error: TransportError | None = None
    ) -> Frame:
        return Frame(
            source=name,
            at=self._clock.now(),
            monotonic=self._clock.monotonic(),
            payload=reply.body,
            fault=error.fault if error else None,
            origin=reply.origin,
            ask=ask,
            server_date=reply.date,
            cost_s=reply.cost_s,
        )


_NODE_FAULTS = frozenset({FaultKind.UNREACHABLE, FaultKind.TIMEOUT})
"""Faults of the whole node rather than of one page."""


def _is_lost(frame: Frame) -> bool:
    return frame.fault is not None and frame.fault.kind in _NODE_FAULTS
