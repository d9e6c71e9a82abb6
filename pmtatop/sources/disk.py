"""DiskSource: free bytes and inodes of the file systems that PMTA cannot do without."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from pmtatop.model.frame import Frame, SourceName
from pmtatop.sources.host_clock import HostClock

Look = Callable[[Path], os.statvfs_result]


class DiskSource:
    """A frame for all paths every `interval_s` seconds; looking has a thread of its own."""

    names = (SourceName.DISK,)

    def __init__(
        self,
        clock: HostClock,
        interval_s: float,
        paths: Sequence[Path],
        rounds: int | None = None,
        look: Look = os.statvfs,
    ) -> None:
        """`rounds`: end after so many; `look`: asks the kernel, or a test's stand-in for it."""
        self._clock = clock
        self._interval_s = interval_s
        self._paths = tuple(paths)
        self._rounds = rounds
        self._look = look

    async def frames(self) -> AsyncIterator[Frame]:
        """Look after look."""
        done = 0
        while True:
            payload = json.dumps(await asyncio.to_thread(self._looks)).encode()
            now, monotonic = self._clock.now(), self._clock.monotonic()
            yield Frame(SourceName.DISK, now, monotonic, payload)
            done += 1
            if self._rounds is not None and done >= self._rounds:
                return
            await self._clock.sleep(self._interval_s)

    async def aclose(self) -> None:
        """Nothing is held between two looks."""

    def _looks(self) -> list[dict[str, object]]:
        return [self._one(path) for path in self._paths]

    def _one(self, path: Path) -> dict[str, object]:
        """What is available to others than root, as `df` counts it; or why it is not known."""
        try:
            found = self._look(path)
        except OSError as error:
            return {"path": str(path), "error": error.strerror or str(error)}
        return {
            "path": str(path),
            "blocks": found.f_blocks,
            "available": found.f_bavail,
            "inodes": found.f_files,
            "inodes_available": found.f_favail,
        }
