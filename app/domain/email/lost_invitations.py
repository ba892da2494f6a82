"""Invitations whose email did not arrive: their address has no account, so no mailbox is marked (undelivered.py)."""

from collections.abc import Collection

from piccolo.columns.combination import And, Or

from db.tables.email import Email

LOST = ["failed", "bounced"]


async def find_lost_invitations(invitations: Collection[int]) -> frozenset[int]:
    """Those, of these ids, whose last email was given up, or refused by its recipient."""
    if not invitations:
        return frozenset()
    rows = await Email.select(Email.invitation).where(
        Email.state.is_in(LOST), Email.invitation.is_in(sorted(invitations))
    )
    return frozenset(row["invitation"] for row in rows)


async def forget_lost_email(invitation_id: int) -> None:
    """Another email leaves in its place. Inside the caller's transaction."""
    await Email.update({Email.state: "cancelled"}).where(Email.state.is_in(LOST), Email.invitation == invitation_id)


def build_lost_condition() -> Or:
    """Emails given up, and those refused that an invitation still waits for."""
    waiting = And(Email.invitation.is_not_null(), Email.invitation.used_at.is_null())
    return Or(Email.state == "failed", And(Email.state == "bounced", waiting))
