"""Free bytes and inodes of the file systems that PMTA cannot do without, on this host."""

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pmtatop.sources.look import Look

Statvfs = Callable[[Path], os.statvfs_result]


def local_disks(paths: Sequence[Path], statvfs: Statvfs = os.statvfs) -> Look:
    """All paths in one look; `statvfs` asks the kernel, or a test's stand-in for it."""
    return partial(_look, tuple(paths), statvfs)


async def _look(paths: tuple[Path, ...], statvfs: Statvfs) -> bytes:
    return await asyncio.to_thread(lambda: json.dumps([_one(p, statvfs) for p in paths]).encode())


def _one(path: Path, statvfs: Statvfs) -> dict[str, object]:
    """What is available to others than root, as `df` counts it; or why it is not known."""
    try:
        found = statvfs(path)
    except OSError as error:
        return {"path": str(path), "error": error.strerror or str(error)}
    return {
        "path": str(path),
        "blocks": found.f_blocks,
        "available": found.f_bavail,
        "inodes": found.f_files,
        "inodes_available": found.f_favail,
    }
