"""Says of an SMTP error whether the relay failed or one recipient was refused (app/domain/email/failure.py)."""

import aiosmtplib

from app.domain.email.failure import Failure, find_reply_failure


def classify_failure(error: Exception) -> Failure:
    """An email has one recipient. Before RCPT TO, every error is the relay's."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _classify_response(error.recipients[0])
    if isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        return _classify_response(error)
    if isinstance(error, aiosmtplib.SMTPConnectError):
        return Failure.RELAY
    return Failure.SLOW if isinstance(error, TimeoutError) else Failure.RELAY


def _classify_response(refused: aiosmtplib.SMTPResponseException) -> Failure:
    return find_reply_failure(refused.code, refused.message)
