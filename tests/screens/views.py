"""Views for the screen's tests: whole incidents, made by hand, at a fixed time."""

from dataclasses import replace

from pmtatop.model.alert import (
    Advice,
    Affected,
    Alert,
    AlertReason,
    AlertState,
    Evidence,
    Severity,
)
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Confidence, Level, ReasonClass, Stage, Whose
from pmtatop.model.rows import (
    Age,
    Counts,
    Domain,
    Fairness,
    Isp,
    LastError,
    Queue,
    Reason,
    SourceIp,
    Tls,
    Usual,
    Verdict,
    Vmta,
)
from pmtatop.model.text import SafeText
from pmtatop.model.totals import (
    Connections,
    ConnectionTotal,
    FlowRate,
    Memory,
    QueueTotal,
    Resolver,
    Traffic,
)
from pmtatop.model.view import Detail, LogLine, Node, SourceState, View, Window

NOW = Instant(1_763_953_451.0)  # 2025-11-24 03:04:11 UTC
THROTTLED = SafeText("421 4.1.0 192.0.2.1 Throttled - try again later. RL000003")
CUT = SafeText("454 4.7.0 TLS not available due to local problem")
TSS04 = SafeText(
    "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume"
    " or user complaints - 4.16.55.1"
)
NAMES = ("Gmail", "Microsoft", "Yahoo", "Comcast", "AT&T", "Apple", "Orange", "GMX", "Cox",
         "T-Online", "Free", "Mail.ru", "Zoho", "Fastmail")  # fmt: skip
RISING = (0.06, 0.05, 0.07, 0.06, 0.09, 0.15, 0.24, 0.33, 0.38, 0.41, None, 0.41)
STEADY = (0.01, 0.012, 0.011, 0.01, 0.009, 0.01, 0.011, 0.01)
FLOW = tuple(float(v) for v in (6, 9, 11, 14, 17, 18, 18, 17, 16, 17, 18, 18))


def text(value: str) -> SafeText:
    return SafeText(value)


def reason(
    sample: SafeText = THROTTLED,
    class_: ReasonClass = ReasonClass.RATE,
    whose: Whose = Whose.THEIRS,
    share: float = 0.94,
    count: int = 1671,
) -> Reason:
    code, enhanced = sample[:3], sample.split(" ")[1]
    return Reason(class_, code, enhanced, Stage.MAIL, Level.RECIPIENT, whose, share, count, sample)


def counts(attempts: int = 4102, ratio: float = 0.01, throttle: float = 0.002) -> Counts:
    deferred = round(attempts * ratio)
    return Counts(
        attempts=attempts, delivered=attempts - deferred, deferred=deferred, bounced=12, lost=0,
        sessions_refused=0, deferral_ratio=ratio, first_try_ratio=ratio * 0.9,
        throttle_ratio=throttle, bounce_ratio=0.003, delivered_per_min=(attempts - deferred) / 15,
        latency_p50_s=3.0, latency_p95_s=41.0,
    )  # fmt: skip


def isp(name: str, queued: int = 900, **changes: object) -> Isp:
    domain = text(f"{name.lower().replace('&', '').replace('-', '')}.example")
    plain = Isp(
        name=text(name), domains=(domain,), queued=queued, counts=counts(),
        age=Age(240.0, 300.0, "ladder"), tls=Tls(0.01, ((text("TLSv1.3"), 3900),)),
        usual=Usual(0.01, 0.0, 0.04, 60.0), state="normal", reasons=(), connections=12,
        connections_max=600, trend=STEADY,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def healthy_isps() -> tuple[Isp, ...]:
    return tuple(isp(name, 120_400 // (n + 1) ** 2) for n, name in enumerate(NAMES))


def troubled_isps() -> tuple[Isp, ...]:
    comcast = isp(
        "Comcast", 88_104, domains=(text("comcast.net"), text("xfinity.com")),
        counts=counts(4102, 0.41, 0.38), age=Age(2700.0, None, "last-attempt"),
        usual=Usual(0.06, 0.02, 0.09, 60.0), state="firing", trend=RISING,
        reasons=(reason(), reason(CUT, ReasonClass.TLS, share=0.04, count=71)),
        connections=240, connections_max=240,
    )  # fmt: skip
    att = isp(
        "AT&T", 2210, state="pending", usual=Usual(0.02, 0.0, 0.05, 60.0),
        counts=replace(counts(6), deferral_ratio=None, sessions_refused=212),
        reasons=(replace(reason(CUT, ReasonClass.TLS, share=1.0, count=212), level=Level.QUEUE),),
    )  # fmt: skip
    microsoft = isp(
        "Microsoft", 31_002, counts=counts(9000, 0.18, 0.02), usual=Usual(0.17, 0.1, 0.25, 60.0),
        reasons=(reason(class_=ReasonClass.GREYLISTING, share=0.71),),
    )  # fmt: skip
    gmail = isp("Gmail", 120_400, connections=600)
    rest = [i for i in healthy_isps() if i.name not in ("Comcast", "AT&T", "Microsoft", "Gmail")]
    quiet = replace(rest[0], state="quiet", reasons=(reason(TSS04, ReasonClass.REPUTATION),))
    return (comcast, att, quiet, microsoft, gmail, *rest[1:])


def alert(name: str = "Comcast", **changes: object) -> Alert:
    plain = Alert(
        id=f"deferral:mta1:{name}:1", rule="deferral", node="mta1.example", key=name,
        severity=Severity.CRITICAL, page=True, state=AlertState.FIRING,
        pending_at=Instant(NOW - 780), fired_at=Instant(NOW - 600),
        text=text(f"[{name}] Deferral 6% -> 41% (n 4,102, 13 min): 94% is rate. HIGH."),
        reason=AlertReason(ReasonClass.RATE, "4.1.0", Stage.MAIL, 0.94, THROTTLED),
        whose=Whose.THEIRS, scope="isp", confidence=Confidence.HIGH,
        confidence_why="one reply at every source IP", isp=text(name), observed=0.41, usual=0.06,
        low=0.02, high=0.09, n=4102, excess=1430.0, affected=Affected(88_104, 2700.0),
        not_=("content",), evidence=(Evidence(Instant(NOW - 610), THROTTLED),),
        advice=(Advice("fewer connections per queue (max-smtp-out)",
                       "do deliveries per minute hold?", undo="restore max-smtp-out",
                       not_="another source IP"),),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def incident_alerts() -> tuple[Alert, ...]:
    att = alert(
        "AT&T", rule="sessions", unit="count", observed=212.0, usual=4.0, low=0.0, high=11.0,
        severity=Severity.WARNING, pending_at=Instant(NOW - 360), confidence=Confidence.MEDIUM,
        confidence_why="2 of 4 MX hosts", affected=Affected(2210, 400.0), not_=(),
        reason=AlertReason(ReasonClass.TLS, "4.7.0", Stage.STARTTLS, 0.97, CUT),
        advice=(Advice("waiting; verification stays on", "pmta resolve --connect sbcglobal.net"),),
    )  # fmt: skip
    yahoo = alert(
        "Yahoo", state=AlertState.QUIET, observed=None, usual=None, high=None,
        reason=AlertReason(ReasonClass.REPUTATION, "4.7.0", Stage.MAIL, 0.9, TSS04),
        pending_at=Instant(NOW - 4000), page=False,
    )  # fmt: skip
    return (alert(), att, yahoo)


def vmta(name: str, used: int, limit: int | None, state: str = "fair") -> Vmta:
    fairness = Fairness(state, "Comcast" if state == "starved" else None, None)
    return Vmta(
        name=text(name), pool=text("pool-a"), recipients=used * 91, domains=12, connections=used,
        connections_max=limit, used_ratio=used / limit if limit else None,
        delivered_per_min=used * 21.0, stream="marketing", fairness=fairness,
    )  # fmt: skip


def vmtas(incident: bool = False) -> tuple[Vmta, ...]:
    starved = "starved" if incident else "fair"
    rest = (vmta(f"mta-{n:02}", 4 * n, 120) for n in range(3, 12))
    return (vmta("bulk-a", 71, 100), vmta("trans-b", 20, 100, starved), vmta("x", 9, None), *rest)


def queue(domain: str, vmta_name: str, n: int, **changes: object) -> Queue:
    plain = Queue(
        name=text(f"{domain}/{vmta_name}"), domain=text(domain), vmta=text(vmta_name),
        recipients=n, bytes_=n * 21_000.0, connections=20, connections_max=20, mode="normal",
        mode_since=None, backoff_reason=None, paused=False, paused_by=None, retry_at=None,
        age=Age(600.0, 1200.0, "ladder"), last_error=None, verdict=None,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def queues() -> tuple[Queue, ...]:
    refused = Verdict("they-refuse", "they refuse: 421 rate-throttling, 94%", (THROTTLED,))
    error = LastError(Instant(NOW - 13), THROTTLED, ReasonClass.RATE)
    return (
        queue("comcast.net", "bulk-a", 61_210, mode="backoff", mode_since=Instant(NOW - 700),
              backoff_reason=text("421 throttled"), retry_at=Instant(NOW + 2260), verdict=refused,
              last_error=error, age=Age(2700.0, None, "last-attempt")),
        queue("comcast.net", "trans-b", 26_894, verdict=refused, last_error=error),
        queue("gmail.example", "bulk-a", 90_000,
              verdict=Verdict("our-limit", "our limit: max-smtp-out 20 of the queue")),
        queue("yahoo.example", "x", 7_000, paused=True, paused_by="nina"),
    )  # fmt: skip


def sources(**states: tuple[str, float | None, str]) -> tuple[SourceState, ...]:
    known: dict[str, tuple[str, float | None, str]] = {}
    for name in ("status", "queues", "domains", "vmtas", "jobs", "acct", "log"):
        known[name] = ("ok", 2.0, "")
    known["kernel"] = ("off", None, "not asked")
    merged = {**known, **states}
    return tuple(SourceState(n, s, age, text(words)) for n, (s, age, words) in merged.items())


def log_lines(n: int = 24) -> tuple[LogLine, ...]:
    words = ("t  comcast.net bulk-a " + THROTTLED, "tq att.example trans-b " + CUT,
             "comcast.net/bulk-a: switched to backoff mode")  # fmt: skip
    return tuple(
        LogLine(Instant(NOW - 3 * (n - i)), "log" if i % 3 == 2 else "acct", text(words[i % 3]))
        for i in range(n)
    )


def traffic(lost: float = 0.0) -> Traffic:
    return Traffic(
        in_=FlowRate(19_000.0, 18_000.0, 4e8, 90_000_000),
        out=FlowRate(18_200.0, 17_000.0, 4e8, 89_000_000), delivered_per_min=17_100.0,
        deferred_per_min=912.0, bounced_per_min=80.0, sessions_refused_per_min=14.0,
        lost_per_min=lost, out_trend=FLOW, in_trend=FLOW[::-1],
    )  # fmt: skip


def healthy() -> View:
    return View(
        at=NOW,
        window=Window(Instant(NOW - 900), NOW),
        node=Node("mta1.example", "http://mta1.example:8080", text("5.0r8"), "running", 3.6e6),
        sources=sources(),
        traffic=traffic(),
        connections=Connections(ConnectionTotal(88, 800), ConnectionTotal(912, 1200, 1100)),
        resolver=Resolver(4000, 3, 1),
        queue=QueueTotal(41_200, 310, 9e8, 0, 140.0, 0, 41_000, 1_200_000, 0.03, FLOW),
        memory=Memory(used_ratio=0.41),
        isps=healthy_isps(),
        vmtas=vmtas(),
        log=log_lines()[-3::3],
    )


def incident() -> View:
    return replace(
        healthy(), isps=troubled_isps(), alerts=incident_alerts(), vmtas=vmtas(incident=True),
        queues=queues(), log=log_lines(), queue=QueueTotal(412_000, 310, 9e9, 7000, 7500.0, 12,
        412_000, 1_200_000, 0.34, FLOW),
        domains=(Domain(text("comcast.net"), text("Comcast"), 88_104, counts(4000, 0.41),
                        Age(2700.0, None, "last-attempt"), (reason(),), 240),),
        source_ips=(SourceIp(text("192.0.2.1"), text("bulk-a"), ()),),
    )  # fmt: skip


def disconnected() -> View:
    refused = "http://mta1.example:8080/status: connection refused; is PMTA's httpd running?"
    seen = incident()
    down = dict.fromkeys(
        ("status", "queues", "domains", "vmtas", "jobs"), ("failed", 42.0, refused)
    )
    node = replace(seen.node, state="unreachable", detail=refused)
    return replace(seen, node=node, sources=sources(**down))


def without_accounting() -> View:
    words = "no accounting files are read; --acct GLOB brings ratios and reasons"
    isps = tuple(
        replace(i, counts=Counts(), usual=Usual(), state="learning", trend=(), reasons=())
        for i in healthy_isps()
    )
    seen = healthy()
    flows = Traffic(in_=seen.traffic.in_, out=seen.traffic.out, out_trend=FLOW, in_trend=FLOW)
    return replace(seen, isps=isps, traffic=flows, sources=sources(acct=("off", None, words)))


def starting() -> View:
    node = Node("mta1.example", "http://mta1.example:8080", state="starting")
    off = dict.fromkeys(("status", "queues", "acct"), ("learning", None, "first poll under way"))
    return View(NOW, Window(NOW, NOW), node, sources(**off))


HOSTILE = (
    "\x1b]52;c;aGk=\x07", "[/x]", '[x="]', "[@click=app.quit]quit[/]", "[link=http://h]l[/link]",
    "[TSS04]", "[internal]", "a\u202eb\u2066c", "z\u200bw", "\x9b31m", "\x00nul", "two\nrows",
    "\udc80", "宽字符",
)  # fmt: skip


def hostile() -> View:
    """Strings that never passed the cleaning function, everywhere where a stranger can speak."""
    payload = text("450 4.0.0 " + " ".join(HOSTILE))
    bad = reason(payload)
    seen = incident()
    named = tuple(
        replace(seen.isps[0], name=text(f"{name}{n}"), reasons=(bad,), state="firing")
        for n, name in enumerate(HOSTILE)
    )
    loud = alert(isp=payload, reason=AlertReason(ReasonClass.RATE, None, Stage.MAIL, 1.0, payload))
    loud = replace(loud, text=payload, evidence=(Evidence(NOW, payload),))
    lines = tuple(LogLine(NOW, "log", text(name)) for name in HOSTILE)
    rows = tuple(queue("comcast.net", name, 9, backoff_reason=payload) for name in HOSTILE)
    error = sources(acct=("denied", None, payload))
    return replace(
        seen, isps=named * 2, alerts=(loud,), log=lines, queues=rows, sources=error,
        vmtas=tuple(vmta(name, 3, 4) for name in HOSTILE),
        node=replace(seen.node, version=payload, detail=payload),
    )  # fmt: skip


def with_details(view: View, key: object) -> View:
    return replace(view, details=(Detail(key, log_lines(9)[::-1]),))  # type: ignore[arg-type]
