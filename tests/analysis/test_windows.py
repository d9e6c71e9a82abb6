import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.analysis.latency import bin_of, quantile, value_of
from pmtatop.analysis.reasons import classify
from pmtatop.analysis.windows import SPAN_S, RowWindow
from pmtatop.model.event import AccountingRow
from pmtatop.model.focus import Subject
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Level, ReasonClass, Stage
from pmtatop.model.rows import Counts
from tests.analysis.rows import T0, row, text

ISP = "Example"
FULL = "452 4.2.2 mailbox over quota"
RATE = "421 4.7.28 Gmail has detected an unusual rate of email - gsmtp"


def put(window: RowWindow, *rows: AccountingRow, isp: str = ISP) -> RowWindow:
    for one in rows:
        verdict = classify(
            one.diagnostic, status=one.status, record_type=one.type_, category=one.category
        )
        window.add(one, verdict, isp)
    return window


def counts(*rows: AccountingRow) -> Counts:
    return put(RowWindow(), *rows).counts(Subject.ISP, ISP)


def many(number: int, type_: str = "d", **changes: object) -> list[AccountingRow]:
    return [row(type_, T0 + i % 60, **changes) for i in range(number)]


def test_the_window_is_half_open_and_exact_to_the_second() -> None:
    window = put(RowWindow(), row(at=T0), row(at=T0 + 0.9), row(at=T0 + 1))
    assert window.counts(Subject.ISP, ISP).delivered == 3
    put(window, row(at=T0 + SPAN_S - 0.5))
    covered = window.window()
    assert covered is not None
    assert (covered.from_, covered.to) == (T0, T0 + SPAN_S)
    assert window.counts(Subject.ISP, ISP).delivered == 4
    put(window, row(at=T0 + SPAN_S))
    assert window.counts(Subject.ISP, ISP).delivered == 3


def test_attempts_are_d_t_and_b_with_a_remote_reply() -> None:
    c = counts(
        row("d"),
        row("t", diagnostic=FULL),
        row("b", diagnostic="550 5.1.1 no such user"),
        row("b", status="4.4.7 (delivery time expired)", diagnostic=""),
        row("b", status="4.4.7 (delivery time expired)", diagnostic=FULL),
        row("b", category="message-expired", diagnostic=FULL),
        row("b", status="5.7.1 (delivery not authorized)",
            diagnostic='smtp;550 recipient is in suppression list "a1"'),
        row("b", status="5.0.0 (undefined status)", diagnostic="deleted by administrator"),
        row("d", diagnostic="", mx="", source_ip=""),
    )  # fmt: skip
    assert (c.attempts, c.delivered, c.deferred, c.bounced) == (3, 1, 1, 1)


def test_a_ratio_of_fewer_than_ten_attempts_is_none() -> None:
    nine = counts(*many(8), row("t", diagnostic=FULL))
    ten = counts(*many(9), row("t", diagnostic=FULL))
    assert (nine.deferral_ratio, nine.deferred) == (None, 1)
    assert ten.deferral_ratio == pytest.approx(0.1)


def test_deferral_ratio_is_t_over_d_t_b() -> None:
    bounced = many(2, "b", diagnostic="550 5.1.1 no such user")
    c = counts(*many(5), *many(3, "t", diagnostic=FULL), *bounced)
    assert c.deferral_ratio == pytest.approx(0.3)
    assert c.bounce_ratio == pytest.approx(0.2)


def test_first_try_ratio_by_time_first_attempt() -> None:
    first = [row("t", diagnostic=FULL, first_attempt=Instant(T0)) for _ in range(4)]
    again = [row("t", diagnostic=FULL, first_attempt=Instant(T0 - 700)) for _ in range(30)]
    fine = [row(first_attempt=Instant(T0 - 1)) for _ in range(6)]
    c = counts(*first, *again, *fine)
    assert c.first_try_ratio == pytest.approx(0.4)
    assert c.deferral_ratio == pytest.approx(34 / 40)


def test_first_try_by_age_where_the_column_is_missing() -> None:
    young = [row("t", diagnostic=FULL, queued=Instant(T0 - 599)) for _ in range(5)]
    old = [row("t", diagnostic=FULL, queued=Instant(T0 - 600)) for _ in range(5)]
    assert counts(*young, *old, *many(5)).first_try_ratio == pytest.approx(0.5)


def test_no_first_try_ratio_without_either_time() -> None:
    assert counts(*many(20, "t", diagnostic=FULL, queued=None)).first_try_ratio is None


def test_sessions_never_enter_the_ratios() -> None:
    refused = [row("tq", diagnostic="421 busy", queued=None) for _ in range(50)]
    c = counts(*many(9), row("t", diagnostic=FULL), *refused)
    assert (c.attempts, c.sessions_refused) == (10, 50)
    assert c.deferral_ratio == pytest.approx(0.1)


def test_throttle_ratio_leaves_out_the_recipients_own_limits() -> None:
    one_mailbox = "450 4.2.1 The user you are trying to contact is receiving mail too quickly"
    c = counts(*many(6), *many(3, "t", diagnostic=RATE), *many(1, "t", diagnostic=one_mailbox))
    assert c.throttle_ratio == pytest.approx(0.3)


def test_our_own_limit_is_in_no_ratio() -> None:
    own = "message rate limit reached (based on max-msg-rate in configuration)"
    c = counts(*many(10), *many(10, "t", diagnostic=own), *many(4, "tq", diagnostic=own))
    assert (c.attempts, c.deferred, c.sessions_refused) == (10, 0, 0)


def test_lost_counts_5xx_of_block_classes_only() -> None:
    c = counts(
        row("b", diagnostic="550 5.7.1 blocked using zen.spamhaus.org"),
        row("b", diagnostic="550 5.1.1 no such user"),
        row("t", diagnostic="421 4.7.1 blocked using zen.spamhaus.org"),
    )
    assert c.lost == 1


def test_a_greeting_that_bounces_a_queue_counts_once_and_loses_all() -> None:
    greeting = "554 IP=192.0.2.1 - A problem occurred. Ask your postmaster (BL)"
    c = counts(*many(40, "b", diagnostic=greeting))
    assert (c.attempts, c.bounced, c.lost) == (1, 1, 40)


def test_what_is_not_logged_is_unknown_and_not_zero() -> None:
    c = counts(*many(20))
    assert (c.deferred, c.sessions_refused, c.deferral_ratio) == (None, None, None)
    assert c.delivered == 20
    assert RowWindow().counts(Subject.ISP, ISP) == Counts()


def test_reasons_share_deferrals_and_bounces_or_sessions() -> None:
    rows = [*many(3, "t", diagnostic=FULL), *many(1, "t", diagnostic=RATE)]
    rows += many(5, "tq", diagnostic="421 busy")
    found = put(RowWindow(), *rows).reasons(ISP)
    assert [(r.class_, r.share, r.count, r.level) for r in found] == [
        (ReasonClass.REMOTE_FAULT, 1.0, 5, Level.QUEUE),
        (ReasonClass.MAILBOX_FULL, 0.75, 3, Level.RECIPIENT),
        (ReasonClass.RATE, 0.25, 1, Level.RECIPIENT),
    ]
    assert found[0].stage is Stage.GREETING
    assert found[1].sample == FULL


def test_names_domains_and_source_ips() -> None:
    window = put(
        RowWindow(),
        *many(12, source_ip="192.0.2.1"),
        *many(3, domain="b.example", source_ip="192.0.2.2"),
        *many(4, "t", diagnostic=FULL, source_ip="192.0.2.2"),
    )
    assert window.names(Subject.DOMAIN) == ("example.net", "b.example")
    assert window.domains_of(ISP) == ("example.net", "b.example")
    ips = window.source_ips()
    assert [ip.ip for ip in ips] == ["192.0.2.1", "192.0.2.2"]
    assert (ips[1].isps[0].attempts, ips[1].isps[0].deferral_ratio) == (7, None)


def test_tls_of_deliveries() -> None:
    window = put(
        RowWindow(),
        *many(3, tls_protocol=text("TLSv1.3"), tls_cipher=text("AES")),
        row(),
    )
    tls = window.tls(ISP)
    assert (tls.plaintext_share, tls.protocols, tls.ciphers) == (
        0.25, (("TLSv1.3", 3),), (("AES", 3),),
    )  # fmt: skip


def test_breakdown_tells_which_source_ip_is_refused() -> None:
    window = put(
        RowWindow(),
        *many(30, source_ip="192.0.2.1"),
        *many(10, "t", diagnostic=RATE, source_ip="192.0.2.2"),
    )
    parts = {p.name: p for p in window.breakdown(ISP)["source-ip"]}
    assert parts["192.0.2.2"].by_class == {ReasonClass.RATE: 10}
    assert parts["192.0.2.1"].refused == 0


def test_minutes_close_with_a_grace_and_a_gap_gives_no_sample() -> None:
    window = put(RowWindow(), row(at=T0), row("t", at=T0 + 59, diagnostic=FULL))
    put(window, row(at=T0 + 64))
    assert window.minute_samples() == ()
    put(window, row(at=T0 + 66), row(at=T0 + 600))
    samples = window.minute_samples()
    assert [(isp, s.at - T0, s.attempts, s.deferred) for isp, s in samples] == [
        (ISP, 60, 2, 1),
        (ISP, 120, 2, 0),
    ]
    assert samples[0][1].by_class == {ReasonClass.MAILBOX_FULL: 1}
    assert window.minute_samples() == ()


def test_an_operator_that_falls_silent_gets_samples_of_zero() -> None:
    window = put(RowWindow(), row(at=T0), isp="Quiet")
    put(window, row(at=T0), row(at=T0 + 70), row(at=T0 + 130))
    zero = [s.attempts for isp, s in window.minute_samples() if isp == "Quiet"]
    assert zero == [1, 0]


def test_trend_is_the_ratio_of_closed_minutes_with_gaps() -> None:
    window = put(RowWindow(), row(at=T0), row("t", at=T0 + 1, diagnostic=FULL))
    put(window, row(at=T0 + 121), row(at=T0 + 200))
    assert window.trend(ISP, 4) == (None, 0.5, None, 0.0)
    assert window.delivered_trend(ISP, 3) == (1.0, None, 1.0)


def test_rows_beyond_the_horizon_do_not_move_the_window() -> None:
    window = put(RowWindow(), row(at=T0))
    window.horizon = T0 + 300
    put(window, row(at=T0 + 10_000_000), row(at=T0 + 10))
    assert (window.counts(Subject.ISP, ISP).delivered, window.dropped) == (2, 1)


def test_cells_are_forgotten_and_counts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pmtatop.analysis.windows.MAX_CELLS", 50)
    window = RowWindow()
    for i in range(4000):
        put(window, row(at=T0 + i, job=f"job{i}"))
    assert window.counts(Subject.ISP, ISP).delivered == SPAN_S
    assert len(window.names(Subject.JOB)) == SPAN_S
    assert len(window._cells) < 2500


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from("dtb"), st.booleans()), max_size=60)
)
def test_asking_in_between_changes_nothing(steps: list[tuple[int, str, bool]]) -> None:
    asked, unasked = RowWindow(), RowWindow()
    for offset, type_, ask in steps:
        reply = "250 ok" if type_ == "d" else "450 4.2.2 mailbox full"
        one = row(type_, T0 + offset, diagnostic=reply)
        put(asked, one)
        put(unasked, one)
        if ask:
            asked.counts(Subject.ISP, ISP)
    newest = max((offset for offset, _, _ in steps), default=0)
    late = 0
    for subject, name in ((Subject.ISP, ISP), (Subject.VMTA, "v1")):
        assert asked.counts(subject, name) == unasked.counts(subject, name)
    seen, highest = 0, -1
    for offset, _, _ in steps:
        late += offset <= highest - SPAN_S
        seen += offset > newest - SPAN_S
        highest = max(highest, offset)
    assert asked.dropped == late
    assert (asked.counts(Subject.ISP, ISP).attempts or 0) == seen


@given(st.floats(1, 80_000))
def test_latency_bins_are_within_ten_per_cent(seconds: float) -> None:
    assert value_of(bin_of(seconds)) == pytest.approx(seconds, rel=0.1)


def test_quantiles_of_latency() -> None:
    window = put(RowWindow(), *[row(queued=Instant(T0 - 10)) for _ in range(95)])
    put(window, *[row(queued=Instant(T0 - 1000)) for _ in range(5)])
    c = window.counts(Subject.ISP, ISP)
    assert c.latency_p50_s == pytest.approx(10, rel=0.1)
    assert c.latency_p95_s == pytest.approx(10, rel=0.1)
    assert quantile([], 0.5) is None
