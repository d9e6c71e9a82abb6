"""What the keys do, and what a tick must not undo."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from pmtatop.model.focus import Focus, Key, Subject
from pmtatop.model.pane import Pane
from pmtatop.model.text import SafeText
from pmtatop.model.view import Detail
from pmtatop.ui import keys
from pmtatop.ui.app import Look
from pmtatop.ui.screens.detail import DetailScreen
from pmtatop.ui.screens.overview import OverviewScreen
from pmtatop.ui.tables import IspRow
from pmtatop.ui.widgets.keyed_table import KeyedTable
from tests.screens import views
from tests.screens.conftest import app_of, opened, publish, screen_lines, screen_text


def isps(pilot: Pilot[None]) -> KeyedTable[IspRow]:
    screen = app_of(pilot)._overview
    assert isinstance(screen, OverviewScreen)
    return screen.isps


async def test_the_cursor_stays_on_its_isp_when_the_order_changes() -> None:
    async with opened(views.incident()) as pilot:
        await pilot.press("j", "j", "j")
        assert isps(pilot).cursor_key == "Microsoft"
        seen = views.incident()
        await publish(pilot, replace(seen, isps=seen.isps[::-1]))
        assert isps(pilot).cursor_key == "Microsoft"
        assert any(line.startswith(">") and "Microsoft" in line for line in screen_lines(pilot))


async def test_a_cursor_that_was_never_moved_stays_at_the_top() -> None:
    async with opened(views.incident()) as pilot:
        seen = views.incident()
        await publish(pilot, replace(seen, isps=seen.isps[::-1]))
        assert isps(pilot).cursor_key == seen.isps[-1].name


async def test_the_cursor_goes_to_its_neighbour_when_its_row_goes() -> None:
    async with opened(views.incident()) as pilot:
        await pilot.press("j")
        seen = views.incident()
        await publish(pilot, replace(seen, isps=(seen.isps[0], *seen.isps[2:])))
        assert isps(pilot).cursor_key == "Yahoo"


async def test_scrolling_survives_a_tick() -> None:
    async with opened(views.incident()) as pilot:
        await pilot.press("end")
        at = isps(pilot).scroll_offset.y
        assert at > 0
        await publish(pilot, views.incident())
        assert isps(pilot).scroll_offset.y == at
        assert isps(pilot).cursor_key == isps(pilot).keys[-1]


async def test_sorting_keeps_the_cursor_and_can_be_reversed() -> None:
    async with opened(views.incident()) as pilot:
        await pilot.press("j", "greater_than_sign", "greater_than_sign")
        assert isps(pilot).sort_title == "QUEUED"
        assert isps(pilot).keys[0] == "Gmail"
        assert isps(pilot).cursor_key == "AT&T"
        await pilot.press("I")
        assert isps(pilot).keys[-1] == "Gmail"
        await pilot.press("less_than_sign", "less_than_sign")
        assert isps(pilot).keys[0] == "Comcast"


async def test_unknown_values_stay_last_in_either_direction() -> None:
    async with opened(views.incident()) as pilot:
        isps(pilot).sort_title = "DEFER"
        isps(pilot).rearrange()
        assert isps(pilot).keys[-1] == "AT&T"
        await pilot.press("I")
        assert isps(pilot).keys[-1] == "AT&T"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("gmx", ["GMX"]), ("!example", ["Comcast"]), ("^(cox|zoho) ", ["Cox", "Zoho"]), ("[", [])],
)
async def test_filter(typed: str, kept: list[str]) -> None:
    async with opened(views.incident()) as pilot:
        await pilot.press("slash", *typed, "enter")
        await pilot.pause()
        assert isps(pilot).keys == kept
        await publish(pilot, views.incident())
        assert isps(pilot).keys == kept
        await pilot.press("c")
        assert len(isps(pilot).keys) == 14


async def test_escape_closes_the_prompt_and_drops_the_filter_and_never_quits() -> None:
    async with opened(views.incident()) as pilot:
        await pilot.press("slash", "q", "escape")
        await pilot.pause()
        assert len(isps(pilot).keys) == 14
        await pilot.press("escape", "escape")
        assert pilot.app.is_running
        assert pilot.app.return_code is None
        assert isps(pilot).has_focus


async def test_a_frozen_screen_says_so_and_keeps_its_numbers_while_sorting_works() -> None:
    clock = [100.0]
    async with opened(views.incident(), look=Look(now=lambda: clock[0])) as pilot:
        await pilot.press("p")
        await publish(pilot, views.healthy())
        clock[0] += 12
        await pilot.press("greater_than_sign")
        app_of(pilot)._tick()
        await pilot.pause()
        seen = screen_text(pilot)
        assert "FROZEN 12s" in seen
        assert "2 FIRING" in seen
        assert isps(pilot).keys[0] == "Apple"
        await pilot.press("Z")
        assert "Nothing unusual" in screen_text(pilot)
        assert "FROZEN" not in screen_text(pilot)


async def test_enter_drills_asks_the_engine_and_shows_its_answer() -> None:
    key = Key(Subject.ISP, "Comcast")
    async with opened(views.incident(), (120, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert app_of(pilot).handover.focus == Focus("mta1.example", (key,))
        assert "asked for; they come with the next poll" in screen_text(pilot)
        await publish(pilot, views.with_details(views.incident(), key))
        seen = screen_text(pilot)
        for words in ("comcast.net/trans-b", "94% rate-throttling 421 4.1.0 at mail",
                      "03:04:05 tq att.example", "xfinity.com"):  # fmt: skip
            assert words in seen
        await pilot.press("escape")
        await pilot.pause()
        assert app_of(pilot).handover.focus == Focus("mta1.example", ())
        assert isinstance(pilot.app.screen, OverviewScreen)


async def test_a_queue_of_the_drilled_isp_tells_its_verdict() -> None:
    async with opened(views.incident(), (120, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DetailScreen)
        assert pilot.app.screen.key == Key(Subject.QUEUE, "comcast.net/bulk-a")
        seen = screen_text(pilot)
        assert "BACKOFF since 11m: 421 throttled" in seen
        assert "why: they refuse: 421 rate-throttling, 94%" in seen
        assert "next retry 03:41:51" in seen
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, OverviewScreen)


async def test_a_queue_tells_its_limits_in_force_or_what_would_tell_them() -> None:
    name = "comcast.net/bulk-a"
    key = Key(Subject.QUEUE, name)
    dark = Pane("limits", False, SafeText("told by commands alone"), SafeText("http-api-key KEY"))
    view = replace(views.incident(), panes=(dark,))
    async with opened(view, (120, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "! told by commands alone  http-api-key KEY" in screen_text(pilot)
        values = {"max-smtp-out": "20", "log-commands": "no", "bounce-after": "4d12h"}
        settings = tuple((SafeText(k), SafeText(v)) for k, v in values.items())
        queues = tuple(replace(q, binds="vmta") if q.name == name else q for q in view.queues)
        answered = replace(view, queues=queues, details=(Detail(key, (), settings),))
        await publish(pilot, answered)
        seen = screen_text(pilot)
        assert "max-smtp-out 20" in seen
        assert "bounce-after 4d12h" in seen
        assert "used up the limit of the vmta" in seen
        assert "log-commands" not in seen
        assert "http-api-key" not in seen


async def test_next_and_previous_trouble() -> None:
    async with opened(views.incident()) as pilot:
        await pilot.press("n")
        assert isps(pilot).cursor_key == "AT&T"
        await pilot.press("n", "n")
        assert isps(pilot).cursor_key == "Comcast"
        await pilot.press("N")
        assert isps(pilot).cursor_key == "Yahoo"


async def test_tab_visits_every_pane_and_comes_back() -> None:
    async with opened(views.incident(), (200, 50)) as pilot:
        visited = []
        for _ in range(4):
            await pilot.press("tab")
            visited.append(getattr(pilot.app.focused, "title", ""))
        assert visited == ["VMTA", "queues", "log", "ISP"]


async def test_small_terminals_show_one_pane_at_a_time() -> None:
    async with opened(views.incident(), (60, 16)) as pilot:
        assert "AT&T" in screen_text(pilot)
        await pilot.press("tab")
        await pilot.pause()
        assert "max-smtp" in screen_text(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "starved by Comcast" in screen_text(pilot)


async def test_before_the_first_view_the_frame_stands() -> None:
    async with opened(None) as pilot:
        seen = screen_text(pilot)
        assert "connecting ..." in seen
        assert "no data yet" in seen
        assert "q quit" in seen


async def test_starting_names_the_server() -> None:
    async with opened(views.starting()) as pilot:
        assert "connecting to http://mta1.example:8080 ..." in screen_text(pilot)


async def test_a_lost_server_keeps_its_numbers_and_says_their_age() -> None:
    async with opened(views.disconnected()) as pilot:
        seen = screen_text(pilot)
        for words in ("UNREACHABLE; last data 42s old.", "connection refused", "data 42s", "88.1k"):
            assert words in seen


async def test_the_age_grows_and_a_stuck_engine_is_called_stale() -> None:
    clock = [100.0]
    async with opened(views.healthy(), look=Look(now=lambda: clock[0])) as pilot:
        clock[0] += 41
        app_of(pilot)._tick()
        await pilot.pause()
        header = screen_lines(pilot)[0]
        assert "data 43s" in header
        assert "STALE" in header
        assert "03:04:52 UTC" in header


async def test_missing_accounting_is_said_in_words_and_is_no_zero() -> None:
    async with opened(views.without_accounting()) as pilot:
        seen = screen_text(pilot)
        assert "acct off: no accounting files are read" in seen
        assert "refusals are unknown" in seen
        assert "0%" not in seen


async def test_every_key_of_the_registry_is_bound_and_no_other() -> None:
    async with opened(views.healthy()) as pilot:
        bound = {key for key, _ in pilot.app._bindings}
        assert bound == {key for row in keys.KEYS for key in row.keys}
        assert not bound & {"ctrl+q", "ctrl+a", "ctrl+b", "ctrl+s", "ctrl+z", "ctrl+p"}
        for row in keys.KEYS:
            assert hasattr(pilot.app, "action_" + row.action.partition("(")[0])


async def test_help_lists_every_key() -> None:
    async with opened(views.healthy(), (80, 50)) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        seen = screen_text(pilot)
        for row in keys.KEYS:
            assert row.shown in seen
            assert row.text in seen
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, OverviewScreen)


def test_the_readme_table_has_every_key() -> None:
    table = keys.markdown_table()
    assert table.count("\n") == len(keys.KEYS) + 2
    assert "| `Enter` | look into the row |" in table


async def test_q_quits_with_0() -> None:
    async with opened(views.healthy()) as pilot:
        await pilot.press("q")
    assert pilot.app.return_code == 0


async def test_ctrl_c_quits_from_the_filter_too() -> None:
    async with opened(views.healthy()) as pilot:
        await pilot.press("slash", "q", "ctrl+c")
    assert pilot.app.return_code == 0


async def test_the_bell_rings_once_for_an_alert() -> None:
    async with opened(views.healthy(), look=Look(bell=True)) as pilot:
        rung: list[bool] = []
        pilot.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        await publish(pilot, views.incident())
        await publish(pilot, views.incident())
        assert rung == [True]
