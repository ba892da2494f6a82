"""The phone and the address of the people on the other side of a case, for those who may read it.

| people of | author | colleague | referent | expert |
|-----------|--------|-----------|----------|--------|
| AGENT     |        |           | x        | x      |
| REFERENT  | x      | x         |          | x      |

Of the agents' side: its author and their team. Of each team that follows the case: the team, who took charge, and who
wrote a message that the agent may read. A person with a second relation beside REFERENT is on the agents' side. A
person whose account is closed, or who left the team, is not shown. A panel of the case's page shows them when it is
asked for; no email, no export and no anonymous case does. Source: issue 16, point 15.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from app.domain.accounts.actor import Actor, Side
from app.domain.accounts.phone import split_extension
from app.domain.cases.permissions import Action, CaseFacts, Relation, find_relations, find_side, list_allowed_actions
from db.batch import BatchQuery, Row, fetch_batch


@dataclass(frozen=True)
class Contact:
    """name: empty for the team itself. phone, address: one of them may be empty."""

    name: str
    phone: str
    address: str

    @property
    def dialled(self) -> str:
        """What a link dials: « +33 (0)1 99 00 12 34 poste 2 » -> « +33199001234 »."""
        number, _ = split_extension(self.phone)
        return re.sub(r"(?!^\+)\D", "", re.sub(r"^(\+.*)\(0\)", r"\1", number))


@dataclass(frozen=True)
class TeamContacts:
    team: str
    contacts: tuple[Contact, ...]


def list_contact_sides(actor: Actor, case: CaseFacts) -> frozenset[Side]:
    """The sides whose people the actor may call: the other one, and both for an expert of the case."""
    if Action.READ not in list_allowed_actions(actor, case):
        return frozenset()
    if Relation.EXPERT in find_relations(actor, case):
        return frozenset(Side)
    return frozenset(Side) - {find_side(actor, case)}


async def load_contacts(actor: Actor, case: CaseFacts) -> list[TeamContacts]:
    """The teams that have something to show, in one statement."""
    sides = sorted(list_contact_sides(actor, case))
    found = await fetch_batch(**{side: _QUERIES[side].bind(case.id) for side in sides}) if sides else {}
    teams = (_decode_team(list(rows)) for side in sides for _, rows in groupby(found[side], lambda row: row["team_id"]))
    return [team for team in teams if team.contacts]


def _decode_team(rows: list[Row]) -> TeamContacts:
    """One row a person; one without a person for a team that has none to show."""
    own = Contact("", rows[0]["team_phone"], rows[0]["team_address"])
    people = (
        Contact(f"{row['first_name']} {row['last_name']}", row["phone"], row["address"])
        for row in rows
        if row["address"]
    )
    return TeamContacts(rows[0]["team"], (*([own] if own.phone or own.address else []), *people))


_COLUMNS = {
    "team_id": "t.id",
    "team": "t.name",
    "team_phone": "t.phone",
    "team_address": "t.contact_address",
    "first_name": "p.first_name",
    "last_name": "p.last_name",
    "phone": "p.phone",
    "address": "p.address",
}
_QUERIES = {
    Side.AGENT: BatchQuery(
        _COLUMNS,
        """cases c JOIN team t ON t.id = c.team
        LEFT JOIN membership m ON m.team = c.team AND m.person = c.author
        LEFT JOIN person p ON p.id = m.person AND p.active WHERE c.id = {}""",
        {},
    ),
    Side.REFERENT: BatchQuery(
        _COLUMNS,
        """recipient r JOIN cases c ON c.id = r."case" JOIN team t ON t.id = r.team
        LEFT JOIN membership m ON m.team = r.team AND (m.person = r.taken_by OR EXISTS (
            SELECT 1 FROM message w WHERE w."case" = c.id AND w.author = m.person AND w.team <> c.team
            AND w.audience = 'all' AND w.withdrawn_at IS NULL))
        LEFT JOIN person p ON p.id = m.person AND p.active
        WHERE c.id = {} AND r.left_at IS NULL AND t.closed_at IS NULL ORDER BY r.id, p.last_name, p.id""",
        {},
    ),
}
