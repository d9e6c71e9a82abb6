"""The files: well-formed, rotated, moved, and the same bytes for the same seed."""

import re
from pathlib import Path

import pytest

from pmtatop.simulator.accounting import HEADER, cell
from pmtatop.simulator.files import MOVE_AFTER_S, Writer
from tests.simulator.conftest import START, Made
from tests.simulator.reading import files_of, kinds, rows_in, rows_of

MIDNIGHT = 1743552000
"""2025-04-02 00:00:00 UTC."""

STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0000")
STATUS = re.compile(r"[245]\.\d+\.\d+ \([a-z, ]+\)")


def test_rows_are_well_formed(made: Made, tmp_path: Path) -> None:
    made(scenario="night", history_s=7200.0).start()
    rows = rows_of(tmp_path / "pmta0")
    assert set(kinds(rows)) == {"d", "b", "t", "tq", "r"}
    for row in rows:
        assert None not in row
        assert None not in row.values()
        assert STAMP.fullmatch(row["timeLogged"])
        if row["type"] in {"d", "b", "t"}:
            assert row["queue"] == f"{row['rcpt'].partition('@')[2]}/{row['vmta']}"
            assert row["timeQueued"] <= row["timeFirstAttempt"] <= row["timeLogged"]
        if row["type"] != "r":
            assert STATUS.fullmatch(row["dsnStatus"])
            assert re.fullmatch(r"\S+ \([\d.]+\)", row["dsnMta"])
        assert (row["dlvSize"] != "") == (row["type"] == "d")


def test_files_are_crlf_ascii_and_in_order_of_time(made: Made, tmp_path: Path) -> None:
    made(scenario="night", history_s=3600.0).start()
    [path] = (tmp_path / "pmta0").glob("acct-*.csv")
    content = path.read_bytes()
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    logged = [row["timeLogged"] for row in rows_in(path)]
    assert logged == sorted(logged)


def test_cells_are_quoted_by_rfc_4180() -> None:
    assert cell('a "b", c') == '"a ""b"", c"'
    assert cell("a;b") == "a;b"


@pytest.mark.parametrize("scenario", ["calm", "night"])
def test_the_same_seed_gives_the_same_bytes(made: Made, tmp_path: Path, scenario: str) -> None:
    options = {"scenario": scenario, "history_s": 1800.0, "max_size": 200_000, "move_to": True}
    at_once, in_steps, uneven = (made(**options) for _ in range(3))
    for simulator in (at_once, in_steps, uneven):
        simulator.start()
    at_once.advance(600)
    for _ in range(600):
        in_steps.advance(1)
    for seconds in (0.25, 59.75, 0.5, 0.5, 400, 139):
        uneven.advance(seconds)
    first, *others = (files_of(tmp_path / f"pmta{i}") for i in range(3))
    assert len(first) > 3
    assert others == [first, first]


def test_history_spans_dates_and_each_file_has_its_header(made: Made, tmp_path: Path) -> None:
    made(history_s=86400.0).start()
    names = sorted(path.name for path in (tmp_path / "pmta0").glob("acct-*.csv"))
    assert names[0] == "acct-2025-03-31-0000.csv"
    assert {name[5:15] for name in names} == {"2025-03-31", "2025-04-01"}
    assert "acct-2025-04-01-0001.csv" in names
    for name in names:
        content = (tmp_path / "pmta0" / name).read_bytes()
        assert content.startswith(HEADER.encode())
        assert len(content) < 21_000_000


def test_midnight_turns_the_file_and_its_own_second_goes_to_the_old_one(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    for second in range(MIDNIGHT - 1, MIDNIGHT + 2):
        writer.rows(second, f"r,{second}\r\n")
    writer.flush(MIDNIGHT + 1)
    writer.close()
    files = files_of(tmp_path)
    assert files["acct-2025-04-01-0000.csv"].endswith(f"r,{MIDNIGHT}\r\n".encode())
    assert files["acct-2025-04-02-0000.csv"] == f"{HEADER}r,{MIDNIGHT + 1}\r\n".encode()


def test_the_new_file_is_there_while_the_old_one_still_grows(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.rows(MIDNIGHT, "r,last\r\n")
    writer.flush(MIDNIGHT)
    writer.close()
    assert files_of(tmp_path)["acct-2025-04-02-0000.csv"]


def test_a_full_file_is_followed_by_the_next_number(tmp_path: Path) -> None:
    writer = Writer(tmp_path, max_size=100)
    for second in range(MIDNIGHT + 10, MIDNIGHT + 13):
        writer.rows(second, "x" * 101 + "\r\n")
        writer.flush(second)
    writer.close()
    names = [name for name in files_of(tmp_path) if name.startswith("acct")]
    assert names == [f"acct-2025-04-02-000{number}.csv" for number in range(4)]


def test_move_to_renames_finished_files_a_while_later(tmp_path: Path) -> None:
    writer = Writer(tmp_path, max_size=100, move_to=True)
    writer.rows(MIDNIGHT + 10, "x" * 101 + "\r\n")
    writer.flush(MIDNIGHT + 11)
    assert (tmp_path / "acct-2025-04-02-0000.csv").exists()
    assert (tmp_path / "acct-2025-04-02-0001.csv").exists()
    writer.flush(MIDNIGHT + 10 + MOVE_AFTER_S)
    writer.close()
    assert not (tmp_path / "acct-2025-04-02-0000.csv").exists()
    moved = (tmp_path / "archive" / "acct-2025-04-02-0000.csv").read_bytes()
    assert moved.endswith(b"x\r\n")
    assert b"moved acct-2025-04-02-0000.csv" in (tmp_path / "pmta.log").read_bytes()


def test_a_second_run_in_the_same_folder_appends_to_no_old_file(tmp_path: Path) -> None:
    for _ in range(2):
        writer = Writer(tmp_path)
        writer.rows(MIDNIGHT + 10, "r,x\r\n")
        writer.close()
    names = [name for name in files_of(tmp_path) if name.startswith("acct")]
    assert names == ["acct-2025-04-02-0000.csv", "acct-2025-04-02-0001.csv"]


def test_the_log_has_times_without_zone_and_traces_in_brackets(made: Made, tmp_path: Path) -> None:
    made(scenario="night", history_s=3600.0).start()
    lines = (tmp_path / "pmta0" / "pmta.log").read_text().splitlines()
    assert lines[0] == "2025-04-01 13:00:00 PowerMTA v5.0r8 (simulated) starting"
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S", line) for line in lines)
    assert [line for line in lines if re.search(r" \( *\d+\)>>> 421 ", line)]
    assert lines == sorted(lines, key=lambda line: line[:19])


def test_nothing_is_written_outside_the_folder(made: Made, tmp_path: Path) -> None:
    made(move_to=True, max_size=50_000).start()
    assert {path.name for path in tmp_path.iterdir()} == {"pmta0"}
    assert START.year == 2025
