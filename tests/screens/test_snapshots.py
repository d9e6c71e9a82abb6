"""What the screen looks like, kept as text and as pictures; a change has to be looked at."""

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from pmtatop.model.view import View
from pmtatop.ui.app import Look
from tests.screens import views
from tests.screens.conftest import app_of, opened, screen_text

SIZES = ((80, 24), (120, 40), (200, 50))
STATES: dict[str, tuple[View, Look]] = {
    "healthy": (views.healthy(), Look()),
    "incident": (views.incident(), Look()),
    "disconnected": (views.disconnected(), Look()),
    "read-only": (views.incident(), Look(read_only=True)),
}
PICTURES: dict[str, tuple[View, tuple[int, int], Look, tuple[str, ...]]] = {
    "incident-80x24": (views.incident(), (80, 24), Look(), ()),
    "incident-200x50": (views.incident(), (200, 50), Look(), ()),
    "healthy-120x40": (views.healthy(), (120, 40), Look(), ()),
    "disconnected-80x24": (views.disconnected(), (80, 24), Look(), ()),
    "light-120x40": (views.incident(), (120, 40), Look(theme="light"), ()),
    "hostile-120x40": (views.hostile(), (120, 40), Look(), ()),
    "drill-120x40": (views.incident(), (120, 40), Look(), ("enter",)),
    "help-80x24": (views.incident(), (80, 24), Look(), ("question_mark",)),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("state", STATES)
async def test_text(state: str, size: tuple[int, int], text_screens: SnapshotAssertion) -> None:
    view, look = STATES[state]
    async with opened(view, size, look) as pilot:
        assert screen_text(pilot) == text_screens


@pytest.mark.parametrize("name", PICTURES)
async def test_picture(name: str, svg_screens: SnapshotAssertion) -> None:
    view, size, look, keys = PICTURES[name]
    async with opened(view, size, look) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        svg = app_of(pilot).export_screenshot()
    assert re.sub(r"terminal-\d+", "terminal", svg) == svg_screens


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_engineer_woken_at_three_reads_it_at_once(size: tuple[int, int]) -> None:
    async with opened(views.incident(), size) as pilot:
        seen = screen_text(pilot)
    for words in (
        "Mail flows; trouble: Comcast, AT&T.", "2 FIRING", "mail lost now: 0/m",
        "deferral 41%, usual 6%", "since 02:51 (13m)", "rate-throttling",
        '"421 4.1.0 192.0.2.1 Throttled', "theirs", "consider: fewer connections",
        "confidence HIGH", "data 2s", "03:04:11 UTC",
    ):  # fmt: skip
        assert words in seen


@pytest.mark.parametrize("size", [*SIZES, (79, 23), (60, 16), (40, 8), (20, 5), (1, 1)])
async def test_no_line_is_wider_than_the_terminal(size: tuple[int, int]) -> None:
    async with opened(views.incident(), size) as pilot:
        strips = pilot.app.screen._compositor.render_strips()
        assert [s.cell_length for s in strips] == [size[0]] * size[1]
        assert app_of(pilot).return_code is None
