"""The world: it balances, keeps its limits, and has days, retries and backoff."""

from itertools import pairwise

import pytest

from pmtatop.simulator.fleet import VMTAS, volume
from pmtatop.simulator.places import OPERATORS
from pmtatop.simulator.queues import domains_of
from pmtatop.simulator.scenarios import SCENARIOS
from pmtatop.simulator.sessions import BOUNCE_AFTER, MESSAGE_RATE
from pmtatop.simulator.world import World
from tests.simulator.conftest import START, Lived
from tests.simulator.reading import Heard, kinds, parsed, to

SECOND = int(START.timestamp())


def test_the_world_is_as_large_as_promised() -> None:
    assert len(domains_of(None)) >= 40
    assert len({operator.name for operator in OPERATORS}) >= 8
    assert len(VMTAS) == 12
    assert len({vmta.pool for vmta in VMTAS}) == 4
    assert len({vmta.ip for vmta in VMTAS}) == 12


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_recipient_is_accounted_for(lived: Lived, scenario: str) -> None:
    world, heard = lived(1800, scenario, before=1800)
    ledger, rows = world.ledger, kinds(heard.parsed())
    queued = sum(queue.recipients for queue in world.book.queues.values())
    assert ledger.carried + ledger.received == ledger.delivered + ledger.bounced + queued
    assert ledger.queued == queued
    assert ledger.queued_bytes == sum(queue.bytes for queue in world.book.queues.values())
    assert queued == sum(sum(queues.values()) for queues in ledger.jobs.values())
    assert (rows["r"], rows["d"]) == (ledger.received, ledger.delivered)
    assert rows["b"] == ledger.bounced


@pytest.mark.parametrize("scenario", ["calm", "gmail-limit-full", "night"])
def test_limits_hold_in_every_second(lived: Lived, scenario: str) -> None:
    world, _ = lived(0, scenario)
    attempted = 0
    for second in range(SECOND, SECOND + 1500):
        world.advance(second)
        for queue in world.book.queues.values():
            assert 0 <= queue.sessions <= queue.max_smtp_out
            assert queue.max_msg_rate is None or queue.used <= queue.max_msg_rate
            attempted = max(attempted, queue.used)
        for vmta in world.book.vmtas:
            of_its = (q.sessions for q in world.book.queues.values() if q.vmta is vmta)
            assert vmta.sessions == sum(of_its) <= vmta.place.max_smtp_out
    assert attempted


def test_a_deferred_recipient_comes_back_and_keeps_its_time_of_queueing(lived: Lived) -> None:
    _, heard = lived(3600, "comcast-450-flood")
    by_recipient: dict[str, list[dict[str, str]]] = {}
    for row in to(heard.parsed(), "comcast.net"):
        if row["type"] in "dbt":
            by_recipient.setdefault(row["rcpt"], []).append(row)
    repeated = [rows for rows in by_recipient.values() if len(rows) > 1]
    assert len(repeated) > 20
    for rows in repeated:
        assert len({row["timeQueued"] for row in rows}) == 1
        assert len({row["timeFirstAttempt"] for row in rows}) == 1
        assert {row["type"] for row in rows[:-1]} == {"t"}
        for earlier, later in pairwise(rows):
            assert earlier["timeLogged"] < later["timeLogged"]


def test_a_full_mailbox_is_given_up_after_four_and_a_half_days(lived: Lived) -> None:
    _, heard = lived(60, before=86400 // 2)
    expired = parsed("".join(text for _, text in heard.texts if "message-expired" in text))
    assert expired
    for row in expired:
        assert row["type"] == "b"
        assert row["dsnStatus"] == "4.4.7 (delivery time expired)"
        assert row["dsnDiag"] == ""
    assert BOUNCE_AFTER == 388_800


def test_mail_waits_while_a_greylisting_server_lets_it(lived: Lived) -> None:
    _, heard = lived(7200)
    rows = [row for row in to(heard.parsed(), "lindenhof.example") if row["type"] in "dt"]
    first = {row["rcpt"]: row["type"] for row in reversed(rows)}
    assert set(first.values()) == {"t"}
    assert kinds(rows)["d"]


def test_day_and_week_have_a_shape(lived: Lived) -> None:
    hours = [volume(SECOND - 14 * 3600 + hour * 3600) for hour in range(24)]
    assert max(hours) > 1.8 * min(hours)
    assert volume(SECOND) > volume(SECOND + 5 * 86400)
    _, heard = lived(0, before=86400)
    by_hour = [0] * 24
    for second, text in heard.texts:
        if text.startswith("r,"):
            by_hour[second // 3600 % 24] += text.count("\n")
    assert max(by_hour) > 1.8 * min(by_hour)
    assert 110 * 60 < max(by_hour) < 250 * 60


def test_a_campaign_begins_at_its_time_under_its_own_job(lived: Lived) -> None:
    _, heard = lived(4 * 3600)
    digest = [row for row in heard.parsed() if row["jobId"].startswith("evening-digest")]
    assert min(row["timeLogged"] for row in digest)[11:16] in {"17:00", "17:01"}
    assert len([row for row in digest if row["type"] == "r"]) > 1000


def test_asking_for_queues_makes_them(lived: Lived) -> None:
    world, _ = lived(60, queues=1000)
    assert len(world.book.backlog()) >= 1000


def test_asking_for_fewer_domains_keeps_an_operator_each() -> None:
    few = domains_of(len(OPERATORS))
    assert len({domain.operator.name for domain in few}) == len(OPERATORS)
    assert len(domains_of(200)) == 200


def test_another_seed_is_another_world(lived: Lived) -> None:
    _, one = lived(600)
    _, same = lived(600)
    _, other = lived(600, seed=2)
    assert one.texts == same.texts
    assert one.lines == same.lines
    assert one.texts != other.texts


def test_the_course_of_events_does_not_depend_on_the_steps() -> None:
    def heard_in(step: int) -> Heard:
        heard = Heard()
        scenario = SCENARIOS["night"]
        world = World(3, SECOND - 900, SECOND, scenario, heard.rows, heard.log)
        for second in range(SECOND - 900, SECOND + 901, step):
            world.advance(second)
        return heard

    assert heard_in(1).texts == heard_in(900).texts


def test_own_limits_are_named_as_such(lived: Lived) -> None:
    world, _ = lived(1800, "gmail-limit-full")
    texts = {
        text
        for queue in world.book.queues.values()
        if queue.operator.name == "Gmail"
        for _, text in queue.errors
    }
    assert texts == {MESSAGE_RATE}
