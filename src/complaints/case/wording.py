"""A notice in words: the template of the policy, its parameters named in the reader's language."""

import re
from collections.abc import Mapping
from datetime import datetime
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from complaints.policy.model import Policy, Text
from complaints.policy.vocabulary import PARAMETERS

GAP = "____"
"""What stands in a reply script for what is not known: whoever reads it out fills it in."""

_INSTANTS = ("due_at", "opened_at", "at")
_PLACE = re.compile(r"\{(\w+)\}")


def word(
    policy: Policy, template: str, params: Mapping[str, Any], language: str, unit_names: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """The text of a notice and the worded parameters (which carriers with approved templates want instead of the text).

    Parameters
    ----------
    params
        ids and RFC 3339 instants, as `case.notices` gives them.
    unit_names
        unit id -> its name in that language.
    """
    words = {name: _in_words(policy, name, params.get(name), language, unit_names) for name in PARAMETERS}
    text = in_language(policy.templates[template].text, language, policy)
    used = {name for _, name, _, _ in Formatter().parse(text) if name}
    return text.format_map(words), {name: words[name] for name in sorted(used)}


def script(text: str, words: Mapping[str, str]) -> str:
    """A reply script with the case's own words in its places (INS-21, D6); a gap where there is none."""
    return _PLACE.sub(lambda place: words.get(place[1]) or GAP, text)


def in_language(text: Text, language: str, policy: Policy) -> str:
    """A text in a language, else in the policy's first one, else in whichever there is."""
    return text.get(language) or text.get(policy.languages[0]) or next(iter(text.values()), "")


def _in_words(policy: Policy, name: str, value: Any, language: str, unit_names: Mapping[str, str]) -> str:
    if value in (None, ""):
        return ""
    if name in _INSTANTS:
        return local(datetime.fromisoformat(str(value)), policy)
    if name == "unit":
        return unit_names.get(str(value), str(value))
    catalogues: dict[str, Mapping[str, Any]] = {
        "kind": policy.kinds,
        "category": policy.categories,
        "order_type": policy.order_types,
        "deadline": policy.deadlines,
    }
    named = catalogues.get(name, {})
    if str(value) in named:
        return in_language(named[str(value)].name, language, policy)
    return str(value)


def local(instant: datetime, policy: Policy) -> str:
    """An instant as people of the organisation read it: local date and time to the minute."""
    return instant.astimezone(ZoneInfo(policy.zone)).strftime("%Y-%m-%d %H:%M")
