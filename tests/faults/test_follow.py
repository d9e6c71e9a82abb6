"""P1: no row lost, none counted twice, memory bounded, through all that happens to files."""

import os
import random
import shutil
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pmtatop.model.frame import FaultKind
from pmtatop.sources import tail as tail_module
from pmtatop.sources.tail import BLOCK, LONGEST_ROW
from tests.faults.following import HEADER, Reading, Written, row, rows
from tests.sources.clocks import FrozenClock


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path)


@pytest.fixture
async def reading(written: Written) -> AsyncIterator[Reading]:
    reading = Reading(written.patterns, FrozenClock())
    yield reading
    await reading.follower.aclose()


async def test_appends(written: Written, reading: Reading) -> None:
    for number in range(20):
        written.append("acct.csv", row(number))
        assert await reading.go() == row(number)
        assert await reading.go() == b""


async def test_half_a_row_then_its_rest(written: Written, reading: Reading) -> None:
    whole = row(2)
    for cut in range(1, len(whole)):
        written.append("acct.csv", whole[:cut])
        assert await reading.go() == b""
        written.append("acct.csv", whole[cut:])
        assert await reading.go() == whole


async def test_half_a_header_then_its_rest(written: Written, reading: Reading) -> None:
    path = written.live / "acct.csv"
    path.write_bytes(HEADER[:7])
    assert await reading.go() == b""
    path.write_bytes(HEADER + row(1))
    assert await reading.go() == row(1)
    assert [frame.header for frame in reading.frames if frame.payload] == [HEADER.rstrip()]


async def test_rename_and_create(written: Written, reading: Reading) -> None:
    written.append("acct.csv", rows(1, 2))
    assert await reading.go() == rows(1, 2)
    written.append("acct.csv", row(3))
    (written.live / "acct.csv").rename(written.live / "acct-1.csv")
    written.append("acct.csv", row(4))
    assert sorted((await reading.go()).split(b"r")) == sorted(rows(3, 4).split(b"r"))
    assert await reading.go() == b""


async def test_rename_out_of_sight_and_create(written: Written, reading: Reading) -> None:
    written.append("acct.csv", row(1))
    await reading.go()
    written.append("acct.csv", row(2))
    away = (written.live / "acct.csv").rename(written.live / "away")
    written.append("acct.csv", row(3))
    assert len(await reading.go()) == len(rows(2, 3))
    with away.open("ab") as file:
        file.write(row(4))
    assert await reading.go() == row(4)


async def test_copy_and_truncate(written: Written, reading: Reading) -> None:
    written.append("acct.csv", rows(*range(10)))
    await reading.go()
    written.append("acct.csv", row(10))
    written.copy_and_truncate("acct.csv", "acct-1.csv")
    assert await reading.go() == row(10)
    written.append("acct.csv", row(11))
    assert await reading.go() == row(11)


async def test_copy_and_truncate_and_written_beyond(written: Written, reading: Reading) -> None:
    written.append("acct.csv", row(0))
    await reading.go()
    written.copy_and_truncate("acct.csv", "acct-1.csv")
    written.append("acct.csv", rows(*range(100, 150)))
    assert await reading.go() == rows(*range(100, 150))


async def test_a_copy_seen_before_the_truncation(written: Written, reading: Reading) -> None:
    written.append("acct.csv", rows(0, 1))
    await reading.go()
    shutil.copy(written.live / "acct.csv", written.archive / "acct-1.csv")
    assert await reading.go() == b""
    os.truncate(written.live / "acct.csv", 0)
    assert await reading.go() == b""
    written.append("acct.csv", row(2))
    assert await reading.go() == row(2)


async def test_a_copy_that_is_still_being_written(written: Written, reading: Reading) -> None:
    written.append("acct.csv", rows(*range(100)))
    await reading.go()
    content = (written.live / "acct.csv").read_bytes()
    for part in (0, 10, len(HEADER), len(HEADER) + 30, len(content) // 2, len(content)):
        (written.archive / "acct-1.csv").write_bytes(content[:part])
        assert await reading.go() == b""
    os.truncate(written.live / "acct.csv", 0)
    assert await reading.go() == b""


async def test_an_old_copy_stays_one_when_its_original_goes(
    written: Written, reading: Reading
) -> None:
    written.append("acct.csv", rows(0, 1))
    await reading.go()
    shutil.copy(written.live / "acct.csv", written.archive / "acct-1.csv")
    await reading.go()
    written.append("acct.csv", row(2))
    assert await reading.go() == row(2)
    (written.live / "acct.csv").unlink()
    for _ in range(4):
        assert await reading.go(20) == b""


async def test_delete_and_create_again(written: Written, reading: Reading) -> None:
    for number in range(10):
        written.append("acct.csv", row(number))
        assert await reading.go() == row(number)
        (written.live / "acct.csv").unlink()


async def test_the_inode_comes_back_after_a_quiet_time(written: Written, reading: Reading) -> None:
    written.append("acct.csv", row(1))
    await reading.go()
    await reading.go(3600)
    await reading.go(1)
    assert not reading.follower._files.tails[0].is_open
    (written.live / "acct.csv").unlink()
    written.append("acct.csv", rows(5, 6, 7))
    assert await reading.go() == rows(5, 6, 7)


async def test_written_anew_to_the_same_size_in_a_quiet_time(
    written: Written, reading: Reading
) -> None:
    written.append("acct.csv", rows(1, 2))
    await reading.go()
    await reading.go(3600)
    written.copy_and_truncate("acct.csv", "acct-1.csv")
    written.append("acct.csv", rows(5, 6))
    assert await reading.go() == rows(5, 6)


async def test_written_anew_in_place(written: Written, reading: Reading) -> None:
    path = written.append("acct.csv", rows(1, 2))
    await reading.go()
    path.write_bytes(HEADER + rows(5, 6))
    assert path.stat().st_size == len(HEADER + rows(1, 2))
    assert await reading.go() == rows(5, 6)


async def test_replaced_by_a_longer_self(written: Written, reading: Reading) -> None:
    path = written.append("acct.csv", rows(1, 2))
    await reading.go()
    (written.live / "new").write_bytes(HEADER + rows(1, 2, 3))
    (written.live / "new").replace(path)
    assert await reading.go() + await reading.go() == row(3)


async def test_a_file_that_is_not_there_yet(written: Written, reading: Reading) -> None:
    assert await reading.go() == b""
    assert await reading.go() == b""
    assert [fault.kind for fault in reading.faults] == [FaultKind.MISSING]
    assert "acct*.csv" in reading.faults[0].text
    written.append("acct.csv", row(1))
    assert await reading.go() == row(1)


async def test_dated_files_and_last_rows_to_the_old_one(written: Written, reading: Reading) -> None:
    old, new = "acct-2026-01-01-0000.csv", "acct-2026-01-01-0001.csv"
    written.append(old, row(1))
    assert await reading.go() == row(1)
    written.append(new, b"")
    assert await reading.go() == b""
    written.append(new, row(2))
    written.append(old, row(3))
    assert await reading.go() == rows(3, 2)
    moved = written.move(old)
    with moved.open("ab") as file:
        file.write(row(4))
    written.append(new, row(5))
    assert await reading.go() == rows(4, 5)
    assert await reading.go() == b""


async def test_a_new_file_beside_one_that_has_only_a_header(
    written: Written, reading: Reading
) -> None:
    written.append("acct-1.csv", b"")
    await reading.go()
    written.append("acct-2.csv", row(1))
    assert await reading.go() == row(1)
    written.append("acct-1.csv", row(2))
    assert await reading.go() == row(2)


async def test_many_old_files_hold_no_descriptors(written: Written, reading: Reading) -> None:
    for number in range(50):
        written.append(f"acct-{number:03}.csv", row(number))
    assert await reading.go() == rows(*range(50))
    await reading.go(3600)
    await reading.go(1)
    assert not any(tail.is_open for tail in reading.follower._files.tails)
    written.append("acct-007.csv", row(51))
    assert await reading.go() == row(51)
    written.move("acct-008.csv")
    assert await reading.go() == b""


async def test_files_come_in_order_of_their_names(written: Written, reading: Reading) -> None:
    for number in (3, 1, 2):
        written.append(f"acct-{number}.csv", row(number))
    written.move("acct-1.csv")
    assert await reading.go() == rows(1, 2, 3)


async def test_a_row_without_end_is_skipped_in_bounded_memory(
    written: Written, reading: Reading
) -> None:
    path = written.append("acct.csv", row(1))
    with path.open("ab") as file:
        for _ in range(64):
            file.write(b"x" * 2**20)
    tracemalloc.start()
    await reading.go()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * LONGEST_ROW
    written.append("acct.csv", b"end\r\n" + row(2))
    assert await reading.go() == row(2)
    assert reading.all == rows(1, 2)
    assert [fault.kind for fault in reading.faults] == [FaultKind.INVALID]
    assert reading.follower.skipped_rows == 1


async def test_rows_longer_than_a_block_are_whole(written: Written, reading: Reading) -> None:
    long = b"d,1549662845,a@b.example," + b"y" * (BLOCK + 5000) + b"\r\n"
    written.append("acct.csv", long + row(1))
    assert await reading.go() == long + row(1)


async def test_bytes_of_any_kind_come_through(written: Written, reading: Reading) -> None:
    odd = b'd,1,\xff\xfe\x1b]0;x\x07\0,"a\r\nb ""c"" ,"\r\nd,1,a "quoted" b,x\r\nd,1,5" disk,x\r\n'
    written.append("acct.csv", odd[:21])
    assert await reading.go() == b""
    written.append("acct.csv", odd[21:])
    assert await reading.go() == odd


async def test_a_quoted_header_in_a_reply_is_no_header(written: Written, reading: Reading) -> None:
    forged = b'd,1,a@b.example,"421-x\r\ntype,timeLogged,rcpt\r\n421 y"\r\n'
    written.append("acct.csv", forged + row(1))
    assert await reading.go() == forged + row(1)
    assert {frame.header for frame in reading.frames if frame.payload} == {HEADER.rstrip()}


async def test_a_header_in_mid_stream_holds_from_there(written: Written, reading: Reading) -> None:
    other = b"type,rcpt,timeLogged,vmta"
    written.append("acct.csv", row(1) + other + b"\r\n" + row(2))
    assert await reading.go() == rows(1, 2)
    stretches = [(f.header, f.payload, f.offset) for f in reading.frames if f.payload]
    begin = len(HEADER)
    assert stretches == [
        (HEADER.rstrip(), row(1), begin),
        (other, row(2), begin + len(row(1)) + len(other) + 2),
    ]
    written.append("acct.csv", row(3))
    await reading.go()
    assert [f.header for f in reading.frames if f.payload][-1] == other


async def test_no_permission_for_a_while(
    written: Written, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    written.append("acct.csv", row(1))

    def refused(path: Path, *args: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refused)
        for _ in range(3):
            assert await reading.go() == b""
    (fault,) = reading.faults
    assert fault.kind is FaultKind.DENIED
    assert "acct.csv" in fault.text
    assert "world-readable yes" in fault.text
    assert await reading.go() == row(1)


async def test_a_descriptor_that_cannot_be_had_is_tried_again(
    written: Written, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    written.append("acct.csv", row(1))

    def refused(*args: object) -> int:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refused)
        assert await reading.go() == b""
    assert await reading.go() == row(1)


async def test_truncated_while_it_is_read(
    written: Written, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written.append("acct.csv", rows(1, 2))
    await reading.go()
    written.append("acct.csv", row(3))
    real = tail_module.Tail.read

    async def late(self: tail_module.Tail, most: int = BLOCK) -> bytes:
        monkeypatch.setattr(tail_module.Tail, "read", real)
        path.write_bytes(HEADER + rows(*range(20, 30)))
        return await real(self, most)

    monkeypatch.setattr(tail_module.Tail, "read", late)
    assert await reading.go() == rows(*range(20, 30))


class Script:
    """A seeded hand: writes, halves, rotations of every kind, pauses; what must come of it."""

    def __init__(self, written: Written, reading: Reading, seed: int) -> None:
        self.random = random.Random(seed)
        self.written = written
        self.reading = reading
        self.number = 0
        self.files = 0
        self.half = b""
        self.live = "acct-000.csv"

    def row(self) -> bytes:
        self.number += 1
        return row(self.number)

    def write(self) -> None:
        new = b"".join(self.row() for _ in range(self.random.randint(1, 6)))
        self.written.append(self.live, self.half + new)
        self.half = b""

    def write_half(self) -> None:
        if not self.half:
            new = self.row()
            cut = self.random.randint(1, len(new) - 1)
            self.written.append(self.live, new[:cut])
            self.half = new[cut:]

    def finish(self) -> None:
        if self.half:
            self.written.append(self.live, self.half)
            self.half = b""

    def next_name(self) -> str:
        self.files += 1
        return f"acct-{self.files:03}.csv"

    def exists(self) -> bool:
        return (self.written.live / self.live).exists()

    def dated(self) -> None:
        """The new file is there before the old one moves, and a last row comes after."""
        old = self.live
        self.finish()
        self.live = self.next_name()
        self.write()
        if (self.written.live / old).exists():
            moved = self.written.move(old)
            if moved.stat().st_size:
                with moved.open("ab") as file:
                    file.write(self.row())

    def rename(self) -> None:
        self.finish()
        if self.exists():
            (self.written.live / self.live).rename(self.written.archive / self.next_name())

    def copy_and_truncate(self) -> None:
        self.finish()
        if self.exists():
            self.written.copy_and_truncate(self.live, self.next_name())

    async def delete(self) -> None:
        """What is being read is read to its end even when it is deleted."""
        self.finish()
        self.write()
        await self.look()
        if self.exists():
            self.write()
            (self.written.live / self.live).unlink()

    async def look(self) -> None:
        await self.reading.go(self.random.choice([0.05, 0.3, 5.0]))

    async def pause(self) -> None:
        await self.reading.go(1000.0)
        await self.reading.go()

    async def play(self, steps: int) -> None:
        silent = [self.write, self.write, self.write_half, self.finish]
        silent += [self.dated, self.rename, self.copy_and_truncate]
        for _ in range(steps):
            if self.random.random() < 0.6:
                self.random.choice(silent)()
            else:
                await self.random.choice([self.look, self.look, self.pause, self.delete])()
        self.finish()
        for _ in range(3):
            await self.reading.go()


@pytest.mark.parametrize("seed", range(50))
async def test_a_random_script_loses_doubles_and_tears_nothing(
    written: Written, reading: Reading, seed: int
) -> None:
    script = Script(written, reading, seed)
    await script.play(60)
    found = reading.all
    numbers = range(1, script.number + 1)
    times = {number: found.count(b",r%d@" % number) for number in numbers}
    assert {number: count for number, count in times.items() if count != 1} == {}
    assert len(found) == sum(len(row(number)) for number in numbers)
