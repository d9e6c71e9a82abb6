"""Ages at the last attempt: of recipients that were put off and not settled since."""

import random
from functools import reduce

from pmtatop.analysis.unfinished import Unfinished, older, stuck_age
from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age
from tests.analysis.rows import T0, row


def put_off(book: Unfinished, who: str, age: float, own: bool = False, **more: object) -> None:
    values = {"recipient": who, "queued": Instant(T0), "job": "j"} | more
    book.add(row("t", T0 + age, **values), own)


def whole(book: Unfinished) -> Age:
    return reduce(older, (age for _, age in book.ages()), Age())


def test_the_oldest_of_what_is_put_off_counts() -> None:
    book = Unfinished()
    put_off(book, "a@example.net", 600.0)
    put_off(book, "b@example.net", 60.0)
    assert whole(book) == Age(600.0, None, "last-attempt", 600.0)


def test_a_later_attempt_of_the_same_recipient_replaces_the_earlier() -> None:
    book = Unfinished()
    put_off(book, "a@example.net", 600.0)
    put_off(book, "a@example.net", 1200.0)
    assert whole(book).min_s == 1200.0


def test_a_delivery_or_a_bounce_settles() -> None:
    for type_ in ("d", "b"):
        book = Unfinished()
        put_off(book, "a@example.net", 600.0)
        book.add(row(type_, T0 + 700, recipient="a@example.net", queued=T0, job="j"), False)
        assert whole(book) == Age()


def test_another_message_to_the_same_recipient_settles_nothing() -> None:
    book = Unfinished()
    put_off(book, "a@example.net", 600.0)
    book.add(row("d", T0 + 700, recipient="a@example.net", queued=T0 + 1, job="j"), False)
    assert whole(book).min_s == 600.0


def test_full_mailboxes_are_apart() -> None:
    book = Unfinished()
    put_off(book, "full@example.net", 400_000.0, own=True)
    put_off(book, "a@example.net", 60.0)
    assert whole(book) == Age(400_000.0, None, "last-attempt", 60.0)


def test_groups_are_told_apart() -> None:
    book = Unfinished()
    put_off(book, "a@one.example", 600.0, domain="one.example", queue="one.example/v")
    put_off(book, "a@two.example", 60.0, domain="two.example", queue="two.example/v")
    assert {place: age.min_s for place, age in book.ages()} == {
        ("one.example", "one.example/v"): 600.0,
        ("two.example", "two.example/v"): 60.0,
    }


def test_memory_is_bounded_and_the_newest_attempts_stay() -> None:
    book = Unfinished(most=100)
    for number in range(1000):
        put_off(book, f"{number}@example.net", float(number))
    assert book.forgotten >= 900
    assert whole(book).min_s == 999.0


def test_the_same_as_a_plain_dictionary() -> None:
    rng = random.Random(3)
    book, plain = Unfinished(), dict[str, float]()
    for _ in range(3000):
        who, age = f"{rng.randrange(50)}@example.net", rng.uniform(0, 9000)
        if rng.random() < 0.4:
            book.add(row("d", T0, recipient=who, queued=Instant(T0), job="j"), False)
            plain.pop(who, None)
        else:
            put_off(book, who, age)
            plain[who] = T0 + age - T0
        assert (whole(book).min_s or 0.0) == max(plain.values(), default=0.0)


def test_an_error_proves_how_long_a_queue_is_stuck() -> None:
    now = Instant(T0)
    assert stuck_age(Instant(T0 - 90), None, now) == Age(90.0, None, "stuck")
    assert stuck_age(None, None, now) == Age()
    assert stuck_age(Instant(T0 + 5), None, now) == Age()
    assert stuck_age(Instant(T0 - 90), Instant(T0 - 100), now) == Age()
