"""`read_mail` in the shape that the scoring script of the mail corpus asks for: `mail_corpus:adapter`."""

from typing import Any

from complaints.mailroom import read_mail

# the emission address that one of the corpus' own test suites configures; a desk configures its own
OWN_ADDRESSES = ("redmine@example.net",)


def adapter(raw: bytes) -> dict[str, Any]:
    """Read one message; kinds in the corpus' spelling, empty files left out as its sources do."""
    mail = read_mail(raw, own_addresses=OWN_ADDRESSES)
    return {
        "subject": mail.subject,
        "from_email": mail.sender.address,
        "from_display_name": mail.sender.name,
        "body": mail.text,
        "reply_text": mail.new_text,
        "attachments": [a.name for a in mail.attachments if a.content],
        "klass": str(mail.kind).replace("_", "-"),
    }
