"""What a case is found by: its words, folded, the ones that everybody on it may read."""

from uuid import UUID

from app.domain.cases.draft import details_of
from app.domain.cases.events import Audience
from db.search import fold
from db.tables import Case, Message


async def index_case(case_id: UUID) -> None:
    """Anew from the rows: what was corrected or withdrawn is found no more. Posting only appends (thread.py)."""
    row = await (
        Case.select(Case.subject, Case.description, Case.citizen_first_name, Case.citizen_last_name, Case.citizen_birth)
        .where(Case.id == case_id)
        .first()
    )
    messages = await (
        Message.select(Message.body)
        .where(Message.case == case_id, Message.audience == Audience.ALL)
        .order_by(Message.id)
    )
    details = await details_of(case_id)
    words = [*(row or {}).values(), *(detail.value for detail in details), *(found["body"] for found in messages)]
    await Case.update({Case.search_text: fold(" ".join(words))}).where(Case.id == case_id)
