"""Checkpoint: where a follower stood, on disk, so that the next run goes on there."""

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pmtatop.sources.tail import Mark

NAME = "follower.json"
LOCK = "follower.lock"


class CheckpointError(Exception):
    """A state folder that cannot be used, in one line."""


class Checkpoint:
    """One folder, one follower: who comes second is refused."""

    def __init__(self, folder: Path) -> None:
        """Raises CheckpointError."""
        self._path = folder / NAME
        self._saved: list[Mark] | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CheckpointError(f"{folder}: no state can be kept: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            text = f"{folder}: another follower keeps its state there; give this one its own folder"
            raise CheckpointError(text) from error

    def load(self) -> list[Mark] | None:
        """The marks of the last run; None: there was none. Raises CheckpointError for damage."""
        try:
            entries = json.loads(self._path.read_bytes())["marks"]
            return [_mark(entry) for entry in entries]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            text = f"{self._path}: damaged ({error}); remove it to begin anew"
            raise CheckpointError(text) from error

    def save(self, marks: Iterable[Mark]) -> None:
        """Replace the marks in one step. Raises OSError."""
        kept = list(marks)
        if kept == self._saved:
            return
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"version": 1, "marks": [_entry(mark) for mark in kept]}, file)
        fresh.replace(self._path)
        self._saved = kept

    def close(self) -> None:
        """Let another follower have the folder."""
        os.close(self._lock)


def _entry(mark: Mark) -> dict[str, Any]:
    return {
        "offset": mark.offset,
        "digest": mark.digest.hex(),
        "last": mark.last.hex(),
        "header": mark.header.hex(),
    }


def _mark(entry: dict[str, Any]) -> Mark:
    parts = (bytes.fromhex(entry[name]) for name in ("digest", "last", "header"))
    return Mark(int(entry["offset"]), *parts)
