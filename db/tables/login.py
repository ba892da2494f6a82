"""Logins that have begun: by an emailed link, or without their second factor yet."""

from piccolo.columns import Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person


class LoginLink(Table):
    """One requested login link. Only hashes are stored, so that a stolen database opens no session.

    typed_here: its address was typed in the browser that asked.
    """

    id: Serial
    reference = Varchar(length=16, unique=True)
    token_hash = Varchar(length=64)
    browser_hash = Varchar(length=64, index=True)
    code_hash = Varchar(length=64)
    address = Varchar(length=254)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade)
    remember = Boolean(default=False)
    next_path = Varchar(length=500)
    typed_here = Boolean(default=False)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
    tries = Integer(default=0)


class PendingLogin(Table):
    """A login that lacks its second factor. Only the browser that began it can continue.

    by_link and logout_hint are copied to the session. subject_hash: the identity to link to the account.
    """

    id: Serial
    browser_hash = Varchar(length=64, index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    remember = Boolean(default=False)
    next_path = Varchar(length=500)
    by_link = Boolean(default=False)
    logout_hint = Text()
    subject_hash = Varchar(length=64)
    expires_at = Timestamptz()
    tries = Integer(default=0)
