"""Staff tokens of the local run: an issuer of its own, whose key stays in the state folder."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

AUDIENCE = "complaints-local"
_KEY_ID = "local"
# Long, because the clock may be moved by months between two requests with the same token.
_LIFETIME = 5 * 366 * 86400


class Issuer:
    """Signs tokens and tells the public key at `url`, so that the local API checks signatures as the real one does."""

    def __init__(self, file: Path, url: str) -> None:
        self.url = url
        if file.exists():
            loaded = serialization.load_pem_private_key(file.read_bytes(), password=None)
            if not isinstance(loaded, rsa.RSAPrivateKey):
                raise TypeError(f"{file} is no RSA key: delete it, and a new one is made")
            self._key = loaded
        else:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            pem = self._key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as opened:
                opened.write(pem)

    def keys(self) -> dict[str, Any]:
        """Return the JSON web key set."""
        numbers = self._key.public_key().public_numbers()
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "use": "sig",
                    "alg": "RS256",
                    "kid": _KEY_ID,
                    "n": _number(numbers.n),
                    "e": _number(numbers.e),
                }
            ]
        }

    def token(self, person: str, now: float) -> str:
        """Return a signed token for the person id `person`, valid from `now` (epoch seconds)."""
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": person,
            "custom:person": person,
            "token_use": "id",
            "iat": int(now),
            "exp": int(now) + _LIFETIME,
            "jti": secrets.token_hex(8),
        }
        signed = f"{_json({'alg': 'RS256', 'typ': 'JWT', 'kid': _KEY_ID})}.{_json(claims)}"
        signature = self._key.sign(signed.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(signature)}"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _number(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _json(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())
