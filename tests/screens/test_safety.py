"""Strangers' text stays text, a pane fails alone, and a redraw touches what changed."""

from dataclasses import replace

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip

from pmtatop.model.view import View
from pmtatop.ui.app import Look
from pmtatop.ui.lines import AsciiOnly, VisibleOnly, cut, fit, flush, visible, width_of
from pmtatop.ui.look import Scene
from pmtatop.ui.widgets.alerts import shared_out
from pmtatop.ui.widgets.pane import changed_spans
from tests.screens import views
from tests.screens.conftest import app_of, opened, publish, screen_text

BLACK = Color(0, 0, 0)


@pytest.mark.parametrize("keys", [(), ("enter",), ("tab", "enter"), ("enter", "enter")])
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_hostile_text_is_drawn_as_text(keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async with opened(views.hostile(), size) as pilot:
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        seen = screen_text(pilot)
        assert "[@click=app" in seen
        assert "␛]52;c;aGk=␇" in seen
        assert all(c.isprintable() for c in seen.replace("\n", ""))
        assert all(s.cell_length == size[0] for s in pilot.app.screen._compositor.render_strips())
        assert app_of(pilot).return_code is None


async def test_provider_tags_stay_readable() -> None:
    async with opened(views.incident(), (120, 40)) as pilot:
        assert "[TSS04]" in screen_text(pilot)


def test_the_second_wall_replaces_what_the_first_let_through() -> None:
    segments = [Segment("a\x1b]52;c;x\x07\u202e\x9b", Style(bold=True)), Segment("fine")]
    cleaned = VisibleOnly().apply(segments, BLACK)
    assert [s.text for s in cleaned] == ["a␛]52;c;x␇\ufffd\ufffd", "fine"]
    assert cleaned[0].style == Style(bold=True)


async def test_the_second_wall_is_in_force_for_every_widget() -> None:
    async with opened(views.healthy()) as pilot:
        assert isinstance(pilot.app.get_line_filters()[0], VisibleOnly)


async def test_ascii_only_sends_nothing_else() -> None:
    async with opened(views.hostile(), (120, 40), Look(ascii_only=True)) as pilot:
        assert screen_text(pilot).isascii()
    assert AsciiOnly().apply([Segment("● 宽–")], BLACK)[0].text == "* ??-"


def test_fitting_counts_cells_not_characters() -> None:
    assert fit("宽字符", 5) == "宽字…"
    assert fit("ab", 4, right=True) == "  ab"
    assert width_of(cut([("宽字符", "plain"), ("x", "dim")], 4)) == 4
    assert width_of(flush([("left", "plain")], [("right", "dim")], 20)) == 20
    assert visible("a\nb") == "a␊b"


def test_lines_are_shared_out_to_the_most_urgent() -> None:
    assert shared_out([4, 4, 4], 7) == [4, 2, 1]
    assert shared_out([4, 4, 4, 4], 3) == [1, 1]
    assert shared_out([], 5) == []


async def test_a_pane_that_fails_says_so_and_the_others_live(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(views.incident()) as pilot:
        bars = app_of(pilot)._overview.bars

        def broken(_scene: Scene, _width: int) -> list[object]:
            raise KeyError("[/x]\x1b")

        monkeypatch.setattr(bars, "compose_lines", broken)
        await publish(pilot, views.incident())
        seen = screen_text(pilot)
        assert "VMTA pane failed: KeyError: '[/x]" in seen
        assert "Comcast" in seen
        await pilot.press("q")
    assert pilot.app.return_code == 1


async def test_a_table_that_fails_while_drawing_fails_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(views.incident()) as pilot:
        table = app_of(pilot)._overview.isps
        monkeypatch.setattr(table, "_row_strip", lambda *_: 1 / 0)
        await publish(pilot, views.healthy())
        seen = screen_text(pilot)
        assert "ISP pane failed: ZeroDivisionError" in seen
        assert "Mail flows" in seen
        await pilot.press("q")
    assert pilot.app.return_code == 1


def test_only_changed_cells_are_redrawn() -> None:
    old = Strip([Segment("a" * 40)])
    new = Strip([Segment("a" * 3 + "b" + "a" * 30 + "c" + "a" * 5)])
    assert list(changed_spans(old, new)) == [(3, 1), (34, 1)]
    assert list(changed_spans(old, old)) == []


async def refreshed_by(view: View, monkeypatch: pytest.MonkeyPatch) -> list[Region]:
    regions: list[Region] = []
    async with opened(views.incident()) as pilot:
        for pane in app_of(pilot)._overview.stops:
            monkeypatch.setattr(pane, "refresh", lambda *r, **_: regions.extend(r))
        whole = pilot.app.screen.region
        monkeypatch.setattr(pilot.app.screen, "refresh", lambda *_, **__: regions.append(whole))
        await publish(pilot, view)
        return list(regions)  # leaving repaints once more


async def test_the_same_view_again_redraws_no_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await refreshed_by(views.incident(), monkeypatch) == []


async def test_one_changed_number_redraws_its_cells_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = views.incident()
    changed = replace(seen, isps=(replace(seen.isps[0], queued=88_904), *seen.isps[1:]))
    [region] = await refreshed_by(changed, monkeypatch)
    assert region.height == 1
    assert region.width <= 5


async def crashing() -> None:
    async with opened(views.healthy()) as pilot:
        secret = "hunter2"
        app_of(pilot)._handle_exception(RuntimeError("boom" + "\x1b" * len(secret[:1])))
        await pilot.pause()


async def test_a_crash_prints_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="boom"):
        await crashing()
    printed = capsys.readouterr().err
    assert "boom␛" in printed
    assert "hunter2" not in printed
