"""Whatever is done to the files: no accounting row lost, none twice, none torn, memory bounded."""

import os
import shutil
import tracemalloc
from pathlib import Path

import pytest

from pmtatop.model.frame import FaultKind
from pmtatop.sources.tail import Tail
from tests.sources.following import (
    HEADER,
    Watch,
    append,
    cells,
    content,
    delete,
    expected,
    rename,
    row,
    rows,
    write,
    write_at,
)


@pytest.fixture
def acct(tmp_path: Path) -> Path:
    path = tmp_path / "acct.csv"
    write(path, HEADER + rows(1, 2))
    return path


async def test_renamed_and_created_again_loses_no_row(acct: Path) -> None:
    async with Watch(acct) as watch:
        append(acct, rows(3))
        rename(acct, acct.with_name("acct.csv.1"))
        write(acct, HEADER + rows(4))
        await watch.settle()
        append(acct, rows(5))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3, 4, 5)


async def test_rows_still_written_to_the_renamed_file_come_too(acct: Path) -> None:
    moved = acct.with_name("acct.csv.1")
    async with Watch(acct) as watch:
        rename(acct, moved)
        write(acct, HEADER + rows(4))
        await watch.settle()
        append(moved, rows(3))
        await watch.settle()
        assert sorted(watch.rows) == expected(1, 2, 3, 4)


async def test_copied_and_truncated_loses_no_row(acct: Path) -> None:
    async with Watch(acct) as watch:
        shutil.copy(acct, acct.with_name("backup"))
        os.truncate(acct, 0)
        append(acct, HEADER + rows(3))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)


async def test_rows_after_a_truncation_without_a_new_header_keep_the_old_one(acct: Path) -> None:
    async with Watch(acct) as watch:
        os.truncate(acct, 0)
        append(acct, rows(3))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)
        assert {f.header for f in watch.frames if f.payload} == {HEADER.strip().encode()}


async def test_a_writer_that_keeps_its_place_over_a_truncation_leaves_a_hole_not_a_row(
    acct: Path,
) -> None:
    async with Watch(acct) as watch:
        size = len(content(acct))
        os.truncate(acct, 0)
        write_at(acct, size + 2**20, rows(3))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)
        assert not watch.faults


@pytest.mark.parametrize("seen", [True, False], ids=["copy seen first", "copy not seen"])
async def test_a_copy_that_the_glob_matches_is_not_read_twice(acct: Path, seen: bool) -> None:
    async with Watch(acct.parent / "acct.csv*") as watch:
        shutil.copy(acct, acct.with_name("acct.csv.1"))
        if seen:
            await watch.settle()
        os.truncate(acct, 0)
        append(acct, HEADER + rows(3))
        await watch.settle()
        append(acct, rows(4))
        await watch.settle(2)
        assert watch.rows == expected(1, 2, 3, 4)


@pytest.mark.parametrize("seen", [True, False], ids=["copy seen first", "copy not seen"])
async def test_rows_unread_at_the_truncation_come_from_the_copy_and_first(
    acct: Path, seen: bool
) -> None:
    copy = acct.with_name("acct.csv.1")
    async with Watch(acct.parent / "acct.csv*") as watch:
        if seen:
            shutil.copy(acct, copy)
            await watch.settle()
        append(acct, rows(3))
        shutil.copy(acct, copy)
        os.truncate(acct, 0)
        append(acct, HEADER + rows(4))
        await watch.settle(2)
        assert watch.rows == expected(1, 2, 3, 4)


async def test_truncated_at_once_after_a_copy_and_noticed_between_two_scans(acct: Path) -> None:
    async with Watch(acct.parent / "acct.csv*") as watch:
        for number in range(3, 20):
            await watch.settle(0.05)
            shutil.copy(acct, acct.with_name(f"acct.csv.{number}"))
            os.truncate(acct, 0)
            append(acct, HEADER + rows(number))
        await watch.settle()
        assert watch.rows == expected(1, 2, *range(3, 20))


async def test_a_copy_in_the_making_is_not_read_as_a_file_of_its_own(acct: Path) -> None:
    copy = acct.with_name("acct.csv.1")
    whole = content(acct)
    async with Watch(acct.parent / "acct.csv*") as watch:
        for end in (5, len(HEADER), len(HEADER) + 10, len(HEADER + rows(1)), len(whole)):
            write(copy, whole[:end])
            await watch.settle()
        os.truncate(acct, 0)
        append(acct, HEADER + rows(3))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)


async def test_a_copy_that_goes_on_by_itself_is_read_from_where_it_goes_on(acct: Path) -> None:
    copy = acct.with_name("acct.csv.1")
    async with Watch(acct.parent / "acct.csv*") as watch:
        shutil.copy(acct, copy)
        await watch.settle()
        append(copy, rows(3))
        await watch.settle()
        append(acct, rows(4))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3, 4)


async def test_moved_to_another_volume_by_copy_and_delete_is_read_once(acct: Path) -> None:
    async with Watch(acct.parent / "acct.csv*") as watch:
        append(acct, rows(3))
        shutil.copy(acct, acct.with_name("acct.csv.1"))
        delete(acct)
        await watch.settle()
        append(acct.with_name("acct.csv.1"), rows(4))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3, 4)


async def test_files_that_share_only_their_header_are_not_taken_for_copies(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    write(first, HEADER)
    async with Watch(tmp_path / "*.csv") as watch:
        write(second, HEADER)
        await watch.settle()
        append(second, rows(1))
        await watch.settle()
        write(tmp_path / "c.csv", HEADER + rows(2))
        await watch.settle()
        append(first, rows(3))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)


async def test_deleted_and_created_again_loses_no_row(acct: Path) -> None:
    async with Watch(acct) as watch:
        for number in range(3, 12):
            append(acct, rows(number))
            delete(acct)
            write(acct, HEADER)
            await watch.settle()
        assert watch.rows == expected(1, 2, *range(3, 12))


async def test_a_file_that_is_not_there_yet_is_one_fault_and_then_read(acct: Path) -> None:
    delete(acct)
    async with Watch(acct) as watch:
        await watch.settle(5)
        [fault] = watch.faults
        assert fault.kind is FaultKind.MISSING
        write(acct, HEADER + rows(1))
        await watch.settle()
        assert watch.rows == expected(1)
        assert watch.faults == [fault]


async def test_dated_files_move_to_an_archive_while_last_rows_are_written(tmp_path: Path) -> None:
    live, archive = tmp_path / "live", tmp_path / "archive"
    live.mkdir()
    archive.mkdir()
    old, new = live / "acct-2026-01-02-0000.csv", live / "acct-2026-01-03-0000.csv"
    write(old, HEADER + rows(1))
    async with Watch(live / "*.csv", archive / "*.csv") as watch:
        write(new, HEADER + rows(2))
        append(old, rows(3))
        await watch.settle()
        rename(old, archive / old.name)
        await watch.settle()
        append(archive / old.name, rows(4))
        append(new, rows(5))
        await watch.settle()
        assert sorted(watch.rows) == expected(1, 2, 3, 4, 5)
        assert watch.frames[-1].fault is None


async def test_a_file_moved_out_of_every_glob_is_read_to_its_end(tmp_path: Path) -> None:
    live, away = tmp_path / "acct.csv", tmp_path / "away"
    write(live, HEADER + rows(1))
    async with Watch(live) as watch:
        rename(live, away)
        await watch.settle()
        append(away, rows(2))
        await watch.settle()
        assert watch.rows == expected(1, 2)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_descriptors_do_not_pile_up_over_weeks_of_rotation(tmp_path: Path) -> None:
    live, archive = tmp_path / "live", tmp_path / "archive"
    live.mkdir()
    archive.mkdir()
    async with Watch(live / "*.csv", archive / "*.csv", poll_s=10) as watch:
        before = open_descriptors()
        for number in range(60):
            name = f"acct-{number:04}.csv"
            write(live / name, HEADER + rows(number))
            if number % 2:
                await watch.settle(300)
                rename(live / name, archive / name)
            else:
                await watch.settle(300)
                rename(live / name, tmp_path / name)
        assert watch.rows == expected(*range(60))
        assert open_descriptors() - before < 10


async def test_a_file_that_rested_for_hours_is_read_on_without_a_row_twice(acct: Path) -> None:
    async with Watch(acct, poll_s=10) as watch:
        await watch.settle(3 * 3600)
        append(acct, rows(3))
        await watch.settle(20)
        assert watch.rows == expected(1, 2, 3)


async def test_a_file_that_rested_and_was_replaced_is_read_from_its_start(acct: Path) -> None:
    async with Watch(acct, poll_s=10) as watch:
        await watch.settle(3 * 3600)
        os.truncate(acct, 0)
        append(acct, HEADER + rows(3, 4, 5, 6))
        await watch.settle(20)
        delete(acct)
        await watch.settle(3 * 3600)
        write(acct, HEADER + rows(7, 8, 9))
        await watch.settle(20)
        assert watch.rows == expected(*range(1, 10))


async def test_a_row_without_end_is_skipped_in_bounded_memory(acct: Path) -> None:
    async with Watch(acct) as watch:
        tracemalloc.start()
        for _ in range(5):
            append(acct, b'd,x"' + b"y" * 2**20)
            await watch.settle()
        append(acct, "\n" + rows(3))
        await watch.settle()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 12 * 2**20
        assert watch.rows == expected(1, 2, 3)
        [fault] = watch.faults
        assert fault.kind is FaultKind.INVALID
        assert str(acct) in fault.text


async def test_two_rows_without_end_are_two_faults(acct: Path) -> None:
    long = b"d," + b"y" * (5 * 2**20) + b"\n"
    async with Watch(acct) as watch:
        append(acct, long + rows(3).encode() + long + rows(4).encode())
        await watch.settle()
        assert watch.rows == expected(1, 2, 3, 4)
        assert len(watch.faults) == 2


async def test_bytes_that_are_no_text_come_through_as_they_are(acct: Path) -> None:
    odd = b"d,\xff\xfe\x00\x1b[31m\xc3,\x9b\r\n"
    async with Watch(acct) as watch:
        append(acct, odd + rows(3).encode())
        await watch.settle()
        assert watch.payload == rows(1, 2).encode() + odd + rows(3).encode()


async def test_a_quoted_line_end_does_not_tear_its_record(acct: Path) -> None:
    record = 'd,2026-01-02 03:04:05+0000,"550 one\r\n550 ""two""\r\n"'
    async with Watch(acct) as watch:
        append(acct, rows(3) + record[:40])
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)
        append(acct, record[40:] + "\n" + rows(4))
        await watch.settle()
        [frame] = [frame for frame in watch.frames if b"550" in frame.payload]
        assert cells(frame)[0][2] == '550 one\r\n550 "two"\r\n'
        assert watch.rows[-1] == row(4)


async def test_a_quote_within_a_cell_holds_nothing_back(acct: Path) -> None:
    odd = 'd,2026-01-02 03:04:05+0000,a 5" screen\n'
    async with Watch(acct) as watch:
        append(acct, odd + rows(3))
        await watch.settle()
        assert watch.payload.decode() == rows(1, 2) + odd + rows(3)


async def test_a_quote_that_never_closes_costs_one_row(acct: Path) -> None:
    odd = 'd,2026-01-02 03:04:05+0000,"never closed\n'
    numbers = range(3, 2000)
    async with Watch(acct) as watch:
        append(acct, odd + rows(*numbers))
        await watch.settle()
        assert watch.payload.decode() == rows(1, 2) + odd + rows(*numbers)


async def test_a_closed_quoted_line_end_before_a_cell_of_64_kb_is_not_torn(acct: Path) -> None:
    record = 'd,"one\r\ntwo",' + "y" * 90_000
    async with Watch(acct) as watch:
        append(acct, record)
        await watch.settle()
        append(acct, "\n" + rows(3))
        await watch.settle()
        [frame] = [frame for frame in watch.frames if b"two" in frame.payload]
        assert frame.payload.decode() == record + "\n" + rows(3)


async def test_a_file_without_permission_is_one_fault_and_read_when_it_has_it(
    acct: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, denied = os.open, [True]

    def guarded(path: Path, flags: int, mode: int = 0o777) -> int:
        if denied[0] and str(path) == str(acct):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", guarded)
    async with Watch(acct) as watch:
        await watch.settle(3)
        [fault] = watch.faults
        assert fault.kind is FaultKind.DENIED
        assert "world-readable" in fault.text
        assert "\n" not in fault.text
        denied[0] = False
        await watch.settle()
        assert watch.rows == expected(1, 2)


async def test_a_disk_that_fails_to_read_is_one_fault_and_not_the_end(
    acct: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(self: Tail, most: int = 0) -> bytes:
        raise OSError(5, "Input/output error")

    async with Watch(acct) as watch:
        with monkeypatch.context() as patch:
            patch.setattr(Tail, "read", failing)
            append(acct, rows(3))
            await watch.settle()
        [fault] = watch.faults
        assert fault.kind is FaultKind.INVALID
        assert "Input/output error" in fault.text
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)
