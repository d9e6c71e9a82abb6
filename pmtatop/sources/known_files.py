"""KnownFiles: which file is which through renames, moves, copies, truncation and deletion."""

import os
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pmtatop.sources.row_ends import HEADER
from pmtatop.sources.tail import BLOCK, LONGEST_ROW, Mark, Tail

IDLE_S = 60.0
"""A file that is read to its end and quiet for so long gives its descriptor back."""

GONE_S = 30.0
"""A file without a matching name is still followed for so long: last rows may come."""

MARKS = 256
"""Files remembered after they are gone."""


@dataclass(slots=True)
class Copy:
    """A file that only repeats what is read from another one."""

    tail: Tail
    original: Tail


class KnownFiles:
    """All files that are followed.

    Every accounting file begins with the same header and inodes are used again, so a file is
    known by its open descriptor, then by the content that was consumed of it. One that has no
    row yet cannot be told from any other: it is held open, and decided when it has.
    """

    def __init__(self, has_header: bool, past: Iterable[Mark] = ()) -> None:
        """`past`: what an earlier run has consumed."""
        self.tails: list[Tail] = []
        """Files that are read, in the order in which to read them."""
        self._has_header = has_header
        self._fresh: list[Tail] = []
        self._copies: list[Copy] = []
        self._past: deque[Mark] = deque(past, maxlen=MARKS)

    def begin_scan(self, monotonic: float) -> list[tuple[Path, OSError]]:
        """See to the open files first: what was truncated must be known before its copy is."""
        failed = []
        for tail in self._all():
            tail.refresh(monotonic)
            try:
                if tail in self.tails and tail.is_open and not tail.intact:
                    self.broken(tail)
            except OSError as error:
                failed.append((tail.path, error))
        return failed

    def meet(self, path: Path, stat: os.stat_result, monotonic: float) -> Tail | None:
        """Take note of a path that matches; the tail, if it is a new one. Raises OSError."""
        identity = (stat.st_dev, stat.st_ino)
        for tail in self._all():
            if tail.identity == identity:
                tail.path, tail.active_at = path, monotonic
                if not tail.is_open:
                    tail.note_size(stat.st_size, monotonic)
                    self._wake(tail, stat.st_mtime_ns)
                return None
        new = Tail(path, stat)
        new.active_at = new.grew_at = monotonic
        new.open()
        self._fresh.append(new)
        return new

    def end_scan(self, monotonic: float) -> None:
        """Decide what is new, and let go of what is over, out of sight, or quiet."""
        for tail in list(self._fresh):
            self._decide(tail)
        for copy in list(self._copies):
            self._look_at_copy(copy)
        for tail in list(self.tails):
            if tail.offset >= tail.size and tail.unlinked:
                self._release_copies(tail)
        self._let_go(monotonic)
        self.tails.sort(key=lambda each: (not each.continues, each.written_at, each.path.name))

    def broken(self, tail: Tail) -> None:
        """`tail` no longer holds what was consumed of it: what it was may go on in a copy."""
        self._remember(tail)
        self._release_copies(tail)
        tail.restart()

    @property
    def marks(self) -> list[Mark]:
        """What is consumed of every file, those that are gone first."""
        return [*self._past, *(tail.mark for tail in self.tails if tail.offset > tail.body_at)]

    def close(self) -> None:
        """Give all descriptors back."""
        for tail in self._all():
            tail.close()

    def adopt(self, tail: Tail, offset: int, header: bytes) -> None:
        """Read a new file, but only from `offset` on."""
        tail.adopt(offset, header)
        tail.body_at = self._body_at(tail)
        if tail in self._fresh:
            self._fresh.remove(tail)
        self.tails.append(tail)

    def _wake(self, tail: Tail, mtime_ns: int) -> None:
        """A quiet file that was written to: whether it goes on, or begins anew."""
        if mtime_ns == tail.closed_mtime_ns or tail not in self.tails:
            return
        with suppress(OSError):  # moved or refused: the next scan meets it again
            tail.open()
            if not tail.intact:
                self.broken(tail)

    def _all(self) -> list[Tail]:
        return [*self.tails, *self._fresh, *(copy.tail for copy in self._copies)]

    def _decide(self, tail: Tail) -> None:
        """Whether a new file goes on with one that is gone, repeats another, or is its own."""
        body = self._body_at(tail)
        if b"\n" not in tail.begin(LONGEST_ROW + body)[body:] and tail.size < LONGEST_ROW:
            return
        mark = next((m for m in reversed(self._past) if m.offset > body and tail.holds(m)), None)
        if mark is not None:
            tail.continues = True
            self.adopt(tail, mark.offset, mark.header)
            return
        self._fresh.remove(tail)
        original = next((t for t in self.tails if t.offset > body and tail.repeats(t)), None)
        if original is None:
            self.tails.append(tail)
        else:
            self._copies.append(Copy(tail, original))

    def _look_at_copy(self, copy: Copy) -> None:
        """Whether it still only repeats."""
        tail, original = copy.tail, copy.original
        if not tail.has_news:
            return
        tail.seen = tail.size
        if not tail.repeats(original):
            self._copies.remove(copy)
            tail.restart()
            self.tails.append(tail)
        elif tail.size > original.size:  # it goes on by itself
            self._copies.remove(copy)
            self.adopt(tail, original.size, original.header)

    def _body_at(self, tail: Tail) -> int:
        """Where rows begin; the end of the file while its header is not whole."""
        begin = tail.begin(BLOCK) if self._has_header else b""
        if not begin.startswith(HEADER[: len(begin)]):
            return 0
        return begin.find(b"\n") + 1 or (len(begin) if len(begin) < BLOCK else 0)

    def _release_copies(self, original: Tail) -> None:
        """The original is over: rows it had, and we had not, stand in its copies."""
        for copy in [each for each in self._copies if each.original is original]:
            self._copies.remove(copy)
            copy.tail.continues = True
            self.adopt(copy.tail, min(copy.tail.size, original.offset), original.header)

    def _remember(self, tail: Tail) -> None:
        if tail.offset > tail.body_at:
            self._past.append(tail.mark)

    def _let_go(self, monotonic: float) -> None:
        for tail in self._all():
            if monotonic - tail.active_at > GONE_S:
                self._forget(tail)
        for tail in self.tails:
            if tail.is_open and not tail.has_news and monotonic - tail.grew_at > IDLE_S:
                tail.close()

    def _forget(self, tail: Tail) -> None:
        if tail in self.tails:
            self._release_copies(tail)
            self._remember(tail)
            self.tails.remove(tail)
        self._fresh = [each for each in self._fresh if each is not tail]
        self._copies = [copy for copy in self._copies if copy.tail is not tail]
        tail.close()
