"""An OpenID Connect issuer on 127.0.0.1 that says what a test wants: other keys, a clock that is wrong, refusals."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.support.loopback import Received, loopback

CLIENT = "desk-client"
HOUR = 3600


@dataclass
class TestIssuer:
    """The issuer. `now` is its clock; `claims` are put over those of every token, None takes a claim away."""

    __test__ = False

    url: str = ""
    now: datetime | None = None
    down: bool = False
    rotates: bool = False
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: list[RSAKey] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refreshing: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def approve(self, address: str, person: str) -> dict[str, str]:
        """What the browser of somebody who signed in carries back: code and state."""
        query = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe(9)
        self.codes[code] = {**query, "person": person}
        return {"code": code, "state": query["state"]}

    def answer(self, request: Received) -> tuple[int, str, bytes]:
        """One request over the wire."""
        self.asked.append(request.path)
        if self.down:
            return 503, "text/plain", b"down"
        status, said = self._said(request)
        return status, "application/json", json.dumps(said).encode()

    def _said(self, request: Received) -> tuple[int, Any]:
        form = dict(parse_qsl(request.body.decode()))
        match request.path:
            case "/.well-known/openid-configuration":
                names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                names |= {"end_session_endpoint": "logout", "revocation_endpoint": "revoke"}
                return 200, {"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in names.items()}}
            case "/keys":
                return 200, {"keys": [key.as_dict(private=False) for key in self.published or [self.key]]}
            case "/token" if form["client_id"] == CLIENT:
                return self._token(form)
            case "/revoke":
                self.refreshing.pop(form["token"], None)
                return 200, {}
        return 400, {"error": "invalid_request"}

    def _token(self, form: dict[str, str]) -> tuple[int, Any]:
        if form["grant_type"] == "refresh_token":
            person = self.refreshing.get(form["refresh_token"], "")
            if not person or person in self.barred:
                return 400, {"error": "invalid_grant"}
            if self.rotates:
                del self.refreshing[form["refresh_token"]]
                return 200, {"id_token": self.token(person), "refresh_token": self._refresh(person)}
            return 200, {"id_token": self.token(person)}
        known = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if known is None or challenge != known["code_challenge"] or form["redirect_uri"] != known["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        person = known["person"]
        return 200, {"id_token": self.token(person, known["nonce"]), "refresh_token": self._refresh(person)}

    def _refresh(self, person: str) -> str:
        token = secrets.token_urlsafe(30)
        self.refreshing[token] = person
        return token

    def token(self, person: str, nonce: str = "") -> str:
        """A signed ID token, an hour long."""
        assert self.now is not None
        at = int(self.now.timestamp())
        whole: dict[str, Any] = {"iss": self.url, "aud": CLIENT, "sub": person, "iat": at, "exp": at + HOUR}
        whole |= {"nonce": nonce} if nonce else {}
        whole |= self.claims
        claims = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": str(self.key.kid)}, claims, self.key)


@contextmanager
def issuer() -> Iterator[TestIssuer]:
    """An issuer that listens until the test is over."""
    made = TestIssuer()
    with loopback(made.answer) as server:
        made.url = server.url
        yield made
