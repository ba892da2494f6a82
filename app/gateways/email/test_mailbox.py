"""The demonstration’s mailbox: newest first and complete, so that a test can wait for one more email."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from app.domain.accounts.address import Mailbox
from app.gateways.email.transport import FolderTransport, build_message

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def letter(number: int, to: str) -> EmailMessage:
    message_id = f"<{number}@exemple.fr>"
    return build_message(
        sender="a@exemple.fr",
        to=Mailbox(to),
        subject=str(number),
        text="Bonjour",
        html="",
        message_id=message_id,
        sent_at=AT,
    )


async def test_a_person_with_many_letters_still_sees_one_more_arrive(tmp_path: Path) -> None:
    mail = FolderTransport(tmp_path / "courrier")
    for number in range(251):
        await mail.send(letter(number, "agent.lot@exemple.fr"))
    await mail.send(letter(251, "collegue.lot@exemple.fr"))

    received = await mail.read("Agent.Lot@exemple.fr ")

    assert len(received) == 251 and received[0].subject == "250"
    assert [one.subject for one in await mail.read(limit=2)] == ["251", "250"]
