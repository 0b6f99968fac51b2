"""What a text says: one notice in the words of its template, many in one sentence, in the reader's language."""

from collections.abc import Sequence
from datetime import datetime
from string import Formatter
from typing import Any

import msgspec

from complaints.case.explain import promises
from complaints.case.wording import in_language, local, word
from complaints.desk.commit import load_case
from complaints.desk.context import Desk
from complaints.desk.outbox import Notice
from complaints.desk.tracking import status_url, token_of
from complaints.policy.model import Policy
from complaints.texts import text as sentence

BUNDLE = "bundle"
"""The template of a policy that says that there are several matters; without one the catalogue's sentence does."""

ACKNOWLEDGE = "acknowledge"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a recipient is reached, and in which language."""

    phone: str = ""
    email: str = ""
    language: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A text ready to send: its template, the carrier's code for it by carrier name, its worded parameters."""

    text: str
    subject: str
    template: str
    codes: dict[str, str]
    params: dict[str, str]


def words_of(desk: Desk, notices: Sequence[Notice], policy: Policy, language: str, id: str, now: datetime) -> Words:
    """The words for notices to one recipient, the first in full; `id` names the text in the link to acknowledge it."""
    first = notices[0]
    own = bool(first.customer)
    params: dict[str, Any] = {**first.params, "count": len(notices)}
    template = first.template
    if len(notices) > 1 and BUNDLE in policy.templates:
        template = BUNDLE
    wanted = in_language(policy.templates[template].text, language, policy)
    link = str(first.params.get("link", "")) or _link(desk, first, id)
    params["link"] = link
    if "{promises}" in wanted:
        params["promises"] = _promises(desk, first, policy, language, now)
    said, used = word(policy, template, params, language, _names(desk, notices, language, now))
    subject = _subject(policy, template, params, language)
    if len(notices) > 1 and template != BUNDLE:
        said = sentence("notices.bundle", language, count=len(notices), first=said)
        subject = sentence("notices.bundle_subject", language, count=len(notices))
    if link and not own and "{link}" not in wanted:
        said = f"{said}\n{sentence('notices.acknowledge', language, link=link)}"
    return Words(
        text=said, subject=subject, template=template, codes=dict(policy.templates[template].codes), params=used
    )


def acknowledge_url(desk: Desk, id: str) -> str:
    """The page on which a text is acknowledged; empty where no public address is set."""
    base = desk.settings.public_url
    return f"{base.rstrip('/')}/a/{id}.{desk.keys.sign(ACKNOWLEDGE, id)}" if base else ""


def _link(desk: Desk, notice: Notice, id: str) -> str:
    if not notice.customer:
        return acknowledge_url(desk, id)
    base = desk.settings.public_url
    return status_url(base, notice.reference, token_of(desk, notice.reference)) if base else ""


def _subject(policy: Policy, template: str, params: dict[str, Any], language: str) -> str:
    own = in_language(policy.templates[template].subject, language, policy)
    if not own:
        return sentence("notices.subject", language, reference=params.get("reference", ""))
    return own.format_map({**dict.fromkeys(_named(own), ""), **{key: str(value) for key, value in params.items()}})


def _named(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _names(desk: Desk, notices: Sequence[Notice], language: str, now: datetime) -> dict[str, str]:
    ids = {str(notice.params.get("unit", "")) for notice in notices[:1]}
    return {id: unit.name(language) for id, unit in desk.directory.units(ids, now).items()}


def _promises(desk: Desk, notice: Notice, policy: Policy, language: str, now: datetime) -> str:
    stored = load_case(desk, notice.reference)
    if stored is None:
        return ""
    book = desk.policies.book(stored.case.policy, now)
    lines = [
        sentence("notices.promise", language, name=in_language(name, language, policy), due_at=local(due_at, policy))
        for _, name, due_at in promises(stored.case, book)
    ]
    return "\n".join(lines)
