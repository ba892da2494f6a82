"""A unique word in every field that a person fills, on a case of each kind, and who may read it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.citizen import Citizen, load_citizen
from app.domain.cases.draft.draft import CitizenDetail, WizardMode
from app.domain.cases.draft.saving import choose_organisations, create_draft, save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.identity import correct_identity
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lookalikes.links import link_cases
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.thread import message_draft
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.cases.thread.taking_away import request_removal
from app.domain.files.store import FileStore
from app.domain.teams.reachability import list_organisations_in_area
from app.tests.access_matrix.ended_cases import erase, leave_by_caf, transfer_to_cpam
from app.tests.support.attachments_fixtures import PDF, attach_file
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.mandate_sms import PHONE, send_mandate_sms
from db.tables.people import Person
from db.tables.thread import Message

_NUMBER = "Téléphone"
_CAF = "referent_caf_lot manager_caf_lot"
_PHONES = (
    ("agent_lot", "05 36 49 00 81", f"agent_lot admin expert referent_cpam_lot referent_msa_lot {_CAF}"),
    ("referent_caf_lot", "05 36 49 00 82", f"agent_lot colleague_lot expert {_CAF}"),
)
"""Whose phone, the number, who reads it: the person, who holds their account, the other side of a case, an expert."""


@dataclass(frozen=True)
class Canary:
    word: str
    case: UUID
    readers: frozenset[str]


@dataclass
class CanaryWorld:
    """The cases, and who may read each canary."""

    cast: Cast
    store: FileStore
    now: datetime
    canaries: list[Canary] = field(default_factory=list)

    async def build(self) -> None:
        """Builds each kind of case once, the longest last; no case shares a word with another."""
        agents = frozenset({"agent_lot", "colleague_lot"})
        caf = frozenset({"referent_caf_lot", "manager_caf_lot"})
        await self._create_draft("draft", frozenset({"agent_lot"}))
        await self._correct_identity(await self._send_case("sent", agents | caf), "sent", agents | caf)
        await self._send_case("cher", frozenset({"agent_cher", "referent_caf_cher"}), by="agent_cher", area="18")
        await self._transfer_case("moved", agents | {"referent_cpam_lot"})
        await self._leave_case("left", agents)
        await self._erase_case("gone")
        await self._write_conversation("open", agents, caf | {"referent_msa_lot"})
        await self._continue_case("twice", "once", agents, caf)
        await self._request_by_sms("text", agents | caf)
        await self._give_phones()

    def add_canary(self, case: UUID, kind: str, place: str, readers: frozenset[str]) -> str:
        """A word that is unique, and French enough (« zibeline ») for a name and a number."""
        self.canaries.append(Canary(f"Zibeline{kind}{place}", case, readers))
        return self.canaries[-1].word

    async def _give_phones(self) -> None:
        """Of an agent and of a referent who has written: on no page of a person of the same side."""
        for who, number, readers in _PHONES:
            await Person.update({Person.phone: number}).where(Person.id == getattr(self.cast, who).id)
            self.canaries.append(Canary(number, self.canaries[0].case, frozenset(readers.split())))

    async def _create_draft(
        self, kind: str, readers: frozenset[str], *acronyms: str, by: str = "agent_lot", area: str = "46"
    ) -> UUID:
        actor: Actor = getattr(self.cast, by)
        case, now = uuid4(), self.now

        def word(place: str) -> str:
            return self.add_canary(case, kind, place, readers)

        await create_draft(actor, case, team_id=None, mode=WizardMode.FREE, now=now)
        known = {one.acronym: one for one in await list_organisations_in_area(area, None)}
        chosen = {known[acronym].id for acronym in acronyms or ("CAF",)}
        await choose_organisations(actor, case, chosen, chosen, now)
        identity = {"first_name": word("first"), "last_name": word("last"), "birth": f"1957 {word('birth')}"}
        asked = [CitizenDetail(known[acronym].asked_field, word(f"of{acronym}")) for acronym in acronyms or ("CAF",)]
        await save_citizen(actor, case, identity, [*asked, CitizenDetail(_NUMBER, word("number"))], now)
        texts = {"subject": word("subject"), "description": word("description"), "urgency_reason": word("urgency")}
        await save_problem(actor, case, texts, urgent=True, now=now)
        if kind != "text":
            await attest_mandate(
                actor, case, "phone", signed_on=date.fromordinal(now.toordinal()), reason=word("why"), now=now
            )
        await attach_file(actor, self.store, case, now, f"{word('file')}.pdf", PDF + b"%" + word("bytes").encode())
        return case

    async def _send_case(
        self, kind: str, readers: frozenset[str], *acronyms: str, by: str = "agent_lot", area: str = "46"
    ) -> UUID:
        case = await self._create_draft(kind, readers, *acronyms, by=by, area=area)
        await submit(getattr(self.cast, by), case, self.now)
        return case

    async def _correct_identity(self, case: UUID, kind: str, readers: frozenset[str]) -> None:
        """The new words are read as the former ones were, and no person reads the former ones any more."""
        former = await load_citizen(case)
        gone = f"{former.name} {former.birth}".split()
        self.canaries = [replace(one, readers=frozenset()) if one.word in gone else one for one in self.canaries]
        words = [self.add_canary(case, kind, f"new{place}", readers) for place in ("first", "last", "birth")]
        await correct_identity(self.cast.referent_caf_lot, case, former, Citizen(*words), self.now)

    async def _transfer_case(self, kind: str, readers: frozenset[str]) -> None:
        """From the CAF to the CPAM: the former team may no longer read it."""
        case = await self._answer_by_caf(kind, readers)
        await transfer_to_cpam(self.cast, case, self.add_canary(case, kind, "reason", readers), self.now)

    async def _leave_case(self, kind: str, agents: frozenset[str]) -> None:
        """The CAF steps out: it reads nothing of what it read before, nor of what is written since."""
        cast, msa = self.cast, frozenset({"referent_msa_lot"})
        case = await self._answer_by_caf(kind, agents | msa, "CAF", "MSA")
        said = self.add_canary(case, kind, "before", msa)
        await post_internal_note(cast.referent_caf_lot, case, said, key="before", now=self.now)
        await leave_by_caf(cast, case, self.add_canary(case, kind, "reason", agents | msa), self.now)
        said = self.add_canary(case, kind, "since", agents | msa)
        await post_message(cast.agent_lot, case, said, key="since", now=self.now)
        await open_and_read_case(cast.referent_msa_lot, case, self.now)
        said = self.add_canary(case, kind, "apart", msa)
        await post_internal_note(cast.referent_msa_lot, case, said, key="apart", now=self.now)

    async def _answer_by_caf(self, kind: str, readers: frozenset[str], *acronyms: str) -> UUID:
        caf, case = self.cast.referent_caf_lot, await self._send_case(kind, readers, *acronyms)
        await open_and_read_case(caf, case, self.now)
        await post_message(caf, case, self.add_canary(case, kind, "reply", readers), key="reply", now=self.now)
        return case

    async def _erase_case(self, kind: str) -> None:
        await erase(self.cast, await self._send_case(kind, frozenset()), self.now)

    async def _write_conversation(self, kind: str, agents: frozenset[str], referents: frozenset[str]) -> None:
        """Writes everything that surrounds a case: messages, internal notes and an unsent message."""
        cast, now = self.cast, self.now
        everybody, one = agents | referents | {"expert"}, frozenset({"agent_lot"})
        case = await self._send_case(kind, everybody, "CAF", "MSA")
        for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
            await open_and_read_case(referent, case, now)
        await invite_expert(cast.agent_lot, case, self.add_canary(case, kind, "expert", everybody), now)
        await complete(cast.referent_caf_lot, case, _NUMBER, self.add_canary(case, kind, "completed", everybody), now)
        for author in ("agent_lot", "referent_caf_lot", "expert"):
            said = self.add_canary(case, kind, f"by{author.replace('_', '')}", everybody)
            await post_message(getattr(cast, author), case, said, key=author, now=now)
        name, said = (
            self.add_canary(case, kind, "apartfile", referents),
            self.add_canary(case, kind, "apart", referents),
        )
        whispered = await attach_file(cast.referent_caf_lot, self.store, case, now, f"{name}.pdf")
        await post_internal_note(cast.referent_caf_lot, case, said, key="apart", now=now, attachments=[whispered])
        await self._ask_removals(case, kind, everybody, referents)
        typed = self.add_canary(case, kind, "typed", one)
        await message_draft.save_message_draft(cast.agent_lot, case, typed, key="typed", now=now)

    async def _ask_removals(self, case: UUID, kind: str, everybody: frozenset[str], referents: frozenset[str]) -> None:
        """Of the last message that all read, and of the note between referents."""
        for place, readers, key in (("asked", everybody, "expert"), ("askedapart", referents, "apart")):
            row = await Message.select(Message.id).where(Message.case == case, Message.key == key).first()
            assert row is not None
            reason = self.add_canary(case, kind, place, readers)
            await request_removal(self.cast.referent_msa_lot, case, row["id"], reason, self.now)

    async def _continue_case(self, kind: str, into: str, agents: frozenset[str], caf: frozenset[str]) -> None:
        """The CAF comes to the case of the MSA, which reads nothing of the one that continues there, though linked."""
        agent, msa = self.cast.agent_lot, frozenset({"referent_msa_lot"})
        case, other = await self._send_case(kind, agents | caf), await self._send_case(into, agents | caf | msa, "MSA")
        await link_cases(agent, case, other, self.now)
        await continue_in(agent, case, other, self.now, another_citizen=True)

    async def _request_by_sms(self, kind: str, readers: frozenset[str]) -> None:
        """A mandate by SMS: the number, the message, the reply; then « STOP » suspends the case."""
        case = await self._create_draft(kind, readers)
        await send_mandate_sms(self.cast.agent_lot, case, self.now)
        answer = self.add_canary(case, kind, "answer", readers)
        await record_reply("reference", PHONE, f"OUI {answer}", self.now)
        await attest_mandate(self.cast.agent_lot, case, "sms", signed_on=None, reason="", now=self.now)
        await submit(self.cast.agent_lot, case, self.now)
        await record_reply(
            "reference of the stop", PHONE, f"STOP {self.add_canary(case, kind, 'stop', readers)}", self.now
        )
        self.canaries.append(Canary(PHONE, case, readers))
