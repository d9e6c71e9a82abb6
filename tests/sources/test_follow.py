"""FileFollower: every whole row of growing files exactly once, under the header that holds."""

import asyncio
import os
from pathlib import Path

import pytest

from pmtatop.model.frame import FaultKind, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.sources.follow import FileFollower
from tests.sources.following import (
    HEADER,
    StepClock,
    Watch,
    append,
    cells,
    content,
    expected,
    row,
    rows,
    write,
)


@pytest.fixture
def acct(tmp_path: Path) -> Path:
    path = tmp_path / "acct-2026-01-02-0000.csv"
    write(path, HEADER + rows(1, 2))
    return path


async def test_what_is_there_and_what_is_appended_comes_once(acct: Path) -> None:
    async with Watch(acct) as watch:
        append(acct, rows(3))
        await watch.settle()
        append(acct, rows(4, 5))
        await watch.settle()
        assert watch.rows == expected(1, 2, 3, 4, 5)
        assert not watch.faults


async def test_an_appended_row_comes_within_one_poll(acct: Path) -> None:
    async with Watch(acct) as watch:
        append(acct, rows(3))
        await watch.settle(0.11)
        assert watch.rows == expected(1, 2, 3)


async def test_half_a_row_waits_for_its_rest(acct: Path) -> None:
    async with Watch(acct) as watch:
        append(acct, row(3)[:20])
        await watch.settle()
        assert watch.rows == expected(1, 2)
        append(acct, row(3)[20:])
        await watch.settle()
        assert watch.rows == expected(1, 2)
        append(acct, "\n")
        await watch.settle()
        assert watch.rows == expected(1, 2, 3)


async def test_half_a_header_waits_for_its_rest(tmp_path: Path) -> None:
    path = tmp_path / "acct.csv"
    write(path, HEADER[:9])
    async with Watch(path) as watch:
        append(path, HEADER[9:] + rows(1))
        await watch.settle()
        assert watch.rows == expected(1)
        assert {frame.header for frame in watch.frames if frame.payload} == {
            HEADER.strip().encode()
        }


async def test_frames_name_the_place_of_their_first_row(acct: Path) -> None:
    async with Watch(acct) as watch:
        append(acct, rows(3))
        await watch.settle()
        whole = content(acct)
        for frame in (frame for frame in watch.frames if frame.payload):
            assert whole[frame.offset :].startswith(frame.payload)
            assert frame.origin == str(acct)


async def test_crlf_line_ends_leave_no_cr_in_the_header(tmp_path: Path) -> None:
    path = tmp_path / "acct.csv"
    write(path, HEADER.replace("\n", "\r\n") + row(1) + "\r\n")
    async with Watch(path) as watch:
        assert watch.frames[0].header == HEADER.strip().encode()
        assert cells(watch.frames[0]) == [row(1).split(",")]


async def test_a_header_in_mid_stream_holds_for_the_rows_behind_it(acct: Path) -> None:
    moved = "type,rcpt,timeLogged"
    async with Watch(acct) as watch:
        append(acct, rows(3) + moved + "\nd,user4@example.com,2026-01-02 03:04:05\n")
        await watch.settle()
        headers = [(f.header.decode(), f.payload.decode()) for f in watch.frames if f.payload]
        assert headers == [
            (HEADER.strip(), rows(1, 2)),
            (HEADER.strip(), rows(3)),
            (moved, "d,user4@example.com,2026-01-02 03:04:05\n"),
        ]


async def test_a_reply_that_quotes_a_header_line_does_not_move_the_columns(acct: Path) -> None:
    forged = 'd,2026-01-02 03:04:05+0000,"550 no\r\ntype,timeLogged,evil\r\n"\n'
    async with Watch(acct) as watch:
        append(acct, forged + rows(4))
        await watch.settle()
        assert {f.header for f in watch.frames if f.payload} == {HEADER.strip().encode()}
        assert watch.payload.endswith(forged.encode() + rows(4).encode())


async def test_start_at_the_end_has_the_header_and_only_new_rows(acct: Path) -> None:
    async with Watch(acct, start="end") as watch:
        append(acct, rows(3))
        await watch.settle()
        assert watch.rows == expected(3)
        assert watch.frames[-1].header == HEADER.strip().encode()


async def test_start_at_the_end_inside_a_row_begins_with_that_whole_row(acct: Path) -> None:
    append(acct, row(3)[:10])
    async with Watch(acct, start="end") as watch:
        append(acct, row(3)[10:] + "\n")
        await watch.settle()
        assert watch.rows == expected(3)


async def test_start_at_the_end_reads_later_files_from_their_start(acct: Path) -> None:
    async with Watch(acct.parent / "*.csv", start="end") as watch:
        write(acct.with_name("acct-2026-01-03-0000.csv"), HEADER + rows(3, 4))
        await watch.settle()
        assert watch.rows == expected(3, 4)


async def test_log_lines_have_no_header(tmp_path: Path) -> None:
    log = tmp_path / "log"
    write(log, "old\n")
    async with Watch(log, has_header=False, start="end") as watch:
        append(log, 'type,is no header here\nan odd " quote\n')
        await watch.settle()
        assert watch.rows == ["type,is no header here", 'an odd " quote']
        assert all(frame.header == b"" for frame in watch.frames)


async def test_files_are_read_in_order_of_their_names_across_folders(tmp_path: Path) -> None:
    live, moved = tmp_path / "a-live", tmp_path / "b-moved"
    live.mkdir()
    moved.mkdir()
    write(live / "acct-2026-01-03-0000.csv", HEADER + rows(3))
    write(moved / "acct-2026-01-02-0001.csv", HEADER + rows(2))
    write(moved / "acct-2026-01-02-0000.csv", HEADER + rows(1))
    async with Watch(live / "*.csv", moved / "*.csv") as watch:
        assert watch.rows == expected(1, 2, 3)


async def test_files_that_were_old_at_the_start_stay_unread(tmp_path: Path) -> None:

    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    write(old, HEADER + rows(1))
    write(new, HEADER + rows(2))
    os.utime(old, (1000, 1000))
    os.utime(new, (3000, 3000))
    async with Watch(tmp_path / "*.csv", since=Instant(2000)) as watch:
        await watch.settle(3)
        assert watch.rows == expected(2)


async def test_compressed_archives_are_left_alone(acct: Path) -> None:
    write(acct.with_name("acct-2026-01-01-0000.csv.gz"), b"\x1f\x8b\x08 no rows\n")
    async with Watch(acct.parent / "acct-*") as watch:
        assert watch.rows == expected(1, 2)


async def test_a_quiet_file_says_each_second_that_it_was_looked_at(acct: Path) -> None:
    async with Watch(acct) as watch:
        await watch.settle(3.2)
        beats = [frame for frame in watch.frames if not frame.payload]
        assert len(beats) == 3
        assert all(beat.fault is None for beat in beats)


async def test_lag_is_what_is_in_the_files_and_not_read(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    write(first, HEADER + rows(1))
    write(second, HEADER + rows(2) + row(3)[:10])
    async with Watch(tmp_path / "*.csv") as watch:
        lags = [frame.lag_bytes for frame in watch.frames if frame.payload]
        assert lags == [second.stat().st_size, 10]


async def collected(follower: FileFollower) -> list[Frame]:
    async with asyncio.timeout(5):
        return [frame async for frame in follower.frames()]


async def test_without_follow_it_ends_and_goes_on_where_it_was(acct: Path) -> None:
    pattern = str(acct.parent / "*.csv")
    follower = FileFollower([pattern], SourceName.ACCT, StepClock(), has_header=True, follow=False)
    assert b"".join(f.payload for f in await collected(follower)) == rows(1, 2).encode()
    append(acct, rows(3))
    write(acct.with_name("acct-2026-01-03-0000.csv"), HEADER + rows(4))
    second = await collected(follower)
    assert b"".join(f.payload for f in second) == rows(3, 4).encode()
    assert b"".join(f.payload for f in await collected(follower)) == b""


async def test_without_follow_a_missing_file_is_one_fault_and_the_end(tmp_path: Path) -> None:
    pattern = str(tmp_path / "*.csv")
    follower = FileFollower([pattern], SourceName.ACCT, StepClock(), has_header=True, follow=False)
    [frame] = await collected(follower)
    assert frame.fault is not None
    assert frame.fault.kind is FaultKind.MISSING
    assert pattern in frame.fault.text
