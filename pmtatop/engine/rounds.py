"""Rounds: a fixed number of polls, each with every file read to its end, for a snapshot."""

from collections.abc import AsyncGenerator, Sequence

from pmtatop.engine.loop import Engine
from pmtatop.model.view import View
from pmtatop.sources.host_clock import HostClock
from pmtatop.sources.poll import Poll
from pmtatop.sources.protocol import Source


class Rounds:
    """Drives an engine by hand. `poll` and `files` end after one pass and go on at the next."""

    def __init__(
        self,
        engine: Engine,
        poll: Poll,
        files: Sequence[Source],
        host: HostClock,
        polls: int,
        interval_s: float,
        questions_s: float = 0.0,
    ) -> None:
        """`questions_s`: seconds after the last poll for questions about single objects."""
        self._poll = poll
        self._questions_s = questions_s
        self._engine = engine
        self._sources = (poll, *files)
        self._host = host
        self._polls = polls
        self._interval_s = interval_s

    async def views(self) -> AsyncGenerator[View, None]:
        """A View after each poll; the last one is the snapshot."""
        try:
            for number in range(self._polls):
                begun = self._host.monotonic()
                for source in self._sources:
                    async for frame in source.frames():
                        self._engine.digest(frame)
                yield self._engine.view()
                if number + 1 == self._polls and self._questions_s:
                    self._engine.view()  # what the reader of the last View looks at now
                    async for frame in self._poll.questions(self._questions_s):
                        self._engine.digest(frame)
                    yield self._engine.view()
                if number + 1 < self._polls:
                    took = self._host.monotonic() - begun
                    await self._host.sleep(max(0.0, self._interval_s - took))
        finally:
            for source in self._sources:
                await source.aclose()
            self._engine.close()
