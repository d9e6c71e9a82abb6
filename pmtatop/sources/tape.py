"""Tape: a recording read back, record by record, up to where it was cut."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask, Page
from pmtatop.sources.interface import Access
from pmtatop.sources.recording import FORMAT

BLOCK = 1 << 18
GZIP_WINDOW = 16 + zlib.MAX_WBITS
LARGEST_RECORD = 80 * 2**20
"""Bytes of one record: a reply has at most 64 MiB."""


class TapeError(Exception):
    """A file that is no recording, in one line."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which a View was made."""

    monotonic: float
    now: Instant
    access: Access | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Records that were dropped because the disk was full or slow."""

    records: int


Record = Frame | Tick | Gap


class Tape:
    """One recording. `lost` tells after reading whether it was cut."""

    def __init__(self, path: Path) -> None:
        """Raises TapeError for a file that cannot be read or is no recording."""
        self._path = path
        self.lost = ""
        """Why reading ended before the end, in words; empty: it did not."""
        try:
            head = next(self._documents(), None)
        except OSError as error:
            raise TapeError(f"{path}: cannot be read: {error.strerror}") from None
        if head is None or "pmtatop" not in head[0]:
            raise TapeError(f"{path} is no recording of pmtatop (made by --record)")
        if head[0]["pmtatop"] != FORMAT:
            raise TapeError(f"{path}: recorded by another version of pmtatop")
        self.setup: dict[str, Any] = head[0]["setup"]
        """What the recorder was told of node and settings."""

    def records(self) -> Iterator[Record]:
        """Every whole record in order."""
        for document, payload in self._documents():
            if "frame" in document:
                yield _frame(document["frame"], payload)
            elif "tick" in document:
                access = document["access"]
                moment = document["tick"]
                yield Tick(moment["monotonic"], moment["now"], Access(**access) if access else None)
            elif "gap" in document:
                yield Gap(document["gap"])

    def _documents(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """(line, payload) of each whole record; ends at damage."""
        held = bytearray()
        for block in self._unpacked():
            held += block
            at = 0
            while (found := _whole(held, at)) is not None:
                document, payload, at = found
                yield document, payload
            del held[:at]
            if len(held) > LARGEST_RECORD:
                self.lost = "a record is larger than any reply"
                return
        if held:
            self.lost = f"cut: {len(held):,} bytes of an unfinished record"

    def _unpacked(self) -> Iterator[bytes]:
        unpack = zlib.decompressobj(GZIP_WINDOW)
        with self._path.open("rb") as file:
            while block := file.read(BLOCK):
                while block:
                    try:
                        yield unpack.decompress(block)
                    except zlib.error as error:
                        self.lost = f"damaged: {error}"
                        return
                    block = unpack.unused_data
                    if unpack.eof:
                        unpack = zlib.decompressobj(GZIP_WINDOW)


def _whole(held: bytearray, at: int) -> tuple[dict[str, Any], bytes, int] | None:
    """The record at `at` and the place behind it; None: it is not all there."""
    end = held.find(b"\n", at)
    if end < 0:
        return None
    try:
        document = json.loads(held[at:end])
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    begin, size = end + 1, document.get("size")
    if size is None:
        return document, b"", begin
    if len(held) < begin + size + 1:
        return None
    return document, bytes(held[begin : begin + size]), begin + size + 1


def _frame(fields: dict[str, Any], payload: bytes) -> Frame:
    fault, ask = fields["fault"], fields["ask"]
    return Frame(
        source=SourceName(fields["source"]),
        at=fields["at"],
        monotonic=fields["monotonic"],
        payload=payload,
        fault=Fault(**fault | {"kind": FaultKind(fault["kind"])}) if fault else None,
        origin=fields["origin"],
        ask=Ask(**ask | {"page": Page(ask["page"])}) if ask else None,
        offset=fields["offset"],
        identity=fields.get("identity", ""),
        header=fields["header"].encode("latin-1"),
        lag_bytes=fields["lag_bytes"],
        server_date=fields["server_date"],
        cost_s=fields["cost_s"],
    )


class TapeClock:
    """The time of the recording, running at `speed` once it has begun."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._begun = 0.0
        self._monotonic = 0.0
        self._wall = Instant(0.0)

    def set(self, monotonic: float, now: Instant) -> None:
        """It is this moment of the recording now."""
        self._begun = asyncio.get_running_loop().time()
        self._monotonic, self._wall = monotonic, now

    def _passed(self) -> float:
        return (asyncio.get_running_loop().time() - self._begun) * self._speed

    def now(self) -> Instant:
        """Wall-clock time of the recording host."""
        return Instant(self._wall + self._passed())

    def monotonic(self) -> float:
        """Its monotonic clock."""
        return self._monotonic + self._passed()

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of the recording."""
        await asyncio.sleep(seconds / self._speed)


class TapeSource:
    """The recording as a source: its frames at their times."""

    def __init__(self, tape: Tape, clock: TapeClock, begin: Instant | None = None) -> None:
        """`begin`: up to this time as fast as it can be read."""
        self._tape = tape
        self._clock = clock
        self._begin = begin
        self.names = tuple(SourceName(name) for name in tape.setup["expected"])

    async def frames(self) -> AsyncIterator[Frame]:
        """Its frames in order."""
        running = False
        for record in self._tape.records():
            if not isinstance(record, Frame):
                continue
            if not running:
                self._clock.set(record.monotonic, record.at)
                running = self._begin is None or record.at >= self._begin
            else:
                ahead = record.monotonic - self._clock.monotonic()
                if ahead > 0:
                    await self._clock.sleep(ahead)
            yield record

    async def aclose(self) -> None:
        """Nothing is held."""
