"""Who takes part in a case beside its author’s team: the teams that received it, and the people invited to it."""

from piccolo.columns import BigInt, Boolean, ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team


class Recipient(Table):
    """A team that received the case. seen_at: when the first of its referents opened it.

    taken_by: who announced « je m'en occupe ». irrelevant_at: when the team announced « non pertinente ».
    open (null once erased), last_event and next_side: copied from the case by triggers, so that lists read this table
    only (db/migrations/initial_sqlite.sql).
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.restrict, index=True)
    joined_at = Timestamptz()
    seen_at = Timestamptz(null=True, default=None)
    taken_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    irrelevant_at = Timestamptz(null=True, default=None)
    open = Boolean(null=True, default=None)
    last_event = BigInt(default=0)
    next_side = Varchar(length=8)


class Guest(Table):
    """A person invited to one case: a colleague, or an expert of the platform."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    invited_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    invited_at = Timestamptz()
