"""Named keys that can be rotated: what they sign says which of them it was, and old names go on verifying.

The keys are a secret of the form ``{"current": "k2", "k1": "...", "k2": "..."}``. Each purpose signs under a key of
its own that is derived from the named one, so that a token for one purpose is none for another.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from functools import cached_property

import msgspec

from complaints.adapters import aws

SIGNATURE_BYTES = 15
"""120 bits: beyond guessing, and 24 characters in a link."""


class KeysError(LookupError):
    """The signing keys cannot be used; the text says what the secret must hold."""

    impersonal = True


class Keys:
    """The keys of this deployment; `parameter` is the secret's name, read at first use."""

    def __init__(self, parameter: str = "", keys: Mapping[str, str] | None = None) -> None:
        self._parameter = parameter
        self._given = keys

    @cached_property
    def _named(self) -> dict[str, str]:
        if self._given is not None:
            named = dict(self._given)
        else:
            answer = aws.client("secretsmanager").get_secret_value(SecretId=self._parameter)
            named = msgspec.json.decode(answer["SecretString"], type=dict[str, str])
        current = named.get("current", "")
        if not named.get(current):
            form = '{"current": "k1", "k1": "..."}'
            raise KeysError(f"the secret {self._parameter} names no usable current key: it must hold {form}")
        return named

    @property
    def current(self) -> str:
        """The name of the key that signs now."""
        return self._named["current"]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all keys, the current one first."""
        others = sorted(name for name in self._named if name not in ("current", self.current))
        return (self.current, *others)

    def sign(self, purpose: str, message: str) -> str:
        """A token for a message: ``<key name>.<signature>``, letters, digits and a dot only."""
        return f"{self.current}.{self._signature(self.current, purpose, message)}"

    def verify(self, purpose: str, message: str, token: str) -> bool:
        """Whether the token is one that `sign` made for this message under any key that still exists."""
        name, _, signature = token.partition(".")
        if name not in self.names:
            return False
        return hmac.compare_digest(self._signature(name, purpose, message).encode(), signature.encode())

    def digest(self, purpose: str, message: str) -> str:
        """The keyed hash under which an identifier is stored now (hex, 32 characters)."""
        return self._mac(self.current, purpose, message).hex()[:32]

    def digests(self, purpose: str, message: str) -> tuple[str, ...]:
        """The keyed hashes under which it may be stored, newest key first: one for each key that still exists."""
        return tuple(self._mac(name, purpose, message).hex()[:32] for name in self.names)

    def derived(self, purpose: str) -> dict[str, bytes]:
        """The key for a purpose under each name, for whoever signs in a form of its own."""
        return {name: self._derived(name, purpose) for name in self.names}

    def _signature(self, name: str, purpose: str, message: str) -> str:
        mac = self._mac(name, purpose, message)[:SIGNATURE_BYTES]
        return base64.b32encode(mac).decode().lower()

    def _mac(self, name: str, purpose: str, message: str) -> bytes:
        return hmac.digest(self._derived(name, purpose), message.encode(), hashlib.sha256)

    def _derived(self, name: str, purpose: str) -> bytes:
        return hmac.digest(self._named[name].encode(), purpose.encode(), hashlib.sha256)
