"""What the public interface answers, in the caller's language and the organisation's offset."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from complaints.policy.model import Policy, Text
from complaints.web.language import worded

Instant = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """A promise: the deadline's name, what is promised in words, until when; `missed` once that has passed unkept."""

    name: str
    text: str
    due_at: Instant
    missed: bool = False
    kept: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A complaint that was taken. `token` opens `status_url`; it is told once and stored nowhere."""

    reference: str
    token: str
    status_url: str
    promises: list[PromiseView]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message between the customer and the organisation."""

    at: Instant
    from_customer: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """How a complaint stands, for the customer who raised it."""

    reference: str
    state: str
    state_text: str
    kind: str
    kind_text: str
    closed: bool
    opened_at: Instant
    closed_at: Instant | None
    promises: list[PromiseView]
    messages: list[MessageView]
    can: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """That a customer's word was added; `state` is the complaint's now."""

    reference: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """Where to post the file: all `fields` first, the file last as `file`. `file` is what it is called here."""

    file: str
    url: str
    fields: dict[str, str]
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says the policy's words in one language and instants in its zone."""

    policy: Policy
    lang: str

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone."""
        return ZoneInfo(self.policy.zone)

    def say(self, words: Text) -> str:
        """A text of the policy."""
        return worded(words, self.lang)
