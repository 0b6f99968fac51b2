"""`Idempotency-Key`: the same request again gets the first answer."""

import hashlib
import re

import msgspec

from complaints.case.values import Problem
from complaints.web.bodies import Body
from complaints.web.http import Request
from complaints.web.problem import HttpError

KEY_HEADER = {"idempotency-key": "the same key with the same body gets the first answer"}
"""What the OpenAPI says of the header of an endpoint that takes it."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def idempotency_key(request: Request, body: Body) -> str:
    """The caller's key, empty where there is none; a form carries it in a hidden field, drawn when the page was made.

    Raises
    ------
    HttpError
        400: the key is empty, longer than 200 characters, or has characters that no key has.
    """
    header = request.header("idempotency-key").strip()
    key = header.strip('"') if header else str(body.fields.get("idempotency_key", "")) if body.form else ""
    if (header and not key) or (key and not _KEY.fullmatch(key)):
        raise HttpError(400, Problem("Idempotency-Key", "web.key.unusable"))
    return key


def body_hash(body: Body) -> str:
    """What a body says, as a digest: its fields in whatever order, its files by content.

    A browser that sends a form again draws another boundary, and a client may write the same JSON otherwise: neither is
    another body.
    """
    files = [(file.name, hashlib.sha256(file.content).hexdigest()) for file in body.files]
    return hashlib.sha256(msgspec.json.encode([body.fields, files], order="deterministic")).hexdigest()
