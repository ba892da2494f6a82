"""From what is to be told to a letter: to whom, whether it still may go, its subject and its two forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from jinja2 import Environment

from app.domain.accounts.actor import Actor, load_actor
from app.domain.authentication.login_link import live_link
from app.domain.cases.access import visible_case
from app.domain.cases.digests import Line, lines_of
from app.domain.cases.permissions import may_read
from app.domain.cases.team_mailbox import mailbox_of
from app.domain.email.outbox import Claim
from app.domain.email.preferences import choice_link
from app.domain.email.queue_email import LetterKind, audience_of
from app.domain.errors import NotFound
from app.domain.members.manager_notices import Joining, joining_of
from app.domain.signup.email_contents import invitation_note, signup_note
from app.settings import settings
from app.text import labels

_TEMPLATES = {
    LetterKind.LOGIN: "login",
    LetterKind.DIGEST: "digest",
    **dict.fromkeys(labels.ACCOUNT_LETTERS, "account"),
    **dict.fromkeys(labels.PERSON_LETTERS, "person"),
    **dict.fromkeys(labels.ARRIVAL_LETTERS, "signup"),
    LetterKind.INVITATION: "invitation",
    LetterKind.JOINING: "joining",
}


@dataclass(frozen=True)
class Contents:
    """To whom, what the template shows, what is told by it, and headers of its own."""

    address: str
    values: dict[str, Any]
    told: frozenset[UUID]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    subject: str
    text: str
    html: str


async def contents_of(claim: Claim, now: datetime) -> Contents | None:
    """None when the letter should not go any more. Rights are asked again here, when it leaves."""
    if claim.kind in labels.ARRIVAL_LETTERS:
        return await _to_newcomer(claim, now)
    if claim.team_id and claim.person_id is None:
        return await _to_team(claim, claim.team_id)
    actor = await load_actor(claim.person_id) if claim.person_id else None
    if actor is None:
        return None
    if claim.kind == LetterKind.DIGEST:
        return _digest(actor, await lines_of(actor, claim.news, now))
    values = await _values(claim, actor, now)
    return Contents(actor.address, values, _all(claim)) if values else None


async def _to_newcomer(claim: Claim, now: datetime) -> Contents | None:
    invited = claim.kind == LetterKind.INVITATION
    note = await (invitation_note(claim.invitation_id, now) if invited else signup_note(claim.signup_id))
    if note is None:
        return None
    values = invitation_values(note.link, note.words) if invited else signup_values(claim.kind, note.words)
    return Contents(note.address, values, _all(claim))


async def _to_team(claim: Claim, team_id: int) -> Contents | None:
    case_id = claim.news[0].case_id
    address = await mailbox_of(team_id, case_id, audience_of(claim.kind))
    return Contents(address, {"link": _case_link(case_id)}, _all(claim)) if address and case_id else None


def _all(claim: Claim) -> frozenset[UUID]:
    return frozenset(told.id for told in claim.news)


async def _values(claim: Claim, actor: Actor, now: datetime) -> dict[str, Any] | None:
    if claim.kind == LetterKind.LOGIN:
        link = await live_link(claim.login_request_id, now)
        return {"link": link} if link else None
    if claim.kind in labels.ACCOUNT_LETTERS:
        return account_values()
    if claim.kind in labels.PERSON_LETTERS:
        return person_values(claim.kind)
    if claim.kind == LetterKind.JOINING:
        joining = await joining_of(actor, claim.team_id, claim.written_at)
        return joining_values(joining) if joining else None
    case_id = claim.news[0].case_id
    return case_values(case_id) if case_id and await _may_be_told(actor, case_id, claim.kind) else None


async def _may_be_told(actor: Actor, case_id: UUID, kind: LetterKind) -> bool:
    """Whether the person reads what the letter is about."""
    try:
        return may_read(actor, await visible_case(actor, case_id), audience_of(kind))
    except NotFound:
        return False


def invitation_values(link: str, team: str) -> dict[str, Any]:
    return {"link": link, "team": team}


def signup_values(kind: LetterKind, answer: str) -> dict[str, Any]:
    path, action = labels.ARRIVAL_LETTERS[kind]
    return {"link": f"{settings.public_url}{path}" if path else "", "action": action, "answer": answer}


def person_values(kind: LetterKind) -> dict[str, Any]:
    path, action = labels.PERSON_LETTERS[kind]
    return {"link": f"{settings.public_url}{path}", "action": action}


def joining_values(joining: Joining) -> dict[str, Any]:
    return {"joining": joining, "link": f"{settings.public_url}/equipes/{joining.team_id}/membres"}


def account_values() -> dict[str, Any]:
    return {"link": f"{settings.public_url}/profil"}


def case_values(case_id: UUID) -> dict[str, Any]:
    return {"link": _case_link(case_id), "choice": f"{settings.public_url}/profil#mails"}


def digest_values(lines: list[Line], choice: str) -> dict[str, Any]:
    shown = [{"link": _case_link(line.case_id), "sent_at": line.sent_at, "happened": line.happened} for line in lines]
    return {"lines": shown, "choice": choice}


def _digest(actor: Actor, lines: list[Line]) -> Contents | None:
    """One press unsubscribes only over https (RFC 8058); the address shows a page anyway."""
    if not lines:
        return None
    choice = choice_link(actor)
    headers = {"List-Unsubscribe": f"<{choice}/arret>"}
    if settings.over_https:
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    told = frozenset(letter for line in lines for letter in line.letters)
    return Contents(actor.address, digest_values(lines, choice), told, headers)


def _case_link(case_id: UUID) -> str:
    return f"{settings.public_url}/demandes/{case_id}"


def write_out(templates: Environment, kind: LetterKind, values: Mapping[str, Any]) -> Written:
    template = _TEMPLATES.get(kind, "case")
    subject = labels.LETTER_SUBJECT[kind]
    shown = {"subject": subject, "sentence": labels.LETTER_SENTENCE.get(kind, ""), **values}
    text, html = (templates.get_template(f"letters/{template}.{form}").render(shown) for form in ("txt", "html"))
    return Written(subject, text, html)
