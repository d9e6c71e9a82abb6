"""Tail: one followed file, read in blocks through a descriptor that survives every rename."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiofiles

from pmtatop.sources.row_ends import identity_of

BLOCK = 256 * 1024
"""Bytes of one read: as good as inotify or a thread, and a hundred times a line iterator."""

LONGEST_ROW = 1024 * 1024
"""A row beyond this is skipped and counted: memory stays bounded whatever is written."""

REMEMBERED = 256
"""Last consumed bytes that must still stand there before the next read."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was consumed of a file that is gone or written anew: enough to know a copy of it."""

    offset: int
    digest: bytes
    last: bytes
    header: bytes


class Tail:
    """What has been consumed of one file, and how to know it again.

    While the descriptor is open its inode cannot be used for another file; a copy is known by
    the hash of the consumed prefix, a rewritten file by the last consumed bytes.
    """

    def __init__(self, path: Path, stat: os.stat_result) -> None:
        self.path = path
        self.identity = (stat.st_dev, stat.st_ino)
        self.size = stat.st_size
        """Bytes in the file when it was last looked at."""
        self.offset = 0
        """Everything before is consumed: always the end of a row."""
        self.seen = 0
        """Everything before has been read; behind `offset` it is the begin of a row."""
        self.header = b""
        self.body_at = 0
        """Where the first row begins: what stands before is alike in many files."""
        self.skipping = False
        """Inside a row that is too long: drop bytes to its end."""
        self.continues = False
        """It goes on where another file ended: its rows are the older ones."""
        self.written_at = 0.0
        """When it was written, as it was met or begun anew; 0: it was there from the start."""
        self.active_at = -1e9
        """Host's monotonic clock when it last grew, or was last met under a matching name."""
        self.grew_at = -1e9
        """When it last grew."""
        self.closed_mtime_ns = 0
        """Its time of writing when the descriptor was given back."""
        self._fd = -1
        self._hash = hashlib.blake2b(digest_size=16)
        self._last = b""
        self._content = ""

    @property
    def is_open(self) -> bool:
        """Whether a descriptor is held."""
        return self._fd >= 0

    def open(self) -> None:
        """Open, if it is not. Raises OSError; FileNotFoundError when the name leads elsewhere."""
        if self.is_open:
            return
        fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        stat = os.fstat(fd)
        if (stat.st_dev, stat.st_ino) != self.identity:
            os.close(fd)
            raise FileNotFoundError(f"{self.path} is another file now")
        self._fd, self.size = fd, stat.st_size

    def close(self) -> None:
        """Give the descriptor back; what was consumed stays known."""
        if self.is_open:
            self.closed_mtime_ns = os.fstat(self._fd).st_mtime_ns
            os.close(self._fd)
            self._fd = -1

    def adopt(self, offset: int, header: bytes) -> None:
        """Take what stands before `offset` as consumed, under `header`."""
        self._hash = hashlib.blake2b(digest_size=16)
        for block in self._blocks(offset):
            self._hash.update(block)
        self._last = os.pread(self._fd, min(REMEMBERED, offset), max(0, offset - REMEMBERED))
        self.offset = self.seen = offset
        self.header = header

    def refresh(self, monotonic: float) -> None:
        """Look at the file's size; a file that is not open is looked at by its name elsewhere."""
        if self.is_open:
            self.note_size(os.fstat(self._fd).st_size, monotonic)

    def note_size(self, size: int, monotonic: float) -> None:
        """`size` is the file's present one."""
        if size != self.size:
            self.size, self.grew_at, self.active_at = size, monotonic, monotonic

    @property
    def has_news(self) -> bool:
        """Whether something may be read that has not been."""
        return self.size != max(self.seen, self.offset)

    @property
    def unlinked(self) -> bool:
        """Whether no name leads to it any more."""
        return self.is_open and os.fstat(self._fd).st_nlink == 0

    @property
    def intact(self) -> bool:
        """Whether what was consumed still stands before the offset; the file must be open."""
        begin = self.offset - len(self._last)
        return os.pread(self._fd, len(self._last), begin) == self._last

    @property
    def content(self) -> str:
        """The file's name by its content (`identity_of`); it has a row."""
        if not self._content:
            self._content = identity_of(self.begin(LONGEST_ROW), self.body_at)
        return self._content

    @property
    def mark(self) -> Mark:
        """What is consumed up to now."""
        return Mark(self.offset, self._hash.copy().digest(), self._last, self.header)

    def begin(self, most: int) -> bytes:
        """The first `most` bytes."""
        self.open()
        return os.pread(self._fd, most, 0)

    def last_line_end(self) -> int:
        """The position behind the last line end, looked for in the last block."""
        self.open()
        begin = max(0, self.size - BLOCK)
        return begin + os.pread(self._fd, BLOCK, begin).rfind(b"\n") + 1

    def repeats(self, other: "Tail") -> bool:
        """Whether this file begins as what was consumed of `other`, as far as both go."""
        try:
            other.open()
        except FileNotFoundError:
            return self.size >= other.offset and self.holds(other.mark)
        end = min(self.size, other.offset)
        mine, others = self._blocks(end), other._blocks(end)
        return all(one == another for one, another in zip(mine, others, strict=True))

    def holds(self, mark: Mark) -> bool:
        """Whether this file begins with all that `mark` stands for."""
        self.open()
        place = mark.offset - len(mark.last)
        if os.pread(self._fd, len(mark.last), place) != mark.last:
            return False
        digest = hashlib.blake2b(digest_size=16)
        for block in self._blocks(mark.offset):
            digest.update(block)
        return digest.digest() == mark.digest

    def _blocks(self, end: int) -> Iterator[bytes]:
        self.open()
        for begin in range(0, end, BLOCK):
            yield os.pread(self._fd, min(BLOCK, end - begin), begin)

    async def read(self, most: int = BLOCK) -> bytes:
        """Up to `most` bytes from the offset on, not consumed yet."""
        async with aiofiles.open(self._fd, "rb", buffering=0, closefd=False) as file:
            await file.seek(self.offset)
            block = await file.read(most)
        self.seen = self.offset + len(block)
        return block

    def consume(self, data: bytes) -> None:
        """Count `data`, which stands at the offset, as read."""
        self._hash.update(data)
        self._last = (self._last + data[-REMEMBERED:])[-REMEMBERED:]
        self.offset += len(data)

    def restart(self) -> None:
        """Begin again: the file was truncated or written anew."""
        # The header stays: what is written after a truncation may come without one.
        self.offset = self.seen = self.body_at = 0
        self.skipping = self.continues = False
        self.written_at = os.fstat(self._fd).st_mtime
        self._hash, self._last = hashlib.blake2b(digest_size=16), b""
        self._content = ""
