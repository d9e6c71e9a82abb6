"""Recordings: what came in comes out again, also from a file that was cut anywhere."""

import dataclasses
import gzip
import random
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask, Page
from pmtatop.sources import recording
from pmtatop.sources.interface import Access
from pmtatop.sources.recording import Recorder
from pmtatop.sources.tape import Gap, Record, Tape, TapeError, Tick

SETUP = {"expected": ["status"], "node": {"name": "mta1"}}
ASK = Ask(Page.OLDER_THAN, "a.example/*", "1h", 1)

FRAMES = [
    Frame(SourceName.STATUS, Instant(5.5), 1.25, b'{"data": "\x1b\xff\x00\n"}', origin="/status"),
    Frame(SourceName.ACCT, Instant(6.0), 2.0, b"d,x\r\n", offset=7, header="tüpe".encode()),
    Frame(SourceName.DETAILS, Instant(7.0), 3.0, fault=Fault(FaultKind.DENIED, "no"), ask=ASK),
    Frame(SourceName.LOG, Instant(8.0), 4.0, b"", lag_bytes=9, server_date=Instant(3), cost_s=0.5),
]
ACCESS = Access("https", "json", "5.0r8", True)


def recorded(path: Path, frames: list[Frame] = FRAMES) -> Path:
    recorder = Recorder(path, SETUP)
    for frame in frames:
        recorder.frame(frame)
    recorder.tick(4.5, Instant(9.0), ACCESS)
    recorder.close()
    return path


def records(path: Path) -> list[Record]:
    return list(Tape(path).records())


def test_all_fields_come_back(tmp_path: Path) -> None:
    path = recorded(tmp_path / "tape")
    assert records(path) == [*FRAMES, Tick(4.5, Instant(9.0), ACCESS)]
    assert Tape(path).setup == SETUP
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.fixture(scope="module")
def long_tape(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Several gzip members with large and small records."""
    chance = random.Random(5)
    frames = [
        dataclasses.replace(FRAMES[0], payload=chance.randbytes(i * 997), monotonic=float(i))
        for i in range(60)
    ]
    folder = tmp_path_factory.mktemp("tape")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording, "MEMBER_BYTES", 50_000)
        return recorded(folder / "tape", frames).read_bytes()


@settings(deadline=None, max_examples=60)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_gives_what_lies_before(
    long_tape: bytes, share: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cut = int(share * len(long_tape))
    path = tmp_path_factory.getbasetemp() / "cut"
    path.write_bytes(long_tape[:cut])
    try:
        tape = Tape(path)
    except TapeError:
        assert cut < 200, "only the head itself is worth nothing without its end"
        return
    found = [record for record in tape.records() if isinstance(record, Frame)]
    assert [frame.monotonic for frame in found] == [float(i) for i in range(len(found))]
    assert sum(len(frame.payload) for frame in found) > cut - 70_000


def test_damage_in_the_middle_ends_the_reading_and_says_so(
    tmp_path: Path, long_tape: bytes
) -> None:
    path = tmp_path / "tape"
    middle = len(long_tape) // 2
    path.write_bytes(long_tape[:middle] + bytes(500) + long_tape[middle + 500 :])
    tape = Tape(path)
    assert 0 < len(list(tape.records())) < 61
    assert tape.lost


@pytest.mark.parametrize("data", [b"", b"{}", gzip.compress(b'{"a": 1}\n'), gzip.compress(b"[]\n")])
def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "tape"
    path.write_bytes(data)
    with pytest.raises(TapeError, match="no recording"):
        Tape(path)
    with pytest.raises(TapeError, match="cannot be read"):
        Tape(tmp_path / "none")


def test_a_recording_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tape"
    path.write_bytes(gzip.compress(b'{"pmtatop": 99, "setup": {}}\n'))
    with pytest.raises(TapeError, match="another version"):
        Tape(path)


def test_it_is_rotated_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MEMBER_BYTES", 1)
    recorder = Recorder(tmp_path / "tape", SETUP, max_bytes=2000, keep=2)
    for number in range(200):
        recorder._waiting.put(recording._frame_record(FRAMES[0]))
        assert number >= 0
    recorder.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["tape", "tape.1", "tape.2"]
    for name in names:
        assert Tape(tmp_path / name).setup == SETUP
        assert (tmp_path / name).stat().st_size < 4000


def test_a_disk_that_refuses_is_said_and_the_gap_is_marked(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    path = folder / "tape"
    recorder = Recorder(path, SETUP)
    path.unlink()
    folder.rmdir()
    recorder._append_or_say([b"x\n"])
    assert "recording stopped" in recorder.failure
    folder.mkdir()
    recorder._open_new()
    recorder.frame(FRAMES[0])
    recorder.close()
    assert recorder.failure == ""
    assert records(path) == [Gap(1), FRAMES[0]]


def test_a_slow_disk_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    recorder = Recorder(tmp_path / "tape", SETUP)
    for _ in range(recording.MOST_WAITING + 7):
        recorder.frame(FRAMES[0])
    assert recorder._waiting.qsize() == recording.MOST_WAITING
    assert recorder._dropped == 7
