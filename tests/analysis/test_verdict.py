import pytest

from pmtatop.analysis.angry import angriest
from pmtatop.analysis.fairness import fairness_of
from pmtatop.analysis.reasons import classify
from pmtatop.analysis.verdict import verdict_for
from pmtatop.model.instant import Instant
from pmtatop.model.polls import QueuePoll
from pmtatop.model.rows import Age, Counts, Fairness, Isp, LastError, Tls, Usual, Vmta
from pmtatop.model.text import SafeText

NOW = Instant(100_000.0)


def queue(
    recipients: int | None = 50,
    connections: int | None = 0,
    paused: bool | None = False,
    mode: str = "normal",
) -> QueuePoll:
    name = SafeText("example.net/v1")
    return QueuePoll(name, recipients, None, connections, paused, SafeText(mode), None, errors=())


def error(text: str, age_s: float = 60.0) -> LastError:
    return LastError(Instant(NOW - age_s), SafeText(text), classify(text).class_)


@pytest.mark.parametrize(
    ("poll", "last", "kind"),
    [
        (queue(paused=True, mode="backoff"), error("421 busy"), "paused"),
        (queue(mode="backoff"), error("421 too many connections"), "backoff"),
        (queue(), error("message rate limit reached (based on max-msg-rate in configuration)"),
         "our-limit"),
        (queue(), error("ETIMEDOUT connecting to mx.example (192.0.2.1)"), "cannot-connect"),
        (queue(), error("StatusDnsQueryFailed resolving example.net"), "dns"),
        (queue(), error("554 blocked using zen.spamhaus.org"), "blocked"),
        (queue(), error("451 server busy"), "they-refuse"),
        (queue(connections=4), None, "draining"),
        (queue(), None, "no-evidence"),
        (queue(), error("554 blocked using zen.spamhaus.org", 1801.0), "no-evidence"),
        (queue(recipients=0), None, "quiet"),
        (queue(recipients=None), None, "unknown"),
    ],
)  # fmt: skip
def test_each_kind_has_its_evidence(poll: QueuePoll, last: LastError | None, kind: str) -> None:
    assert verdict_for(poll, last, None, NOW).kind == kind


def test_a_retry_to_come_is_waited_for() -> None:
    verdict = verdict_for(queue(), None, Instant(NOW + 600), NOW)
    assert (verdict.kind, verdict.text) == ("waiting-retry", "next try in 10 min")


def test_all_connections_in_use_is_our_own_limit() -> None:
    assert verdict_for(queue(connections=20), None, None, NOW, limit=20).kind == "our-limit"
    assert verdict_for(queue(connections=19), None, None, NOW, limit=20).kind == "draining"


def test_the_live_error_is_quoted_with_its_age() -> None:
    evidence = verdict_for(queue(), error("451 server busy", 120.0), None, NOW).evidence
    assert evidence == ("2 min ago: 451 server busy",)


def vmta(name: str, recipients: int | None, connections: int | None) -> Vmta:
    return Vmta(
        SafeText(name), None, recipients, None, connections, None, None, None, None, Fairness()
    )


def test_fairness_says_unknown_where_it_cannot_know() -> None:
    hungry, greedy = vmta("a", 900, 2), vmta("b", 9000, 98)
    assert fairness_of(hungry, [greedy], 100, None).state == "unknown"
    assert fairness_of(vmta("a", 0, 0), [greedy], 100, 100).state == "idle"
    assert fairness_of(hungry, [greedy], 50, 100).state == "fair"
    starved = fairness_of(hungry, [greedy], 100, 100)
    assert (starved.state, starved.held_by) == ("starved", "b")


def isp(name: str) -> Isp:
    return Isp(SafeText(name), (), None, Counts(), Age(), Tls(), Usual(), "normal", ())


def test_the_five_angriest_by_excess() -> None:
    isps = [isp(f"i{n}") for n in range(8)]
    found = angriest(isps, {f"i{n}": float(n) for n in range(8)})
    assert [a.name for a in found] == ["i7", "i6", "i5", "i4", "i3"]
    assert angriest(isps, {"i1": 0.5}) == ()
