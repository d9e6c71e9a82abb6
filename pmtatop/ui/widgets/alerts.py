"""The alerts in words: what, since when, the reply verbatim, its class, what to consider."""

from collections.abc import Sequence
from datetime import tzinfo

from pmtatop.model.alert import Alert, AlertState
from pmtatop.model.instant import Instant
from pmtatop.ui.lines import Line, Piece, cut, flush, packed, width_of
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.palette import Role
from pmtatop.ui.phrases import (
    STATE_GLYPHS,
    alert_measure,
    alerts_by_urgency,
    is_note,
    subject_of,
)
from pmtatop.ui.widgets.pane import LinesPane
from pmtatop.wording.numbers import count, percent, whole
from pmtatop.wording.times import clock_time, duration

LINES_EACH = 4
"""An alert never takes more lines than this, however much it could say."""

_SHOWN = frozenset(
    {AlertState.FIRING, AlertState.QUIET, AlertState.HELD, AlertState.PENDING, AlertState.RESOLVED}
)


class AlertsPane(LinesPane):
    """As many alerts as there is room for, the most urgent with all their lines."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "alerts")
        self.most_lines = 6
        """Lines that the layout grants."""

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """The alerts of the Scene within the granted lines."""
        alerts = [a for a in alerts_by_urgency(scene.view) if _belongs_here(a)]
        zone = scene.look.zone
        full = [alert_lines(a, width, scene.view.at, zone, LINES_EACH) for a in alerts]
        granted = shared_out([len(lines) for lines in full], self.most_lines)
        lines: list[Line] = []
        for alert, wanted in zip(alerts, granted, strict=False):
            lines += alert_lines(alert, width, scene.view.at, zone, wanted)
        hidden = len(alerts) - len(granted)
        more: list[Line] = [[(f"   and {hidden} more alerts", "dim")]] if hidden else []
        return lines + more


def _belongs_here(alert: Alert) -> bool:
    """A note that is over needs no line of the first screen."""
    return alert.state in _SHOWN and not (alert.state is AlertState.RESOLVED and is_note(alert))


def shared_out(wanted: Sequence[int], room: int) -> list[int]:
    """Lines for each alert: one for all that fit, the rest to the first ones.

    Where not all fit, one line stays free for saying so.
    """
    shown = len(wanted) if len(wanted) <= room else max(0, room - 1)
    granted, left = [1] * shown, room - shown
    if shown < len(wanted):
        left = 0
    for i in range(shown):
        extra = min(left, wanted[i] - 1)
        granted[i] += extra
        left -= extra
    return granted


def alert_lines(alert: Alert, width: int, now: Instant, zone: tzinfo, most: int) -> list[Line]:
    """One alert in at most `most` lines: the first with since when and how sure at its end."""
    right = _since(alert, now, zone, "confidence " if most > 1 else "")
    chunks = [_head(alert), *_reply(alert), *_whose(alert), *_advice(alert), *_affected(alert)]
    first_width = width - width_of(right) - 1
    first = packed(chunks, first_width, LINES_EACH * 2)[0] if most > 1 else None
    if first is None:
        [only] = packed(chunks, first_width, 1)
        return [flush(only, right, width)]
    used = _chunks_in(first, chunks)
    rest = packed(chunks[used:], width - 3, most - 1, indent=0) if chunks[used:] else []
    indented = ([("   ", "plain"), *cut(line, width - 3)] for line in rest)
    return [flush(first, right, width), *indented]


def _chunks_in(line: Line, chunks: Sequence[Line]) -> int:
    """How many of `chunks` the packed `line` took."""
    used, cells = 0, 0
    for chunk in chunks:
        cells += width_of(chunk) + (2 if used else 0)
        if cells > width_of(line):
            break
        used += 1
    return max(1, used)


def _head(alert: Alert) -> list[Piece]:
    glyph, role = STATE_GLYPHS.get(alert.state, ("·", "dim"))
    word = "" if alert.state is AlertState.FIRING else f"{alert.state.value} "
    name_role: Role = "bad" if alert.state is AlertState.FIRING else role
    return [
        (f" {glyph} ", role),
        (f"{subject_of(alert)} ", name_role),
        (word, role),
        (alert_measure(alert), "strong"),
    ]


def _since(alert: Alert, now: Instant, zone: tzinfo, lead: str) -> list[Piece]:
    began = alert.pending_at
    text = f"since {clock_time(began, zone)[:5]} ({duration(now - began)})"
    level = alert.confidence.value.upper()
    return [(f"{text} {lead}", "plain"), (level, "strong"), (" ", "plain")]


def _reply(alert: Alert) -> list[Line]:
    reason = alert.reason
    if reason is None:
        return [[(alert.text, "plain")]] if alert.observed is None else []
    share = f"{percent(reason.share)} " if reason.share is not None else ""
    words: list[Piece] = [(share, "plain"), (reason.class_.value, "strong")]
    quoted: list[Piece] = [(f': "{reason.sample}"', "quote")] if reason.sample else []
    return [[*words, *quoted]]


def _whose(alert: Alert) -> list[Line]:
    grounds = [alert.confidence_why] if alert.confidence_why else []
    grounds += [f"not {alert.not_[0]}"] if alert.not_ else []
    words = f"{alert.whose.value} ({'; '.join(grounds)})" if grounds else alert.whose.value
    return [[(words, "plain")]]


def _advice(alert: Alert) -> list[Line]:
    if not alert.advice:
        return []
    advice = alert.advice[0]
    chunks: list[Line] = [[("consider: ", "dim"), (advice.text, "plain")]]
    if advice.check:
        chunks.append([("check: ", "dim"), (advice.check, "plain")])
    return chunks


def _affected(alert: Alert) -> list[Line]:
    facts = alert.affected
    words = []
    if facts.queued is not None:
        words.append(f"{count(facts.queued)} queued")
    if facts.oldest_age_s is not None:
        words.append(f"oldest >{duration(facts.oldest_age_s)}")
    if facts.expiring:
        words.append(f"{count(facts.expiring)} expire soon")
    if alert.loss is not None:
        words.append(f"{whole(alert.loss.recipients)} lost")
    return [[(", ".join(words), "plain")]] if words else []
