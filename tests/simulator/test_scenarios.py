"""Each scenario changes what it says, and leaves the rest alone."""

from itertools import pairwise

from tests.simulator.conftest import START, Lived
from tests.simulator.reading import Row, kinds, to

SECOND = int(START.timestamp())


def _deferral(rows: list[Row], domain: str) -> float:
    counts = kinds(to(rows, domain))
    return counts["t"] / (counts["d"] + counts["t"] + counts["b"])


def test_calm_is_calm(lived: Lived) -> None:
    world, heard = lived(3600, before=3600)
    for domain in ("gmail.com", "comcast.net", "yahoo.com", "hotmail.com"):
        assert _deferral(heard.parsed(), domain) < 0.08
    assert {queue.mode for queue in world.book.queues.values()} == {"normal"}


def test_comcast_throttles_from_the_first_minute_on(lived: Lived) -> None:
    _, heard = lived(960, "comcast-450-flood", before=7200)
    before = [row for row in heard.parsed() if row["timeLogged"] < f"{START:%Y-%m-%d %H:%M:%S}"]
    during = to(heard.parsed(SECOND + 60), "comcast.net")
    assert _deferral(before, "comcast.net") < 0.08
    assert _deferral(during, "comcast.net") > 0.3
    assert len([row for row in during if row["type"] in "dbt"]) >= 100
    assert any("#RL000003" in row["dsnDiag"] for row in during)
    assert not [row for row in during if "{ip}" in row["dsnDiag"]]
    assert _deferral(heard.parsed(SECOND + 60), "gmail.com") < 0.08


def test_yahoo_refuses_sessions_and_its_queues_hold_attempts_back(lived: Lived) -> None:
    world, heard = lived(1800, "yahoo-421-handshake")
    refused = [row for row in heard.parsed() if row["type"] == "tq" and "TSS04" in row["dsnDiag"]]
    assert len(refused) > 50
    for row in refused:
        assert row["orig"] == row["rcpt"] == row["jobId"] == ""
        assert row["dsnStatus"].startswith("4.7.0 ")
    queues = [q for q in world.book.backlog() if q.operator.name == "Yahoo"]
    held = [queue for queue in queues if queue.mode == "backoff"]
    assert held
    # Sessions that were open when it began are through after a minute: none after that.
    assert not {row["type"] for row in to(heard.parsed(SECOND + 180), "yahoo.com")} & set("dbt")
    for queue in held:
        times = sorted({row["timeLogged"] for row in refused if row["queue"] == queue.name})
        minutes = [int(at[11:13]) * 60 + int(at[14:16]) for at in times]
        gaps = [b - a for a, b in pairwise(minutes)]
        assert all(gap >= 4 for gap in gaps)
        assert queue.retry_at > world.now
        assert "[TSS04]" in queue.errors[0][1]


def test_yahoo_delivers_again_after_the_incident(lived: Lived) -> None:
    world, heard = lived(6 * 3600 + 1800, "yahoo-421-handshake")
    assert kinds(to(heard.parsed(SECOND + 6 * 3600), "yahoo.com"))["d"] > 100
    modes = [queue.mode for queue in world.book.backlog() if queue.operator.name == "Yahoo"]
    # A queue that holds nothing but a full mailbox delivers nothing, hence stays as it is.
    assert modes.count("normal") > 0.8 * len(modes)
    assert any("switched to backoff mode" in text for _, text in heard.lines)
    assert any("switched to normal mode" in text for _, text in heard.lines)


def test_microsoft_defers_in_the_first_ten_minutes_of_the_hour(lived: Lived) -> None:
    _, heard = lived(0, "microsoft-greylisting", before=4 * 3600)
    rows = to(heard.parsed(), "outlook.com") + to(heard.parsed(), "hotmail.com")
    early = [row for row in rows if row["timeLogged"][14:16] < "10"]
    late = [row for row in rows if row["timeLogged"][14:16] >= "10"]
    assert _deferral(early, "com") > 0.2
    assert _deferral(late, "com") < 0.08


def test_a_campaign_fills_our_own_limits_at_gmail(lived: Lived) -> None:
    world, heard = lived(1200, "gmail-limit-full")
    calm, _ = lived(1200)

    def waiting(of: object) -> int:
        assert isinstance(of, type(world))
        return sum(q.recipients for q in of.book.backlog() if q.operator.name == "Gmail")

    assert waiting(world) > 3000 > waiting(calm)
    assert _deferral(heard.parsed(), "gmail.com") < 0.08
    news = [q for q in world.book.backlog() if q.name.startswith("gmail.com/news")]
    assert any(queue.sessions == queue.max_smtp_out for queue in news)


def test_the_night_opens_in_mid_incident(lived: Lived) -> None:
    world, heard = lived(0, "night", before=3 * 3600)
    recent = heard.parsed(SECOND - 300)
    assert _deferral(recent, "comcast.net") > 0.3
    assert any("TSS04" in row["dsnDiag"] for row in recent if row["type"] == "tq")
    assert any(queue.mode == "backoff" for queue in world.book.backlog())


def test_inbound_silent_stops_the_mail_and_not_the_delivery(lived: Lived) -> None:
    _, heard = lived(1800, "inbound-silent", before=3600)
    start = int(START.timestamp())
    assert kinds(heard.parsed(start - 600))["r"] > 0
    late = kinds(heard.parsed(start + 180))
    assert late["r"] == 0
    assert late["d"] > 0
