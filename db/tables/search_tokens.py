"""By what a case is found, although the citizen’s identity is encrypted."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, OnDelete, Varchar
from piccolo.table import Table

from db.tables.cases import Case


class SearchToken(Table):
    """The HMAC of a word or number of the citizen, by which a case is found.

    key_id: the key of the HMAC. A rotation computes the tokens again (app/domain/cases/search/tokens.py).
    """

    id = BigSerial(primary_key=True)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    token = BigInt(index=True)
    key_id = Varchar(length=20, index=True)
