"""The bus wakes only the readers whom a signal concerns."""

from app.cast import Cast
from app.domain.authentication.sessions import SessionsEnded
from app.gateways.live.bus import MAX_PER_PERSON, LiveBus


async def test_ended_sessions_wake_the_streams_of_that_person_alone(cast: Cast) -> None:
    bus = LiveBus()
    theirs, others = bus.subscribe(cast.agent_lot), bus.subscribe(cast.colleague_lot)

    bus.publish(SessionsEnded(cast.agent_lot.id))

    assert theirs.qsize() == 1 and others.empty()


def test_an_account_and_a_process_hold_so_many_streams_and_a_closed_one_makes_room(cast: Cast) -> None:
    bus = LiveBus(max_streams=MAX_PER_PERSON + 1)
    opened = [bus.subscribe(cast.agent_lot) for _ in range(MAX_PER_PERSON)]
    assert not bus.has_room_for(cast.agent_lot) and bus.has_room_for(cast.colleague_lot)

    bus.subscribe(cast.colleague_lot)
    assert not bus.has_room_for(cast.admin), "the process is full"

    bus.unsubscribe(opened[0])
    assert bus.has_room_for(cast.agent_lot) and bus.has_room_for(cast.admin)


async def test_who_leaves_is_woken_after_any_update_and_a_full_queue_still_says_that_something_was(cast: Cast) -> None:
    bus = LiveBus()
    queue = bus.subscribe(cast.agent_lot)
    for _ in range(200):
        bus.publish(SessionsEnded(cast.agent_lot.id))
    found = [queue.get_nowait() for _ in range(queue.qsize())]
    assert len(found) == 100 and found[-1] is None

    bus.publish(SessionsEnded(cast.agent_lot.id))
    bus.unsubscribe(queue)
    assert queue.qsize() == 2 and queue.get_nowait() and queue.get_nowait() is None
