"""Source: what hands over frames, whether it is live, a recording or a simulation."""

from collections.abc import AsyncIterator
from typing import Protocol

from pmtatop.model.frame import Frame, SourceName


class Source(Protocol):
    """Something that delivers frames until it is exhausted or its task is cancelled."""

    @property
    def names(self) -> tuple[SourceName, ...]:
        """What it delivers."""
        ...

    def frames(self) -> AsyncIterator[Frame]:
        """Its frames in order; a fault of the world is a frame, never an exception."""
        ...

    async def aclose(self) -> None:
        """Give back sockets and descriptors; nothing is asked of it afterwards."""
        ...
