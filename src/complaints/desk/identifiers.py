"""What a customer can be recognised by: phone, e-mail and the declared identifiers of a case, in their normal form.

Only a keyed hash of the normal form is ever stored as a key, so that the table does not list who complained.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from complaints.policy.model import Policy

PHONE = "phone"
EMAIL = "email"

PHONE_DIGITS = 10
"""How many last digits make a phone number the same: before them stands a country's or a trunk's prefix, written
by some and left out by others."""


def normal(kind: str, value: Any) -> str:
    """The normal form of an identifier, empty where the value is none.

    >>> normal("phone", "+86 138-0013-8000") == normal("phone", "13800138000")
    True
    """
    text = unicodedata.normalize("NFKC", str(value or "")).strip()
    if kind == PHONE:
        digits = re.sub(r"\D", "", text)
        return digits[-PHONE_DIGITS:] if len(digits) >= 5 else ""
    if kind == EMAIL:
        local, at, domain = text.rpartition("@")
        return f"{local}@{domain}".casefold() if local and at and domain else ""
    return re.sub(r"[\s\-_./]", "", text).upper()


def of_case(complainant: Mapping[str, Any], fields: Mapping[str, Any], policy: Policy) -> dict[str, str]:
    """The identifiers of a complaint: kind -> normal form, in the order in which a repeat is looked for."""
    found = {kind: normal(kind, complainant.get(kind)) for kind in (PHONE, EMAIL)}
    for name, spec in policy.fields.items():
        if spec.identifier and fields.get(name):
            found[spec.identifier] = normal(spec.identifier, fields[name])
    return {kind: value for kind, value in found.items() if value}


def candidates(text: str, policy: Policy) -> list[tuple[str, str]]:
    """What an exact search term may be: every kind of identifier of which it has a normal form, the likeliest first."""
    kinds = [spec.identifier for spec in policy.fields.values() if spec.identifier]
    kinds = list(dict.fromkeys([EMAIL, *kinds, PHONE])) if "@" in text else list(dict.fromkeys([PHONE, *kinds]))
    forms = [(kind, normal(kind, text)) for kind in kinds]
    return [(kind, form) for kind, form in forms if form]
