"""The outbox's worker: claims a letter, checks that it still may go, renders it, sends it, then says so.

Sent at least once: a crash between the two sends it again, under the same Message-ID.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import aiosmtplib
from jinja2 import Environment

from app import labels
from app.domain.accounts.actor import load_actor
from app.domain.arrivals.notes import invitation_note, signup_note
from app.domain.cases.facts import visible_case
from app.domain.errors import NotFound
from app.domain.letters import Claim, LetterKind, claim_letter, put_off, ring_with, settle, stop_ringing
from app.domain.login.links import live_link
from app.gateways.mail import Mail, compose
from app.settings import settings

log = logging.getLogger("aplus.letters")
ROUND = 5.0


class Postman:
    def __init__(self, mail: Mail, templates: Environment, clock: Callable[[], datetime]) -> None:
        self._mail, self._templates, self._clock = mail, templates, clock
        self._bell = asyncio.Event()

    async def work(self) -> None:
        """Until cancelled: at each ring, and every few seconds for what was put off."""
        ring_with(self._bell.set)
        try:
            while True:
                await self._round()
                await self._wait()
        finally:
            stop_ringing(self._bell.set)

    async def _round(self) -> None:
        try:
            await self.deliver_due()
        except Exception:
            log.exception("a round of letters stopped")

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._bell.wait(), ROUND)
        except TimeoutError:
            return
        self._bell.clear()

    async def deliver_due(self) -> int:
        """Everything due now; how many left."""
        sent = 0
        while claim := await claim_letter(self._clock()):
            sent += await self._deliver(claim)
        return sent

    async def _deliver(self, claim: Claim) -> bool:
        contents = await self._contents(claim)
        if contents is None:
            await settle(claim, "cancelled", self._clock())
            return False
        address, template, context = contents
        try:
            await self._mail.send(self._compose(claim, address, template, context))
        except (OSError, aiosmtplib.SMTPException) as failure:
            log.warning("letter %s put off: %s", claim.id, type(failure).__name__)
            await put_off(claim, self._clock())
            return False
        await settle(claim, "sent", self._clock())
        return True

    async def _contents(self, claim: Claim) -> tuple[str, str, dict[str, str]] | None:
        """To whom, which template, its context; None when the letter should not go any more."""
        if claim.kind in labels.ARRIVAL_LETTERS:
            return await self._to_newcomer(claim)
        actor = await load_actor(claim.person_id) if claim.person_id else None
        if actor is None:
            return None
        if claim.kind == LetterKind.LOGIN:
            link = await live_link(claim.login_request_id, self._clock())
            return (actor.address, "login", {"link": link}) if link else None
        if claim.kind in labels.ACCOUNT_LETTERS:
            sentence = labels.LETTER_SENTENCE[claim.kind]
            return actor.address, "account", {"link": f"{settings.public_url}/profil", "sentence": sentence}
        if claim.kind in labels.PERSON_LETTERS:
            path, action = labels.PERSON_LETTERS[claim.kind]
            sentence = labels.LETTER_SENTENCE[claim.kind]
            return (
                actor.address,
                "person",
                {"link": f"{settings.public_url}{path}", "sentence": sentence, "action": action},
            )
        if claim.case_id is None:
            return None
        try:
            await visible_case(actor, claim.case_id)
        except NotFound:
            return None
        link = f"{settings.public_url}/demandes/{claim.case_id}"
        return actor.address, "case", {"link": link, "sentence": labels.LETTER_SENTENCE[claim.kind]}

    async def _to_newcomer(self, claim: Claim) -> tuple[str, str, dict[str, str]] | None:
        path, action = labels.ARRIVAL_LETTERS[claim.kind]
        link = f"{settings.public_url}{path}" if path else ""
        if claim.kind == LetterKind.INVITATION:
            note = await invitation_note(claim.invitation_id, self._clock())
            return (note.address, "invitation", {"link": note.link, "team": note.words}) if note else None
        note = await signup_note(claim.signup_id)
        context = {"link": link, "action": action, "sentence": labels.LETTER_SENTENCE[claim.kind]}
        return (note.address, "signup", {**context, "answer": note.words}) if note else None

    def _compose(self, claim: Claim, address: str, template: str, context: dict[str, str]) -> EmailMessage:
        subject = labels.LETTER_SUBJECT[claim.kind]
        values = {**context, "subject": subject}
        domain = settings.mail_from.rpartition("@")[2]
        return compose(
            sender=settings.mail_from,
            to=address,
            subject=subject,
            text=self._templates.get_template(f"letters/{template}.txt").render(values),
            html=self._templates.get_template(f"letters/{template}.html").render(values),
            message_id=f"<{claim.id}@{domain}>",
            at=self._clock(),
        )
