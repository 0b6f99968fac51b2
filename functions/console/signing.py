"""Signing in and out of the staff's pages: to the issuer and back. Every way that this can end has a page that says
what to do."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from functions.common import Here
from functions.console.seat import COOKIE, FormElsewhereError, cookie, cookie_name, frame_of, sent_form, session_of

from complaints.adapters.issuer import IdentityError, IssuerAbsentError, IssuerRefusedError
from complaints.adapters.settings import SettingError
from complaints.desk import log, sign_in
from complaints.desk import session as sessions
from complaints.desk.sign_in import StrangerError, TicketError
from complaints.web import door_pages
from complaints.web.http import Request, Response, see_other
from complaints.web.routes import Doc, Routes

TICKET = "desk_ticket_"
"""The cookie of a sign-in under way, one for each."""

_PAGE = Doc(summary="A page for people")


def declare(pages: Routes[Here]) -> None:
    """Add the addresses of signing in and out to the pages."""
    pages.route("GET", "/desk/sign-in", _PAGE)(go)
    pages.route("GET", "/desk/callback", _PAGE)(come_back)
    pages.route("POST", "/desk/leave", _PAGE)(leave)
    pages.route("GET", "/desk/left", _PAGE)(left)


def to_issuer(here: Here, request: Request, back: str) -> Response:
    """On to the issuer's page, and from there to `back`, an address within the desk."""
    frame = frame_of(here, request)
    try:
        begun = sign_in.begin(here.desk, back, _callback(request), frame.lang, here.now)
    except SettingError as unset:
        log.error("no sign-in", reason=str(unset))
        return door_pages.door(frame, "unset", code=503)
    except IssuerAbsentError as absent:
        log.error("issuer absent", reason=str(absent))
        return door_pages.door(frame, "absent", code=503, again=again(request, back))
    ticket = cookie(TICKET + begun.tag, begun.ticket, request, int(sign_in.TICKET_LASTS.total_seconds()))
    return see_other(begun.address, (ticket,))


def wanted_page(request: Request) -> str:
    """The address of a request within the desk, to come back to."""
    query = urlencode({name: value for name, value in request.query.items() if name not in ("lang", "done")})
    return f"{request.path}?{query}" if query else request.path


def again(request: Request, back: str = "/desk") -> str:
    """The address that begins another sign-in."""
    return f"{request.base_url}/desk/sign-in?{urlencode({'next': back})}"


def _callback(request: Request) -> str:
    return f"{request.base_url}/desk/callback"


def go(here: Here, request: Request) -> Response:
    """Begin a sign-in, also where there is a session."""
    back = request.query.get("next", "")
    within = back == "/desk" or back.startswith(("/desk/", "/desk?"))
    return to_issuer(here, request, back if within and back.isprintable() and "\\" not in back else "/desk")


def come_back(here: Here, request: Request) -> Response:
    """Somebody comes back from the issuer: with a code, or with the reason why not."""
    query, frame = request.query, frame_of(here, request)
    state = query.get("state", "")
    name = TICKET + sign_in.tag_of(state)
    ticket = request.cookies.get(cookie_name(name, request), "")
    used = cookie(name, "", request, 0)

    def ended(how: str, code: int, **values: Any) -> Response:
        return door_pages.door(frame, how, code=code, again=again(request), cookies=(used,), **values)

    if "error" in query:
        log.info("sign-in refused", error=query["error"][:60])
        return ended("denied" if query["error"] == "access_denied" else "refused", 403)
    try:
        entered = sign_in.finish(here.desk, ticket, state, query.get("code", ""), _callback(request), here.now)
    except (TicketError, IssuerRefusedError) as stale:
        if sessions.person_of(here.desk, session_of(request), here.now) is not None:
            return see_other(f"{request.base_url}/desk", (used,))  # the back button after signing in
        log.info("sign-in stale", reason=str(stale))
        return ended("stale", 403)
    except IssuerAbsentError as absent:
        log.error("issuer absent", reason=str(absent))
        return ended("absent", 503)
    except IdentityError as wrong:
        log.error("identity refused", reason=str(wrong))
        return ended("mistaken", 403)
    except StrangerError as stranger:
        out = _sign_out(here, request)
        return ended("stranger", 403, out=out, account=stranger.account, ask=stranger.ask)
    seconds = int((entered.ends - here.now).total_seconds())
    return see_other(request.base_url + entered.back, (cookie(COOKIE, entered.session, request, seconds), used))


def no_post(here: Here, request: Request, account: str) -> Response:
    """Somebody with a session who holds no post any more: whom to ask."""
    return door_pages.door(
        frame_of(here, request),
        "stranger",
        code=403,
        again=again(request),
        out=_sign_out(here, request),
        account=account,
        ask=sign_in.keepers(here.desk, here.now),
    )


def leave(here: Here, request: Request) -> Response:
    """The end of the session, here and at the issuer."""
    session = session_of(request)
    if sessions.person_of(here.desk, session, here.now) is not None:
        with suppress(FormElsewhereError):  # of our own page, from before signing in again
            sent_form(here, request, session)
        sessions.end_session(here.desk, session)
    gone = cookie(COOKIE, "", request, 0)
    # not by a redirect: browsers hold the way of a form to the addresses that forms may go to
    return door_pages.leaving(frame_of(here, request), _sign_out(here, request), (gone,))


def left(here: Here, request: Request) -> Response:
    """Signed out."""
    return door_pages.door(frame_of(here, request), "left", again=again(request))


def _sign_out(here: Here, request: Request) -> str:
    """The address that ends the issuer's own session, else the page that says that one is signed out."""
    after = f"{request.base_url}/desk/left"
    try:
        return here.desk.issuer.sign_out(after) or after
    except (IssuerAbsentError, SettingError) as absent:
        log.warning("issuer absent", reason=str(absent))
        return after


def ended(here: Here, request: Request) -> Response:
    """A form that no page of ours is known to have sent, without a session: nothing was done."""
    return door_pages.door(frame_of(here, request), "ended", code=401, again=again(request))


def kept_form(here: Here, request: Request, fields: Mapping[str, Any]) -> Response:
    """A form that came when its session had ended: what was typed, to be sent again after signing in."""
    return door_pages.kept(frame_of(here, request), request.path, again(request, "/desk/back"), fields)
