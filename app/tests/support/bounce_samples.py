"""Bounces in the forms of Postfix, Exchange and Exim, about one email of ours. Written here: no real one is copied."""

ORIGINAL = "From: ne-pas-repondre@exemple.fr\nTo: {to}\nSubject: Nouvelle demande\nMessage-ID: {message_id}\n"
REPORT = """From: MAILER-DAEMON@relais.exemple.fr
To: ne-pas-repondre@exemple.fr
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="AB"

--AB
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--AB
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.exemple.fr
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown

--AB
{joined}
--AB--
"""
HEADERS_ALONE = "Content-Type: text/rfc822-headers\n\n" + ORIGINAL
WHOLE = "Content-Type: message/rfc822\n\n" + ORIGINAL + "\nBonjour\n"
EXIM = (
    """From: Mail Delivery System <Mailer-Daemon@relais.exemple.fr>
To: ne-pas-repondre@exemple.fr
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender
Content-Type: text/plain; charset=utf-8

A message that you sent could not be delivered to one or more of its recipients.

  {to}
    host mx.exemple.fr [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{to}>:
    550 {status} No such user

------ This is a copy of the message's headers. ------

"""
    + ORIGINAL
)
ABSENCE = """From: {to}
To: ne-pas-repondre@exemple.fr
Subject: Absence : Nouvelle demande
In-Reply-To: {message_id}
References: {message_id}
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

Je suis absent jusqu'au 5 janvier. 5.1.1
"""


def build_report(to: str, message_id: str, status: str = "5.1.1", action: str = "failed", joined: str = WHOLE) -> bytes:
    part = joined.format(to=to, message_id=message_id)
    return REPORT.format(to=to, status=status, action=action, joined=part).encode()


def build_exim(to: str, message_id: str, status: str = "5.1.1") -> bytes:
    return EXIM.format(to=to, message_id=message_id, status=status).encode()


def build_absence(to: str, message_id: str) -> bytes:
    return ABSENCE.format(to=to, message_id=message_id).encode()
