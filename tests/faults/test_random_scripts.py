"""Random lives of accounting files, with restarts of the follower: every row once, none torn.

What no follower can know is left out of the scripts: a file that comes and goes between two
looks, and rows that are truncated away before anybody looked and that no copy holds.
"""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.following import HEADER, Reading, Written, row, rows
from tests.sources.clocks import FrozenClock

SCRIPTS = 200
STEPS = 40


class Life:
    """One mail server's files, written by chance, and a follower that looks now and then."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.written = Written(folder)
        self.clock = FrozenClock()
        self.read = b""
        self.reading = Reading(self.written.patterns, self.clock)
        self.number = 0
        self.files = 0
        self.half = b""
        self.archived: list[Path] = []
        self.previous: Path | None = None
        self.steps: list[Callable[[], Awaitable[None] | None]] = [
            *([self.append] * 5),
            *(self.begin_a_row, self.next_dated_file, self.rename_and_create),
            *(self.copy_and_truncate, self.delete_an_old_one, self.truncate),
        ]

    @property
    def live(self) -> str:
        return f"acct-2025-04-01-{self.files:04}.csv"

    def _new(self, count: int) -> list[int]:
        first, self.number = self.number, self.number + count
        return list(range(first, self.number))

    def append(self) -> None:
        data = self.half + rows(*self._new(self.chance.randrange(1, 6)))
        self.half = b""
        self.written.append(self.live, data)

    def begin_a_row(self) -> None:
        if self.half or not (self.written.live / self.live).exists():
            return
        (number,) = self._new(1)
        whole = row(number)
        cut = self.chance.randrange(1, len(whole))
        self.written.append(self.live, whole[:cut])
        self.half = whole[cut:]

    def _finish(self) -> None:
        """Whatever is begun is ended in the same file."""
        if self.half:
            self.written.append(self.live, self.half)
            self.half = b""

    def next_dated_file(self) -> None:
        """The new file is there before the old one moves; a last row still goes to the old one."""
        self._finish()
        old = self.written.live / self.live
        self.files += 1
        self.written.append(self.live, rows(*self._new(1)))
        if old.exists():
            with old.open("ab") as file:
                file.write(rows(*self._new(1)))
            self.archived.append(self.written.move(old.name))

    def rename_and_create(self) -> None:
        self._finish()
        if (self.written.live / self.live).exists():
            name = f"acct-moved-{self.number}.csv"
            (self.written.live / self.live).rename(self.written.archive / name)
            self.archived.append(self.written.archive / name)
        self.written.append(self.live, rows(*self._new(2)))

    def copy_and_truncate(self) -> None:
        self._finish()
        live = self.written.live / self.live
        if live.exists() and live.stat().st_size > len(HEADER):
            name = f"acct-copy-{self.number}.csv"
            self.written.copy_and_truncate(self.live, name)
            self.archived.append(self.written.archive / name)

    async def look(self) -> None:
        self.read += await self.reading.go()

    async def delete_an_old_one(self) -> None:
        await self.look()
        await self.look()
        if self.archived:
            self.archived.pop(self.chance.randrange(len(self.archived))).unlink()

    async def truncate(self) -> None:
        """Without a copy, after a look: what is written next is another row."""
        self._finish()
        await self.look()
        live = self.written.live / self.live
        if live.exists():
            live.write_bytes(HEADER)
            await self.look()

    async def restart(self) -> None:
        """`kill -9` behind a checkpoint: nothing was in flight."""
        marks = self.reading.follower.marks
        await self.reading.follower.aclose()
        self.reading = Reading(self.written.patterns, self.clock, marks=marks)

    async def live_on(self) -> None:
        step = self.chance.choice([*self.steps, self.look, self.look, self.restart])
        done = step()
        if done is not None:
            await done


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SCRIPTS))
async def test_every_row_once(seed: int, tmp_path: Path) -> None:
    life = Life(tmp_path, seed)
    for _ in range(STEPS):
        await life.live_on()
    life._finish()
    for _ in range(3):
        await life.look()
    counts = [life.read.count(row(number)) for number in range(life.number)]
    assert [n for n, count in enumerate(counts) if count != 1] == []
    assert len(life.read) == sum(len(row(number)) for number in range(life.number))
    await life.reading.follower.aclose()
