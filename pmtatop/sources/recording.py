"""Recorder: every frame as it came, in a file that may be cut anywhere.

A file is a row of gzip members, each of whole records; a record is one line of JSON and, for a
frame, its raw bytes. What lies before a cut is read, the rest is counted as lost. No key is in it:
keys are in no frame. Writing has a thread of its own and a bounded queue: when the disk is slow or
full, frames are dropped and a gap is recorded, and nothing waits.
"""

import contextlib
import gzip
import json
import os
import queue
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pmtatop.model.frame import Frame
from pmtatop.model.instant import Instant
from pmtatop.sources.interface import Access

FORMAT = 1
"""Version of the file's format."""

MOST_WAITING = 256
"""Records that wait for the disk; more are dropped."""

MEMBER_BYTES = 1 << 20
"""Uncompressed size at which a gzip member is closed."""

FLUSH_S = 1.0
"""Seconds after which a member is closed though it is small: a kill loses no more."""


class Recorder:
    """Appends to `path`; at `max_bytes` it becomes `path.1`, up to `keep` of them."""

    def __init__(
        self,
        path: Path,
        setup: Mapping[str, Any],
        max_bytes: int = 256 * 2**20,
        keep: int = 3,
    ) -> None:
        """`setup`: what a replay must know of the node and its settings. Raises OSError."""
        self._path = path
        self._head = _line({"pmtatop": FORMAT, "setup": setup})
        self._max_bytes, self._keep = max_bytes, keep
        self._waiting: queue.Queue[bytes | None] = queue.Queue(MOST_WAITING)
        self._dropped = 0
        self.failure = ""
        """Why nothing is written at present, in words; empty: all is well."""
        self._open_new()
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def frame(self, frame: Frame) -> None:
        """Record a frame. Never waits."""
        self._put(_frame_record(frame))

    def tick(self, monotonic: float, now: Instant, access: Access | None) -> None:
        """Record the moment of a View, so that a replay can make the same one. Never waits."""
        moment = {"monotonic": monotonic, "now": now}
        self._put(_line({"tick": moment, "access": asdict(access) if access else None}))

    def close(self) -> None:
        """Write what waits and close."""
        self._waiting.put(None)
        self._thread.join(5.0)

    def _put(self, record: bytes) -> None:
        try:
            if self._dropped:
                self._waiting.put_nowait(_line({"gap": self._dropped}))
                self._dropped = 0
            self._waiting.put_nowait(record)
        except queue.Full:
            self._dropped += 1

    def _open_new(self) -> None:
        """Begin a file, of which nobody else may read a line, with its head."""
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(file, 0o600)
        os.close(file)
        self._append([self._head])

    def _write(self) -> None:
        ended = False
        while not ended:
            batch: list[bytes] = []
            ended = self._gather(batch)
            if batch:
                self._append_or_say(batch)

    def _gather(self, batch: list[bytes]) -> bool:
        """Fill one member; whether the recorder is closed."""
        size = 0
        with contextlib.suppress(queue.Empty):
            while size < MEMBER_BYTES:
                record = self._waiting.get(timeout=FLUSH_S)
                if record is None:
                    return True
                batch.append(record)
                size += len(record)
        return False

    def _append_or_say(self, batch: list[bytes]) -> None:
        try:
            self._append(batch)
            if self._path.stat().st_size > self._max_bytes:
                self._rotate()
            self.failure = ""
        except OSError as error:
            self._dropped += len(batch)
            self.failure = f"recording stopped: {error.strerror}"

    def _append(self, batch: list[bytes]) -> None:
        with self._path.open("ab") as file:
            file.write(gzip.compress(b"".join(batch), compresslevel=3))

    def _rotate(self) -> None:
        for number in range(self._keep - 1, 0, -1):
            old = self._numbered(number)
            if old.exists():
                old.replace(self._numbered(number + 1))
        self._path.replace(self._numbered(1))
        self._open_new()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


def _line(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":"), default=str).encode() + b"\n"


def _frame_record(frame: Frame) -> bytes:
    """All fields but the payload, which follows as it came."""
    fields = {
        "source": frame.source,
        "at": frame.at,
        "monotonic": frame.monotonic,
        "fault": asdict(frame.fault) if frame.fault else None,
        "origin": frame.origin,
        "ask": asdict(frame.ask) if frame.ask else None,
        "offset": frame.offset,
        "identity": frame.identity,
        "header": frame.header.decode("latin-1"),
        "lag_bytes": frame.lag_bytes,
        "server_date": frame.server_date,
        "cost_s": frame.cost_s,
    }
    return _line({"frame": fields, "size": len(frame.payload)}) + frame.payload + b"\n"
