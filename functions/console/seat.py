"""Who sits before the staff's pages: the session of a request, its language, the frame of its pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.common import Here

from complaints.desk import session as sessions
from complaints.desk.staff import Member, NobodyError, may_ever, member_named
from complaints.desk.worklist import units_page
from complaints.web.bodies import Body, read_body
from complaints.web.forms import typed
from complaints.web.http import Request
from complaints.web.language import of_request, preferred
from complaints.web.pages import Frame
from complaints.web.problem import HttpError
from complaints.web.staff_pages import Seat

COOKIE = "desk_session"
LANGUAGE = "desk_lang"


class NotSignedInError(Exception):
    """No session: the login page is the answer."""


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


def frame_of(here: Here, request: Request) -> Frame:
    """The frame of a page: a language chosen by link is remembered by a cookie."""
    policy = here.desk.policies.current(here.now).policy
    usual = preferred(request.cookies.get(LANGUAGE, ""), "") or of_request(request, policy.languages[0])
    lang = preferred(request.query.get("lang", ""), "") or usual
    return Frame(lang=lang, policy=policy, here=request.base_url + request.path)


def sitting(here: Here, request: Request, *, suggest_units: bool = False) -> Sitting:
    """Who asks, by the session's cookie.

    Raises
    ------
    NotSignedInError
        There is no session, it has ended, or its person holds no post any more.
    """
    session = request.cookies.get(COOKIE, "")
    person = sessions.person_of(here.desk, session, here.now) if session else None
    if person is None:
        raise NotSignedInError
    try:
        member = member_named(here.desk, person, here.now)
    except NobodyError as nobody:
        raise NotSignedInError from nobody
    frame = frame_of(here, request)
    known = here.desk.directory.person(person, here.now)
    units: list[tuple[str, str]] = []
    if suggest_units:
        lines = units_page(here.desk, member).lines
        units = [(line["unit"], line["names"].get(frame.lang) or line["unit"]) for line in lines]
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
    HttpError
        403: it was made elsewhere.
    """
    body = read_body(request, forms=True)
    if not sessions.form_is_ours(here.desk, session, str(body.fields.get("csrf", ""))):
        raise HttpError(403, code="web.form_elsewhere")
    return body


def values_of(command: str, body: Body, here: Here) -> dict[str, Any]:
    """The command's own fields of a form, each in its type."""
    own = {name: value for name, value in body.fields.items() if name not in _OURS}
    return typed(command, own, here.desk.policies.current(here.now).policy)


_OURS = frozenset({"csrf", "version", "order", "idempotency_key", "file"})


def cookie(name: str, value: str, request: Request, seconds: int, path: str = "/") -> str:
    """A cookie that scripts cannot read and other sites cannot make a browser send."""
    secure = "; Secure" if request.base_url.startswith("https:") else ""
    return f"{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"


def token_ends(request: Request) -> datetime | None:
    """When the token of a request ends, where it says so."""
    ends = str(request.claims.get("exp", ""))
    return datetime.fromtimestamp(int(ends), UTC) if ends.isdecimal() and len(ends) < 12 else None
