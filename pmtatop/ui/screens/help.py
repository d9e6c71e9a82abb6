"""The help overlay: every key of the registry, and what the marks mean."""

from textual.app import ComposeResult

from pmtatop.ui.keys import groups
from pmtatop.ui.lines import Line
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.screens.base import PaneScreen
from pmtatop.ui.widgets.pane import LinesPane

_MARKS = (
    ("● firing", "an alert that pages: far above the usual of this hour, for long enough"),
    ("○ pending, held", "above the usual, not yet long enough; or held by a window"),
    ("◌ quiet", "no attempts to judge by: not calm"),
    ("· learning", "too few hours known to say what is usual"),
    ("▲", "above the usual band"),
    ("–", "unknown, and never a zero; the line with ! says why"),
    ("DEFER", "temporary refusals over attempts, last 15 minutes; usual: of this hour here"),
    ("THROT", "refusals for rate or connections over attempts; recipients' own are not counted"),
    ("OLDEST", "oldest message: >45m at least, 1h-4h between; (>4d): only full mailboxes wait"),
    ("SESS!", "sessions refused before a recipient was named; in no ratio"),
)
"""The marks and columns, and what they mean."""


class HelpPane(LinesPane, can_focus=True):
    """The keys by group, then the marks."""

    @property
    def faded(self) -> bool:
        """Help does not age."""
        return False

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """One line per key and mark."""
        lines: list[Line] = [
            [(" Keys of pmtatop", "strong"), ("   Esc goes back, j and k scroll", "dim")]
        ]
        for group, rows in groups().items():
            lines.append([(f" {group}", "heading")])
            lines += [[(f"   {r.shown:<12}", "info"), (r.text, "plain")] for r in rows]
        lines.append([(" Marks and columns", "heading")])
        lines += [[(f"   {mark:<16}", "info"), (text, "plain")] for mark, text in _MARKS]
        return lines


class HelpScreen(PaneScreen):
    """One pane over the whole screen."""

    DEFAULT_CSS = """
    HelpScreen HelpPane { height: 1fr; }
    """

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.help_pane = HelpPane(look, "help")

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self.help_pane
