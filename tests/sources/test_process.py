"""pmtad's books: found, read and understood on real files; what may not be read is unknown."""

from pathlib import Path

import pytest

from pmtatop.model.frame import FaultKind, Frame, SourceName
from pmtatop.model.process import ProcessReading
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.proc_files import parse_process
from pmtatop.sources.look import LookSource
from pmtatop.sources.process import find_process, local_process, read_process
from tests.engine.conftest import Make, simulate
from tests.sources.clocks import FrozenClock

__all__ = ["simulate"]


def process(root: Path, pid: int, name: str = "pmtad", rss: str = "VmRSS:\t2048 kB\n") -> Path:
    folder = root / str(pid)
    (folder / "fd").mkdir(parents=True)
    for number in range(3):
        (folder / "fd" / str(number)).touch()
    (folder / "comm").write_text(f"{name}\n")
    (folder / "status").write_text(f"Name:\t{name}\nPid:\t{pid}\nVmSize:\t4096 kB\n{rss}")
    (folder / "limits").write_text("Limit\nMax open files            1024   4096 files\n")
    return folder


async def frames(root: Path) -> list[Frame]:
    source = LookSource(SourceName.MEMORY, FrozenClock(), 10.0, local_process(root), rounds=1)
    return [frame async for frame in source.frames()]


async def test_the_oldest_pmtad_is_read(tmp_path: Path) -> None:
    process(tmp_path, 300)
    folder = process(tmp_path, 42)
    process(tmp_path, 7, name="bash")
    (folder / "smaps_rollup").write_text("Rss:    1024 kB\nPss:    900 kB\n")
    (tmp_path / "meminfo").write_text("MemTotal:       8192 kB\nMemFree: 1 kB\n")
    (frame,) = await frames(tmp_path)
    assert frame.fault is None
    assert parse_process(frame.payload) == ProcessReading(
        42, 1024 * 1024.0, 4096 * 1024.0, 8192 * 1024.0, 3, 1024
    )


def test_without_rights_the_status_tells_the_size(tmp_path: Path) -> None:
    process(tmp_path, 42)
    reading = parse_process(read_process(tmp_path))
    assert reading.resident_bytes == 2048 * 1024.0
    assert reading.host_bytes is None


async def test_no_pmtad_is_said(tmp_path: Path) -> None:
    process(tmp_path, 7, name="bash")
    assert find_process(tmp_path) is None
    (frame,) = await frames(tmp_path)
    assert frame.fault is not None
    assert frame.fault.kind is FaultKind.MISSING
    assert "no pmtad process" in frame.fault.text


@pytest.mark.parametrize("payload", [b"", b"== fd\n3\n", b"\xff\xfe", b"VmRSS: 5 kB"])
def test_what_is_no_reading_is_refused(payload: bytes) -> None:
    with pytest.raises(ParseError):
        parse_process(payload)


async def test_the_simulator_has_a_pmtad_whose_size_follows_its_queue(simulate: Make) -> None:
    simulator, ready = simulate(scenario="memory-leak")
    readings = []
    for _ in range(2):
        (frame,) = await frames(Path(ready["proc_root"]))
        readings.append(parse_process(frame.payload))
        simulator.advance(600.0)
    first, second = (reading.resident_bytes or 0.0 for reading in readings)
    assert first > 400 * 2**20
    assert second - first > 0.9 * 600 * 2_000 * 1024
    assert readings[0].host_bytes == 16_777_216 * 1024.0
