"""What the page shows to the browser that has just asked for a login link."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.authentication.login_link import compute_browser_code
from app.domain.tokens import hash_token
from db.tables.login import LoginLink


@dataclass(frozen=True)
class AskedLink:
    """code: needed in another browser. address: as it was read, where it was typed in this browser; otherwise empty.

    An invitation and an older link also lead here: who has only those learns no address from them.
    """

    code: str
    address: str


async def find_asked_link(browser: str, now: datetime) -> AskedLink | None:
    """Of the latest link of this browser that has not expired."""
    row = await (
        LoginLink.select(LoginLink.reference, LoginLink.address, LoginLink.typed_here)
        .where(LoginLink.browser_hash == hash_token(browser), LoginLink.expires_at > now)
        .order_by(LoginLink.id, ascending=False)
        .first()
    )
    if row is None:
        return None
    return AskedLink(compute_browser_code(row["reference"], browser), row["address"] if row["typed_here"] else "")
