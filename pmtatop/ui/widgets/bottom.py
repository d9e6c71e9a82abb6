"""The lines below the tables: VMTA bars, log tail, key footer."""

from pmtatop.model.rows import Vmta
from pmtatop.model.view import LogLine
from pmtatop.ui.keys import footer_words
from pmtatop.ui.lines import Line, Piece, width_of
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.palette import Role
from pmtatop.ui.phrases import fairness_words
from pmtatop.ui.query import Query
from pmtatop.ui.widgets.pane import LinesPane
from pmtatop.wording.bars import bar
from pmtatop.wording.numbers import count
from pmtatop.wording.times import clock_time


class VmtaBars(LinesPane):
    """Connections of each VMTA against its `max-smtp-out`: starved ones first, then the fullest."""

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """As many bars as fit into the pane's lines, then how many do not."""
        vmtas = sorted(scene.view.vmtas, key=_bar_order)
        cells = 9 if width >= 100 else 6
        chunks = [_bar_chunk(v, cells, scene.look.ascii_only) for v in vmtas]
        return _flowed([(" VMTA ", "dim")], chunks, width, max(1, self.size.height))


def _bar_order(vmta: Vmta) -> tuple[bool, float]:
    return vmta.fairness.state != "starved", -(vmta.used_ratio or 0.0)


def _flowed(lead: Line, chunks: list[list[Piece]], width: int, most: int) -> list[Line]:
    """`chunks` side by side in at most `most` lines; what is left over is counted."""
    lines: list[list[Piece]] = [list(lead)]
    for number, chunk in enumerate(chunks):
        reserve = 10 if len(lines) == most else 0
        if width_of(lines[-1]) + width_of(chunk) + reserve > width:
            if len(lines) == most:
                lines[-1].append((f"+{len(chunks) - number} more", "dim"))
                break
            lines.append([(" " * width_of(lead), "plain")])
        lines[-1] += chunk
    return list(lines)


def _bar_chunk(vmta: Vmta, cells: int, ascii_only: bool) -> list[Piece]:
    starved = vmta.fairness.state == "starved"
    role: Role = "warn" if (vmta.used_ratio or 0) >= 1 or starved else "info"
    words = fairness_words(vmta)
    return [
        (f"{vmta.name} ", "plain"),
        (bar(vmta.used_ratio, cells, ascii_only), role),
        (f" {count(vmta.connections)}/{count(vmta.connections_max)}", "strong"),
        (f" {words}" if words else "", "bad" if starved else "dim"),
        ("  ", "plain"),
    ]


class LogPane(LinesPane, can_focus=True):
    """PMTA's log and refusals merged by time; stays at the newest line until scrolled."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "log", tail=True)
        self.filter_query = Query()

    def filter_by(self, query: Query) -> None:
        """Show only lines that pass `query`."""
        self.filter_query = query
        if self.scene is not None:
            self.show(self.scene)

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """The lines that pass the filter."""
        passing = [line for line in scene.view.log if self.filter_query.passes(line.text)]
        if not passing:
            return [[(" no log lines, no refusals", "dim")]]
        return [log_line(line, scene.look, self.has_focus) for line in passing]


def log_line(line: LogLine, look: Look, focused: bool = False) -> Line:
    """One line of the log: time, what it means where that matters, text."""
    at = "        " if line.at is None else clock_time(line.at, look.zone)
    lead = "│" if focused else " "
    text: Piece = (line.text, "quote" if line.origin == "acct" else "plain")
    if line.means:
        return [(f"{lead}{at} ", "dim"), (f"{line.means}: ", "bad"), text]
    return [(f"{lead}{at} ", "dim"), text]


class FooterPane(LinesPane):
    """The keys that matter, from the registry."""

    @property
    def faded(self) -> bool:
        """Keys work however old the data are."""
        return False

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """One line of keys."""
        return [[(" " + "  ".join(footer_words()), "dim")]]
