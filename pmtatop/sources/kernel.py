"""KernelSource: the kernel's log from now on, by whichever way this user is allowed."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.sources.host_clock import HostClock

KMSG = Path("/dev/kmsg")

COMMANDS: Sequence[tuple[str, ...]] = (
    ("journalctl", "--dmesg", "--follow", "--lines=0", "--output=cat", "--no-pager", "--quiet"),
    ("dmesg", "--follow-new", "--notime", "--color=never"),
)
"""Each prints messages alone, one a line, as they come; the first that stays is followed."""

RECORD = 8192
"""Bytes of the largest record that /dev/kmsg gives."""

LIGHT = "usermod -aG adm,systemd-journal USER  (or run as root)"

BEAT_S = 5.0
"""A quiet kernel is still listened to, and says so this often."""


class KernelSource:
    """A frame for each batch of lines; a refusal of every way is said once, and is the end."""

    names = (SourceName.KERNEL,)

    def __init__(
        self,
        clock: HostClock,
        kmsg: Path = KMSG,
        commands: Sequence[tuple[str, ...]] = COMMANDS,
        poll_s: float = 0.5,
    ) -> None:
        """`kmsg`, `commands`: other ways, such as a test's."""
        self._clock = clock
        self._kmsg = kmsg
        self._commands = tuple(commands)
        self._poll_s = poll_s
        self._process: asyncio.subprocess.Process | None = None

    async def frames(self) -> AsyncIterator[Frame]:
        """Lines as they come; ends where no way is open."""
        try:
            descriptor = os.open(self._kmsg, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            async for frame in self._by_commands():
                yield frame
            return
        try:
            async for frame in self._by_kmsg(descriptor):
                yield frame
        finally:
            os.close(descriptor)

    async def aclose(self) -> None:
        """End the command that is followed."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _by_kmsg(self, descriptor: int) -> AsyncIterator[Frame]:
        with contextlib.suppress(OSError):  # a test's file or pipe has no end to go to
            os.lseek(descriptor, 0, os.SEEK_END)
        quiet = BEAT_S
        while True:
            lines = _records(descriptor)
            quiet = 0.0 if lines else quiet + self._poll_s
            if lines or quiet >= BEAT_S:
                quiet = 0.0
                yield self._frame(b"\n".join(lines), str(self._kmsg))
            await self._clock.sleep(self._poll_s)

    async def _by_commands(self) -> AsyncIterator[Frame]:
        for argv in self._commands:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *argv,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                )
            except OSError:
                continue
            async for frame in self._lines_of(self._process, argv[0]):
                yield frame
            await self.aclose()
        text = "the kernel's log may not be read: neither /dev/kmsg, journalctl nor dmesg"
        fault = Fault(FaultKind.DENIED, text, LIGHT)
        yield Frame(SourceName.KERNEL, self._clock.now(), self._clock.monotonic(), fault=fault)

    async def _lines_of(
        self, process: asyncio.subprocess.Process, name: str
    ) -> AsyncIterator[Frame]:
        assert process.stdout is not None
        while True:
            try:
                block = await asyncio.wait_for(process.stdout.readline(), BEAT_S)
            except TimeoutError:
                block = b"\n"  # it stays, so it may: it only has nothing to say
            except ValueError:
                continue  # a line beyond the reader's limit: dropped
            if not block:
                return
            yield self._frame(block.strip(b"\n"), name)

    def _frame(self, payload: bytes, origin: str) -> Frame:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        return Frame(SourceName.KERNEL, now, monotonic, payload, origin=origin)


def _records(descriptor: int) -> list[bytes]:
    """Messages that wait in /dev/kmsg: `priority,number,microseconds,flags;message`."""
    lines: list[bytes] = []
    while len(lines) < 1000:
        try:
            record = os.read(descriptor, RECORD)
        except BlockingIOError:
            break
        except BrokenPipeError:
            continue  # older ones were overwritten: the next read goes on
        except OSError:
            break
        if not record:
            break
        lines += [_message(line) for line in record.split(b"\n") if line[:1] not in (b" ", b"")]
    return lines


def _message(line: bytes) -> bytes:
    head, mark, message = line.partition(b";")
    return message if mark and head[:1].isdigit() else line
