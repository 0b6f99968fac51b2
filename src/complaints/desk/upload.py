"""Files too big for a request: a form that lets one browser put one file of one type and size beside its case."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from complaints.case.values import Actor, RefusedError
from complaints.desk.answers import Once
from complaints.desk.command import Asked, command
from complaints.desk.commit import Stored
from complaints.desk.context import Desk
from complaints.desk.dossier import NoCaseError
from complaints.desk.file_problems import too_large, wrong_type
from complaints.desk.references import read_reference

OPEN_FOR = timedelta(minutes=15)


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """Where to post the file, with which form fields (the file last, as `file`), until when; `file` names it here."""

    file: str
    url: str
    fields: dict[str, str]
    expires_at: datetime


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """A file that somebody is about to upload: its name, type and size in bytes, and the paper that it is, if any."""

    name: str
    content_type: str
    size: int
    paper: str = ""


def announce(
    desk: Desk,
    reference: str,
    announced: Announced,
    by: Actor,
    once: Once,
    now: datetime,
    *,
    seen: Callable[[Stored], bool] | None = None,
    order: int = 0,
    version: int | None = None,
) -> Upload:
    """Note the file on the case and open the door for it.

    The case says that it has the file before it is there: whoever closes the window in between leaves a name without a
    file, which shows; the other way round would leave a file that nobody knows of.

    Raises
    ------
    NoCaseError, RefusedError
        As for any command; and when the policy does not take files of that type or size.
    """
    intake = desk.policies.current(now).policy.intake
    problems = []
    if announced.content_type not in intake.file_types:
        problems.append(wrong_type("type", announced.name, announced.content_type, intake.file_types))
    if not 0 < announced.size <= intake.file_bytes:
        problems.append(too_large("size", announced.name, intake.file_bytes))
    if problems:
        raise RefusedError(*problems)
    known = read_reference(reference)
    if known is None:
        raise NoCaseError(f"{reference!r} is no reference")
    # whose key it is counts too: a form for one person's file must not write over another's
    whose = f"{once.scope} {once.key}".encode()
    name = hashlib.sha256(whose).hexdigest()[:32] if once.key else secrets.token_hex(16)
    key = f"uploads/{known}/{name}"
    values: dict[str, Any] = {
        "file": key,
        "name": announced.name,
        "type": announced.content_type,
        "size": announced.size,
    }
    if announced.paper:
        values["paper"] = announced.paper
    asked = Asked(reference=known, name="attach", values=values, by=by, once=once, order=order, version=version)
    command(desk, asked, now, seen=seen)
    form = desk.files.upload_form(key, announced.content_type, announced.size, int(OPEN_FOR.total_seconds()))
    return Upload(file=key, url=form["url"], fields=form["fields"], expires_at=now + OPEN_FOR)
