"""What the life of the cases needs: the named people, the files, and a clock that each action moves."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from app.cast import Cast, build_address
from app.domain.accounts.actor import Actor, load_actor
from app.domain.audience import TO_ALL, Readership
from app.domain.cases.attachments.upload import begin_upload, receive_chunk
from app.domain.cases.draft.draft import CitizenDetail, WizardMode
from app.domain.cases.draft.saving import choose_organisations, create_draft, save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.thread.posting import post_message
from app.domain.teams.reachability import list_organisations_in_area
from app.gateways.email.worker import EmailWorker
from app.gateways.files.previews import PreviewWorker
from app.gateways.files.store import EncryptedFileStore
from app.tests.kept_bases.declared import CASES, build_id, build_message
from app.tests.kept_bases.files import EXPECTED_FILES, build_content
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.fixtures import Clock
from db.tables.people import Person
from db.tables.teams import Team

CARD = "Numéro d’allocataire CAF"
PHONE = "Téléphone"


@dataclass
class HistoryWorld:
    cast: Cast
    files: EncryptedFileStore
    previews: PreviewWorker
    email_worker: EmailWorker
    clock: Clock

    def tick(self) -> datetime:
        """Seven minutes after the last action."""
        return self.clock.advance(minutes=7)

    def move_to_date(self, month: int, day: int, hour: int = 8) -> None:
        """The clock only goes forward."""
        moment = datetime(2026, month, day, hour, tzinfo=UTC)
        assert moment > self.clock.now
        self.clock.now = moment

    @property
    def today(self) -> date:
        return self.clock.now.date()

    async def create_draft(self, name: str, by: Actor, *acronyms: str, area: str = "46", urgent: bool = False) -> None:
        """A complete draft, without its mandate."""
        declared, case = CASES[name], build_id(name)
        await create_draft(by, case, team_id=None, mode=WizardMode.FREE, now=self.tick())
        known = {one.acronym: one for one in await list_organisations_in_area(area, None)}
        chosen = {known[acronym].id for acronym in acronyms}
        await choose_organisations(by, case, chosen, chosen, self.tick())
        identity = {"first_name": declared.first_name, "last_name": declared.last_name, "birth": "1957"}
        number = f"{7_000_000 + list(CASES).index(name)}"
        asked = [CitizenDetail(known[acronym].asked_field, number) for acronym in acronyms]
        await save_citizen(by, case, identity, [*asked, CitizenDetail(PHONE, "05 36 49 00 90")], self.tick())
        texts = {"subject": declared.subject, "description": "Rien depuis trois mois.", "urgency_reason": ""}
        if urgent:
            texts["urgency_reason"] = "Plus de ressources ce mois-ci."
        await save_problem(by, case, texts, urgent=urgent, now=self.tick())

    async def attest_on_paper(self, name: str, by: Actor) -> None:
        await attest_mandate(by, build_id(name), "paper", signed_on=self.today, reason="", now=self.tick())

    async def send_case(self, name: str, by: Actor, *acronyms: str, area: str = "46", urgent: bool = False) -> None:
        await self.create_draft(name, by, *acronyms, area=area, urgent=urgent)
        await self.attest_on_paper(name, by)
        await submit(by, build_id(name), self.tick())

    async def open_as_referent(self, name: str, *readers: Actor) -> None:
        for reader in readers:
            await open_and_read_case(reader, build_id(name), self.tick())

    async def post_message(self, name: str, by: Actor, words: str = "", *files: str) -> None:
        held = [await self.upload_attachment(file, by) for file in files]
        key = str(build_id(f"{name} {words} {by.address}"))
        await post_message(by, build_id(name), words or build_message(name), key=key, now=self.tick(), attachments=held)

    async def upload_attachment(
        self, file: str, by: Actor, *, mandate: bool = False, readership: Readership = TO_ALL
    ) -> UUID:
        """Received whole, with its preview drawn as the worker does."""
        kept, content = EXPECTED_FILES[file], build_content(file)
        await begin_upload(
            by,
            build_id(kept.case),
            build_id(file),
            kept.name,
            len(content),
            self.tick(),
            mandate=mandate,
            readership=readership,
        )
        await receive_chunk(by, self.files, build_id(file), 0, content)
        if kept.has_preview:
            assert await self.previews.load_preview(build_id(file), by.id)
        return build_id(file)


async def load_person(login: str) -> Actor:
    """As they are now, with their teams."""
    row = await Person.select(Person.id).where(Person.address == build_address(login)).first()
    actor = await load_actor(row["id"]) if row else None
    assert actor
    return actor


async def find_team(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row
    return int(row["id"])
