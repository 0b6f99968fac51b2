"""What the public may say when it complains: a body against the policy's door, made into the fields of `register`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from complaints.case.fields import declared_problems, missing_declared
from complaints.case.values import Problem
from complaints.policy.model import Policy
from complaints.texts import language
from complaints.web.bodies import Body
from complaints.web.forms import MAX_TEXT, too_long, typed
from complaints.web.language import worded
from complaints.web.problem import HttpError

PERSON = ("name", "phone", "email", "address", "role")
_GIVEN = frozenset({"kind", "category", "text", "complainant", "fields", "consent", "language", "idempotency_key"})
_PHONE = re.compile(r"[+(（]?[\d０-９][\d０-９\s\-－()（）./+]{3,30}")
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}\.[^@\s<>,;.]{2,63}")


def complaint_values(body: Body, policy: Policy, lang: str, papers: Iterable[Problem] = ()) -> dict[str, Any]:
    """The fields of the command `register` that a public body gives; `papers` is what is wrong with its files.

    Raises
    ------
    HttpError
        422 with every field at fault, so that nobody sends a form three times to learn of three faults: what the public
        may not set, a kind that is not taken here, no way to answer, no consent, a value that the policy's own field
        does not take, the field that people leave empty, the files.
    """
    given = typed("register", body.fields, policy) if body.form else dict(body.fields)
    intake = policy.intake
    problems = [
        Problem(name, "unknown_field", {})
        for name in given
        if name not in _GIVEN and name != intake.honeypot and name != "file"
    ]
    if not isinstance(given.get("text"), str) or not str(given["text"]).strip():
        problems.append(Problem("text", "required"))
    if given.get(intake.honeypot):
        problems.append(Problem(intake.honeypot, "web.honeypot"))
    public = [name for name, kind in policy.kinds.items() if kind.public]
    kind = given.get("kind") or intake.kind
    if kind not in (public or [intake.kind]):
        problems.append(Problem("kind", "web.kind"))
    problems += _field_problems(given.get("fields"), str(kind), policy)
    problems += _person_problems(given.get("complainant"))
    problems += papers
    if not _agreed(given.get("consent")):
        problems.append(Problem("consent", "web.consent"))
    problems += [Problem(name, "web.field.too_long", {"most": MAX_TEXT}) for name in too_long(given)]
    if problems:
        raise HttpError(422, *problems)
    wanted = given.get("language")
    spoken = language(wanted) if isinstance(wanted, str) and wanted else lang
    values = {
        "kind": kind,
        "channel": intake.channel_web,
        "category": given.get("category"),
        "text": given["text"],
        "complainant": {name: value.strip() for name, value in given["complainant"].items() if value},
        "consent": worded(intake.consent, spoken),
        "language": spoken,
        "fields": given.get("fields") or {},
    }
    return {name: value for name, value in values.items() if value not in (None, "", {})}


def _agreed(consent: Any) -> bool:
    """A form's value is typed by the vocabulary as text: the browser sends what its box says."""
    return consent is True or (isinstance(consent, str) and consent.lower() in ("true", "on", "yes", "1"))


def _person_problems(person: Any) -> list[Problem]:
    if not isinstance(person, Mapping):
        return [Problem("complainant", "web.contact" if person is None else "wrong_type", {"type": "object"})]
    found = [Problem(f"complainant.{name}", "unknown_field") for name in person if name not in PERSON]
    found += [
        Problem(f"complainant.{name}", "wrong_type", {"type": "text"})
        for name, value in person.items()
        if name in PERSON and value is not None and not isinstance(value, str)
    ]
    if found:
        return found
    phone, email = (str(person.get(name) or "").strip() for name in ("phone", "email"))
    if phone and not _PHONE.fullmatch(phone):
        found.append(Problem("complainant.phone", "web.phone"))
    if email and not _EMAIL.fullmatch(email):
        found.append(Problem("complainant.email", "web.email"))
    return found if phone or email else [Problem("complainant", "web.contact")]


def _field_problems(fields: Any, kind: str, policy: Policy) -> list[Problem]:
    """What the public may not say in the policy's own fields, what is no value of theirs, and what is missing."""
    given = {} if fields is None else fields
    if not isinstance(given, Mapping):
        return [Problem("fields", "wrong_type", {"type": "object"})]
    open_ones = {name: value for name, value in given.items() if name in policy.fields and policy.fields[name].public}
    closed = [Problem(f"fields.{name}", "unknown_field") for name in given if name not in open_ones]
    return [*closed, *declared_problems(open_ones, policy), *missing_declared(open_ones, kind, policy)]
