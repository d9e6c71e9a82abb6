"""FileFollower: globs of growing files, every whole row handed over exactly once."""

import glob
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from stat import S_ISREG
from typing import Literal

from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.sources.host_clock import HostClock
from pmtatop.sources.known_files import KnownFiles
from pmtatop.sources.row_ends import HEADER, end_of_lines, end_of_records, header_places
from pmtatop.sources.tail import BLOCK, LONGEST_ROW, Mark, Tail

POLL_S = 0.05
SCAN_S = 0.2
"""New, replaced and truncated files are noticed within this and one poll: 250 ms."""

HEARTBEAT_S = 1.0
"""A quiet file is looked at all the same, and says so this often."""


class FileFollower:
    """Frames of whole rows from all files that match, in order of their names.

    PMTA makes the new dated file before it moves the old one, and may still write to the old
    one: each file keeps its own descriptor and offset until it is gone and read to its end.
    """

    def __init__(
        self,
        patterns: Sequence[str],
        source: SourceName,
        clock: HostClock,
        *,
        has_header: bool,
        start: Literal["start", "end"] = "start",
        since: Instant | None = None,
        follow: bool = True,
        poll_s: float = POLL_S,
        marks: Iterable[Mark] = (),
    ) -> None:
        """`since`: leave out files not written to since then; `marks`: where a run before ended.

        `follow` False: `frames` ends when all files are read to their ends; called again, it
        goes on where it was.
        """
        self._patterns = tuple(patterns)
        self._source = source
        self._clock = clock
        self._has_header = has_header
        self._start = start
        self._since = since
        self._follow = follow
        self._poll_s = poll_s
        self._row_end: Callable[[bytes], int] = end_of_records if has_header else end_of_lines
        self._files = KnownFiles(has_header, marks)
        self._complaints: dict[str, Fault] = {}
        self._scanned_at = -1e9
        self._scanned_once = False
        self._matched = False
        self._broken = False
        self._caught_up = False
        self._spoken_at = -1e9
        self.skipped_rows = 0
        """Rows longer than LONGEST_ROW."""
        self.names = (source,)

    async def frames(self) -> AsyncIterator[Frame]:
        """Rows as they come; an empty frame each second says that the files were looked at."""
        while True:
            for fault in self._scan():
                yield self._fault_frame(fault)
            async for frame in self._read_all():
                self._note_spoken(frame)
                yield frame
            if self._broken:
                continue  # at once: the rest of what a file was may stand in a copy of it
            beat = self._heartbeat()
            if beat is not None:
                yield beat
            if not self._follow:
                return
            await self._clock.sleep(self._poll_s)

    @property
    def marks(self) -> list[Mark]:
        """What is handed over of every file, for a later run to go on."""
        return self._files.marks

    async def aclose(self) -> None:
        """Give the descriptors back."""
        self._files.close()

    def _note_spoken(self, frame: Frame) -> None:
        self._spoken_at = frame.monotonic
        self._caught_up = self._caught_up or not frame.lag_bytes

    def _heartbeat(self) -> Frame | None:
        """An empty frame when all is read for the first time, and when nothing came for a while.

        The first has no lag, though half a row may wait for its rest.
        """
        quiet = self._clock.monotonic() - self._spoken_at >= HEARTBEAT_S
        if not self._matched or (self._caught_up and not quiet):
            return None
        frame = self._frame() if self._caught_up else replace(self._frame(), lag_bytes=0)
        self._note_spoken(frame)
        return frame

    def _scan(self) -> list[Fault]:
        """Find files that are new, moved, copied or gone; what cannot be opened is a fault."""
        now = self._clock.monotonic()
        if self._follow and not self._broken and now - self._scanned_at < SCAN_S:
            return []
        self._scanned_at, self._broken = now, False
        failed = self._files.begin_scan(now)
        faults = [each for path, error in failed for each in self._complain_of(path, error)]
        paths = sorted({path for pattern in self._patterns for path in glob.glob(pattern)})
        faults += [each for path in paths for each in self._meet(Path(path), now)]
        faults += self._complain_of_nothing(bool(paths))
        self._files.end_scan(now)
        self._matched, self._scanned_once = bool(paths), True
        return faults

    def _meet(self, path: Path, now: float) -> list[Fault]:
        """Take note of one path that matches."""
        try:
            stat = path.stat()
            if path.suffix == ".gz" or not S_ISREG(stat.st_mode) or self._is_old(stat.st_mtime):
                return []
            tail = self._files.meet(path, stat, now)
            if tail is None:
                return []
            self._begin(tail, stat.st_mtime)
        except FileNotFoundError:
            return []
        except OSError as error:
            return self._complain_of(path, error)
        self._complaints.pop(str(path), None)
        return []

    def _begin(self, tail: Tail, written_at: float) -> None:
        """A file that is new to us; the first time, what is in it may be left out."""
        if self._scanned_once:
            tail.written_at = written_at
        elif self._start == "end":
            first = tail.begin(BLOCK).partition(b"\n")[0].rstrip(b"\r")
            header = first if self._has_header and first.startswith(HEADER) else b""
            self._files.adopt(tail, tail.last_line_end(), header)

    def _is_old(self, mtime: float) -> bool:
        return self._since is not None and mtime < self._since

    def _complain_of(self, path: Path, error: OSError) -> list[Fault]:
        if isinstance(error, PermissionError):
            return self._complain(str(path), FaultKind.DENIED, _denied(path))
        text = f"{path}: cannot be read: {error.strerror or error}; it is tried again"
        return self._complain(str(path), FaultKind.INVALID, text)

    def _complain_of_nothing(self, matched: bool) -> list[Fault]:
        if matched:
            self._complaints.pop("", None)
            return []
        text = f"no file matches {' '.join(self._patterns)}: it is looked for all the time"
        return self._complain("", FaultKind.MISSING, text)

    def _complain(self, key: str, kind: FaultKind, text: str) -> list[Fault]:
        """The fault, unless it has been told already."""
        fault = Fault(kind, text)
        if self._complaints.get(key) == fault:
            return []
        self._complaints[key] = fault
        return [fault]

    async def _read_all(self) -> AsyncIterator[Frame]:
        """Everything that is there, file after file in order of their names."""
        for tail in list(self._files.tails):
            tail.refresh(self._clock.monotonic())
            if not tail.has_news:
                continue
            try:
                tail.open()
                async for frame in self._read(tail):
                    yield frame
                self._complaints.pop(str(tail.path), None)
            except FileNotFoundError:
                continue  # moved or replaced since the last scan: the next one meets it again
            except OSError as error:
                for fault in self._complain_of(tail.path, error):
                    yield self._fault_frame(fault)

    async def _read(self, tail: Tail) -> AsyncIterator[Frame]:
        """Rows of one file up to its end, checked before and after each read."""
        while tail.size != tail.offset:
            block, end = await self._block(tail) if tail.intact else (b"", 0)
            if not tail.intact:
                self._broken = True
                return
            if not end and len(block) < LONGEST_ROW:
                return
            for frame in self._whole_rows(tail, block[:end]) if end else self._skip(tail, block):
                yield frame
            tail.refresh(self._clock.monotonic())

    async def _block(self, tail: Tail) -> tuple[bytes, int]:
        """The next block, and where its last whole row ends; a longer one for a long row."""
        block = await tail.read()
        if block.startswith(b"\0"):
            # A writer that keeps its place over a truncation leaves a hole before its next row.
            hole = len(block) - len(block.lstrip(b"\0"))
            tail.consume(block[:hole])
            return await self._block(tail) if tail.offset < tail.size else (b"", 0)
        end = self._row_end(block)
        if not end and len(block) == BLOCK:
            block = await tail.read(LONGEST_ROW)
            end = self._row_end(block)
        return block, end

    def _skip(self, tail: Tail, block: bytes) -> Iterator[Frame]:
        """Drop a part of a row that is too long; its first part is told of."""
        first, tail.skipping = not tail.skipping, True
        tail.consume(block)
        if first:
            self.skipped_rows += 1
            yield self._fault_frame(_long_row(tail.path))

    def _whole_rows(self, tail: Tail, rows: bytes) -> Iterator[Frame]:
        """Frames of `rows`, one per stretch under one header; consumed as they are taken."""
        if tail.skipping:
            rest = rows.index(b"\n") + 1
            tail.consume(rows[:rest])
            tail.skipping, rows = False, rows[rest:]
        places = header_places(rows) if self._has_header else []
        for begin, end in pairwise(sorted({0, *places, len(rows)})):
            part = rows[begin:end]
            if begin in places:
                part = self._take_header(tail, part)
            if part:
                offset = tail.offset
                tail.consume(part)
                yield self._frame(part, tail, offset)

    def _take_header(self, tail: Tail, part: bytes) -> bytes:
        """Note the header that `part` begins with; what stands behind it."""
        end = part.index(b"\n") + 1
        tail.header = part[:end].rstrip(b"\r\n")
        if tail.offset == 0:
            tail.body_at = end
        tail.consume(part[:end])
        return part[end:]

    def _frame(self, payload: bytes = b"", tail: Tail | None = None, offset: int = 0) -> Frame:
        return Frame(
            source=self._source,
            at=self._clock.now(),
            monotonic=self._clock.monotonic(),
            payload=payload,
            origin=str(tail.path) if tail else "",
            offset=offset,
            identity=tail.content if tail and payload else "",
            header=tail.header if tail else b"",
            lag_bytes=sum(max(0, each.size - each.offset) for each in self._files.tails),
        )

    def _fault_frame(self, fault: Fault) -> Frame:
        return Frame(self._source, self._clock.now(), self._clock.monotonic(), fault=fault)


def _denied(path: Path) -> str:
    return (
        f"{path}: permission denied; PMTA needs `world-readable yes` in its <acct-file>, or you"
        " its group"
    )


def _long_row(path: Path) -> Fault:
    text = f"{path}: a row of more than {LONGEST_ROW:,} bytes is skipped"
    return Fault(FaultKind.INVALID, text)
