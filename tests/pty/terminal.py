"""A program on a real pty, seen through pyte: what a terminal really got, byte for byte."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

import pyte

PMTATOP = str(Path(sys.executable).with_name("pmtatop"))


class Terminal:
    """Runs `command` on a pty of `columns` x `lines`; `screen` is what it shows."""

    def __init__(self, *command: str, columns: int = 80, lines: int = 24, **env: str) -> None:
        self._main, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(inner)
        environment = os.environ | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | env
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            command,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=environment,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - a controlling terminal needs it
        )
        self._inner = inner
        self.raw = bytearray()
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self._main, self._inner):
            if descriptor >= 0:
                os.close(descriptor)

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(self._screen.display)

    def read(self, seconds: float) -> None:
        """Take in what comes within `seconds`, or until something has come."""
        ready, _, _ = select.select([self._main], [], [], seconds)
        if ready:
            data = os.read(self._main, 65536)
            self.raw += data
            self._stream.feed(data)

    def wait_for(self, *words: str, seconds: float = 30.0) -> float:
        """Read until the screen shows all `words`; the seconds that it took."""
        begun = time.monotonic()
        while not all(word in self.text for word in words):
            left = begun + seconds - time.monotonic()
            if left <= 0 or self.process.poll() is not None:
                raise AssertionError(f"no {words} on the screen:\n{self.text}")
            self.read(min(left, 0.5))
        return time.monotonic() - begun

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._main, keys.encode())

    def wait_for_end(self, seconds: float = 10.0) -> int:
        """Read until the program has ended; its exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"still running after {seconds} s")
            if self._main >= 0:
                self.read(0.1)
            else:
                select.select([], [], [], 0.05)
        return self.process.returncode

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped SSH session does."""
        os.close(self._inner)
        os.close(self._main)
        self._main = self._inner = -1

    @property
    def is_restored(self) -> bool:
        """Whether the terminal's modes are what they were, and the alternate screen is left."""
        modes = termios.tcgetattr(self._inner)
        left = self.raw.rfind(b"\x1b[?1049l") > self.raw.rfind(b"\x1b[?1049h") >= 0
        return modes[:4] == self.before[:4] and left


def _own_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
