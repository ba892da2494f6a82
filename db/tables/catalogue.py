"""The categories and subjects of a case with their organisations, and the changes that administrators made to them."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.organisations import Organisation
from db.tables.people import Person


class Category(Table):
    id: Serial
    name = Varchar(length=60, unique=True)
    description = Varchar(length=200)
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)


class CategoryOrganisation(Table):
    id: Serial
    category = ForeignKey(Category, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
    position = Integer()


class Subject(Table):
    """procedure: the standard steps to try before writing to an organisation."""

    id: Serial
    category = ForeignKey(Category, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=120)
    position = Integer()
    procedure = Text()
    withdrawn_at = Timestamptz(null=True, default=None)


class SubjectOrganisation(Table):
    id: Serial
    subject = ForeignKey(Subject, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
    position = Integer()


class CatalogueChange(Table):
    """kind and entry identify the entry. before and after: the changed fields, as JSON; before is empty for a new
    entry.
    undoes: the change that this one reverts.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=12)
    entry = Integer(index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    changed_at = Timestamptz()
    before = Text()
    after = Text()
    undoes = BigInt(null=True, default=None)
