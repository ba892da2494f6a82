"""Cases of one citizen that are linked, and those that continue in another one."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Text, Timestamptz
from piccolo.table import Table

from db.tables.cases import Case
from db.tables.people import Person


class CaseLink(Table):
    """Two cases of one citizen for the same blockage. first_case: the one whose id sorts first."""

    id: Serial
    first_case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    second_case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    linked_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null, index=True)
    linked_at = Timestamptz()


class CaseContinuation(Table):
    """A case that was closed as a duplicate: it continues in other_case.

    undo: what taking it back needs, as JSON without any text that a person typed (lifecycle/continuation_undo.py).
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, unique=True)
    other_case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    continued_at = Timestamptz()
    undo = Text()
