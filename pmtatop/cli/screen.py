"""The full screen around an engine: terminal checks, the two threads, the way out."""

import locale
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmtatop.cli.options import zone_of
from pmtatop.engine.handover import Handover
from pmtatop.engine.thread import EngineThread

if TYPE_CHECKING:
    from pmtatop.settings.schema import Settings


def require_terminal() -> None:
    """Refuse to draw where nothing can be drawn. Raises ClickException."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.ClickException("no terminal here; `pmtatop snapshot` prints one View as text")
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise click.ClickException("TERM=dumb cannot draw a screen; use `pmtatop snapshot`")


def show(work: Callable[[Handover], Awaitable[None]], settings: "Settings") -> int:
    """Run the engine's work in its thread and the screen here; the screen's exit code."""
    from pmtatop.ui.app import Look, run

    handover = Handover()
    thread = EngineThread(lambda: work(handover))
    thread.start()
    look = Look(
        read_only=settings.read_only,
        ascii_only=settings.ascii or not _draws_blocks(),
        theme=settings.theme,
        zone=zone_of(settings.tz),
        bell=settings.notify.bell,
    )
    try:
        return run(handover, look)
    finally:
        thread.stop()


def _draws_blocks() -> bool:
    """Whether the locale's encoding has block glyphs."""
    return locale.getpreferredencoding(False).lower().replace("-", "") == "utf8"


def log_to(path: Path | None) -> None:
    """Send pmtatop's own log to `path`; a screen has no other place for it."""
    if path is None:
        logging.getLogger("pmtatop").addHandler(logging.NullHandler())
        return
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("pmtatop")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
