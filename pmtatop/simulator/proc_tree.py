"""A fake /proc with one pmtad: resident size follows the queue, and in a leak more than that."""

import os
from pathlib import Path

from pmtatop.simulator.pages import HOST_RAM_KB

BASE_KB = 420_000
"""Resident size with an empty queue."""
PER_RECIPIENT_KB = 3.5
EVERY_S = 10
"""Simulated seconds between two changes of the tree."""
OPEN_FILES = 65536


class ProcTree:
    """Written under `root`; the process's number is the simulator's own."""

    def __init__(self, root: Path, leak_kb_per_s: float) -> None:
        self.root = root
        self._leak = leak_kb_per_s
        self._folder = root / str(os.getpid())
        self._written_at = -1

    def begin(self) -> None:
        """Write what does not change."""
        (self._folder / "fd").mkdir(parents=True, exist_ok=True)
        for number in range(40):
            (self._folder / "fd" / str(number)).touch()
        (self._folder / "comm").write_text("pmtad\n")
        (self._folder / "cmdline").write_bytes(b"/usr/sbin/pmtad\0")
        limits = f"Max open files            {OPEN_FILES}                {OPEN_FILES}     files\n"
        (self._folder / "limits").write_text(limits)
        (self.root / "meminfo").write_text(f"MemTotal:       {HOST_RAM_KB} kB\n")

    def update(self, second: int, since: int, queued: int) -> None:
        """The books as of `second`, `since` seconds after the simulation's start."""
        if second - self._written_at < EVERY_S:
            return
        self._written_at = second
        resident = int(BASE_KB + PER_RECIPIENT_KB * queued + max(0.0, self._leak * since))
        self._put("status", f"Name:\tpmtad\nPid:\t{os.getpid()}\nVmSize:\t{resident * 2} kB\n"
                            f"VmRSS:\t{resident} kB\nThreads:\t24\n")  # fmt: skip
        self._put("smaps_rollup", f"Rss:            {resident} kB\nPss:            {resident} kB\n")
        self._put("stat", f"{os.getpid()} (pmtad) S 1 1 1 0\n")

    def _put(self, name: str, text: str) -> None:
        """In one step: a reader never sees half a file."""
        fresh = self._folder / f".{name}"
        fresh.write_text(text)
        fresh.replace(self._folder / name)
