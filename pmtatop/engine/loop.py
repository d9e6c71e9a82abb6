"""Engine: the loop that turns frames into one immutable View per tick."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from pmtatop.engine.assemble import view_of
from pmtatop.engine.handover import Handover
from pmtatop.engine.intake import take
from pmtatop.engine.judge import judge
from pmtatop.engine.knowledge import Knowledge
from pmtatop.engine.own_cost import OwnCost
from pmtatop.engine.wants import wants
from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask
from pmtatop.model.view import Own, View
from pmtatop.sources.host_clock import HostClock
from pmtatop.sources.interface import Access
from pmtatop.sources.protocol import Source


class Recorder(Protocol):
    """Who keeps what comes in."""

    @property
    def failure(self) -> str:
        """Why nothing is kept at present; empty: all is well."""
        ...

    def frame(self, frame: Frame) -> None:
        """Keep a frame. Never waits."""
        ...

    def tick(self, monotonic: float, now: Instant, access: Access | None) -> None:
        """Keep the moment of a View. Never waits."""
        ...

    def close(self) -> None:
        """Keep what is still on its way, and end."""
        ...


class Asker(Protocol):
    """Who asks PMTA, and can be asked to ask more."""

    @property
    def access(self) -> Access:
        """How PMTA is reached."""
        ...

    def want(self, asks: Iterable[Ask]) -> None:
        """Ask these next."""
        ...

    def trust(self, fingerprint: str) -> None:
        """Pin the certificate that `access` offers."""
        ...


WAITING_FRAMES = 1
"""Frames that may wait: sources take turns, so that a long file never holds up a poll."""


class Engine:
    """Sources in, Views out. Runs in an event loop of its own, never in the screen's."""

    def __init__(
        self,
        known: Knowledge,
        sources: Sequence[Source],
        handover: Handover,
        host: HostClock,
        tick_s: float = 1.0,
        asker: Asker | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        """`asker`: who can be asked about single objects; None: nobody (a recording).

        `recorder` hears of every frame and of every View's moment.
        """
        self._known = known
        self._sources = sources
        self._handover = handover
        self._host = host
        self._tick_s = tick_s
        self._asker = asker
        self._recorder = recorder
        self._cost = OwnCost()
        self._frames: asyncio.Queue[Frame] = asyncio.Queue(WAITING_FRAMES)

    async def run(self) -> None:
        """Run until every source has ended (a recording) or the task is cancelled.

        A failure of the engine itself is said in a last View before it is raised.
        """
        self._publish()
        try:
            await self._run()
        except Exception as error:
            cause = _first_of(error)
            self._known.failure = f"the engine failed: {type(cause).__name__}: {cause}"
            self._publish()
            raise
        finally:
            for source in self._sources:
                await source.aclose()
            self.close()
        self._publish()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            endless = [group.create_task(self._tick()), group.create_task(self._take_frames())]
            pumps = [group.create_task(self._pump(source)) for source in self._sources]
            if pumps:
                await asyncio.wait(pumps)
            await self._frames.join()
            for task in endless:
                task.cancel()

    async def _pump(self, source: Source) -> None:
        """Carry a source's frames to the loop; a source that breaks is a fault on the screen."""
        try:
            async for frame in source.frames():
                await self._frames.put(frame)
        except Exception as error:  # noqa: BLE001 - a failure is data: it is drawn, with its type
            fault = Fault(FaultKind.INVALID, f"source failed: {type(error).__name__}: {error}")
            for name in source.names:
                now, monotonic = self._host.now(), self._host.monotonic()
                await self._frames.put(Frame(name, now, monotonic, fault=fault))

    async def _take_frames(self) -> None:
        while True:
            frame = await self._frames.get()
            self.digest(frame)
            if frame.source is SourceName.STATUS:
                self._publish()  # whether mail flows does not wait for the next tick
            self._frames.task_done()
            await asyncio.sleep(0)

    def digest(self, frame: Frame) -> None:
        """Learn from one frame and judge what it completes."""
        if self._recorder is not None:
            self._recorder.frame(frame)
        take(self._known, frame)
        judge(self._known)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            self._publish()

    def _publish(self) -> None:
        self._handover.publish(self.view())

    def view(self) -> View:
        """The View of this moment."""
        monotonic, now = self._host.monotonic(), self._host.now()
        if self._asker is not None:
            focus = self._handover.focus
            self._asker.trust(self._handover.trusted)
            self._known.access = self._asker.access
            self._asker.want(wants(self._known, focus, self._known.now(monotonic, now)))
        if self._recorder is not None:
            self._recorder.tick(monotonic, now, self._known.access)
        return self.view_at(monotonic, now, self._cost.measured(self._known))

    def view_at(self, monotonic: float, now: Instant, own: Own) -> View:
        """The View of a moment of the host's two clocks."""
        view = view_of(self._known, self._handover.focus, monotonic, now, own)
        if self._recorder is None or not self._recorder.failure:
            return view
        return replace(view, banners=(*view.banners, self._recorder.failure))

    def close(self) -> None:
        """End the recording, if there is one."""
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None

    def reached_by(self, access: Access | None) -> None:
        """Replay: how PMTA was reached then."""
        self._known.access = access


def _first_of(error: BaseException) -> BaseException:
    """What really failed, out of the groups that tasks wrap it in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
