"""Values of the mailroom: what one inbound e-mail says, without any of its wire format."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What an e-mail is to the desk. Only `new` and `reply` come from a person; the others are never answered."""

    NEW = "new"
    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"

    @property
    def from_machine(self) -> bool:
        """Whether a machine wrote it, so that no answer may follow."""
        return self not in (Kind.NEW, Kind.REPLY)


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. `name` holds no control characters; `address` holds neither those nor white space, or is empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the message.

    `name` is one plain file name, never a path. `content_type` is what the bytes are where that can be told, else
    what the sender declared. `inline` is true for pictures that the HTML body shows by `content_id`, and for parts
    marked inline."""

    name: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a delivery report says of one recipient: `action` failed, delayed, delivered, relayed or expanded; RFC
    3463 `status`."""

    address: str
    action: str
    status: str
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a bounce says of the message that it is about. `message_id` is empty where the report does not tell it."""

    message_id: str
    recipients: tuple[Recipient, ...]

    @property
    def permanent(self) -> bool:
        """Whether some recipient can never be reached: failed, and not with a temporary 4.x.x status."""
        return any(r.action == "failed" and not r.status.startswith("4") for r in self.recipients)


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail, read.

    `recipients` are those of To and Cc, `delivered_to` the envelope's where a header tells them. `text` is the whole
    readable body, `new_text` the same without quoted history and signature. `date` is aware (UTC) or None. Message
    ids carry no angle brackets. `language` is "zh-CN" or "en". `reason` names the rule that decided `kind`;
    `suspicion` names the rule for which a message that counts as a person's is nevertheless not answered by itself.
    `defects` lists what could not be read as it stands, each as "where: what"."""

    subject: str
    sender: Address
    reply_to: tuple[Address, ...]
    recipients: tuple[Address, ...]
    delivered_to: tuple[Address, ...]
    date: datetime | None
    text: str
    new_text: str
    attachments: tuple[Attachment, ...]
    kind: Kind
    reason: str
    suspicion: str
    answerable: bool
    language: str
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    delivery: DeliveryReport | None
    defects: tuple[str, ...]
