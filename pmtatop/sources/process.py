"""pmtad's own books in /proc, for the memory that PMTA itself does not tell."""

import asyncio
import contextlib
from functools import partial
from pathlib import Path

from pmtatop.model.frame import FaultKind
from pmtatop.sources.look import Look
from pmtatop.transports.faults import TransportError

PROC = Path("/proc")
NAME = "pmtad"
"""The daemon's process name."""

FILES = ("status", "smaps_rollup", "stat", "limits")
MOST_BYTES = 65536
"""Of one file; the kernel's are far smaller."""


def local_process(root: Path = PROC) -> Look:
    """The books under `root`, another proc tree such as the simulator's; a thread reads them."""
    return partial(_look, root)


async def _look(root: Path) -> bytes:
    try:
        return await asyncio.to_thread(read_process, root)
    except FileNotFoundError:
        text = f"no {NAME} process here: is PMTA running on this host?"
        raise TransportError(FaultKind.MISSING, text, "run pmtatop on PMTA's host") from None
    except OSError as error:
        text = f"{root}: {NAME} cannot be looked at: {error.strerror}"
        light = "run pmtatop as a user who may read /proc/PID"
        raise TransportError(FaultKind.DENIED, text, light) from None


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
