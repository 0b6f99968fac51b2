"""The address to which a customer answers: signed, so that having it proves that the mail belongs to the case."""

from collections.abc import Mapping

from complaints.desk.context import Desk
from complaints.mailroom.threads import reply_address

PURPOSE = "reply"


def reply_keys(desk: Desk) -> Mapping[str, bytes]:
    """The keys whose reply addresses still count, by name."""
    return desk.keys.derived(PURPOSE)


def reply_to(desk: Desk, reference: str) -> str:
    """The reply address of a case; empty where the deployment has no mail domain."""
    domain = desk.settings.mail_domain
    if not domain:
        return ""
    return reply_address(reference, desk.keys.current, reply_keys(desk)[desk.keys.current], domain)
