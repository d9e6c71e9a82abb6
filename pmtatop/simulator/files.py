"""The files on disk: accounting files with rotation and move-to, and the log."""

import os
from pathlib import Path

from pmtatop.simulator.accounting import HEADER
from pmtatop.simulator.clockwork import date_of, stamp

BUFFER = 4_000_000
"""Bytes held back at most while a history is written."""

MOVE_AFTER_S = 60
"""Seconds between a file's end and its move to the archive (`move-interval`)."""


class Writer:
    """Takes rows and log lines in order of time and puts them into a folder.

    Accounting files are `acct-YYYY-MM-DD-NNNN.csv`: a new one at midnight, and after the second
    in which `max_size` bytes are passed. As with PMTA, the new file is there while the last rows
    still go to the old one; with `move_to` the old one is then renamed into `archive/`.
    """

    def __init__(self, folder: Path, max_size: int = 20_000_000, move_to: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._max_size = max_size
        self._archive = folder / "archive" if move_to else None
        self._size = 0
        self._until = 0
        self._path: Path | None = None
        self._file = -1
        self._rows: list[str] = []
        self._held = 0
        self._lines: list[str] = []
        self._moving: list[tuple[int, Path]] = []
        self._log = _appending(folder / "pmta.log")

    def rows(self, second: int, text: str) -> None:
        """Whole rows of this second (ASCII, ending in CRLF)."""
        self._turn(second)
        self._rows.append(text)
        self._held += len(text)
        self._size += len(text)
        if self._size > self._max_size:
            self._until = min(second, self._until)
        if self._held > BUFFER:
            self._put()

    def log(self, second: int, text: str) -> None:
        """One line of the log: server-local time (here UTC), no zone, no severity."""
        self._lines.append(f"{stamp(second)} {text}\n")

    def flush(self, second: int) -> None:
        """Everything up to and including this second is on disk: one write of whole rows."""
        self._turn(second)
        self._put()
        if second >= self._until:
            _create(self._successor())
        self._move(second)
        if self._lines:
            _write(self._log, "".join(self._lines))
            self._lines = []

    def close(self) -> None:
        """Write what is held and close both files; a second call does nothing."""
        if self._log < 0:
            return
        self._put()
        for file in (self._file, self._log):
            if file >= 0:
                os.close(file)
        self._file = self._log = -1

    def _turn(self, second: int) -> None:
        """Go on to the next file when `second` lies behind the last of the present one."""
        if self._path is None:
            self._begin(self._first_path(second), second)
        while second > self._until:
            self._put()
            os.close(self._file)
            if self._archive is not None and self._path is not None:
                self._moving.append((self._until + MOVE_AFTER_S, self._path))
            self._begin(self._successor(), self._until)
        self._move(second)

    def _begin(self, path: Path, second: int) -> None:
        _create(path)
        self._path, self._file, self._size = path, _appending(path), 0
        # The second of midnight itself still goes to the old file.
        self._until = (second // 86400 + 1) * 86400

    def _first_path(self, second: int) -> Path:
        """The first number that is free: a folder may hold files of an earlier run."""
        number = 0
        while (path := self._numbered(date_of(second), number)).exists():
            number += 1
        return path

    def _successor(self) -> Path:
        assert self._path is not None
        _, *date, number = self._path.stem.split("-")
        new = date_of(self._until)
        return self._numbered(new, int(number) + 1 if new == "-".join(date) else 0)

    def _numbered(self, date: str, number: int) -> Path:
        return self._folder / f"acct-{date}-{number:04d}.csv"

    def _move(self, second: int) -> None:
        while self._archive is not None and self._moving and self._moving[0][0] <= second:
            at, path = self._moving.pop(0)
            self._archive.mkdir(exist_ok=True)
            path.rename(self._archive / path.name)
            # That moves are logged is documented, their wording is not: this one is ours.
            self.log(at, f"moved {path.name} to {self._archive.name}/")

    def _put(self) -> None:
        if self._rows:
            _write(self._file, "".join(self._rows))
            self._rows, self._held = [], 0


def _appending(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)


def _create(path: Path) -> None:
    """A new accounting file begins with its header line."""
    if not path.exists():
        path.write_bytes(HEADER.encode("ascii"))


def _write(file: int, text: str) -> None:
    left = memoryview(text.encode())
    while left:
        left = left[os.write(file, left) :]
