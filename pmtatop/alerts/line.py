"""The alert's one line of at most 120 columns that stands alone on a pager."""

from pmtatop.analysis.advice import consider
from pmtatop.analysis.finding import Finding
from pmtatop.model.alert import AlertState
from pmtatop.model.reason import ReasonClass
from pmtatop.model.text import SafeText

WIDTH = 120

REPLY = 60
"""Columns of a reply that a line quotes."""


def alert_line(finding: Finding, minutes: float, state: AlertState = AlertState.FIRING) -> SafeText:
    """`[Yahoo] Deferral 12% -> 38% (n 4,102, 9 min): 94% is content, not throttling. HIGH. ...`.

    `minutes`: since the finding became hot. Advice is given only once it fires.
    """
    head = f"[{finding.key}] {_what(finding, minutes)}: {_because(finding)}."
    line = f"{head} {finding.confidence.value.upper()}.{_label(finding)}"
    class_ = finding.reason.class_ if finding.reason else ReasonClass.UNCLASSIFIED
    advice = f" Consider: {consider(class_)}" if state is not AlertState.PENDING else ""
    return SafeText(_fitted(line, advice))


def _what(finding: Finding, minutes: float) -> str:
    since = f"{minutes:.0f} min"
    match finding.rule:
        case "deferral":
            change = f"Deferral {_percent(finding.usual)} -> {_percent(finding.observed)}"
            return f"{change} (n {finding.n or 0:,}, {since})"
        case "sessions":
            return f"Sessions refused {_change(finding)}, {finding.delivered or 0:,} ok ({since})"
        case "block":
            return f"Lost {_change(finding)} recipients ({since})"
        case "new-reply":
            return f"New reply, {finding.n or 0:,} times ({since})"
        case "many-domains":
            seen = f"{finding.observed or 0:,.0f} operators at once"
            return f"{seen}, {finding.n or 0:,} sessions refused ({since})"
    return f"{finding.rule.capitalize()} {_amounts(finding)} ({since})"


def _change(finding: Finding) -> str:
    return f"{finding.usual or 0:,.0f} -> {finding.observed or 0:,.0f}"


def _amounts(finding: Finding) -> str:
    if finding.unit == "ratio":
        return f"{_percent(finding.usual)} -> {_percent(finding.observed)}"
    return _change(finding)


def _because(finding: Finding) -> str:
    share = finding.reason.share if finding.reason else None
    if finding.rule == "new-reply":
        return f'"{str(finding.reason.sample)[:REPLY]}"' if finding.reason else "not met before"
    if finding.rule == "many-domains":
        return f"{finding.text}: probably ours, not theirs"
    if share is None or not finding.text:
        return "cause unknown"
    said = f"{share:.0%} is {finding.text}"
    return f"{said}, {finding.excludes}" if finding.excludes else said


def _label(finding: Finding) -> str:
    return f" {finding.label}." if finding.label else ""


def _percent(ratio: float | None) -> str:
    if ratio is None:
        return "–"
    return f"{ratio:.1%}" if 0 < ratio < 0.0095 else f"{ratio:.0%}"


def _fitted(line: str, advice: str) -> str:
    """Shorten the advice first, then the line: what happened is never cut for what to do."""
    whole = line + advice
    if len(whole) <= WIDTH:
        return whole
    if len(line) > WIDTH - 20:
        return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
    return whole[: WIDTH - 1].rsplit(" ", 1)[0].rstrip(" ,;") + "…"
