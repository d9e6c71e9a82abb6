"""ProcessSource: pmtad's own books in /proc, for the memory that PMTA itself does not tell."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.sources.host_clock import HostClock

PROC = Path("/proc")
NAME = "pmtad"
"""The daemon's process name."""

FILES = ("status", "smaps_rollup", "stat", "limits")
MOST_BYTES = 65536
"""Of one file; the kernel's are far smaller."""


class ProcessSource:
    """A frame every `interval_s` seconds; reading has a thread of its own."""

    names = (SourceName.MEMORY,)

    def __init__(
        self, clock: HostClock, interval_s: float, root: Path = PROC, rounds: int | None = None
    ) -> None:
        """`root`: another proc tree, such as the simulator's; `rounds`: end after so many."""
        self._clock = clock
        self._interval_s = interval_s
        self._root = root
        self._rounds = rounds

    async def frames(self) -> AsyncIterator[Frame]:
        """A reading, or why there is none, again and again."""
        done = 0
        while True:
            yield await self._frame()
            done += 1
            if self._rounds is not None and done >= self._rounds:
                return
            await self._clock.sleep(self._interval_s)

    async def aclose(self) -> None:
        """Nothing is held between two readings."""

    async def _frame(self) -> Frame:
        payload, fault = b"", None
        try:
            payload = await asyncio.to_thread(read_process, self._root)
        except FileNotFoundError:
            text = f"no {NAME} process here: is PMTA running on this host?"
            fault = Fault(FaultKind.MISSING, text, "run pmtatop on PMTA's host")
        except OSError as error:
            text = f"{self._root}: {NAME} cannot be looked at: {error.strerror}"
            fault = Fault(FaultKind.DENIED, text, "run pmtatop as a user who may read /proc/PID")
        now, monotonic = self._clock.now(), self._clock.monotonic()
        return Frame(
            SourceName.MEMORY, now, monotonic, payload, fault=fault, origin=str(self._root)
        )


def read_process(root: Path) -> bytes:
    """The files of the oldest process called pmtad, a section each.

    Raises FileNotFoundError without one, OSError where even its status cannot be read.
    """
    folder = find_process(root)
    if folder is None:
        raise FileNotFoundError(NAME)
    sections = {"status": (folder / "status").read_bytes()[:MOST_BYTES]}
    for name in FILES[1:]:
        found = _optional(folder / name)
        if found is not None:
            sections[name] = found
    meminfo = _optional(root / "meminfo")
    if meminfo is not None:
        sections["meminfo"] = meminfo
    with contextlib.suppress(OSError):  # another user's: their number is unknown, and shown so
        sections["fd"] = str(len(list((folder / "fd").iterdir()))).encode()
    return b"".join(b"== %s\n%s\n" % (name.encode(), data) for name, data in sections.items())


def _optional(path: Path) -> bytes | None:
    """A file that needs rights which may be missing: without it the reading says less."""
    try:
        return path.read_bytes()[:MOST_BYTES]
    except OSError:
        return None


def find_process(root: Path = PROC) -> Path | None:
    """The folder of the oldest process called pmtad."""
    found = [folder for folder in root.glob("[0-9]*") if _is_pmtad(folder)]
    return min(found, key=lambda folder: int(folder.name), default=None)


def _is_pmtad(folder: Path) -> bool:
    comm = _optional(folder / "comm")
    return comm is not None and comm.strip() == NAME.encode()
