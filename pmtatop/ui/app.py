"""PmtatopApp: takes Views from the hand-over and gives a Scene to the screen on top."""

import asyncio
import traceback
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen

from pmtatop.engine.handover import Handover
from pmtatop.model.focus import Focus, Key, Subject
from pmtatop.model.instant import Instant
from pmtatop.model.view import Node, View, Window
from pmtatop.notify.bell import Bell
from pmtatop.ui.keys import bindings
from pmtatop.ui.leaving import Leaving
from pmtatop.ui.lines import AsciiOnly, VisibleOnly, visible
from pmtatop.ui.look import Look as Look
from pmtatop.ui.look import Scene
from pmtatop.ui.palette import palette_named
from pmtatop.ui.screens.base import PaneScreen
from pmtatop.ui.screens.detail import DetailScreen
from pmtatop.ui.screens.help import HelpScreen
from pmtatop.ui.screens.overview import OverviewScreen
from pmtatop.ui.widgets.keyed_table import RowChosen
from pmtatop.ui.widgets.pane import PaneFailed
from pmtatop.ui.widgets.top import HeaderPane

SUBJECTS = {"ISP": Subject.ISP, "queues": Subject.QUEUE, "VMTA": Subject.VMTA,
            "domains": Subject.DOMAIN}  # fmt: skip
"""Titles of the tables and what their keys name."""

_BEFORE = View(Instant(0.0), Window(Instant(0.0), Instant(0.0)), Node("", ""))


class ViewReady(Message):
    """A View waits in the hand-over."""


class PmtatopApp(App[None], inherit_bindings=False):
    """The full screen on one node."""

    TITLE = "pmtatop"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings()

    view: reactive[View] = reactive(_BEFORE, repaint=False, init=False)
    """The newest View; the panes repaint what it changes, so the App itself must not."""

    def __init__(self, handover: Handover, look: Look) -> None:
        super().__init__()
        self.look = look
        self.handover = handover
        self.theme = palette_named(look.theme).textual_theme
        self.animation_level = "none"
        self._bell = Bell(look.bell)
        self._taken_at = look.now()
        self._frozen: tuple[View, float] | None = None
        self._failed = False
        self._overview = OverviewScreen(look)

    def get_default_screen(self) -> Screen[None]:
        """The overview."""
        return self._overview

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters behind ours: no control character reaches the terminal."""
        ascii_only = [AsciiOnly()] if self.look.ascii_only else []
        return [VisibleOnly(), *ascii_only, *super().get_line_filters()]

    @property
    def scene(self) -> Scene:
        """What is to be drawn at this moment."""
        now = self.look.now()
        if self._frozen is not None:
            view, at = self._frozen
            return Scene(view, self.look, frozen_s=now - at)
        return Scene(self.view, self.look, elapsed_s=now - self._taken_at)

    def on_mount(self) -> None:
        """Be woken for each View, and once a second for the clock."""
        self.handover.connect(asyncio.get_running_loop(), self._announce)
        self.set_interval(1.0, self._tick)
        self._draw()

    def _announce(self) -> None:
        self.post_message(ViewReady())

    def on_unmount(self) -> None:
        """Nobody draws any more."""
        self.handover.disconnect()

    def on_view_ready(self) -> None:
        """Take the newest View."""
        view = self.handover.take()
        if view is not None:
            self._taken_at = self.look.now()
            self.view = view

    def watch_view(self, view: View) -> None:
        """Draw the new View, unless the screen is frozen; ring for what began to fire."""
        if self._bell.rings_for(view.alerts):
            self.bell()
        if self._frozen is None:
            self._draw()

    def on_pane_failed(self, _event: PaneFailed) -> None:
        """Remember it: a program that could not draw everything does not end with 0."""
        self._failed = True

    def on_row_chosen(self, event: RowChosen) -> None:
        """Look into the row whose key was bound when the key was pressed."""
        key = Key(SUBJECTS[event.table.table.title], event.key)
        self.handover.look_at(Focus(self.view.node.name, (key,)))
        self.push_screen(DetailScreen(self.look, key))
        self.call_after_refresh(self._draw)

    def exit(
        self, result: None = None, return_code: int = 0, message: object | None = None
    ) -> None:
        """Leave; a pane that failed makes the exit code 1."""
        super().exit(result, return_code or int(self._failed))

    def ask_to_leave(self, code: int) -> None:
        """Ask from any thread for the end; returns at once."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit, None, code)

    def _fatal_error(self) -> None:
        """Print what failed and where; Textual's own way prints local variables too."""
        error = self._exception
        if error is not None:
            lines = "".join(traceback.format_exception(error)).splitlines()
            self._exit_renderables.append(Text("\n".join(map(visible, lines))))
        self._close_messages_no_wait()

    def _draw(self) -> None:
        if isinstance(self.screen, PaneScreen):
            self.screen.show(self.scene)

    def _tick(self) -> None:
        scene = self.scene
        for header in self.screen.query(HeaderPane):
            header.show(scene)

    def action_help(self) -> None:
        """Show every key."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.look))
            self.call_after_refresh(self._draw)

    def action_go_back(self) -> None:
        """Drop the filter, else go back one screen; never quit."""
        if isinstance(self.screen, PaneScreen) and self.screen.clear_filter():
            return
        if len(self.screen_stack) > 1:
            self.pop_screen()
            key = self.screen.key if isinstance(self.screen, DetailScreen) else None
            self.handover.look_at(Focus(self.view.node.name, (key,) if key else ()))
            self._draw()

    def action_freeze(self) -> None:
        """Freeze what is shown, or go on with the newest View."""
        shown = self.scene.view
        self._frozen = (shown, self.look.now()) if self._frozen is None else None
        self._draw()

    def action_pin(self) -> None:
        """Pin the unknown certificate on loopback; without one the key says nothing."""
        if self.view.node.offered:
            self.handover.trust(self.view.node.offered)

    def action_filter(self) -> None:
        """Open the filter prompt."""
        if isinstance(self.screen, PaneScreen):
            self.screen.open_prompt()

    def action_clear_filter(self) -> None:
        """Show all rows again."""
        if isinstance(self.screen, PaneScreen):
            self.screen.clear_filter()

    def action_pane(self, step: int) -> None:
        """Go to the next or previous pane."""
        if isinstance(self.screen, PaneScreen):
            self.screen.next_pane(step)

    def action_move(self, rows: int) -> None:
        """Move the cursor or scroll."""
        if isinstance(self.screen, PaneScreen) and self.screen.pane:
            self.screen.pane.move(rows)

    def action_page(self, direction: int) -> None:
        """Move by a page."""
        if isinstance(self.screen, PaneScreen) and self.screen.pane:
            self.screen.pane.page(direction)

    def action_edge(self, direction: int) -> None:
        """Move to the first or last row."""
        if isinstance(self.screen, PaneScreen) and self.screen.pane:
            self.screen.pane.edge(direction)

    def action_sort(self, step: int) -> None:
        """Sort by the neighbouring column."""
        if isinstance(self.screen, PaneScreen) and self.screen.table:
            self.screen.table.sort_by_neighbour(step)

    def action_reverse(self) -> None:
        """Turn the order around."""
        if isinstance(self.screen, PaneScreen) and self.screen.table:
            self.screen.table.reverse()

    def action_anomaly(self, step: int) -> None:
        """Go to the next or previous row in trouble."""
        if isinstance(self.screen, PaneScreen) and self.screen.table:
            self.screen.table.to_trouble(step)

    def action_drill(self) -> None:
        """Look into the row under the cursor."""
        if isinstance(self.screen, PaneScreen) and self.screen.table:
            self.screen.table.choose()


def run(handover: Handover, look: Look) -> int:
    """Run the screen until it is left; the exit code, the terminal as it was before."""
    app = PmtatopApp(handover, look)
    with Leaving(app.ask_to_leave).watching():
        app.run(mouse=False)
    return app.return_code or 0
