"""Requests for an account. Any address costs the same work, gets the same answer and one email.

A person who has an account already learns it by the email alone; their request is not listed. Source: features.md P4.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.address import parse_address, parse_domain, remove_address_tag
from app.domain.accounts.identity import find_identity_errors, normalize_spaces
from app.domain.accounts.phone import clean_phone
from app.domain.audit.attempt_counts import record_attempt
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from app.domain.email.queue_account_email import queue_signup_email
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables.areas import Area
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.signup import Signup

STATE_WAITING, STATE_KNOWN = "waiting", "known"
MAX_TEAM_NAME_LENGTH, MAX_REASON_LENGTH = 200, 1000


@dataclass(frozen=True)
class SignupForm:
    """As typed. organisation: an id, or None for « autre ». area: the code of an area."""

    address: str
    first_name: str
    last_name: str
    function: str
    phone: str
    organisation: int | None
    area: str
    team_name: str
    reason: str


async def request_account(form: SignupForm, *, network: str, now: datetime) -> None:
    """A new request replaces the waiting one of the same address. An invalid form counts for its network.

    Raises Invalid for each field, TooManyRequests past the limits of login_rate_limit.py.
    """
    try:
        address = await _check_form(form)
    except Invalid:
        await count_attempt(Attempt.SIGNUP, account="", network=network, now=now)
        raise
    counted = {"account": remove_address_tag(address), "domain": parse_domain(address), "network": network}
    await count_attempt(Attempt.SIGNUP, **counted, now=now)
    async with transaction():
        known = await Person.exists().where(Person.address == address, Person.active.eq(True))
        await Signup.delete().where(Signup.address == address, Signup.state.is_in([STATE_WAITING, STATE_KNOWN]))
        row = Signup(
            address=address,
            first_name=normalize_spaces(form.first_name),
            last_name=normalize_spaces(form.last_name),
            function=normalize_spaces(form.function),
            phone=clean_phone(form.phone),
            organisation=form.organisation,
            area=form.area,
            team_name=normalize_spaces(form.team_name),
            reason=form.reason,
            asked_at=now,
            state=STATE_KNOWN if known else STATE_WAITING,
        )
        signup_id = (await Signup.insert(row).returning(Signup.id))[0]["id"]
        await queue_signup_email(EmailKind.KNOWN if known else EmailKind.SIGNUP, signup_id, now=now)
        await record_attempt("signup.asked", about=None, now=now)


async def _check_form(asked: SignupForm) -> str:
    """Returns the address as parse_address does. Raises Invalid with every error, in the order of the form."""
    wrong = find_identity_errors(
        first_name=asked.first_name, last_name=asked.last_name, function=asked.function, phone=asked.phone
    )
    address = ""
    try:
        address = parse_address(asked.address)
    except Invalid as refused:
        wrong |= refused.fields
    wrong |= await _find_team_errors(asked)
    if wrong:
        raise Invalid(**wrong)
    return address


async def _find_team_errors(asked: SignupForm) -> dict[str, str]:
    wrong = {}
    if asked.organisation is not None and not await Organisation.exists().where(Organisation.id == asked.organisation):
        wrong["organisme"] = "Choisissez un organisme de la liste, ou « Autre »."
    if not await Area.exists().where(Area.code == asked.area):
        wrong["departement"] = "Choisissez votre département : la personne qui en a la charge lira votre demande."
    if not normalize_spaces(asked.team_name):
        wrong["structure"] = "Indiquez votre équipe ou votre structure, comme vous l’appelez."
    if not asked.reason:
        wrong["motif"] = "Dites en quelques mots pourquoi vous demandez un compte."
    return wrong
