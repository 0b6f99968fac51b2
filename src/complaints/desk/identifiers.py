"""What a customer can be recognised by: phone, e-mail and the declared identifiers of a case, in their normal form.

Only a keyed hash of the normal form is ever stored as a key, so that the table does not list who complained.
"""

from collections.abc import Mapping
from typing import Any, cast

from complaints.policy.model import Policy
from complaints.privacy import Identifier, canonical

PHONE = "phone"
EMAIL = "email"


def normal(kind: str, value: Any) -> str:
    """The one form of an identifier, empty where there is none (`privacy.canonical`; an identifier of a policy's own
    kind is written as a parcel number is)."""
    return canonical(cast(Identifier, kind), str(value)) if value not in (None, "") else ""


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
