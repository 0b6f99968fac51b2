"""Requests and answers as values, and their form on API Gateway's HTTP API (payload 2.0).

Powertools' resolver would do this too; it takes more than a hundred milliseconds to import and its OpenAPI needs
pydantic, while everything needed here is one small mapping each way.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"

#: Answers about one customer's matter belong in no shared store, and no address of one may travel on in a referrer.
PRIVATE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. Header names are lower case; `claims` are those of a token that the gateway has checked."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    claims: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    base_url: str = ""

    def header(self, name: str) -> str:
        """The value of a header, empty where it is absent."""
        return self.headers.get(name.lower(), "")

    @property
    def media_type(self) -> str:
        """The body's media type without parameters, lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def wants_html(self) -> bool:
        """Whether the caller would rather have a page than JSON: a browser that was given an address."""
        return _quality(self.header("accept"), "text", "html") > _quality(self.header("accept"), "application", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer; `body` bytes are sent as they are."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`value` as JSON; equal values give equal bytes."""
    return Response(status=status, body=msgspec.json.encode(value), headers={**PRIVATE, **(headers or {})})


def page(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page for people."""
    return Response(status=status, body=html.encode(), content_type=HTML, headers={**PRIVATE, **(headers or {})})


def see_other(location: str, cookies: tuple[str, ...] = ()) -> Response:
    """Send a browser on after a form, so that going back or reloading does not send the form again."""
    return Response(status=303, headers={**PRIVATE, "location": location}, cookies=cookies)


def read_event(event: Mapping[str, Any]) -> Request:
    """The request in an HTTP API event (payload 2.0).

    Raises
    ------
    ValueError
        The body is marked base64 and is not.
    """
    context = event.get("requestContext") or {}
    http = context.get("http") or {}
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    body: bytes = (event.get("body") or "").encode("utf-8", "surrogatepass")
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error as broken:
            raise ValueError(f"the event's body is marked base64 and is not: {broken}") from broken
    stage = context.get("stage") or "$default"
    path = str(event.get("rawPath") or http.get("path") or "/")
    prefix = "" if stage == "$default" or not path.startswith(f"/{stage}/") else f"/{stage}"
    host = headers.get("host") or context.get("domainName") or ""
    scheme = headers.get("x-forwarded-proto") or ("https" if context.get("domainName") == host else "http")
    authorizer = context.get("authorizer") or {}
    return Request(
        method=str(http.get("method") or "GET").upper(),
        path=path.removeprefix(prefix) or "/",
        query={str(name): str(value) for name, value in (event.get("queryStringParameters") or {}).items()},
        headers=headers,
        cookies=_cookies(event.get("cookies") or [headers.get("cookie", "")]),
        body=body,
        claims=(authorizer.get("jwt") or {}).get("claims") or {},
        source=str(http.get("sourceIp") or ""),
        base_url=f"{scheme}://{host}{prefix}",
    )


def write(response: Response) -> dict[str, Any]:
    """The answer as an HTTP API result (payload 2.0)."""
    headers = {"content-type": response.content_type, **response.headers} if response.body else dict(response.headers)
    result: dict[str, Any] = {"statusCode": response.status, "headers": headers, "isBase64Encoded": False}
    try:
        result["body"] = response.body.decode("utf-8")
    except UnicodeDecodeError:
        result |= {"body": base64.b64encode(response.body).decode(), "isBase64Encoded": True}
    if response.cookies:
        result["cookies"] = list(response.cookies)
    return result


def instant(value: datetime | None, zone: tzinfo = UTC) -> str | None:
    """An instant as the interface writes it: RFC 3339 with the organisation's offset, whole seconds."""
    return None if value is None else value.astimezone(zone).isoformat(timespec="seconds")


def _cookies(lines: list[str]) -> dict[str, str]:
    pairs = (pair.strip().partition("=") for line in lines for pair in line.split(";"))
    return {name: value for name, equals, value in pairs if equals}


def _quality(accept: str, kind: str, subtype: str) -> float:
    """How much a caller wants a media type (RFC 9110, 12.5.1); the most specific range that fits counts."""
    best = (-1, 0.0)
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        wanted_kind, _, wanted_subtype = media.partition("/")
        if wanted_kind not in (kind, "*") or wanted_subtype not in (subtype, "*"):
            continue
        specific = (wanted_kind != "*") + (wanted_subtype != "*")
        best = max(best, (specific, quality(parameters)))
    return best[1]


def quality(parameters: list[str]) -> float:
    """The `q` of an Accept header's parameters, 1 where there is none, 0 where it cannot be read."""
    given = next((value for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "q"), "1")
    try:
        return min(max(float(given), 0.0), 1.0)
    except ValueError:
        return 0.0
