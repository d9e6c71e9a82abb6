"""HttpPoll: PMTA's pages in turn, one request in flight, slower when PMTA is."""

import random
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from pmtatop.model.frame import POLLED, FaultKind, Frame, SourceName
from pmtatop.sources.host_clock import HostClock
from pmtatop.transports.faults import TransportError
from pmtatop.transports.reply import Reply

JITTER = 0.1
"""Part of the wait by which one after a fault may be shorter: nodes must not ask in step."""

MOST_OF_A_CORE = 0.5
"""Share of the time that PMTA may spend answering; above it the interval grows."""


class Transport(Protocol):
    """What can fetch a page."""

    async def get(self, path: str) -> Reply:
        """One page. Raises TransportError."""
        ...

    async def aclose(self) -> None:
        """Close the connection."""
        ...


class HttpPoll:
    """`/status` and the lists, every `interval_s` seconds, counted from a round's begin."""

    def __init__(
        self,
        transport: Transport,
        interval_s: float,
        clock: HostClock,
        pages: Sequence[SourceName] = POLLED,
        rounds: int | None = None,
    ) -> None:
        """`rounds`: end after so many, for a snapshot; None: never."""
        self._transport = transport
        self._interval_s = interval_s
        self._clock = clock
        self._rounds = rounds
        self.names = tuple(pages)

    async def frames(self) -> AsyncIterator[Frame]:
        """Frames of round after round."""
        done = 0
        while True:
            begun = self._clock.monotonic()
            lost = False
            async for frame in self.round():
                lost = lost or _is_lost(frame)
                yield frame
            done += 1
            if self._rounds is not None and done >= self._rounds:
                return
            await self._clock.sleep(self._wait(self._clock.monotonic() - begun, lost))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._transport.aclose()

    async def round(self) -> AsyncIterator[Frame]:
        """One frame a page; a node that does not answer the first is not asked for the rest."""
        for page in self.names:
            frame = await self._fetch(page)
            yield frame
            if _is_lost(frame):
                return

    def _wait(self, took_s: float, lost: bool) -> float:
        """Seconds to the next round; when the node is lost, at most one interval, to recover soon.

        Never without a pause: a call that ran into its deadline may have cost PMTA as long.
        """
        wait = max(self._interval_s - took_s, took_s * (1 / MOST_OF_A_CORE - 1))
        if not lost:
            return wait
        return min(wait, self._interval_s) * (1 - random.uniform(0.0, JITTER))

    async def _fetch(self, page: SourceName) -> Frame:
        begun = self._clock.monotonic()
        path = f"/{page.value}?format=json"
        try:
            reply = await self._transport.get(path)
        except TransportError as error:
            took = self._clock.monotonic() - begun
            return self._frame(page, path, fault=error.fault, cost_s=took)
        return self._frame(page, path, reply.body, server_date=reply.date, cost_s=reply.cost_s)

    def _frame(self, page: SourceName, path: str, payload: bytes = b"", **rest: object) -> Frame:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        return Frame(page, now, monotonic, payload, origin=path, **rest)  # type: ignore[arg-type]


_NODE_FAULTS = frozenset({FaultKind.UNREACHABLE, FaultKind.TIMEOUT})
"""Faults of the whole node rather than of one page."""


def _is_lost(frame: Frame) -> bool:
    return frame.fault is not None and frame.fault.kind in _NODE_FAULTS
