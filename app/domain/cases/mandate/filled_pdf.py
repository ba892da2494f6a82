"""Fills the paper mandate with the answers of a draft."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.cases.draft.draft import Draft
from app.domain.cases.mandate.pdf import Agent, Citizen, MandateContents, Office
from app.domain.teams.reachability import list_organisations_in_area
from db.tables.people import Person
from db.tables.teams import Team


async def build_mandate_contents(actor: Actor, draft: Draft, brand: str, day: str, now: datetime) -> MandateContents:
    """day is today's date in words. Writes a line of the audit log. Checks no permission: the caller has."""
    team = (
        await Team.select(Team.name, Team.street, Team.postal_code, Team.commune, Team.phone)
        .where(Team.id == draft.team_id)
        .first()
    )
    person = await Person.select(Person.phone).where(Person.id == actor.id).first()
    assert team is not None and person is not None
    await write_audit("mandate.taken", now=now, person_id=actor.id, case_id=draft.id)
    chosen = [
        known
        for known in await list_organisations_in_area(draft.area, draft.team_id)
        if known.id in draft.organisations
    ]
    return MandateContents(
        brand=brand,
        citizen=Citizen(f"{draft.first_name} {draft.last_name}".strip(), draft.birth),
        agent=Agent(f"{actor.first_name} {actor.last_name}", actor.function, person["phone"] or team["phone"]),
        office=Office(team["name"], _format_address(team["street"], team["postal_code"], team["commune"])),
        subject=draft.subject or draft.guided_subject,
        organisations=", ".join(known.acronym for known in chosen),
        details=", ".join(detail.label for detail in draft.details if detail.value or not detail.unknown),
        place=team["commune"],
        date=day,
    )


def _format_address(street: str, postal_code: str, commune: str) -> str:
    return ", ".join(part for part in (street, f"{postal_code} {commune}".strip()) if part)
