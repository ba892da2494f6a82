"""The SMS that ask for a mandate, and their answers."""

from uuid import uuid4

from piccolo.columns import UUID, BigInt, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.cases import Case


class Sms(Table):
    """An SMS that asks a citizen for their mandate, written before it is sent. phone: in E.164, « +33612345678 ».

    phone_token: the HMAC by which the number is found. state: « waiting », « sent » or « failed ».
    original_sms: the SMS to which this one asks for a clearer answer; the answer belongs to the original.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    phone = Text()
    phone_token = BigInt(default=0, index=True)
    body = Text()
    state = Varchar(length=7, default="waiting", index=True)
    written_at = Timestamptz()
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)
    original_sms = UUID(null=True, default=None)


class SmsReply(Table):
    """A citizen’s answer. reference: a digest of the provider’s own, so that a repeated delivery counts once."""

    id: Serial
    sms = ForeignKey(Sms, null=False, on_delete=OnDelete.cascade, index=True)
    reference = Varchar(length=64, unique=True)
    body = Text()
    received_at = Timestamptz()
