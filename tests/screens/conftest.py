"""A screen over a hand-made View: opened at a size, with a clock that stands still."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from pmtatop.engine.handover import Handover
from pmtatop.model.view import View
from pmtatop.ui.app import Look, PmtatopApp


class TextScreens(SingleFileSnapshotExtension):
    """One readable text file per screen."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


class SvgScreens(SingleFileSnapshotExtension):
    """One picture per screen, to be looked at in a browser."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"


@pytest.fixture
def text_screens(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TextScreens)


@pytest.fixture
def svg_screens(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SvgScreens)


@asynccontextmanager
async def opened(
    view: View | None, size: tuple[int, int] = (80, 24), look: Look | None = None
) -> AsyncIterator[Pilot[None]]:
    look = look or Look()
    if look.now is Look().now:
        look = replace(look, now=lambda: 100.0)
    handover = Handover()
    if view is not None:
        handover.publish(view)
    async with PmtatopApp(handover, look).run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield pilot


def app_of(pilot: Pilot[None]) -> PmtatopApp:
    assert isinstance(pilot.app, PmtatopApp)
    return pilot.app


def screen_lines(pilot: Pilot[None]) -> list[str]:
    """The whole screen as plain text."""
    return [strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips()]


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(screen_lines(pilot)) + "\n"


async def publish(pilot: Pilot[None], view: View) -> None:
    app_of(pilot).handover.publish(view)
    await pilot.pause()
    await pilot.pause()
