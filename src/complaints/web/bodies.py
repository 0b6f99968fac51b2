"""Bodies of requests: strict JSON, and HTML forms (urlencoded, multipart with files), as one mapping of fields.

A form writes an inner field with a dot: `complainant.phone=138...` is `{"complainant": {"phone": "138..."}}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from complaints.case.values import Problem
from complaints.endings import megabytes
from complaints.web.http import Request
from complaints.web.problem import HttpError

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MAX_BYTES = 4_500_000
"""What the platform lets through of a body; bigger files take the presigned way."""
MAX_FIELDS = 200
MAX_DEPTH = 64
"""Nesting that no request needs and that only an attack on the parser has."""
MAX_VALUES = 10_000
"""Values in one body: a year's roster of a unit has fewer, and each that is wrong would get a sentence."""

_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form: a plain name without folders, the declared type, the bytes."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What a request says. `form` tells whether a browser's form said it, which wants a page for an answer."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()
    form: bool = False


def read_body(request: Request, *, forms: bool = False) -> Body:
    """The body of a request, empty where there is none.

    Raises
    ------
    HttpError
        400 when it is not what its type says, 413 when it is too large, 415 when its type is none that is taken,
        422 when it is well-formed JSON but no object.
    """
    if len(request.body) > MAX_BYTES:
        raise HttpError(413, code="web.body.too_large", params={"most": megabytes(MAX_BYTES)})
    media = request.media_type
    if forms and media == FORMS[0]:
        return _urlencoded(request.body)
    if forms and media == FORMS[1]:
        return _multipart(request.body, request.header("content-type"))
    if not request.body.strip():
        return Body()
    if media not in ("application/json", "") and not media.endswith("+json"):
        taken = ("application/json", *(FORMS if forms else ()))
        raise HttpError(415, code="web.body.media_type", params={"given": media, "taken": ", ".join(taken)})
    value = read_json(request.body)
    if not isinstance(value, dict):
        raise HttpError(422, Problem("", "web.body.not_object"))
    return Body(value)


def read_json(content: bytes) -> Any:
    """The value of a JSON text, strictly as RFC 8259 has it.

    Raises
    ------
    HttpError
        400: it is no JSON, or nested deeper or with more values than any request needs.
    """
    try:
        value = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise HttpError(400, code="web.body.not_json", params={"reason": str(broken)[:120]}) from broken
    excess = _excess(value)
    if excess:
        raise HttpError(400, code="web.body.not_json", params={"reason": excess})
    return value


def _excess(value: Any) -> str:
    """In what a value goes beyond any request; empty where it does not."""
    values, waiting = 0, [(value, 1)]
    while waiting:
        at, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return f"deeper than {MAX_DEPTH}"
        if isinstance(at, dict | list):
            values += len(at)
            if values > MAX_VALUES:
                return f"more than {MAX_VALUES} values"
            waiting.extend((inner, depth + 1) for inner in (at.values() if isinstance(at, dict) else at))
    return ""


def _urlencoded(content: bytes) -> Body:
    try:
        pairs = parse_qsl(
            content.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except (UnicodeDecodeError, ValueError) as broken:
        raise HttpError(400, code="web.body.not_form", params={"reason": str(broken)[:120]}) from broken
    return Body(_nested(pairs), form=True)


def _multipart(content: bytes, content_type: str) -> Body:
    # Imported here: only a form with files pays for it.
    from multipart import MultipartError, PushMultipartParser, parse_options_header

    boundary = parse_options_header(content_type)[1].get("boundary", "")
    pairs: list[tuple[str, str]] = []
    files: list[Upload] = []
    try:
        if not boundary:
            raise ValueError("the content type names no boundary")
        segment: Any = None
        data = bytearray()
        with PushMultipartParser(boundary, content_length=len(content), max_segment_count=MAX_FIELDS) as parser:
            for result in [*parser.parse(content), *parser.parse(b"")]:
                if isinstance(result, bytearray | bytes):
                    data += result
                elif result is None:
                    _finish(segment, bytes(data), pairs, files)
                else:
                    segment, data = result, bytearray()
    except (MultipartError, ValueError) as broken:
        raise HttpError(400, code="web.body.not_form", params={"reason": str(broken)[:120]}) from broken
    return Body(_nested(pairs), tuple(files), form=True)


def _finish(segment: Any, data: bytes, pairs: list[tuple[str, str]], files: list[Upload]) -> None:
    if segment.filename is None:
        pairs.append((segment.name, data.decode("utf-8")))
    elif segment.filename or data:  # a browser sends an empty part for a file field that was left alone
        name = plain_name(segment.filename)
        files.append(Upload(name, (segment.content_type or "application/octet-stream").lower(), data))


def plain_name(name: str) -> str:
    """A file name without folders and control characters, at most 200 characters, never empty or a dot name."""
    last = re.split(r"[/\\]", _NOT_IN_TEXT.sub("", name))[-1].strip().strip(".")
    return last[-200:] or "file"


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a form: a dot makes an inner field; a name given twice makes a list."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        *outer, last = name.split(".", 3)
        into = fields
        for part in outer:
            inner = into.setdefault(part, {})
            if not isinstance(inner, dict):
                raise HttpError(422, Problem(name, "web.field.twice"))
            into = inner
        text = value.replace("\r\n", "\n")
        if last not in into:
            into[last] = text
        elif isinstance(into[last], dict):
            raise HttpError(422, Problem(name, "web.field.twice"))
        else:
            before = into[last]
            into[last] = [*before, text] if isinstance(before, list) else [before, text]
    return fields
