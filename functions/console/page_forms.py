"""What the forms of the staff's pages share: what makes one the same, and how a refusal is told beside its fields."""

from typing import Any

from functions.common import Here
from functions.console.seat import Sitting

from complaints.desk.answers import Once, OtherBodyError
from complaints.texts import has, text
from complaints.web.bodies import Body
from complaints.web.once import body_hash
from complaints.web.problem import FieldError, HttpError, field_errors
from complaints.web.told import in_words

_MOST_CHANGES = 3


def once_of_form(body: Body, scope: str) -> Once:
    """A form that is sent twice, by a double click or after going back, counts once."""
    return Once(scope=scope, key=str(body.fields.get("idempotency_key", ""))[:200], body_hash=body_hash(body))


def number_of(body: Body, name: str) -> int | None:
    """A number of a hidden field; None where there is none."""
    given = str(body.fields.get(name, ""))
    return int(given) if given.isdecimal() and len(given) < 10 else None


def again(seated: Sitting) -> tuple[FieldError, ...]:
    """What is said of a form from before signing in again."""
    return (FieldError(field="", message=text("desk.form_again", seated.lang)),)


def told_of(error: Exception, refused: HttpError, seated: Sitting, here: Here) -> tuple[FieldError, ...]:
    """What is wrong with a form: field by field, or what somebody else did in the meantime."""
    lang = seated.lang
    if isinstance(error, OtherBodyError):
        return (FieldError(field="", message=text("desk.sent_before", lang)),)
    if refused.status == 412:
        changed: list[dict[str, Any]] = refused.more.get("changed", [])[-_MOST_CHANGES:]
        people = here.desk.directory.people([str(one["by"]) for one in changed], here.now)
        said = [
            text(
                "desk.changed_by",
                lang,
                who=_who(str(one["by"]), {id: person.name for id, person in people.items()}, lang),
                what=text(f"desk.event.{one['type']}", lang) if has(f"desk.event.{one['type']}") else one["type"],
                at=seated.frame.local(str(one["at"])),
            )
            for one in changed
        ]
        return tuple(FieldError(field="", message=one) for one in [*said, text("desk.changed", lang)])
    refused.problems = tuple(in_words(one, seated.frame.policy, lang) for one in refused.problems)
    return field_errors(refused, lang)


def _who(by: str, names: dict[str, str], lang: str) -> str:
    return names.get(by) or (text(f"desk.by.{by}", lang) if has(f"desk.by.{by}") else by)
