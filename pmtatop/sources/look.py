"""LookSource: one thing on PMTA's host that is looked at again and again."""

from collections.abc import AsyncIterator, Awaitable, Callable

from pmtatop.model.frame import Fault, Frame, SourceName
from pmtatop.sources.host_clock import HostClock
from pmtatop.transports.faults import TransportError

Look = Callable[[], Awaitable[bytes]]
"""One look's payload. Raises TransportError with the one line that a person needs."""


class LookSource:
    """A frame every `interval_s` seconds: what was seen, or why nothing was."""

    def __init__(
        self,
        name: SourceName,
        clock: HostClock,
        interval_s: float,
        look: Look,
        *,
        origin: str = "",
        rounds: int | None = None,
    ) -> None:
        """`rounds`: end after so many looks."""
        self.names = (name,)
        self._clock = clock
        self._interval_s = interval_s
        self._look = look
        self._origin = origin
        self._rounds = rounds

    async def frames(self) -> AsyncIterator[Frame]:
        """Look after look."""
        done = 0
        while True:
            yield await self._frame()
            done += 1
            if self._rounds is not None and done >= self._rounds:
                return
            await self._clock.sleep(self._interval_s)

    async def aclose(self) -> None:
        """Nothing is held between two looks."""

    async def _frame(self) -> Frame:
        payload: bytes = b""
        fault: Fault | None = None
        try:
            payload = await self._look()
        except TransportError as error:
            fault = error.fault
        now, monotonic = self._clock.now(), self._clock.monotonic()
        (name,) = self.names
        return Frame(name, now, monotonic, payload, fault=fault, origin=self._origin)
