"""PaneScreen: a screen of panes that takes Scenes, moves the focus and holds the filter."""

from textual.screen import Screen

from pmtatop.ui.look import Look, Scene
from pmtatop.ui.query import Query
from pmtatop.ui.widgets.bottom import LogPane
from pmtatop.ui.widgets.keyed_table import KeyedTable
from pmtatop.ui.widgets.pane import Pane, PaneReady
from pmtatop.ui.widgets.prompt import FilterPrompt, QueryChanged, QueryDone


class PaneScreen(Screen[None], inherit_bindings=False):
    """What every screen of panes does; subclasses compose the panes."""

    ALLOW_SELECT = False

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.scene: Scene | None = None
        self._pane: Pane | None = None

    def show(self, scene: Scene) -> None:
        """Hand a Scene to every pane."""
        self.scene = scene
        for pane in self.query(Pane):
            pane.show(scene)

    @property
    def stops(self) -> list[Pane]:
        """The panes that Tab visits, in order."""
        return [p for p in self.query(Pane) if p.can_focus and p.display]

    @property
    def pane(self) -> Pane | None:
        """The pane that keys go to; it stays while a prompt or nothing has the focus."""
        if isinstance(self.focused, Pane):
            self._pane = self.focused
        if self._pane is None or not self._pane.display:
            self._pane = next(iter(self.stops), None)
        return self._pane

    @property
    def table(self) -> KeyedTable[object] | None:
        """The table that keys go to."""
        return self.pane if isinstance(self.pane, KeyedTable) else None

    @property
    def prompt(self) -> FilterPrompt | None:
        """The filter prompt while it is open."""
        return next(iter(self.query(FilterPrompt)), None)

    def next_pane(self, step: int) -> None:
        """Move the focus to the next or previous pane."""
        stops = self.stops
        if stops and self.pane in stops:
            stops[(stops.index(self.pane) + step) % len(stops)].focus(scroll_visible=False)

    def open_prompt(self) -> None:
        """Let the person type a filter for the pane that keys go to."""
        if self.prompt is None and isinstance(self.pane, KeyedTable | LogPane):
            prompt = FilterPrompt(self.pane.filter_query)
            self.mount(prompt)
            prompt.focus()

    def close_prompt(self) -> None:
        """Remove the prompt and give the focus back."""
        if self.prompt is not None:
            self.prompt.remove()
        if self._pane is not None:
            self._pane.focus(scroll_visible=False)

    def clear_filter(self) -> bool:
        """Close the prompt and drop the filter; whether there was one."""
        pane = self.pane
        had_prompt = self.prompt is not None
        if had_prompt:
            self.close_prompt()
        if isinstance(pane, KeyedTable | LogPane) and pane.filter_query:
            pane.filter_by(Query())
            return True
        return had_prompt

    def on_pane_ready(self, event: PaneReady) -> None:
        """Show a pane that has come late."""
        if self.scene is not None:
            event.pane.show(self.scene)

    def on_query_changed(self, event: QueryChanged) -> None:
        """Filter while it is typed."""
        if isinstance(self.pane, KeyedTable | LogPane):
            self.pane.filter_by(event.filter_query)

    def on_query_done(self, _event: QueryDone) -> None:
        """Keep the filter."""
        self.close_prompt()
