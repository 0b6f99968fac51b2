"""A server on 127.0.0.1 that keeps what it is sent and answers what the test says; and the signatures that it checks,
worked out from the providers' published rules, not by their libraries."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import parse_qsl, quote, urlsplit
from urllib.request import Request, urlopen


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Loopback:
    """What came in, and how it is answered: (status, content type, body)."""

    url: str
    answer: Callable[[Received], tuple[int, str, bytes]]
    received: list[Received] = field(default_factory=list)


@contextmanager
def loopback(answer: Callable[[Received], tuple[int, str, bytes]]) -> Iterator[Loopback]:
    """A server on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.command, parts.path, parts.query, headers, body)
            made.received.append(request)
            status, content_type, said = made.answer(request)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = _serve  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Loopback(f"http://127.0.0.1:{server.server_port}", answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def aws_signature(request: Received, secret: str) -> tuple[str, str]:
    """The signature (version 4) that a request carries, and the one that it should."""
    given = dict(part.strip().split("=", 1) for part in request.headers["authorization"].split(" ", 1)[1].split(","))
    _, day, region, service, _ = given["Credential"].split("/")
    names = given["SignedHeaders"].split(";")
    canonical = "\n".join(
        [
            request.method,
            request.path,
            "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(parse_qsl(request.query))),
            *(f"{name}:{' '.join(request.headers[name].split())}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    scope = f"{day}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{request.headers['x-amz-date']}\n{scope}\n{hashed}"
    key = b"AWS4" + secret.encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return given["Signature"], hmac.new(key, text.encode(), "sha256").hexdigest()


def aliyun_signature(request: Received, secret: str) -> tuple[str, str]:
    """The ACS3-HMAC-SHA256 signature that a request carries, and the one that it should."""
    scheme, rest = request.headers["authorization"].split(" ", 1)
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    names = given["SignedHeaders"].split(";")
    canonical = "\n".join(
        [
            request.method,
            request.path,
            "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(parse_qsl(request.query))),
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    text = f"{scheme}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return given["Signature"], hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def aliyun_push(url: str, reports: list[dict[str, object]]) -> list[int]:
    """Push delivery reports as Aliyun's SmsReport does (HTTP batch push): a JSON array by POST, taken when the answer
    is 200 with a number as `code`, else sent again up to three times. Returns the status of each attempt; the minutes
    between them are not waited for."""
    statuses = []
    for _ in range(4):
        request = Request(url, json.dumps(reports).encode(), {"Content-Type": "application/json;charset=UTF-8"})
        try:
            with urlopen(request, timeout=30) as answer:
                status, said = answer.status, json.loads(answer.read())
                statuses.append(status if isinstance(said.get("code"), int) else -status)
        except HTTPError as refused:
            statuses.append(refused.code)
        if statuses[-1] == 200:
            break
    return statuses
