"""The sign-in page of the local run: one of the sample organisation's people is picked, without a password.

It stands where a Cognito user pool stands when the desk is deployed, and speaks the same protocol (OpenID Connect,
authorization code with PKCE); the desk itself knows no difference. Only the local run has it.
"""

import base64
import csv
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import yaml  # type: ignore[import-untyped]  # its types are not in the local run's environment
from jinja2 import Environment

from complaints.directory.load import PEOPLE, POSTS, ROSTER, UNITS, load
from complaints.directory.model import Unit
from localrun.cloud import Receive, Scope, Send, content
from localrun.staff import AUDIENCE, Issuer

PREFIX = "/_local/issuer/"
_CODE_LASTS = 300

_WORDS = {
    "en": {
        "title": "Local sign-in",
        "note": "Local run only: no password is asked. A deployed desk leads to Cognito or your own identity provider.",
        "find": "Whoever you pick, you see and may do what their posts allow.",
        "other": "Another person of the organisation, by id",
        "go": "Sign in",
        "cancel": "Cancel",
    },
    "zh-CN": {
        "title": "本地登录",
        "note": "仅限本地运行：不需要密码。正式部署后由 Cognito 或本单位的身份服务登录。",
        "find": "选择一个人，所见所能即其岗位权限。",
        "other": "按编号登录其他人员",
        "go": "登录",
        "cancel": "取消",
    },
}


@dataclass(frozen=True, slots=True)
class _Code:
    person: str
    nonce: str
    challenge: str
    redirect: str
    until: float


class SignIn:
    """Answers what lies under `/_local/issuer/`."""

    def __init__(
        self, issuer: Issuer, callback: str, policy: Path, organisation: Path, now: Callable[[], float]
    ) -> None:
        self._issuer = issuer
        self._callback = callback
        self._policy = policy
        self._organisation = organisation
        self._now = now
        self._codes: dict[str, _Code] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer the request if it is one for here; return whether it was."""
        path: str = scope["path"]
        if not path.startswith(PREFIX):
            return False
        query = dict(parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True))
        match scope["method"], path.removeprefix(PREFIX):
            case "GET", ".well-known/openid-configuration":
                await _answer(send, 200, self._document())
            case "GET", ".well-known/jwks.json":
                await _answer(send, 200, self._issuer.keys())
            case "GET", "authorize":
                await self._authorize(query, send)
            case "POST", "token":
                form = dict(parse_qsl((await content(receive)).decode("ascii"), keep_blank_values=True))
                status, said = self._token(form)
                await _answer(send, status, said)
            case "GET", "logout":
                # there is no session of the issuer's own to end
                await _redirect(send, self._callback.removesuffix("callback") + "left")
            case _:
                await _answer(send, 404, {"error": "there is no such address"})
        return True

    def _document(self) -> dict[str, Any]:
        url = self._issuer.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/.well-known/jwks.json",
            "end_session_endpoint": f"{url}/logout",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    async def _authorize(self, query: Mapping[str, str], send: Send) -> None:
        if query.get("client_id") != AUDIENCE or query.get("redirect_uri") != self._callback:
            await _answer(send, 400, {"error": "invalid_request: client_id or redirect_uri"})
            return
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            await _answer(send, 400, {"error": "invalid_request: a code with PKCE is given, nothing else"})
            return
        state = query.get("state", "")
        if query.get("cancel"):
            await _redirect(send, f"{self._callback}?{urlencode({'error': 'access_denied', 'state': state})}")
            return
        person = query.get("person", "").strip()
        if not person:
            await _page(send, self._picker(query))
            return
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            person, query.get("nonce", ""), query.get("code_challenge", ""), self._callback, self._now() + _CODE_LASTS
        )
        await _redirect(send, f"{self._callback}?{urlencode({'code': code, 'state': state})}")

    def _token(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        now = self._now()
        nonce = ""
        if form.get("grant_type") == "refresh_token":
            person = self._issuer.refreshed(form.get("refresh_token", ""), now)
        else:
            known = self._codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            proved = known is not None and base64.urlsafe_b64encode(digest).decode().rstrip("=") == known.challenge
            good = known is not None and proved and form.get("redirect_uri") == known.redirect and now < known.until
            person, nonce = (known.person, known.nonce) if known is not None and good else ("", "")
        if not person or form.get("client_id") != AUDIENCE:
            return 400, {"error": "invalid_grant"}
        answer = {
            "id_token": self._issuer.identity(person, self._emails().get(person, ""), nonce, now),
            "token_type": "Bearer",
        }
        if form.get("grant_type") != "refresh_token":
            answer["refresh_token"] = self._issuer.refresh(person, now)
        return 200, answer

    # ---- the page

    def _emails(self) -> dict[str, str]:
        with (self._organisation / PEOPLE).open(encoding="utf-8-sig", newline="") as file:
            return {row["id"]: row.get("email") or "" for row in csv.DictReader(file)}

    def _picker(self, query: Mapping[str, str]) -> str:
        lang = "zh-CN" if query.get("ui_locales", "").startswith("zh") else "en"
        policy = yaml.safe_load(self._policy.read_text(encoding="utf-8"))
        present = [name for name in (UNITS, PEOPLE, POSTS, ROSTER) if (self._organisation / name).exists()]
        organisation = load(
            {name: (self._organisation / name).read_bytes() for name in present}, ZoneInfo(policy["zone"])
        )
        roles = {id: role.get("name", {}) for id, role in policy["roles"].items()}
        units = []
        for unit in sorted(organisation.units.values(), key=lambda unit: unit.path):
            people = [
                (f"?{urlencode({**query, 'person': person})}", organisation.people[person].name, ", ".join(posts))
                for person, posts in self._posts(unit, roles, lang).items()
            ]
            if people:
                units.append((" · ".join(organisation.units[above].name(lang) for above in unit.path), people))
        page = Environment(autoescape=True).from_string(Path(__file__).with_name("picker.html.j2").read_text("utf-8"))
        cancel = f"?{urlencode({**query, 'cancel': '1'})}"
        return page.render(lang=lang, words=_WORDS[lang], units=units, query=query, cancel=cancel)

    def _posts(self, unit: Unit, roles: Mapping[str, Mapping[str, str]], lang: str) -> dict[str, list[str]]:
        """Who holds posts in a unit now, in its order, with the names of their roles."""
        now = datetime.fromtimestamp(self._now(), UTC)
        held = [(one.person, one.role) for one in unit.holders if one.holds(now)]
        held += [(one.person, one.role) for one in unit.roster if one.holds(now)]
        found: dict[str, list[str]] = {}
        for person, role in dict.fromkeys(held):
            called = roles.get(role, {})
            found.setdefault(person, []).append(called.get(lang) or next(iter(called.values()), role))
        return found


async def _answer(send: Send, status: int, value: Any) -> None:
    await _send(send, status, "application/json", json.dumps(value).encode())


async def _page(send: Send, text: str) -> None:
    await _send(send, 200, "text/html; charset=utf-8", text.encode())


async def _redirect(send: Send, address: str) -> None:
    headers = [(b"location", address.encode("ascii")), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send(send: Send, status: int, kind: str, body: bytes) -> None:
    headers = [
        (b"content-type", kind.encode("ascii")),
        (b"cache-control", b"no-store"),
        (b"content-length", str(len(body)).encode("ascii")),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
