"""Pages for the customer, rendered from templates: the form, what was accepted, how it stands, and problems.

Every page works without a script and carries its one stylesheet in itself, so that the content policy forbids all else.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from complaints.endings import endings
from complaints.policy.model import Field, Policy, Text
from complaints.texts import has, text
from complaints.web.http import Response, page
from complaints.web.language import worded
from complaints.web.problem import FieldError, ProblemDetails
from complaints.web.views import Accepted, StatusView

LANGUAGE_NAMES = (("zh-CN", "中文"), ("en", "English"))


@cache
def environment() -> Environment:
    """The template environment: everything is escaped, and a name that is not there is an error."""
    loader = PackageLoader("complaints.web", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@cache
def style() -> str:
    """The one stylesheet."""
    return files("complaints.web").joinpath("templates", "style.css").read_text("utf-8")


@cache
def content_policy() -> str:
    """What a page may load: its own stylesheet, pictures and forms of its own origin; no script at all."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page knows: the reader's language, the organisation's policy, the address it stands at."""

    lang: str
    policy: Policy
    here: str

    def say(self, words: Text) -> str:
        """A text of the policy in the reader's language."""
        return worded(words, self.lang)

    def local(self, instant: str) -> str:
        """An instant as people of the organisation read it."""
        moment = datetime.fromisoformat(instant).astimezone(ZoneInfo(self.policy.zone))
        return moment.strftime("%Y-%m-%d %H:%M")


def render(frame: Frame, template: str, code: int = 200, **values: Any) -> Response:
    """A page from a template."""
    html = (
        environment()
        .get_template(template)
        .render(
            lang=frame.lang,
            organisation=frame.say(frame.policy.name),
            style=_Css(style()),
            here=frame.here + ("&" if "?" in frame.here else "?"),
            languages=LANGUAGE_NAMES,
            t=lambda code, **params: text(code, frame.lang, **params),
            say=frame.say,
            local=frame.local,
            **values,
        )
    )
    return page(html, code, {"content-security-policy": content_policy(), "content-language": frame.lang})


class _Css(str):
    """Text of our own files, put into a page as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a form was sent back with: its values, and what is wrong with them."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()

    def value(self, name: str) -> str:
        """The value of a field, an inner one named with dots."""
        at: Any = self.values
        for part in name.split("."):
            at = at.get(part, "") if isinstance(at, Mapping) else ""
        return at if isinstance(at, str) else ""

    def message_of(self, name: str) -> str:
        """What is wrong with a field, if anything."""
        return "; ".join(error.message for error in self.errors if error.field == name)


def form_page(frame: Frame, *, action: str, key: str, filled: Filled, consent: str, status: int = 200) -> Response:
    """The public form: what the policy lets the public complain about, and what it asks."""
    policy = frame.policy
    kinds = [(name, frame.say(kind.name)) for name, kind in policy.kinds.items() if kind.public]
    shown = {name for name, kind in policy.kinds.items() if kind.public} or {policy.intake.kind}
    wanted = {category for name in shown for category in policy.kinds[name].categories}
    categories = [
        (name, frame.say(one.name)) for name, one in policy.categories.items() if not wanted or name in wanted
    ]
    fields = [
        (name, spec)
        for name, spec in policy.fields.items()
        if spec.public and not (spec.kinds and shown.isdisjoint(spec.kinds))
    ]
    return render(
        frame,
        "complaint_form.html.j2",
        status,
        action=action,
        key=key,
        kinds=kinds,
        categories=categories,
        fields=fields,
        consent=consent,
        honeypot=policy.intake.honeypot,
        file_types=",".join(policy.intake.file_types),
        file_endings=endings(policy.intake.file_types),
        file_count=policy.intake.file_count,
        file_size="4 MB",
        label_of=_labels(frame, fields),
        **_filled(filled),
    )


def _labels(frame: Frame, fields: Iterable[tuple[str, Field]]) -> Callable[[str], str]:
    own = {f"fields.{name}": frame.say(spec.name) for name, spec in fields}
    named = {"file": "files", "complainant": "phone"}

    def label(name: str) -> str:
        last = name.rpartition(".")[2]
        code = f"pages.field.{named.get(last, last)}"
        return own.get(name) or (text(code, frame.lang) if has(code) else name)

    return label


def _filled(filled: Filled) -> dict[str, Any]:
    return {"errors": filled.errors, "value": filled.value, "message_of": filled.message_of}


def accepted_page(frame: Frame, accepted: Accepted) -> Response:
    """What was accepted: reference, access code, promises."""
    return render(frame, "accepted.html.j2", 201, accepted=accepted)


def status_page(
    frame: Frame, status: StatusView, *, to: Callable[[str], str], token: str, key: str, sent: bool
) -> Response:
    """How a complaint stands, with what the customer may still say; `to` is the address of a part of it."""
    return render(
        frame,
        "status.html.j2",
        status=status,
        to=to,
        token=token,
        key=key,
        sent=sent,
    )


def problem_page(frame: Frame, problem: ProblemDetails, *, home: str) -> Response:
    """A refusal for who reads pages."""
    return render(frame, "problem.html.j2", problem.status, problem=problem, home=home)


def acknowledge_page(frame: Frame, cases: Sequence[str], *, root: str, done: bool) -> Response:
    """A text that somebody got: a button to acknowledge it, or thanks."""
    return render(frame, "acknowledge.html.j2", cases=cases, root=root, done=done)
