"""The OpenID Connect issuer that says who the staff are: its addresses, a code exchanged for tokens, tokens checked.

Everything is read from the issuer's own discovery document, so that a Cognito user pool, Keycloak or any other issuer
is only an address and a client id. Tokens are checked as the gateway's authorizer does: an RSA signature by a key that
the issuer publishes, issuer, audience, times. joserfc checks them because it takes the instant as an argument; urllib3
is what botocore itself sends with.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import msgspec

from complaints.adapters import aws
from complaints.adapters.settings import SettingError

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from urllib3 import PoolManager

SCOPE = "openid email"
SKEW_SECONDS = 60
"""How far the issuer's clock may be from ours."""

KEYS_AGE = timedelta(seconds=60)
"""A key that is not known is looked for at the issuer, but not more often than this."""

_ALGORITHMS = ("RS256", "RS384", "RS512")
_CONNECT_SECONDS = 2
_READ_SECONDS = 5
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class IssuerRefusedError(Exception):
    """The issuer refused a code or a refresh token: it is used up, too old or taken back. Sign in anew."""

    impersonal = True


class IssuerAbsentError(Exception):
    """The issuer cannot be reached or fails. Try again."""

    impersonal = True


class IdentityError(Exception):
    """A token is not one of this issuer for this client at this instant; the text says which check it failed."""

    impersonal = True


class Tokens(msgspec.Struct, frozen=True):
    """What the issuer gave: the ID token (empty where a refresh brought none), the refresh token (empty: the old one
    goes on)."""

    identity: str
    refresh: str


class Issuer:
    """One issuer and the desk's registration with it."""

    def __init__(self, url: str, client: str, secret: str = "") -> None:
        """`url` is the issuer exactly as its tokens write it; `secret` is empty for a public client."""
        self.url = url.rstrip("/")
        self.client = client
        self._secret = secret
        self._known: dict[str, str] = {}
        self._keys: KeySet | None = None
        self._keys_at: datetime | None = None
        self._pool: PoolManager | None = None
        _need_https(self.url)

    # --- addresses -------------------------------------------------------------------------------------------------

    def sign_in(self, callback: str, *, state: str, nonce: str, challenge: str, lang: str) -> str:
        """The address at which somebody signs in and from which they come back to `callback` with a code.

        Raises `IssuerAbsentError`.
        """
        wanted = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": callback,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            # the standard's name for the language of the page, and Cognito's
            "ui_locales": lang,
            "lang": lang,
        }
        return _with_query(self._address("authorization_endpoint"), wanted)

    def sign_out(self, back: str) -> str:
        """The address that ends the session at the issuer and leads to `back`; empty where the issuer has none.

        Raises `IssuerAbsentError`.
        """
        found = self._addresses().get("end_session_endpoint", "")
        # the standard's name for where to go on to, and Cognito's
        wanted = {"client_id": self.client, "post_logout_redirect_uri": back, "logout_uri": back}
        return _with_query(found, wanted) if found else ""

    # --- tokens ----------------------------------------------------------------------------------------------------

    def exchange(self, code: str, verifier: str, callback: str) -> Tokens:
        """The tokens for a code. Raises `IssuerRefusedError`, `IssuerAbsentError`."""
        return self._tokens(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
        )

    def refresh(self, token: str) -> Tokens:
        """New tokens for a refresh token. Raises `IssuerRefusedError`, `IssuerAbsentError`."""
        return self._tokens({"grant_type": "refresh_token", "refresh_token": token})

    def revoke(self, token: str) -> None:
        """Let a refresh token be good for nothing, where the issuer can. Raises `IssuerAbsentError`."""
        address = self._addresses().get("revocation_endpoint", "")
        if address:
            self._post(address, {"token": token, "token_type_hint": "refresh_token"})

    def identity(self, token: str, now: datetime, nonce: str = "") -> dict[str, Any]:
        """The claims of an ID token, checked at `now`; `nonce` is what the sign-in was begun with.

        Raises
        ------
        IdentityError
            Signature, issuer, audience, times or nonce are not as they must be.
        IssuerAbsentError
            The issuer's keys cannot be read.
        """
        from joserfc.errors import JoseError
        from joserfc.jwt import JWTClaimsRegistry

        asked: dict[str, Any] = {
            "iss": {"essential": True, "value": self.url},
            "aud": {"essential": True, "value": self.client},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "azp": {"value": self.client},
            # Cognito's access tokens say who somebody is too, but were not made for that
            "token_use": {"value": "id"},
        }
        if nonce:
            asked["nonce"] = {"essential": True, "value": nonce}
        try:
            claims = self._signed(token, now)
            JWTClaimsRegistry(now=int(now.timestamp()), leeway=SKEW_SECONDS, **asked).validate(claims)
        except (JoseError, ValueError) as wrong:
            raise IdentityError(f"the ID token was refused: {_reason(wrong)}") from wrong
        return claims

    def _signed(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token that one of the issuer's keys signed; the keys are read anew for one not known."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            return dict(jwt.decode(token, self._key_set(now), algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError):
            if self._keys_at is not None and timedelta() <= now - self._keys_at < KEYS_AGE:
                raise
            self._keys = None
            return dict(jwt.decode(token, self._key_set(now), algorithms=_ALGORITHMS).claims)

    def _key_set(self, now: datetime) -> "KeySet":
        from joserfc.jwk import KeySet

        if self._keys is None:
            self._keys = KeySet.import_key_set(self._get(self._address("jwks_uri")))
            self._keys_at = now
        return self._keys

    # --- the wire --------------------------------------------------------------------------------------------------

    def _address(self, name: str) -> str:
        found = self._addresses().get(name, "")
        if not found:
            raise IssuerAbsentError(f"the issuer's discovery document names no {name}")
        return found

    def _addresses(self) -> Mapping[str, str]:
        if not self._known:
            document = self._get(f"{self.url}/.well-known/openid-configuration")
            if str(document.get("issuer", "")).rstrip("/") != self.url:
                raise IssuerAbsentError("the discovery document is another issuer's: StaffIssuer must be written alike")
            known = {
                str(name): value
                for name, value in document.items()
                if isinstance(value, str) and (str(name).endswith("_endpoint") or name == "jwks_uri")
            }
            for address in known.values():
                _need_https(address)
            self._known = known
        return self._known

    def _tokens(self, form: dict[str, str]) -> Tokens:
        status, said = self._post(self._address("token_endpoint"), form)
        if 400 <= status < 500 and status != 429:
            raise IssuerRefusedError(f"the issuer refused: {str(said.get('error', status))[:60]}")
        if status != 200:
            raise IssuerAbsentError(f"the issuer answered {status}")
        return Tokens(str(said.get("id_token") or ""), str(said.get("refresh_token") or ""))

    def _get(self, address: str) -> Any:
        status, said = self._send("GET", address)
        if status != 200 or not isinstance(said, dict):
            raise IssuerAbsentError(f"the issuer answered {status} for what it publishes")
        return said

    def _post(self, address: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        from urllib3 import make_headers

        headers = {"content-type": "application/x-www-form-urlencoded"}
        if self._secret:
            headers |= make_headers(basic_auth=f"{self.client}:{self._secret}")
        status, said = self._send("POST", address, urlencode({**form, "client_id": self.client}), headers)
        return status, said if isinstance(said, dict) else {}

    def _send(
        self, method: str, address: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        from urllib3 import PoolManager, Timeout
        from urllib3.exceptions import HTTPError

        if self._pool is None:
            self._pool = PoolManager(timeout=Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS), retries=False)
        try:
            answer = self._pool.request(
                method, address, body=body, headers={"accept": "application/json", **(headers or {})}, redirect=False
            )
        except HTTPError as absent:
            raise IssuerAbsentError(f"the issuer is out of reach: {type(absent).__name__}") from absent
        try:
            return answer.status, msgspec.json.decode(answer.data)
        except msgspec.DecodeError:
            return answer.status, None


def client_secret(secret: str | None) -> str:
    """The client's own secret, from the Secrets Manager secret `{"client_secret": "..."}` of that name; empty where
    none is named. Raises `SettingError`."""
    if not secret:
        return ""
    answer = aws.client("secretsmanager").get_secret_value(SecretId=secret)
    try:
        return msgspec.json.decode(answer["SecretString"], type=dict[str, str])["client_secret"]
    except (KeyError, msgspec.MsgspecError) as wrong:
        raise SettingError('the secret of STAFF_SECRET must hold {"client_secret": "..."}') from wrong


def _with_query(address: str, wanted: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(wanted)}"


def _need_https(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise SettingError(f"environment variable STAFF_ISSUER leads to {parts.scheme}://: an issuer must use https")


def _reason(wrong: Exception) -> str:
    """Which check failed, without what stood in the token."""
    named = getattr(wrong, "claim", None)
    return f"{type(wrong).__name__}{f' of {named}' if named else ''}"
