"""Who takes part in a case beside its author’s team: the teams that received it, and the people invited to it."""

from piccolo.columns import BigInt, Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team


class Recipient(Table):
    """A team that received the case, and where it stands (app/domain/cases/progress/team.py).

    joined_at: when the case reached it. opinion: it was asked for an opinion, and owes no answer. seen_at: when the
    first of its referents opened the case. next_side: « referent » while it is the team's turn, since waiting_since,
    otherwise empty. late_from: when its answer becomes overdue; late_notices_sent: how many notices followed.
    taken_by: who announced « je m'en occupe ». promise_due: when it is reminded to say where the case is, while it took
    charge or answered and announced no end; promise_reminded_at: when it was last. first_answer_at, last_answer_at: its
    messages that the agent may read. handled_at, irrelevant_at: its « c'est traité », its « non pertinente ».
    left_at: when it stepped out; it reads the case no more.
    open (null once erased) and last_event: kept by triggers, so that lists read this table only. last_event is the last
    one that the team may read; last_note_event the last of its own notes, search_notes their text (team_notes.py).
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
    opinion = Boolean(default=False)
    waiting_since = Timestamptz(null=True, default=None)
    late_from = Timestamptz(null=True, default=None)
    late_notices_sent = Integer(default=0)
    first_answer_at = Timestamptz(null=True, default=None)
    last_answer_at = Timestamptz(null=True, default=None)
    handled_at = Timestamptz(null=True, default=None)
    left_at = Timestamptz(null=True, default=None)
    promise_due = Timestamptz(null=True, default=None)
    promise_reminded_at = Timestamptz(null=True, default=None)
    last_note_event = BigInt(default=0)
    search_notes = Text()


class Guest(Table):
    """A person invited to one case: a colleague, or an expert of the platform."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    invited_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    invited_at = Timestamptz()


class SetAside(Table):
    """A case that a recipient team, or one person of it, set aside until a moment. person: null for the whole team."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    until = Timestamptz(index=True)
    set_at = Timestamptz()
