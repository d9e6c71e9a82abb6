"""Leaving: signals and a vanished terminal end the program, also when nobody reads its output."""

import contextlib
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

GRACE_S = 3.0
"""Seconds that the screen has for closing by itself."""
_LOOK_S = 0.5
_PAUSE_S = 0.1
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_RESTORE = b"\x1b[<u\x1b[?2004l\x1b[?1004l\x1b[?7h\x1b[?1049l\x1b[?25h"
"""Textual's own farewell: keyboard protocol, paste, focus, wrap, alternate screen, cursor."""


class Leaving:
    """Watches from a thread of its own: the screen's loop may be stuck in a write.

    `ask` must be callable from any thread and return at once; it asks the screen to close.
    """

    def __init__(self, ask: Callable[[int], None], fd: int = 0) -> None:
        self._ask = ask
        self._fd = fd
        self._wanted = threading.Event()
        self._done = threading.Event()
        self._by_force = threading.Event()
        self._code = 128 + signal.SIGHUP
        self._before = _terminal_settings(fd)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Hold the signals and watch the terminal while the body runs."""
        previous = {s: signal.signal(s, self._on_signal) for s in _SIGNALS}
        watcher = threading.Thread(target=self._watch, name="leaving", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            if self._by_force.is_set():
                watcher.join()  # it ends the process, after it has restored the terminal
            self._done.set()
            self._wanted.set()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._code = 128 + number
        self._wanted.set()

    def _watch(self) -> None:
        while not self._wanted.wait(_LOOK_S):
            if terminal_gone(self._fd):
                break
        if self._done.is_set():
            return
        self._ask(self._code)
        if not self._done.wait(GRACE_S):
            self._leave_by_force()

    def _leave_by_force(self) -> None:
        """Drop what nobody reads, restore the terminal, go."""
        self._by_force.set()
        with contextlib.suppress(termios.error, OSError):
            if self._before is not None:
                termios.tcsetattr(self._fd, termios.TCSANOW, self._before)
            _say_farewell(self._fd)
        os._exit(self._code)


def terminal_gone(fd: int) -> bool:
    """Whether the other end of `fd` has closed; Textual would spin on its end of file."""
    poll = select.poll()
    poll.register(fd, 0)
    return any(e & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, e in poll.poll(0))


def _say_farewell(fd: int) -> None:
    """Give up what waits to be written, and say farewell if the kernel then has room.

    The thread that is stuck in a write must not fill the room again: for this moment a write
    that finds none fails. Without room (Linux keeps a pty's last buffer until it is read) the
    reader that comes back is left on the alternate screen; `reset` helps.
    """
    blocking = os.get_blocking(fd)
    os.set_blocking(fd, False)
    try:
        termios.tcflush(fd, termios.TCOFLUSH)
        time.sleep(_PAUSE_S)
        termios.tcflush(fd, termios.TCOFLUSH)
        os.write(fd, _RESTORE)
    finally:
        os.set_blocking(fd, blocking)


def _terminal_settings(fd: int) -> list[int | list[bytes | int]] | None:
    try:
        return termios.tcgetattr(fd)
    except (termios.error, OSError):
        return None
