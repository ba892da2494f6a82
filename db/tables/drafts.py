"""What people typed and have not sent."""

from uuid import uuid4

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team


class MessageDraft(Table):
    """A message that was typed on a case and not sent. internal: for referents only, of
    reader_team alone if there is one.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    body = Text()
    internal = Boolean(default=False)
    saved_at = Timestamptz()
    reader_team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.cascade)


class FormSave(Table):
    """What one opened page last saved of a form. form_name: « message », or the step of a draft.

    page: the form’s key. revision: the number of saves of that page. is_current: the draft has these values.
    content: the fields as JSON, empty once another page that showed them has replaced them.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    form_name = Varchar(length=12)
    page = Varchar(length=36)
    revision = Integer(default=0)
    is_current = Boolean(default=False)
    content = Text()
    saved_at = Timestamptz()


class PendingChoices(Table):
    """Answers of a draft without effect yet: a choice before « Continuer », the fields of other kinds of mandate.

    choices: JSON, name of the wizard’s field -> value.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, unique=True)
    choices = Text()
