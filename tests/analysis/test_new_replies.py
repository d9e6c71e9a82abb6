"""Replies new tonight: only after enough is known, only often enough, for an hour."""

from pmtatop.analysis.new_replies import LEARNED_S, NEWS_S, TIMES, ReplyBook
from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText
from tests.analysis.rows import row

OLD = "450 4.2.0 Greylisted, try again in 300 seconds"
NEW = "421 4.7.99 Sender {ip} exceeds the new quota of 5000"
BEGIN = 1_743_500_000.0


def filled(new_at: float, times: int) -> ReplyBook:
    book = ReplyBook()
    book.add(row("t", logged=Instant(BEGIN), diagnostic=SafeText(OLD)), "A")
    for i in range(times):
        text = SafeText(NEW.replace("{ip}", f"192.0.2.{i}"))
        reply = row("t", logged=Instant(new_at + i), diagnostic=text, source_ip=f"192.0.2.{i % 3}")
        book.add(reply, "A")
    return book


def test_a_text_that_comes_late_and_often_is_news_for_an_hour() -> None:
    at = BEGIN + LEARNED_S + 60
    book = filled(at, TIMES)
    ((_, seen),) = book.news(Instant(at + 60))
    assert (seen.first, seen.count, len(seen.source_ips), seen.isp) == (at, TIMES, 3, "A")
    assert list(book.news(Instant(at + NEWS_S + 1))) == []


def test_too_early_or_too_seldom_is_none() -> None:
    early = BEGIN + LEARNED_S - 60
    assert list(filled(early, TIMES).news(Instant(early + 60))) == []
    late = BEGIN + LEARNED_S + 60
    assert list(filled(late, TIMES - 1).news(Instant(late + 60))) == []


def test_numbers_and_addresses_make_no_new_text() -> None:
    book = filled(BEGIN + LEARNED_S + 60, 3)
    assert sum(1 for _ in book._seen) == 2
