"""How the use cases' answers look over HTTP, in the caller's language and the organisation's offset."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from complaints.case.values import Problem
from complaints.desk.register import Promise
from complaints.desk.track import Status
from complaints.desk.upload import Announced, Upload
from complaints.web.bodies import Body, plain_name
from complaints.web.http import instant
from complaints.web.problem import HttpError
from complaints.web.views import MessageView, PromiseView, Speaker, StatusView, UploadView


def promise_views(promises: Sequence[Promise], speaker: Speaker) -> list[PromiseView]:
    """What is promised to whoever has just complained."""
    rules = speaker.policy.deadlines
    return [
        PromiseView(
            name=one.name, text=speaker.say(rules[one.name].promise), due_at=instant(one.due_at, speaker.zone) or ""
        )
        for one in promises
    ]


def status_view(found: Status, speaker: Speaker, now: datetime) -> StatusView:
    """How a complaint stands."""
    zone = speaker.zone
    return StatusView(
        reference=found.reference,
        state=found.state,
        state_text=speaker.say(found.state_name),
        kind=found.kind,
        kind_text=speaker.say(found.kind_name),
        closed=found.phase != "open",
        opened_at=instant(found.opened_at, zone) or "",
        closed_at=instant(found.closed_at, zone),
        promises=[
            PromiseView(
                name=one.name,
                text=speaker.say(one.text),
                due_at=instant(one.due_at, zone) or "",
                kept=one.kept,
                missed=one.kept is False or (one.kept is None and one.due_at < now),
            )
            for one in found.promises
        ],
        messages=[
            MessageView(at=instant(one.at, zone) or "", from_customer=one.from_customer, text=one.text)
            for one in found.messages
        ],
        can=list(found.open_to),
    )


def read_announced(body: Body) -> Announced:
    """The file that a body announces. Raises `HttpError` 422 with every field at fault."""
    name, kind, size = (body.fields.get(key) for key in ("name", "type", "size"))
    problems = [
        Problem(key, "required" if value in (None, "") else "wrong_type", {"type": "text"})
        for key, value in (("name", name), ("type", kind))
        if not isinstance(value, str) or not value
    ]
    if not isinstance(size, int) or isinstance(size, bool):
        problems.append(Problem("size", "required" if size is None else "wrong_type", {"type": "number"}))
    if problems or not isinstance(size, int):
        raise HttpError(422, *problems)
    return Announced(
        name=plain_name(str(name)), content_type=str(kind).lower(), size=size, paper=str(body.fields.get("paper") or "")
    )


def upload_view(upload: Upload, zone: tzinfo) -> UploadView:
    """Where to put a file."""
    expires = instant(upload.expires_at, zone) or ""
    return UploadView(file=upload.file, url=upload.url, fields=upload.fields, expires_at=expires)
