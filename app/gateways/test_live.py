"""The bus wakes whom it concerns, and nobody else."""

from app.cast import Cast
from app.domain.login.sessions import SessionsEnded
from app.gateways.live import LiveBus


async def test_ended_sessions_wake_the_streams_of_that_person_alone(cast: Cast) -> None:
    bus = LiveBus()
    theirs, others = bus.subscribe(cast.agent_lot), bus.subscribe(cast.colleague_lot)

    bus.publish(SessionsEnded(cast.agent_lot.id))

    assert theirs.qsize() == 1 and others.empty()
