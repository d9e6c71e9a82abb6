"""The overview: everything that the five questions need, laid out for the terminal's size."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from pmtatop.ui.lines import Line
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.screens.base import PaneScreen
from pmtatop.ui.screens.layout import NEEDED, Layout, layout_for
from pmtatop.ui.tables import isp_table, queue_table, vmta_table
from pmtatop.ui.widgets.alerts import AlertsPane
from pmtatop.ui.widgets.bottom import FooterPane, LogPane, VmtaBars
from pmtatop.ui.widgets.keyed_table import KeyedTable
from pmtatop.ui.widgets.pane import LinesPane, Pane
from pmtatop.ui.widgets.top import HeaderPane, SummaryPane, TrafficPane


class TooSmall(LinesPane):
    """The polite line."""

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """How much room is needed, and the way out."""
        have = self.app.size
        words = f"{have.width}x{have.height} is small;", "{}x{} will do.".format(*NEEDED)
        return [[(words[0], "plain")], [(words[1], "plain")], [("q quits", "dim")]]


class OverviewScreen(PaneScreen):
    """Header, traffic, summary, alerts, ISPs, VMTAs, log, keys."""

    DEFAULT_CSS = """
    OverviewScreen { layout: vertical; overflow: hidden; }
    OverviewScreen .grows { height: 1fr; }
    OverviewScreen Horizontal { height: 0; }
    OverviewScreen Horizontal KeyedTable { height: 100%; width: 1fr; }
    OverviewScreen Horizontal .narrow { width: 78; margin-right: 1; }
    """

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.layout_now = layout_for(80, 24)
        self.header = HeaderPane(look, "header")
        self.traffic = TrafficPane(look, "traffic")
        self.summary = SummaryPane(look, "summary")
        self.alerts = AlertsPane(look)
        self.isps = KeyedTable(look, isp_table(look))
        self.bars = VmtaBars(look, "VMTA")
        self.vmtas = KeyedTable(look, vmta_table(look))
        self.queues = KeyedTable(look, queue_table(lambda s: s.view.queues, look))
        self.log_pane = LogPane(look)
        self.footer = FooterPane(look, "keys")
        self.polite = TooSmall(look, "size")

    def compose(self) -> ComposeResult:
        """The panes from top to bottom."""
        self.isps.add_class("grows")
        self.vmtas.add_class("narrow")
        yield from (self.polite, self.header, self.traffic, self.summary, self.alerts, self.isps)
        yield self.bars
        with Horizontal():
            yield from (self.vmtas, self.queues)
        yield from (self.log_pane, self.footer)

    def on_mount(self) -> None:
        """Keys go to the ISPs first."""
        self.lay_out(layout_for(self.app.size.width, self.app.size.height))
        self.isps.focus(scroll_visible=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lay out anew."""
        self.lay_out(layout_for(event.size.width, event.size.height))

    def show(self, scene: Scene) -> None:
        """Hand a Scene to every pane, and give the alerts the lines that they need."""
        self.scene = scene
        self._fit_variable_panes()
        super().show(scene)

    def next_pane(self, step: int) -> None:
        """Move the focus; where one pane is shown at a time, show the next one."""
        if not self.layout_now.single:
            super().next_pane(step)
            return
        panes: list[Pane] = [self.isps, self.vmtas, self.queues, self.log_pane]
        at = panes.index(self.pane) if self.pane in panes else 0
        self._show_only(panes[(at + step) % len(panes)])

    def lay_out(self, layout: Layout) -> None:
        """Give every pane its lines."""
        self.layout_now = layout
        for pane in self.query(Pane):
            pane.display = not layout.too_small
        self.polite.display = layout.too_small
        self.polite.styles.height = 3
        _set_lines(self.traffic, layout.traffic)
        _set_lines(self.bars, layout.vmta_bars)
        _set_lines(self.log_pane, layout.log)
        tables = self.query_one(Horizontal)
        tables.display = layout.tables > 0
        tables.styles.height = layout.tables
        for table in (self.vmtas, self.queues):
            table.display = layout.tables > 0
        self.vmtas.add_class("narrow")
        if layout.single:
            self._show_only(self.pane if self.pane in self.stops else self.isps)
        self._fit_variable_panes()

    def _show_only(self, wanted: Pane | None) -> None:
        """Show one of the big panes and no other."""
        tables = self.query_one(Horizontal)
        tables.display = wanted in (self.vmtas, self.queues)
        tables.styles.height = "1fr"
        self.vmtas.remove_class("narrow")
        for pane in (self.isps, self.vmtas, self.queues, self.log_pane):
            pane.display = pane is wanted
        self.log_pane.styles.height = "1fr"
        if wanted is not None:
            wanted.focus(scroll_visible=False)

    def _fit_variable_panes(self) -> None:
        """Summary and alerts are as high as what they have to say, up to the layout's bound."""
        layout = self.layout_now
        if layout.too_small or self.scene is None:
            return
        scene, width = self.scene, self.app.size.width
        self.alerts.most_lines = layout.alerts
        _set_lines(self.summary, min(self.summary.lines_wanted(scene, width), 1 + layout.notes))
        _set_lines(self.alerts, min(self.alerts.lines_wanted(scene, width), layout.alerts))


def _set_lines(pane: Pane, lines: int) -> None:
    """Change a pane's height only when it differs: a layout repaints the screen."""
    if pane.display != (lines > 0):
        pane.display = lines > 0
    if lines > 0 and (pane.styles.height is None or pane.styles.height.value != lines):
        pane.styles.height = lines
