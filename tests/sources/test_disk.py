"""File systems: what is free of them, and why it is not known."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pmtatop.parsing.disk_page import parse_disks
from pmtatop.parsing.errors import ParseError
from pmtatop.sources.disk import local_disks


async def looked(*paths: Path, **options: Any) -> bytes:
    return await local_disks(paths, **options)()


async def test_a_real_file_system_and_one_that_is_not_there(tmp_path: Path) -> None:
    here, gone = parse_disks(await looked(tmp_path, tmp_path / "none"))
    kernel = os.statvfs(tmp_path)
    assert here.free_ratio == pytest.approx(kernel.f_bavail / kernel.f_blocks, abs=0.05)
    assert here.detail == ""
    assert (gone.free_ratio, gone.free_inodes_ratio) == (None, None)
    assert gone.detail == "No such file or directory"


async def test_a_full_disk_is_zero_and_no_inodes_are_unknown(tmp_path: Path) -> None:
    full = SimpleNamespace(f_blocks=100, f_bavail=0, f_files=0, f_favail=0)
    (disk,) = parse_disks(await looked(tmp_path, statvfs=lambda path: full))
    assert (disk.free_ratio, disk.free_inodes_ratio) == (0.0, None)


@pytest.mark.parametrize("payload", [b"", b"{", b"[" * 5000])
def test_damage_is_one_line(payload: bytes) -> None:
    with pytest.raises(ParseError, match="damaged"):
        parse_disks(payload)
