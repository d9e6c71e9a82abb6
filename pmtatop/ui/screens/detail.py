"""The drill-down: one object in words, its queues or domains, its last events."""

from textual.app import ComposeResult

from pmtatop.model.focus import Key, Subject
from pmtatop.ui.details import detail_lines, domains_of, queues_of
from pmtatop.ui.lines import Line
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.screens.base import PaneScreen
from pmtatop.ui.tables import domain_table, queue_table
from pmtatop.ui.widgets.bottom import FooterPane, log_line
from pmtatop.ui.widgets.keyed_table import KeyedTable
from pmtatop.ui.widgets.pane import LinesPane
from pmtatop.ui.widgets.top import HeaderPane


class FactsPane(LinesPane, can_focus=True):
    """What is known of the object, in words."""

    def __init__(self, look: Look, key: Key) -> None:
        super().__init__(look, key.name)
        self.key = key

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """Numbers, alerts, reasons, verdict."""
        return detail_lines(scene, self.key, width)


class EventsPane(LinesPane, can_focus=True):
    """The object's last events, newest first, as the engine answers the Focus."""

    def __init__(self, look: Look, key: Key) -> None:
        super().__init__(look, "events")
        self.key = key

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """A heading and the events."""
        detail = next((d for d in scene.view.details if d.key == self.key), None)
        lines: list[Line] = [[(" last events, newest first".ljust(width), "heading")]]
        if detail is None:
            return [*lines, [(" asked for; they come with the next poll", "dim")]]
        events = [log_line(e, scene.look, self.has_focus) for e in detail.events]
        return [*lines, *(events or [[(" none in what was read", "dim")]])]


class DetailScreen(PaneScreen):
    """One object."""

    DEFAULT_CSS = """
    DetailScreen { layout: vertical; overflow: hidden; }
    DetailScreen FactsPane { height: auto; }
    DetailScreen KeyedTable { height: 1fr; }
    DetailScreen .last { height: 1fr; }
    """

    def __init__(self, look: Look, key: Key) -> None:
        super().__init__(look)
        self.key = key
        self.facts = FactsPane(look, key)
        self.queues = KeyedTable(look, queue_table(lambda s: queues_of(s.view, key), look))
        self.domains = KeyedTable(look, domain_table(lambda s: domains_of(s.view, key)))
        self.events = EventsPane(look, key)

    def compose(self) -> ComposeResult:
        """The panes from top to bottom."""
        self.events.add_class("last")
        yield HeaderPane(self.look, "header")
        yield self.facts
        if self.key.subject is not Subject.QUEUE:
            yield self.queues
        if self.key.subject is Subject.ISP and self.app.size.height >= 36:
            yield self.domains
        yield self.events
        yield FooterPane(self.look, "keys")

    def on_mount(self) -> None:
        """Keys go to the table of queues, where there is one."""
        first = self.events if self.key.subject is Subject.QUEUE else self.queues
        first.focus(scroll_visible=False)

    def show(self, scene: Scene) -> None:
        """Hand the Scene on; the facts take what they need, up to half of the screen."""
        size = self.app.size
        wanted = min(self.facts.lines_wanted(scene, size.width), max(3, size.height // 2))
        height = self.facts.styles.height
        if height is None or height.value != wanted:
            self.facts.styles.height = wanted
        super().show(scene)
