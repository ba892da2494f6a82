"""Lists of people and teams, imported by administrators."""

from uuid import uuid4

from piccolo.columns import UUID, BigSerial, Boolean, Bytea, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person


class Import(Table):
    """A list of people or teams that an admin sent. Its bytes go once it is applied, its rows after a week.

    kind: « people » or « teams ». state: « reading », « ready », « applying », « applied », « dropped » or « failed ».
    due_at: when a worker may continue; null when nothing is to be done. ignored: columns that were not read.
    """

    id = UUID(primary_key=True, default=uuid4)
    kind = Varchar(length=6)
    state = Varchar(length=8)
    file_name = Varchar(length=200)
    content = Bytea(null=True, default=None)
    total = Integer()
    ignored = Text()
    invite = Boolean(default=False)
    invited = Integer()
    created = Integer()
    changed = Integer()
    unchanged = Integer()
    refused = Integer()
    remarked = Integer()
    differing = Integer()
    due_at = Timestamptz(null=True, default=None, index=True)
    sent_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    sent_at = Timestamptz(index=True)
    applied_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)
    applied_at = Timestamptz(null=True, default=None)


class ImportRow(Table):
    """What a row of the file does. result: « created », « changed », « unchanged » or « refused ».

    differs_from_preview: the result is not that of the preview, because the database changed in between.
    """

    id = BigSerial(primary_key=True)
    source = ForeignKey(Import, null=False, on_delete=OnDelete.cascade, index=True)
    line = Integer()
    result = Varchar(length=9)
    label = Text()
    detail = Text()
    remark = Text()
    differs_from_preview = Boolean(default=False)
