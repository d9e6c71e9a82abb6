"""The kernel's log: by a device, by a command, or a refusal that is said once."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pmtatop.analysis.log_signs import sign_of
from pmtatop.model.frame import FaultKind, Frame
from pmtatop.sources.kernel import KernelSource
from tests.sources.clocks import FrozenClock

OOM = b"Out of memory: Killed process 4711 (pmtad) total-vm:1kB"


async def first_with_text(frames: AsyncIterator[Frame]) -> Frame:
    async with asyncio.timeout(20):
        async for frame in frames:
            if frame.payload or frame.fault:
                return frame
    raise AssertionError("nothing came")


async def test_records_of_the_device_lose_their_heads_and_their_fields(tmp_path: Path) -> None:
    pipe = tmp_path / "kmsg"
    os.mkfifo(pipe)
    source = KernelSource(FrozenClock(), pipe)
    frames = source.frames()
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # a writer may then open it
    writer = os.open(pipe, os.O_WRONLY)
    await anext(frames)
    os.write(writer, b"3,812,99;" + OOM + b"\n SUBSYSTEM=memory\n6,813,99,-;eth0: up\n")
    frame = await first_with_text(frames)
    assert frame.payload == OOM + b"\neth0: up"
    for descriptor in (reader, writer):
        os.close(descriptor)
    await source.aclose()


def command(path: Path, text: str) -> tuple[str, ...]:
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(stat.S_IRWXU)
    return (str(path),)


async def test_the_first_command_that_may_is_followed(tmp_path: Path) -> None:
    refused = command(tmp_path / "journalctl", "import sys; sys.exit(1)")
    allowed = command(
        tmp_path / "dmesg", f"import time; print({OOM.decode()!r}, flush=True); time.sleep(600)"
    )
    source = KernelSource(FrozenClock(), tmp_path / "none", (("no-such",), refused, allowed))
    frame = await first_with_text(source.frames())
    assert (frame.payload, frame.origin) == (OOM, allowed[0])
    await source.aclose()


async def test_a_refusal_is_said_once_with_the_right_that_is_missing(tmp_path: Path) -> None:
    refused = command(tmp_path / "dmesg", "import sys; sys.exit(1)")
    source = KernelSource(FrozenClock(), tmp_path / "none", (refused,))
    frames = [frame async for frame in source.frames()]
    assert [frame.fault.kind for frame in frames if frame.fault] == [FaultKind.DENIED]
    assert frames[-1].fault is not None
    assert "usermod" in frames[-1].fault.light


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (OOM.decode(), "oom-pmtad"),
        ("oom-kill:constraint=NONE,nodemask=(null),task=pmtad,pid=4711,uid=0", "oom-pmtad"),
        ("Out of memory: Killed process 9 (java)", "oom"),
        ("pmtad[4711]: segfault at 0 ip 00007f sp 00007f error 4 in pmtad", "segfault"),
        ("nf_conntrack: nf_conntrack: table full, dropping packet", "conntrack-full"),
        ("TCP: request_sock_TCP: Possible SYN flooding on port 25. Sending cookies.", "syn-flood"),
        ("neighbour: arp_cache: neighbor table overflow!", "neighbours"),
        ("VFS: file-max limit 808 reached", "file-max"),
        ("EXT4-fs (sda1): Remounting filesystem read-only", "read-only"),
        ("blk_update_request: I/O error, dev sda, sector 5", "io-error"),
        ("INFO: task pmtad:4711 blocked for more than 120 seconds.", "hung"),
        ("eth0: link becomes ready", None),
    ],
)
def test_signs(line: str, name: str | None) -> None:
    sign = sign_of(line, kernel=True)
    assert (sign.name if sign else None) == name
    assert sign_of(line, kernel=False) is None
