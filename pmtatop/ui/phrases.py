"""What only the screen says in words: does mail flow, why an ISP is in trouble, what is missing."""

from collections.abc import Mapping

from pmtatop.model.alert import Alert, AlertState, Severity
from pmtatop.model.reason import Level, ReasonClass, Whose
from pmtatop.model.rows import Isp, Reason, Vmta
from pmtatop.model.view import SourceState, View
from pmtatop.ui.look import Scene
from pmtatop.ui.palette import Role
from pmtatop.wording.numbers import count, percent, size
from pmtatop.wording.times import duration

WHOSE_WORDS = {
    Whose.THEIRS: "they refuse",
    Whose.OURS: "ours",
    Whose.RECIPIENT: "recipients",
    Whose.UNKNOWN: "refused",
}
"""Whose problem it is, before a reply's code and class."""

RULE_WORDS = {
    "deferral": "deferral",
    "sessions": "sessions refused",
    "throttle": "throttled",
    "block": "blocked",
    "queue-age": "queue age",
    "latency": "delivery time",
}
"""Names of the alert rules in words; the others are their own."""

SHORT_CLASSES = {
    ReasonClass.RATE: "rate",
    ReasonClass.CONNECTION_LIMIT: "connections",
    ReasonClass.REPUTATION: "reputation",
    ReasonClass.AUTHENTICATION: "auth",
    ReasonClass.CONTENT: "content",
    ReasonClass.TIMEOUT: "timeout",
    ReasonClass.PTR_HELO: "ptr/helo",
    ReasonClass.INACTIVE: "inactive",
}
"""Classes in short, for narrow columns; the others are short enough."""

STATE_GLYPHS: dict[str, tuple[str, Role]] = {
    "firing": ("●", "bad"),
    "pending": ("○", "warn"),
    "quiet": ("◌", "warn"),
    "held": ("○", "info"),
    "learning": ("·", "dim"),
}
"""The mark before an alert or an ISP, by its state; the word stands elsewhere in the line."""

_ALERT_ORDER = (
    AlertState.FIRING,
    AlertState.QUIET,
    AlertState.HELD,
    AlertState.PENDING,
    AlertState.RESOLVED,
    AlertState.SUPPRESSED,
)
_NEEDED = ("status", "queues", "domains", "vmtas", "jobs")


def alerts_by_urgency(view: View) -> list[Alert]:
    """The alerts, firing pages first, then by state, severity and age."""
    severities = ("critical", "warning", "info")
    return sorted(
        view.alerts,
        key=lambda a: (_ALERT_ORDER.index(a.state), not a.page, severities.index(a.severity)),
    )


def subject_of(alert: Alert) -> str:
    """What the alert is about, as the person calls it."""
    return alert.isp or alert.domain or alert.vmta or alert.key


def flow_sentence(scene: Scene) -> tuple[str, Role]:
    """Whether mail flows, in one sentence."""
    view = scene.view
    if view.node.state == "starting":
        target = view.node.url or view.node.name
        return f"connecting to {target} ..." if target else "connecting ...", "info"
    if view.node.state in ("unreachable", "stale", "denied"):
        return _disconnected(scene), "bad"
    rate = view.traffic.out.rcp_per_min
    if rate is None:
        return "Whether mail flows is known after two polls.", "info"
    if rate <= 0:
        return _standing_still(view)
    return _flowing(view)


def _disconnected(scene: Scene) -> str:
    node, age = scene.view.node, scene.data_age_s
    if age is None:
        return f"{node.state.upper()}: nothing is known of {node.name} yet."
    return f"{node.state.upper()}; last data {duration(age)} old."


def _standing_still(view: View) -> tuple[str, Role]:
    queued = view.queue.recipients
    if not queued:
        return "Nothing goes out and nothing waits.", "plain"
    return f"NO MAIL GOES OUT, {count(queued)} recipients wait.", "bad"


def _flowing(view: View) -> tuple[str, Role]:
    acct = view.source("acct")
    if acct is not None and acct.state == "learning" and acct.age_s is not None:
        lag = size(view.own.log_lag_bytes)
        return f"Mail flows. Reading what was written before: {lag} to go.", "plain"
    firing = names_in_state(view, AlertState.FIRING)
    if firing:
        return f"Mail flows; trouble: {', '.join(firing)}.", "warn"
    watched = names_in_state(view, AlertState.PENDING)
    if watched:
        return f"Mail flows. Watching {', '.join(watched)}.", "good"
    if names_in_state(view, AlertState.QUIET):
        return "Mail flows. Quiet alerts wait for a next attempt.", "plain"
    if acct is not None and acct.state in ("off", "failed", "denied"):
        return "Mail flows; refusals are unknown.", "plain"
    return "Mail flows. Nothing unusual.", "good"


def names_in_state(view: View, state: AlertState) -> list[str]:
    """What the alerts of that state are about, each once, in the View's order."""
    found = (a for a in view.alerts if a.state is state and not is_note(a))
    return list(dict.fromkeys(map(subject_of, found)))


def is_note(alert: Alert) -> bool:
    """Something to know, no trouble by itself."""
    return alert.severity is Severity.INFO


def measured(value: float | None, unit: str) -> str:
    """A value in the unit of an alert."""
    words = {"ratio": percent, "s": duration, "bytes": size}
    return words.get(unit, count)(value)


def alert_measure(alert: Alert) -> str:
    """What is observed, and what is usual: `deferral 41%, usual 6% (2-9%)`."""
    text = RULE_WORDS.get(alert.rule, alert.rule)
    if alert.observed is not None:
        text += f" {measured(alert.observed, alert.unit)}"
    if alert.usual is not None:
        text += f", usual {measured(alert.usual, alert.unit)}"
    if alert.high is not None:
        text += f" (to {measured(alert.high, alert.unit)})"
    return text


def reply_words(reason: Reason) -> str:
    """A reason in a table cell: code, class in short, share."""
    code = f"{reason.code} " if reason.code else ""
    words = SHORT_CLASSES.get(reason.class_, reason.class_.value)
    return f"{code}{words} {percent(reason.share)}"


def _whose_words(isp: Isp) -> str:
    """What stands before the reply: whose problem it is, or why it is none now."""
    if isp.state in ("normal", "quiet"):
        return {"normal": "usual", "quiet": "quiet"}[isp.state]
    reason = isp.reasons[0]
    return "sessions" if reason.level is Level.QUEUE else WHOSE_WORDS[reason.whose]


def why(isp: Isp, verdicts: Mapping[str, str]) -> str:
    """Why this ISP does not take everything, in one line; empty when it does.

    `verdicts` gives, by ISP, the verdict on its fullest queue.
    """
    if isp.reasons and (isp.state != "normal" or _refuses(isp)):
        if isp.reasons[0].class_ is ReasonClass.OWN_LIMIT:
            return f"our limit: {isp.reasons[0].sample}"
        return f"{_whose_words(isp)}: {reply_words(isp.reasons[0])}"
    if isp.connections_max and (isp.connections or 0) >= isp.connections_max:
        return "our limit: connections"
    if verdict := verdicts.get(isp.name):
        return verdict
    if isp.state == "quiet":
        return "no attempts to judge by"
    return f"only {isp.counts.attempts} attempts" if 0 < (isp.counts.attempts or 0) < 10 else ""


def _refuses(isp: Isp) -> bool:
    return (isp.counts.deferral_ratio or 0) >= 0.03 or (isp.counts.bounce_ratio or 0) >= 0.03


def verdicts_by_isp(view: View) -> dict[str, str]:
    """By ISP, the verdict on its fullest queue that has one worth saying."""
    isp_of_domain = {d.name: d.isp for d in view.domains}
    told: dict[str, tuple[int, str]] = {}
    for queue in view.queues:
        isp = isp_of_domain.get(queue.domain)
        if isp and queue.verdict and queue.verdict.kind not in ("no-evidence", "unknown"):
            told[isp] = max(told.get(isp, (-1, "")), (queue.recipients or 0, queue.verdict.text))
    return {isp: text for isp, (_, text) in told.items()}


def fault_lines(scene: Scene) -> list[str]:
    """What cannot be seen, and why: the node's fault, then sources that should speak and do not."""
    view = scene.view
    lines = [view.node.detail] if view.node.detail else []
    for source in view.sources:
        if _is_missed(source) and (not view.node.detail or source.detail not in view.node.detail):
            age = f" {duration(source.age_s)}" if source.age_s is not None else ""
            lines.append(f"{source.name} {source.state}{age}: {source.detail}")
    return lines


def _is_missed(source: SourceState) -> bool:
    if source.state in ("failed", "denied", "stale"):
        return True
    return source.name == "acct" and source.state == "off"


def fairness_words(vmta: Vmta) -> str:
    """Whether the VMTA gets its share, and who holds it back; empty when it does."""
    fairness = vmta.fairness
    if fairness.state in ("unknown", "fair"):
        return ""
    return fairness.state + (f" by {fairness.held_by}" if fairness.held_by else "")
