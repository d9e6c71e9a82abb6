"""The hand-over never waits, keeps only the newest, and wakes its face at most once at a time."""

import asyncio
import threading

from pmtatop.engine.handover import Handover
from pmtatop.model.focus import Focus
from pmtatop.model.instant import Instant
from pmtatop.model.view import Node, View, Window


def view(at: float) -> View:
    return View(Instant(at), Window(Instant(0), Instant(at)), Node("n", "u"))


def publish_all(handover: Handover, count: int) -> None:
    for i in range(count):
        handover.publish(view(i))


async def test_a_face_that_reads_slowly_gets_the_newest() -> None:
    handover, calls = Handover(), []
    handover.connect(asyncio.get_running_loop(), lambda: calls.append(1))
    engine = threading.Thread(target=lambda: publish_all(handover, 500))
    engine.start()
    engine.join()
    await asyncio.sleep(0)
    assert len(calls) == 1
    taken = handover.take()
    assert taken is not None
    assert taken.at == Instant(499)
    assert handover.take() is None


async def test_after_a_take_the_next_view_wakes_again() -> None:
    handover, calls = Handover(), []
    handover.connect(asyncio.get_running_loop(), lambda: calls.append(1))
    for i in range(3):
        handover.publish(view(i))
        await asyncio.sleep(0)
        handover.take()
    assert len(calls) == 3


async def test_a_view_that_was_there_first_is_announced() -> None:
    handover, calls = Handover(), []
    handover.publish(view(1))
    handover.connect(asyncio.get_running_loop(), lambda: calls.append(1))
    await asyncio.sleep(0)
    assert calls == [1]


def test_a_face_that_is_gone_does_not_stop_the_engine() -> None:
    handover = Handover()
    loop = asyncio.new_event_loop()
    handover.connect(loop, lambda: None)
    loop.close()
    handover.publish(view(1))
    assert handover.take() is not None


def test_focus_goes_down() -> None:
    handover = Handover()
    handover.look_at(Focus(node="b"))
    assert handover.focus.node == "b"
