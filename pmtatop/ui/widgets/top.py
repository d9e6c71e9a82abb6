"""The lines above the tables: header, traffic, and the summary in words."""

from pmtatop.model.alert import AlertState
from pmtatop.model.instant import Instant
from pmtatop.model.view import View
from pmtatop.ui.lines import Line, Piece, flush, width_of
from pmtatop.ui.look import Scene
from pmtatop.ui.palette import Role
from pmtatop.ui.phrases import fault_lines, flow_sentence, is_note
from pmtatop.ui.widgets.pane import LinesPane
from pmtatop.wording.bars import sparkline
from pmtatop.wording.numbers import UNKNOWN, count, per_minute, percent
from pmtatop.wording.times import clock_time, duration, zone_name

_SPARK_MOST = 40


class HeaderPane(LinesPane):
    """Which node, what time, how old the data are, and every banner."""

    @property
    def faded(self) -> bool:
        """The header is always true now."""
        return False

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """One line; where it does not fit, the version and the uptime go first."""
        right = _banners(scene)
        for optional in (3, 2, 1, 0):
            left = _identity(scene, optional)
            if width_of(left) + width_of(right) + 1 <= width:
                break
        line = flush(left, right, width)
        return [[(text, "heading" if role == "plain" else role) for text, role in line]]


def _identity(scene: Scene, optional: int) -> list[Piece]:
    node = scene.view.node
    known = [
        f"PMTA {node.version}" if node.version else "",
        f"up {duration(node.uptime_s)}" if node.uptime_s is not None else "",
    ]
    words = ["pmtatop" if optional > 2 else "", node.name, *known[: max(0, optional)]]
    return [
        (" " + " ".join(w for w in words if w) + " ", "heading"),
        (_clock(scene) + "  ", "heading"),
        _data_age(scene),
    ]


def _clock(scene: Scene) -> str:
    """PMTA's time, going on between two Views; nothing before the first one."""
    view, zone = scene.view, scene.look.zone
    if not view.at:
        return ""
    at = Instant(view.at + (0.0 if "REPLAY" in view.banners else scene.elapsed_s))
    return f"{clock_time(at, zone)} {zone_name(zone, at)}"


def _data_age(scene: Scene) -> Piece:
    age = scene.data_age_s
    return ("no data yet" if age is None else f"data {duration(age)}"), "heading"


def _banners(scene: Scene) -> list[Piece]:
    words = list(scene.view.banners)
    if scene.look.read_only and "READ-ONLY" not in words:
        words.append("READ-ONLY")
    if scene.frozen_s is not None:
        words.append(f"FROZEN {duration(scene.frozen_s)}")
    state = scene.view.node.state
    if state not in ("running", "starting"):
        words.append(state.upper())
        if scene.view.node.offered:
            words.append("P: pin its certificate")
    elif scene.overdue:
        words.append("STALE")
    pieces: list[Piece] = []
    for word in words:
        pieces += [(" ", "heading"), (f" {word} ", "banner")]
    return pieces


class TrafficPane(LinesPane):
    """Mail in and out, queue, memory, connections; a second line of outcomes."""

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """The traffic line and the line of outcomes."""
        return [_traffic(scene, width), _outcomes(scene.view)]


def _traffic(scene: Scene, width: int) -> Line:
    view = scene.view
    flows = (
        ("OUT", per_minute(view.traffic.out.rcp_per_min), 7, view.traffic.out_trend),
        ("IN", per_minute(view.traffic.in_.rcp_per_min), 7, view.traffic.in_trend),
        ("QUEUE", count(view.queue.recipients), 6, view.queue.trend),
    )
    levels = _levels(view, width)
    fixed = width_of(levels) + sum(len(name) + 1 + cells + 3 for name, _, cells, _ in flows)
    spark = max(0, min(_SPARK_MOST, (width - 1 - fixed) // len(flows)))
    line: list[Piece] = [(" ", "plain")]
    for name, value, cells, trend in flows:
        line += [(f"{name} ", "dim"), (value.rjust(cells), "strong"), (" ", "plain")]
        line += [(sparkline(trend, spark, scene.look.ascii_only), "info"), ("  ", "plain")]
    return [*line, *levels]


def _levels(view: View, width: int) -> list[Piece]:
    out = view.connections.out
    label = "CONN OUT" if width >= 100 else "C"
    used = f"{count(out.cur)}/{count(out.max_)}"
    return [
        ("MEM ", "dim"),
        (percent(view.memory.used_ratio).rjust(3), "strong"),
        (f" {label} ", "dim"),
        (used, "strong"),
    ]


def _outcomes(view: View) -> Line:
    traffic, conn_in = view.traffic, view.connections.in_
    facts = (
        ("delivered", per_minute(traffic.delivered_per_min)),
        ("deferred", per_minute(traffic.deferred_per_min)),
        ("bounced", per_minute(traffic.bounced_per_min)),
        ("sessions refused", per_minute(traffic.sessions_refused_per_min)),
        ("conn in", f"{count(conn_in.cur)}/{count(conn_in.max_)}"),
        ("held", count(view.queue.held)),
        ("spool", percent(view.queue.spool_ratio)),
        ("dns pending", count(view.resolver.pending)),
        ("drains in", duration(view.queue.drain_eta_s)),
    )
    line: list[Piece] = [(" ", "plain")]
    for name, value in facts:
        line += [(f"{name} ", "dim"), (value, "plain"), ("   ", "plain")]
    return line


class SummaryPane(LinesPane):
    """Whether mail flows and what is lost, in words; below it what cannot be seen, and why."""

    @property
    def faded(self) -> bool:
        """The words say themselves how old the facts are."""
        return False

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """The summary, then one line per missing source."""
        counts = _alert_counts(scene)
        sentence = flow_sentence(scene)
        lines: list[Line] = [flush([(" ", "plain"), sentence], counts, width)]
        lines += [[(" ! ", "warn"), (text, "warn")] for text in fault_lines(scene)]
        return lines


def _alert_counts(scene: Scene) -> list[Piece]:
    states: tuple[tuple[AlertState, str, Role], ...] = (
        (AlertState.FIRING, "FIRING", "bad"),
        (AlertState.QUIET, "quiet", "warn"),
        (AlertState.HELD, "held", "info"),
        (AlertState.SUPPRESSED, "suppressed", "dim"),
    )
    pieces: list[Piece] = []
    for state, word, role in states:
        number = sum(a.state is state and not is_note(a) for a in scene.view.alerts)
        if number:
            pieces += [(f"{number} {word}  ", role)]
    lost = None if scene.faded else scene.view.traffic.lost_per_min
    return [*pieces, ("mail lost now: ", "dim"), _lost(lost), (" ", "plain")]


def _lost(per_min: float | None) -> Piece:
    if per_min is None:
        return UNKNOWN, "dim"
    return per_minute(per_min), "bad" if per_min > 0 else "plain"
