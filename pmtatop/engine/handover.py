"""Handover: the two newest-wins slots between the engine's thread and a face of the program.

A View goes up, a Focus goes down, and neither side ever waits for the other: a terminal that
stops reading costs old Views, not the engine.
"""

import asyncio
import threading
from collections.abc import Callable

from pmtatop.model.focus import Focus
from pmtatop.model.view import View


class Handover:
    """One slot each way. `publish` and `focus` belong to the engine, the rest to the face."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._view: View | None = None
        self._pending = False
        self._focus = Focus()
        self._trusted = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_ready: Callable[[], None] | None = None

    def connect(self, loop: asyncio.AbstractEventLoop, on_ready: Callable[[], None]) -> None:
        """Have `on_ready` called in `loop` when a View waits; at most one call is ever pending."""
        with self._lock:
            self._loop, self._on_ready = loop, on_ready
            waiting = self._view is not None
        if waiting:
            self._wake()

    def disconnect(self) -> None:
        """Stop waking the face; it is gone."""
        with self._lock:
            self._loop = self._on_ready = None

    def publish(self, view: View) -> None:
        """Put a View in the slot, over an older one that nobody took. Never waits."""
        with self._lock:
            self._view = view
        self._wake()

    def take(self) -> View | None:
        """The newest View, once; None when it was taken already."""
        with self._lock:
            view, self._view, self._pending = self._view, None, False
        return view

    def look_at(self, focus: Focus) -> None:
        """Say what is on screen; the engine reads it at its next tick."""
        with self._lock:
            self._focus = focus

    @property
    def focus(self) -> Focus:
        """What the face looks at."""
        with self._lock:
            return self._focus

    def trust(self, fingerprint: str) -> None:
        """Say which offered certificate the user has pinned with a key."""
        with self._lock:
            self._trusted = fingerprint

    @property
    def trusted(self) -> str:
        """The fingerprint of that certificate; empty: none."""
        with self._lock:
            return self._trusted

    def _wake(self) -> None:
        with self._lock:
            loop, on_ready = self._loop, self._on_ready
            if loop is None or on_ready is None or self._pending:
                return
            self._pending = True
        try:
            loop.call_soon_threadsafe(on_ready)
        except RuntimeError:  # the face's loop has closed between two ticks
            self.disconnect()
