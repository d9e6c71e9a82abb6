"""One object in words: what a drill-down says of an ISP, a domain, a queue or a VMTA."""

from collections.abc import Iterable, Sequence

from pmtatop.model.alert import Alert, AlertState
from pmtatop.model.focus import Key, Subject
from pmtatop.model.rows import Counts, Domain, Isp, Queue, Reason, Vmta
from pmtatop.model.view import View
from pmtatop.ui.lines import Line, packed
from pmtatop.ui.look import Scene
from pmtatop.ui.phrases import alerts_by_urgency
from pmtatop.ui.widgets.alerts import LINES_EACH, alert_lines
from pmtatop.wording.numbers import UNKNOWN, count, per_minute, percent, size, whole
from pmtatop.wording.times import age_bracket, clock_time, duration

SHOWN_SETTINGS = frozenset(
    {
        *("max-smtp-out", "backoff-max-smtp-out", "max-msg-rate", "backoff-max-msg-rate"),
        *("retry-after", "backoff-retry-after", "bounce-after", "use-starttls"),
        *("smtp-pattern-list", "bounce-upon-5xx-greeting"),
    }
)
"""Directives that decide how fast a queue may drain, of the hundred that PMTA prints."""


def detail_lines(scene: Scene, key: Key, width: int) -> list[Line]:
    """What is known of the object: its numbers, its alerts, its reasons, its verdict."""
    composers = {
        Subject.ISP: _isp_lines,
        Subject.DOMAIN: _domain_lines,
        Subject.QUEUE: _queue_lines,
        Subject.VMTA: _vmta_lines,
    }
    compose = composers.get(key.subject)
    return list(compose(scene, key.name, width)) if compose else []


def queues_of(view: View, key: Key) -> Sequence[Queue]:
    """The queues that belong to the object."""
    if key.subject is Subject.VMTA:
        return [q for q in view.queues if q.vmta == key.name]
    if key.subject is Subject.QUEUE:
        return [q for q in view.queues if q.name == key.name]
    names = _domain_names(view, key)
    return [q for q in view.queues if q.domain in names]


def domains_of(view: View, key: Key) -> Sequence[Domain]:
    """The domains that belong to an ISP."""
    return [d for d in view.domains if key.subject is Subject.ISP and d.isp == key.name]


def _domain_names(view: View, key: Key) -> frozenset[str]:
    if key.subject is Subject.DOMAIN:
        return frozenset({key.name})
    listed = {n for isp in view.isps if isp.name == key.name for n in isp.domains}
    return frozenset(listed | {d.name for d in domains_of(view, key)})


def _isp_lines(scene: Scene, name: str, width: int) -> Iterable[Line]:
    isp = next((i for i in scene.view.isps if i.name == name), None)
    if isp is None:
        yield _gone(name)
        return
    yield _title(name, f"is {isp.state}: {_usual_words(isp)}")
    yield from _alerts_about(scene, name, width)
    connections = f"{count(isp.connections)}/{count(isp.connections_max)}"
    facts = [("queued", whole(isp.queued)), ("oldest", _age_words(isp)), ("conn", connections)]
    yield from _facts([*facts, *_count_facts(isp.counts), *_tls_facts(isp)], width)
    yield from _reason_lines(isp.reasons)
    if len(isp.domains) > 1:
        names: list[Line] = [[(name, "plain")] for name in isp.domains]
        yield from packed([[(" domains:", "dim")], *names], width, 3)


def _usual_words(isp: Isp) -> str:
    usual, ratio = isp.usual, percent(isp.counts.deferral_ratio)
    if usual.deferral_ratio is None:
        learned = f", {usual.hours_learned:.0f} h learned" if usual.hours_learned else ""
        return f"deferral {ratio}; what is usual is not known yet{learned}"
    band = f" ({percent(usual.low)} to {percent(usual.high)})"
    return f"deferral {ratio}, usual at this hour {percent(usual.deferral_ratio)}{band}"


def _age_words(owner: Isp | Queue | Domain) -> str:
    words = age_bracket(owner.age)
    return f"{words} ({owner.age.method})" if owner.age.method else words


def _domain_lines(scene: Scene, name: str, width: int) -> Iterable[Line]:
    domain = next((d for d in scene.view.domains if d.name == name), None)
    if domain is None:
        yield _gone(name)
        return
    yield _title(name, f"of {domain.isp}")
    facts = [("queued", whole(domain.queued)), ("oldest", _age_words(domain))]
    yield from _facts([*facts, *_count_facts(domain.counts)], width)
    yield from _reason_lines(domain.reasons)


def _queue_lines(scene: Scene, name: str, width: int) -> Iterable[Line]:
    queue = next((q for q in scene.view.queues if q.name == name), None)
    if queue is None:
        yield _gone(name)
        return
    yield _title(name, _mode_words(scene, queue))
    yield from _verdict_lines(queue)
    connections = f"{count(queue.connections)}/{count(queue.connections_max)}"
    facts = [("queued", whole(queue.recipients)), ("size", size(queue.bytes_))]
    facts += [("oldest", _age_words(queue)), ("conn", connections)]
    retry = queue.retry_at
    facts.append(("next retry", UNKNOWN if retry is None else clock_time(retry, scene.look.zone)))
    if queue.binds:
        facts.append(("used up", f"the limit of the {queue.binds}"))
    yield from _facts(facts, width)
    yield from _settings_lines(scene, name, width)
    yield from _last_error(scene, queue)


def _settings_lines(scene: Scene, name: str, width: int) -> Iterable[Line]:
    """The settings in force that hold mail back, or why they are not known."""
    key = Key(Subject.QUEUE, name)
    detail = next((d for d in scene.view.details if d.key == key), None)
    found = dict(detail.settings) if detail else {}
    shown = [(str(k), str(v)) for k, v in found.items() if k in SHOWN_SETTINGS]
    if shown:
        yield [(" in force", "heading"), (" (show settings)", "dim")]
        yield from _facts(shown, width)
        return
    dark = next((p for p in scene.view.panes if p.name == "limits" and not p.lit), None)
    if dark is not None:
        yield [(" ! ", "warn"), (dark.missing, "plain"), (f"  {dark.light}", "dim")]


def _mode_words(scene: Scene, queue: Queue) -> str:
    if queue.paused:
        return f"PAUSED by {queue.paused_by or 'somebody'}"
    mode = (queue.mode or "mode unknown").upper()
    if queue.mode_since is not None:
        mode += f" since {duration(scene.view.at - queue.mode_since)}"
    return mode + (f": {queue.backoff_reason}" if queue.backoff_reason else "")


def _verdict_lines(queue: Queue) -> Iterable[Line]:
    if queue.verdict is None:
        yield [(" no verdict: no evidence on why it does or does not drain", "dim")]
        return
    yield [(" why: ", "dim"), (queue.verdict.text, "strong"), (f"  ({queue.verdict.kind})", "dim")]
    for evidence in queue.verdict.evidence:
        yield [("   ", "plain"), (evidence, "quote")]


def _last_error(scene: Scene, queue: Queue) -> Iterable[Line]:
    error = queue.last_error
    if error is None:
        return
    ago = "" if error.at is None else f", {duration(scene.view.at - error.at)} ago"
    yield [(f" last error ({error.class_.value}{ago})", "dim")]
    yield [("   ", "plain"), (f'"{error.text}"', "quote")]


def _vmta_lines(scene: Scene, name: str, width: int) -> Iterable[Line]:
    vmta = next((v for v in scene.view.vmtas if v.name == name), None)
    if vmta is None:
        yield _gone(name)
        return
    yield _title(name, f"of pool {vmta.pool}" if vmta.pool else "")
    yield from _facts(_vmta_facts(vmta), width)
    for source in scene.view.source_ips:
        if source.vmta == name:
            disabled = ", ".join(source.disabled_for)
            words = f"disabled for {disabled}" if disabled else "in use"
            yield [(f" source IP {source.ip} ", "plain"), (words, "warn" if disabled else "dim")]


def _vmta_facts(vmta: Vmta) -> list[tuple[str, str]]:
    held_by = f" by {vmta.fairness.held_by}" if vmta.fairness.held_by else ""
    return [
        ("queued", whole(vmta.recipients)),
        ("domains", count(vmta.domains)),
        ("conn", f"{count(vmta.connections)}/{count(vmta.connections_max)}"),
        ("delivered", per_minute(vmta.delivered_per_min)),
        ("stream", vmta.stream or UNKNOWN),
        ("share", vmta.fairness.state + held_by),
    ]


def _gone(name: str) -> Line:
    return [(f" {name}", "strong"), (" is not listed any more: it holds no mail", "dim")]


def _title(name: str, words: str) -> Line:
    return [(f" {name} ", "strong"), (words, "plain")]


def _alerts_about(scene: Scene, isp: str, width: int) -> Iterable[Line]:
    for alert in alerts_by_urgency(scene.view):
        if isp in (alert.isp, alert.key) and alert.state is not AlertState.RESOLVED:
            yield from _whole_alert(scene, alert, width)


def _whole_alert(scene: Scene, alert: Alert, width: int) -> Iterable[Line]:
    yield from alert_lines(alert, width, scene.view.at, scene.look.zone, LINES_EACH)
    for advice in alert.advice:
        for name, value in (("not", advice.not_), ("undo", advice.undo), ("see", advice.url)):
            if value:
                yield [(f"   {name}: ", "dim"), (value, "plain")]
    for evidence in alert.evidence:
        at = clock_time(evidence.at, scene.look.zone)
        yield [(f"   {at} ", "dim"), (evidence.text, "quote")]


def _count_facts(counts: Counts) -> list[tuple[str, str]]:
    return [
        ("attempts", whole(counts.attempts)),
        ("deferred", f"{whole(counts.deferred)} {percent(counts.deferral_ratio)}"),
        ("first try", percent(counts.first_try_ratio)),
        ("throttled", percent(counts.throttle_ratio)),
        ("bounced", f"{whole(counts.bounced)} {percent(counts.bounce_ratio)}"),
        ("lost", whole(counts.lost)),
        ("sessions refused", whole(counts.sessions_refused)),
        ("delivered", per_minute(counts.delivered_per_min)),
        ("delivery p50", duration(counts.latency_p50_s)),
        ("p95", duration(counts.latency_p95_s)),
    ]


def _tls_facts(isp: Isp) -> list[tuple[str, str]]:
    plain = isp.tls.plaintext_share
    facts = [("TLS", percent(None if plain is None else 1 - plain))]
    return facts + [(str(name), count(n)) for name, n in isp.tls.protocols[:3]]


def _facts(facts: Sequence[tuple[str, str]], width: int) -> list[Line]:
    chunks: list[Line] = [[(f"{name} ", "dim"), (value, "plain")] for name, value in facts]
    lines = packed(chunks, width - 1, 6, indent=0)
    return [[(" ", "plain"), *line] for line in lines]


def _reason_lines(reasons: Sequence[Reason]) -> Iterable[Line]:
    if reasons:
        yield [(" reasons", "heading"), (", share of the refusals in the window", "dim")]
    for reason in reasons:
        yield _reason_line(reason)
        yield [("     ", "plain"), (f'"{reason.sample}"', "quote")]


def _reason_line(reason: Reason) -> Line:
    code = " ".join(c for c in (reason.code, reason.enhanced) if c)
    where = f"at {reason.stage.value}, {reason.level.value} level, {reason.whose.value}"
    return [
        (f"{percent(reason.share):>5} ", "strong"),
        (f"{reason.class_.value} ", "strong"),
        (f"{code} {where}, {whole(reason.count)} times", "plain"),
    ]
