"""Poll: the pages in turn, one request in flight, a silent node is not asked on and on."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from pmtatop.model.frame import POLLED, FaultKind, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask, Page
from pmtatop.sources.http_interface import HttpInterface
from pmtatop.sources.poll import DETAIL_SHARE, LISTS_EVERY, Poll
from pmtatop.transports.faults import TransportError
from pmtatop.transports.http import HttpOptions, HttpTransport
from pmtatop.transports.reply import Reply
from tests.faults.odd_server import OddServer, answering, reply, silent
from tests.sources.clocks import FrozenClock

INTERVAL_S = 5.0


def body_of(page: str) -> bytes:
    return f'{{"data": "{page}"}}'.encode()


class FakeTransport:
    """Answers each page after `took_s`, or fails as `faults` says."""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.took_s = 0.0
        self.faults: dict[str, FaultKind] = {}
        self.asked: list[tuple[float, str]] = []
        self.busy = 0
        self.closed = False

    url = "http://fake"
    offered: str | None = None

    def trust(self, fingerprint: str) -> None:
        raise AssertionError("nothing is offered here")

    async def post(self, path: str, form: Mapping[str, str]) -> Reply:
        raise AssertionError("nobody has a key here")

    async def get(self, path: str) -> Reply:
        assert self.busy == 0, "two requests in flight"
        self.busy += 1
        page = path.strip("/").partition("?")[0]
        self.asked.append((self.clock.seconds, page))
        await asyncio.sleep(0)
        self.clock.seconds += self.took_s
        self.busy -= 1
        if page in self.faults:
            raise TransportError(self.faults[page], f"{page} failed")
        return Reply(body_of(page), Instant(1), self.took_s, path)

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def transport(clock: FrozenClock) -> FakeTransport:
    return FakeTransport(clock)


async def polled(
    transport: FakeTransport,
    rounds: int,
    between: Callable[[Frame], None] = lambda frame: None,
) -> list[Frame]:
    poll = Poll(HttpInterface(transport), INTERVAL_S, transport.clock, rounds=rounds)
    frames = []
    async with asyncio.timeout(5):
        async for frame in poll.frames():
            frames.append(frame)
            between(frame)
    return frames


async def test_a_round_asks_for_every_page_once_and_in_order(transport: FakeTransport) -> None:
    frames = await polled(transport, rounds=1)
    assert [frame.source for frame in frames] == list(POLLED)
    assert [page for _, page in transport.asked] == [page.value for page in POLLED]
    assert [frame.payload for frame in frames] == [body_of(page.value) for page in POLLED]
    assert frames[0].origin == "/status?format=json"
    assert frames[0].server_date == Instant(1)
    assert transport.clock.slept == []


async def test_it_ends_after_so_many_rounds(transport: FakeTransport) -> None:
    assert len(await polled(transport, rounds=3)) == 3 * len(POLLED)
    assert len(transport.clock.slept) == 2


async def test_rounds_begin_an_interval_apart_however_long_they_take(
    transport: FakeTransport,
) -> None:
    transport.took_s = 0.3
    await polled(transport, rounds=3)
    begun = [at for at, page in transport.asked if page == "status"]
    assert begun == pytest.approx([0.0, INTERVAL_S, 2 * INTERVAL_S])


async def test_a_slow_pmta_spends_at_most_half_its_time_on_us(transport: FakeTransport) -> None:
    transport.took_s = 2.0
    await polled(transport, rounds=2)
    assert transport.clock.slept == pytest.approx([10.0])


@pytest.mark.parametrize("kind", [FaultKind.UNREACHABLE, FaultKind.TIMEOUT])
async def test_a_node_that_does_not_answer_is_asked_once_a_round(
    transport: FakeTransport, kind: FaultKind
) -> None:
    transport.faults = {"status": kind}
    frames = await polled(transport, rounds=2)
    assert [page for _, page in transport.asked] == ["status", "status"]
    for frame in frames:
        assert frame.source is SourceName.STATUS
        assert frame.fault is not None
        assert frame.fault.kind is kind
        assert frame.payload == b""


async def test_a_node_lost_in_mid_round_is_not_asked_for_the_rest(
    transport: FakeTransport,
) -> None:
    transport.faults = {"domains": FaultKind.TIMEOUT}
    frames = await polled(transport, rounds=1)
    assert [frame.source.value for frame in frames] == ["status", "queues", "domains"]


async def test_a_node_that_is_back_is_whole_again_in_the_next_round(
    transport: FakeTransport,
) -> None:
    transport.faults = {"status": FaultKind.UNREACHABLE}
    frames = await polled(transport, rounds=2, between=lambda frame: transport.faults.clear())
    assert frames[0].fault is not None
    assert [frame.source for frame in frames[1:]] == list(POLLED)
    assert all(frame.fault is None for frame in frames[1:])


@pytest.mark.parametrize("kind", [FaultKind.DENIED, FaultKind.INVALID])
async def test_one_bad_page_marks_only_itself(transport: FakeTransport, kind: FaultKind) -> None:
    transport.faults = {"vmtas": kind}
    frames = await polled(transport, rounds=1)
    assert [frame.source for frame in frames] == list(POLLED)
    assert [frame.source.value for frame in frames if frame.fault] == ["vmtas"]


async def test_recovery_is_noticed_within_an_interval_and_nodes_do_not_ask_in_step(
    transport: FakeTransport,
) -> None:
    transport.faults = {"status": FaultKind.UNREACHABLE}
    await polled(transport, rounds=60)
    slept = transport.clock.slept
    assert all(0.85 * INTERVAL_S <= wait <= INTERVAL_S for wait in slept)
    assert len(set(slept)) > 10


@pytest.mark.parametrize(
    ("page", "kind"), [("status", FaultKind.TIMEOUT), ("jobs", FaultKind.DENIED)]
)
async def test_a_slow_node_with_a_fault_is_not_asked_without_a_pause(
    transport: FakeTransport, page: str, kind: FaultKind
) -> None:
    transport.took_s, transport.faults = 8.0, {page: kind}
    await polled(transport, rounds=10)
    assert all(wait >= 0.85 * INTERVAL_S for wait in transport.clock.slept)


async def test_closing_closes_the_connection(transport: FakeTransport) -> None:
    await Poll(HttpInterface(transport), INTERVAL_S, transport.clock).aclose()
    assert transport.closed


async def test_over_a_real_socket_a_silent_node_costs_one_deadline_and_recovers(
    clock: FrozenClock,
) -> None:
    with OddServer(silent) as server:
        transport = HttpTransport(HttpOptions(server.url, deadline_s=0.2))
        poll = Poll(HttpInterface(transport), INTERVAL_S, clock, rounds=2)
        frames = []
        async with asyncio.timeout(5):
            async for frame in poll.frames():
                frames.append(frame)
                server.behave = answering(reply(b'{"data": {}}'))
        await poll.aclose()
        assert [frame.fault.kind for frame in frames if frame.fault] == [FaultKind.TIMEOUT]
        assert [frame.source for frame in frames[1:]] == list(POLLED)
        assert len(server.requests) == 1 + len(POLLED)


async def first(poll: Poll, count: int) -> list[Frame]:
    """The first frames of a poller that never ends."""
    frames = []
    async with asyncio.timeout(5):
        async for frame in poll.frames():
            frames.append(frame)
            if len(frames) == count:
                break
    return frames


async def test_lists_are_asked_for_less_often_than_status(transport: FakeTransport) -> None:
    poll = Poll(HttpInterface(transport), INTERVAL_S, transport.clock)
    frames = await first(poll, 2 * len(POLLED) + LISTS_EVERY)
    names = [frame.source.value for frame in frames]
    lists = [name.value for name in POLLED]
    assert names[: len(POLLED) + LISTS_EVERY] == lists + ["status"] * (LISTS_EVERY - 1) + ["status"]
    assert names.count("queues") == 2


async def test_a_node_that_is_back_is_asked_for_its_lists_at_once(
    transport: FakeTransport,
) -> None:
    transport.faults = {"status": FaultKind.UNREACHABLE}
    poll = Poll(HttpInterface(transport), INTERVAL_S, transport.clock)
    frames = []
    async for frame in poll.frames():
        transport.faults.clear()
        frames.append(frame)
        if len(frames) == 1 + len(POLLED):
            break
    assert [frame.source for frame in frames[1:]] == list(POLLED)


async def test_questions_are_asked_between_two_rounds(transport: FakeTransport) -> None:
    poll = Poll(HttpInterface(transport), INTERVAL_S, transport.clock)
    asks = [Ask(Page.QUEUE_DETAIL, "a.example/v"), Ask(Page.OLDER_THAN, "a.example/*", "1h")]
    poll.want([*asks, *asks])
    frames = await first(poll, len(POLLED) + 2)
    assert frames[-2].source is SourceName.DETAILS
    assert frames[-2].ask == asks[0]
    assert frames[-2].origin == "/queueDetail?format=json&queue=a.example%2Fv"
    assert frames[-1].source is SourceName.STATUS, "what needs a key was not asked without one"
    assert poll.spent[Page.QUEUE_DETAIL].count == 1


async def test_questions_have_a_bounded_share_of_the_time(transport: FakeTransport) -> None:
    transport.took_s = 0.2
    poll = Poll(HttpInterface(transport), INTERVAL_S, transport.clock)
    poll.want(Ask(Page.QUEUE_DETAIL, f"{number}.example/v") for number in range(50))
    frames = await first(poll, 40)
    asked = [frame.source for frame in frames]
    start = len(POLLED)
    run = asked.index(SourceName.STATUS, start) - start
    assert run == pytest.approx(DETAIL_SHARE * INTERVAL_S / transport.took_s, abs=1)


async def test_a_question_that_fails_is_no_fault_of_the_node(transport: FakeTransport) -> None:
    transport.faults = {"queueDetail": FaultKind.INVALID}
    poll = Poll(HttpInterface(transport), INTERVAL_S, transport.clock)
    poll.want([Ask(Page.QUEUE_DETAIL, "a.example/v")])
    frames = await first(poll, len(POLLED) + 2)
    assert frames[-2].fault is not None
    assert frames[-1].fault is None


@pytest.mark.parametrize("name", ["--help", "a;touch x", "$(id)", "x y", "*", "a/*", "a\n"])
async def test_what_is_no_name_is_not_asked_about(transport: FakeTransport, name: str) -> None:
    interface = HttpInterface(transport)
    with pytest.raises(TransportError, match="no name"):
        await interface.ask(Ask(Page.QUEUE_DETAIL, name))
    assert transport.asked == []
