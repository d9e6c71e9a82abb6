"""A follower on real files under a clock that only goes when a test lets it."""

import asyncio
import csv
import io
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Any

from pmtatop.model.frame import Fault, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.sources.follow import FileFollower

HEADER = "type,timeLogged,rcpt\n"
NOON = 1_760_000_000.0


class StepClock:
    """Sleeping takes no time, but nobody sleeps beyond `allowed`."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.allowed = 0.0

    def now(self) -> Instant:
        return Instant(NOON + self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)
        while self.passed > self.allowed:  # noqa: ASYNC110 - no real time passes
            await asyncio.sleep(0)


class Watch:
    """A running follower and everything that it has handed over."""

    def __init__(self, *patterns: Path | str, has_header: bool = True, **options: Any) -> None:
        self.clock = StepClock()
        source = SourceName.ACCT if has_header else SourceName.LOG
        names: Sequence[str] = [str(pattern) for pattern in patterns]
        self.follower = FileFollower(names, source, self.clock, has_header=has_header, **options)
        self.frames: list[Frame] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Watch":
        self._task = asyncio.create_task(self._collect())
        await self.settle()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _collect(self) -> None:
        async with aclosing(self.follower.frames()) as frames:  # type: ignore[type-var]
            async for frame in frames:
                self.frames.append(frame)

    async def settle(self, seconds: float = 0.6) -> None:
        """Let the follower live for so many seconds of its clock."""
        assert self._task is not None
        self.clock.allowed = self.clock.passed + seconds
        async with asyncio.timeout(20):
            while self._awake():  # noqa: ASYNC110 - no real time passes
                await asyncio.sleep(0)
        if self._task.done():
            self._task.result()

    def _awake(self) -> bool:
        assert self._task is not None
        return self.clock.passed <= self.clock.allowed and not self._task.done()

    @property
    def payload(self) -> bytes:
        return b"".join(frame.payload for frame in self.frames)

    @property
    def rows(self) -> list[str]:
        """Whole rows in the order in which they came, without line ends."""
        return self.payload.decode("utf-8", "surrogateescape").splitlines()

    @property
    def faults(self) -> list[Fault]:
        return [frame.fault for frame in self.frames if frame.fault is not None]


def cells(frame: Frame) -> list[list[str]]:
    """The records of one frame as the csv module of the standard library reads them."""
    return list(csv.reader(io.StringIO(frame.payload.decode("utf-8", "surrogateescape"), "")))


def row(number: int) -> str:
    return f"d,2026-01-02 03:04:05+0000,user{number}@example.com"


def rows(*numbers: int) -> str:
    return "".join(row(number) + "\n" for number in numbers)


def write(path: Path, text: str | bytes) -> None:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def expected(*numbers: int) -> list[str]:
    return [row(number) for number in numbers]


def rename(path: Path, to: Path) -> None:
    path.rename(to)


def delete(path: Path) -> None:
    path.unlink()


def content(path: Path) -> bytes:
    return path.read_bytes()


def write_at(path: Path, place: int, text: str) -> None:
    """Write where a writer stands that knows of no truncation."""
    with path.open("r+b") as file:
        file.seek(place)
        file.write(text.encode())
