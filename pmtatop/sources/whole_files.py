"""Whole files, plain or compressed, or standard input: their rows in blocks, once through."""

import glob
import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from pmtatop.sources.row_ends import end_of_records, header_places, identity_of
from pmtatop.sources.tail import LONGEST_ROW

BLOCK = 1 << 20

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Portion:
    """Whole rows under one header."""

    rows: bytes
    header: bytes
    identity: str
    """The file's name by its content, as the follower gives it."""
    offset: int
    """Of the first row, in the file as it is without compression."""


class WholeFileError(Exception):
    """A file that cannot be read, in one line."""


def named_by(patterns: Iterable[str]) -> list[str]:
    """The files that the globs name, each once; raises WholeFileError for a glob without any."""
    found: dict[str, None] = {}
    for pattern in patterns:
        paths = [pattern] if pattern == STDIN else sorted(glob.glob(pattern))
        if not paths:
            raise WholeFileError(f"{pattern}: no such file; is the glob quoted for the shell?")
        found |= dict.fromkeys(paths)
    return list(found)


def portions(path: str) -> Iterator[Portion]:
    """The rows of one file; a last row without its line end counts. Raises WholeFileError."""
    try:
        with _opened(path) as file:
            yield from _Rows(file).portions()
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise WholeFileError(f"{path}: {reason}") from error


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == STDIN:
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as file:
            yield file  # type: ignore[misc]


class _Rows:
    """Cuts a stream into portions; memory is bounded by one block and one row."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._header = b""
        self._offset = 0
        self._identity = ""
        self._begin = b""

    def portions(self) -> Iterator[Portion]:
        rest = b""
        while block := self._file.read(BLOCK):
            if len(self._begin) < LONGEST_ROW:
                self._begin += block[: LONGEST_ROW - len(self._begin)]
            rest += block
            end = end_of_records(rest)
            if not end and len(rest) > LONGEST_ROW:
                end = len(rest)  # no row is so long: it is handed on, and counted as torn
            yield from self._cut(rest[:end])
            rest = rest[end:]
        yield from self._cut(rest)

    def _cut(self, rows: bytes) -> Iterator[Portion]:
        places = header_places(rows)
        for begin, end in pairwise(_sorted_once((0, *places, len(rows)))):
            part = rows[begin:end]
            if begin in places:
                first = part.find(b"\n") + 1 or len(part)
                self._header = part[:first].rstrip(b"\r\n")
                body_at = self._offset + first
                self._offset, part = body_at, part[first:]
            if part:
                yield Portion(part, self._header, self._named(), self._offset)
                self._offset += len(part)

    def _named(self) -> str:
        if not self._identity:
            body_at = self._begin.find(b"\n") + 1 if self._begin.startswith(b"type,") else 0
            self._identity = identity_of(self._begin, body_at)
        return self._identity


def _sorted_once(places: Sequence[int]) -> list[int]:
    return sorted(set(places))
