"""Looks at another host: the scripts run by a real shell on real files, as ssh would have it."""

import sys
from pathlib import Path

import pytest

from pmtatop.model.frame import FaultKind
from pmtatop.parsing.disk_page import parse_disks
from pmtatop.parsing.proc_files import parse_process
from pmtatop.sources.process import local_process
from pmtatop.sources.remote import remote_disks, remote_process
from pmtatop.transports.command import CommandOptions, CommandTransport
from pmtatop.transports.faults import TransportError
from tests.engine.conftest import Make, simulate
from tests.sources.test_process import process

__all__ = ["simulate"]

LOGIN = (sys.executable, "-c", "import os, sys; os.execv('/bin/sh', ['sh', '-c', sys.argv[1]])")


def shell() -> CommandTransport:
    """What ssh does: its last word goes to a shell."""
    return CommandTransport(CommandOptions(LOGIN, 5.0, remote=True))


async def test_the_same_reading_as_on_the_host_itself(tmp_path: Path) -> None:
    process(tmp_path, 300)
    folder = process(tmp_path, 42)
    process(tmp_path, 7, name="bash")
    (folder / "smaps_rollup").write_text("Rss:    1024 kB\nPss:    900 kB\n")
    (tmp_path / "meminfo").write_text("MemTotal:       8192 kB\nMemFree: 1 kB\n")
    there = parse_process(await remote_process(shell(), tmp_path)())
    assert there == parse_process(await local_process(tmp_path)())
    assert there.pid == 42


async def test_no_pmtad_there_is_said(tmp_path: Path) -> None:
    process(tmp_path, 7, name="bash")
    with pytest.raises(TransportError, match="no pmtad process on that host") as caught:
        await remote_process(shell(), tmp_path)()
    assert caught.value.fault.kind is FaultKind.MISSING


async def test_the_real_df_of_a_path_and_of_none(tmp_path: Path) -> None:
    odd = tmp_path / "a b;$(touch x)"
    odd.mkdir()
    here, gone = parse_disks(await remote_disks(shell(), (odd, tmp_path / "none"))())
    assert (here.path, here.detail) == (str(odd), "")
    assert here.free_ratio is not None
    assert 0 <= here.free_ratio <= 1
    assert (gone.free_ratio, gone.free_inodes_ratio) == (None, None)
    assert "No such file" in gone.detail
    assert not (tmp_path / "x").exists()


async def test_the_full_disk_of_the_simulator(
    simulate: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator, ready = simulate(scenario="disk-full")
    monkeypatch.setenv("PATH", f"{Path(ready['df']).parent}:/usr/bin:/bin")
    look = remote_disks(shell(), (Path("/var/spool/pmta"),))
    (before,) = parse_disks(await look())
    simulator.advance(400.0)
    (after,) = parse_disks(await look())
    assert before.free_ratio == pytest.approx(0.4)
    assert (after.free_ratio, after.free_inodes_ratio) == (0.0, 0.0)
    assert simulator.illness == "disk"


def test_what_only_root_may_still_use_is_not_free() -> None:
    line = "/dev/vdb1 1000 1040 -40 104% /var/spool\n"
    (disk,) = parse_disks(f"== /var/spool\n{line}{line}".encode())
    assert disk.free_ratio == 0.0


def test_a_file_system_without_a_number_of_inodes() -> None:
    blocks, inodes = "/dev/x 1000 500 500 50% /s\n", "/dev/x - - - - /s\n"
    (disk,) = parse_disks(f"== /s\n{blocks}{inodes}".encode())
    assert (disk.free_ratio, disk.free_inodes_ratio, disk.detail) == (0.5, None, "")
