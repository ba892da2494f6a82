"""Asking for an account. Whatever the address, the same work, the same answer, one letter. Source: features.md P4.

Somebody who has an account already is told so by the letter alone; their request is listed nowhere.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.address import counted_as, domain_of, read_address
from app.domain.accounts.identity import clean, wrong_identity
from app.domain.audit.attempt_counts import note_attempt
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from app.domain.email.queue_email import LetterKind, write_signup_letter
from app.domain.errors import Invalid
from db.engine import transaction
from db.search import fold
from db.tables import Area, Organisation, Person, Signup

WAITING, KNOWN = "waiting", "known"
STRUCTURE_LENGTH, REASON_LENGTH = 200, 1000


@dataclass(frozen=True)
class OrganisationChoice:
    id: int
    name: str


async def organisations_offered() -> list[OrganisationChoice]:
    """Operators and helpers, by acronym."""
    rows = await Organisation.select(Organisation.id, Organisation.acronym, Organisation.name).where(
        Organisation.withdrawn_at.is_null()
    )
    named = [OrganisationChoice(row["id"], _named(row["acronym"], row["name"])) for row in rows]
    return sorted(named, key=lambda choice: fold(choice.name))


def _named(acronym: str, name: str) -> str:
    return acronym if acronym == name else f"{acronym} – {name}"


@dataclass(frozen=True)
class Asked:
    """What was typed. organisation is the id of one of ours, or None: « autre »; area is a territory's code."""

    address: str
    first_name: str
    last_name: str
    function: str
    phone: str
    organisation: int | None
    area: str
    structure: str
    reason: str


async def ask_for_account(asked: Asked, *, network: str, now: datetime) -> None:
    """A newer request of the same address takes the place of one still waiting.

    A form that is refused counts for its network. Raises Invalid for each field, TooOften past five in a quarter of an
    hour.
    """
    try:
        address = await _checked(asked)
    except Invalid:
        await count_attempt(Attempt.SIGNUP, account="", network=network, now=now)
        raise
    counted = {"account": counted_as(address), "domain": domain_of(address), "network": network}
    await count_attempt(Attempt.SIGNUP, **counted, now=now)
    async with transaction():
        known = await Person.exists().where(Person.address == address, Person.active.eq(True))
        await Signup.delete().where(Signup.address == address, Signup.state.is_in([WAITING, KNOWN]))
        row = Signup(
            address=address,
            first_name=clean(asked.first_name),
            last_name=clean(asked.last_name),
            function=clean(asked.function),
            phone=clean(asked.phone),
            organisation=asked.organisation,
            area=asked.area,
            team_name=clean(asked.structure),
            reason=asked.reason,
            asked_at=now,
            state=KNOWN if known else WAITING,
        )
        signup_id = (await Signup.insert(row).returning(Signup.id))[0]["id"]
        await write_signup_letter(LetterKind.KNOWN if known else LetterKind.SIGNUP, signup_id, now=now)
        await note_attempt("signup.asked", about=None, now=now)


async def _checked(asked: Asked) -> str:
    """The address in its normal form. Raises Invalid with everything that is wrong, in the form's order."""
    wrong = wrong_identity(
        first_name=asked.first_name, last_name=asked.last_name, function=asked.function, phone=asked.phone
    )
    address = ""
    try:
        address = read_address(asked.address)
    except Invalid as refused:
        wrong |= refused.fields
    wrong |= await _wrong_place(asked)
    if wrong:
        raise Invalid(**wrong)
    return address


async def _wrong_place(asked: Asked) -> dict[str, str]:
    wrong = {}
    if asked.organisation is not None and not await Organisation.exists().where(Organisation.id == asked.organisation):
        wrong["organisme"] = "Choisissez un organisme de la liste, ou « Autre »."
    if not await Area.exists().where(Area.code == asked.area):
        wrong["departement"] = "Choisissez votre département : la personne qui en a la charge lira votre demande."
    if not clean(asked.structure):
        wrong["structure"] = "Indiquez votre équipe ou votre structure, comme vous l’appelez."
    if not asked.reason:
        wrong["motif"] = "Dites en quelques mots pourquoi vous demandez un compte."
    return wrong
