"""The program ends when it is told to, also when nobody reads, and restores the terminal."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pmtatop.ui.leaving import terminal_gone

ROOT = Path(__file__).parents[2]
LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"
pytestmark = pytest.mark.slow


class Terminal:
    """A program on a pty of 80x24."""

    def __init__(self, *arguments: str) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.program = subprocess.Popen(
            [sys.executable, "-m", "tests.screens.program", *arguments],
            cwd=ROOT, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True, env={**os.environ, "TERM": "xterm-256color"},
        )  # fmt: skip

    def read_until(self, words: bytes) -> bytes:
        seen = b""
        while words not in seen:
            assert select.select([self.master], [], [], 20)[0], seen
            seen += os.read(self.master, 65536)
        return seen

    def rest(self) -> bytes:
        seen = b""
        while select.select([self.master], [], [], 0.2)[0]:
            seen += os.read(self.master, 65536)
        return seen

    def read_until_exit(self) -> tuple[bytes, int]:
        seen = b""
        while (code := self.program.poll()) is None:
            if select.select([self.master], [], [], 0.05)[0]:
                seen += os.read(self.master, 65536)
        return seen + self.rest(), code


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    opened = Terminal(*arguments)
    try:
        yield opened
    finally:
        opened.program.kill()
        opened.program.wait()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_ends_it_and_restores_the_terminal(number: signal.Signals, code: int) -> None:
    with terminal() as t:
        t.read_until(b"Comcast")
        t.program.send_signal(number)
        seen, ended = t.read_until_exit()
        assert ended == code
        assert LEFT_ALTERNATE_SCREEN in seen
        assert termios.tcgetattr(t.slave) == t.before


def test_q_leaves_with_0_and_the_terminal_as_it_was() -> None:
    with terminal() as t:
        t.read_until(b"Comcast")
        os.write(t.master, b"q")
        seen, ended = t.read_until_exit()
        assert ended == 0
        assert LEFT_ALTERNATE_SCREEN in seen
        assert termios.tcgetattr(t.slave) == t.before


def test_sigterm_ends_it_when_nobody_reads_the_terminal() -> None:
    with terminal("busy") as t:
        t.read_until(b"Comcast")
        while select.select([], [t.slave], [], 0.1)[1]:
            t.program.poll()
            assert t.program.returncode is None
        t.program.send_signal(signal.SIGTERM)
        assert t.program.wait(timeout=6) == 143
        assert termios.tcgetattr(t.slave) == t.before
        assert os.get_blocking(t.slave)


def test_a_closed_terminal_ends_it_within_five_seconds() -> None:
    with terminal() as t:
        t.read_until(b"Comcast")
        os.close(t.slave)
        os.close(t.master)
        assert t.program.wait(timeout=5) == 129


def test_a_closed_pty_is_gone_and_an_open_one_is_not() -> None:
    master, slave = pty.openpty()
    assert not terminal_gone(slave)
    os.close(master)
    assert terminal_gone(slave)
    os.close(slave)


def test_no_control_byte_of_a_reply_reaches_the_terminal() -> None:
    with terminal("hostile") as t:
        seen = t.read_until("␛]52;c;aGk=␇".encode())
        os.write(t.master, b"q")
        seen += t.read_until_exit()[0]
    assert b"\x1b]52" not in seen
    assert "\u202e".encode() not in seen
    assert "\x9b".encode() not in seen
