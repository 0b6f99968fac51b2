"""Who sits before the staff's pages: the session of a request, its language, the frame of its pages."""

from dataclasses import dataclass
from typing import Any

from functions.common import Here

from complaints.desk import session as sessions
from complaints.desk.staff import Member, NobodyError, may_ever, member_named
from complaints.desk.worklist import units_page
from complaints.web.bodies import Body, read_body
from complaints.web.forms import UNDER, typed
from complaints.web.http import Request
from complaints.web.language import of_request, preferred
from complaints.web.pages import Frame
from complaints.web.problem import HttpError
from complaints.web.staff_pages import Seat
from complaints.web.views import Speaker

COOKIE = "desk_session"
LANGUAGE = "desk_lang"


class NotSignedInError(Exception):
    """No session: signing in is the answer."""


class NoPostError(Exception):
    """Somebody with a session holds no post any more; `account` is their id in the organisation."""

    def __init__(self, account: str) -> None:
        super().__init__("signed in, but holds no post any more")
        self.account = account


class FormElsewhereError(HttpError):
    """A form of our own pages, but of another session: of the one before signing in again. What it says is kept in
    `body`, to be looked over and sent once more."""

    def __init__(self, body: Body) -> None:
        super().__init__(403, code="web.form_elsewhere")
        self.body = body


@dataclass(frozen=True, slots=True)
class Sitting:
    """A request within a session."""

    member: Member
    session: str
    frame: Frame
    seat: Seat

    @property
    def lang(self) -> str:
        """The language of the pages."""
        return self.frame.lang

    @property
    def speaker(self) -> Speaker:
        """Who says things on the pages: the policy in force, in their language."""
        return Speaker(self.frame.policy, self.frame.lang)


def frame_of(here: Here, request: Request) -> Frame:
    """The frame of a page: a language chosen by link is remembered by a cookie."""
    policy = here.desk.policies.current(here.now).policy
    usual = preferred(request.cookies.get(cookie_name(LANGUAGE, request), ""), "") or of_request(
        request, policy.languages[0]
    )
    lang = preferred(request.query.get("lang", ""), "") or usual
    return Frame(lang=lang, policy=policy, here=request.base_url + request.path)


def sitting(here: Here, request: Request, *, suggest_units: bool = False) -> Sitting:
    """Who asks, by the session's cookie.

    Raises
    ------
    NotSignedInError
        There is no session, or it has ended.
    NoPostError
        Its person holds no post any more.
    """
    session = session_of(request)
    person = sessions.person_of(here.desk, session, here.now) if session else None
    if person is None:
        raise NotSignedInError
    try:
        member = member_named(here.desk, person, here.now)
    except NobodyError as nobody:
        raise NoPostError(person) from nobody
    frame = frame_of(here, request)
    known = here.desk.directory.person(person, here.now)
    units: list[tuple[str, str]] = []
    if suggest_units:
        listed = [line["unit"] for line in units_page(here.desk, member).lines]
        known_units = sorted(here.desk.directory.units(listed, here.now).values(), key=lambda unit: unit.path)
        names = {unit.id: unit.name(frame.lang) for unit in known_units}
        below = [(unit, [one for one in unit.path if one in names and one != member.home[-1]]) for unit in known_units]
        units = [(unit.id, UNDER.join(names[one] for one in path or [unit.id])) for unit, path in below]
    seat = Seat(
        person=known.name if known is not None else person,
        csrf=sessions.form_mark(here.desk, session),
        now=here.now,
        root=request.base_url,
        may_register=may_ever(member, "register", here.desk, here.now),
        units=units,
    )
    return Sitting(member, session, frame, seat)


def sent_form(here: Here, request: Request, session: str) -> Body:
    """The form that came back, known to be of this session.

    Raises
    ------
    FormElsewhereError
        One of our pages sent it, but of another session.
    HttpError
        403: it was made elsewhere.
    """
    body = read_body(request, forms=True)
    if not sessions.form_is_ours(here.desk, session, str(body.fields.get("csrf", ""))):
        if sent_from_here(request):
            raise FormElsewhereError(body)
        raise HttpError(403, code="web.form_elsewhere")
    return body


def values_of(command: str, body: Body, here: Here, seated: Sitting) -> dict[str, Any]:
    """The command's own fields of a form, each in its type; a unit may be named as the form suggested it."""
    own = {name: value for name, value in body.fields.items() if name not in _OURS}
    return typed(command, own, here.desk.policies.current(here.now).policy, seated.seat.units)


_OURS = frozenset({"csrf", "version", "order", "idempotency_key", "file"})


def session_of(request: Request) -> str:
    """What the browser carries as its session; empty for none."""
    return request.cookies.get(cookie_name(COOKIE, request), "")


def cookie_name(name: str, request: Request) -> str:
    """The name under which a cookie is kept: over https one that no other host and no plain connection can set."""
    return f"__Host-{name}" if _secure(request) else name


def cookie(name: str, value: str, request: Request, seconds: int) -> str:
    """A cookie that scripts cannot read. Another site's form does not carry it; a link from a text or the way back from
    the issuer does, which is why it is not `Strict`."""
    secure = "; Secure" if _secure(request) else ""
    kept = f"{cookie_name(name, request)}={value}"
    return f"{kept}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _secure(request: Request) -> bool:
    return request.base_url.startswith("https:")


def sent_from_here(request: Request) -> bool:
    """Whether the browser itself says that one of our own pages sent this form; scripts cannot forge that header."""
    return request.header("sec-fetch-site") == "same-origin"
