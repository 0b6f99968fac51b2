"""Staff tokens of the local run: an issuer of its own, whose key stays in the state folder."""

import os
import secrets
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

AUDIENCE = "complaints-local"
_KEY_ID = "local"
_ALGORITHM = "RS256"
# Long, because the clock may be moved by months between two requests with the same token.
_LIFETIME = 5 * 366 * 86400
# As Cognito's, so that the pages' sessions are refreshed here as they are there.
_SIGNED_IN = 3600
_REFRESH = 86400


class Issuer:
    """Signs tokens and tells the public key at `url`, so that the local API checks signatures as the real one does."""

    def __init__(self, file: Path, url: str) -> None:
        self.url = url
        if file.exists():
            self._key = RSAKey.import_key(file.read_bytes(), {"kid": _KEY_ID})
        else:
            self._key = RSAKey.generate_key(2048, {"kid": _KEY_ID})
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as opened:
                opened.write(self._key.as_pem(private=True))

    def keys(self) -> dict[str, Any]:
        """Return the JSON web key set."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": _ALGORITHM}]}

    def token(self, person: str, now: float) -> str:
        """Return a token of the HTTP interface for the person id `person`, valid from `now` (epoch seconds)."""
        return self._signed(person, now, _LIFETIME, {"token_use": "id"})

    def identity(self, person: str, email: str, nonce: str, now: float) -> str:
        """Return the ID token of somebody who signed in."""
        claims = {"token_use": "id", "email": email, "email_verified": True}
        return self._signed(person, now, _SIGNED_IN, {**claims, "nonce": nonce} if nonce else claims)

    def refresh(self, person: str, now: float) -> str:
        """Return a refresh token; it is one for this issuer alone."""
        return self._signed(person, now, _REFRESH, {"token_use": "refresh"})

    def refreshed(self, token: str, now: float) -> str:
        """Return the person of a refresh token; empty when it is none, or has ended."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims
        except (JoseError, ValueError):
            return ""
        good = claims.get("token_use") == "refresh" and now < claims["exp"]
        return str(claims["sub"]) if good else ""

    def _signed(self, person: str, now: float, lifetime: int, claims: dict[str, Any]) -> str:
        whole = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": person,
            "custom:person": person,
            "iat": int(now),
            "exp": int(now) + lifetime,
            "jti": secrets.token_hex(8),
            **claims,
        }
        return jwt.encode({"alg": _ALGORITHM, "typ": "JWT", "kid": _KEY_ID}, whole, self._key)
