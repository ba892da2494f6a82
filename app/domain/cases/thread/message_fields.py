"""The fields of a message form, as one save of them. Pure. Source: issue 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.cases.form_saves import Fields


@dataclass(frozen=True)
class SavedMessageDraft:
    """internal is the box « Entre référents seulement ».

    signature is the name under the message if it was changed by hand; with None, it is the profile's. addressed: ids of
    the ticked teams.
    """

    body: str
    internal: bool
    saved_at: datetime | None
    signature: str | None = None
    addressed: tuple[str, ...] = ()


NO_MESSAGE_DRAFT = SavedMessageDraft("", False, None)


def build_message_fields(body: str, signature: str | None, addressed: Sequence[int], *, internal: bool) -> Fields:
    given = [("message", body), ("entre-referents", "oui" if internal else "")]
    if signature is not None:
        given.append(("signature", signature))
    if addressed:
        given.append(("destinataires", " ".join(map(str, addressed))))
    return tuple(given) if body or internal or len(given) > 2 else ()


def decode_message_fields(fields: Fields, saved_at: datetime) -> SavedMessageDraft:
    values = dict(fields)
    return SavedMessageDraft(
        values.get("message", ""),
        bool(values.get("entre-referents")),
        saved_at,
        values.get("signature"),
        tuple(values.get("destinataires", "").split()),
    )
