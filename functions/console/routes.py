"""The staff's table of endpoints, and what all of them ask first: who is it, in which language, which page."""

import base64
import binascii

from functions.common import Here, refusals

from complaints.desk.staff import Member, NobodyError, member
from complaints.desk.worklist import NoUnitError
from complaints.web.http import Request
from complaints.web.language import of_request
from complaints.web.problem import HttpError
from complaints.web.routes import Routes
from complaints.web.views import Speaker

_usual = refusals("web.no_such_case")


def told(here: Here, error: Exception) -> HttpError | None:
    """How an error of the use cases is told to the staff; None where it is a failure."""
    if isinstance(error, NobodyError):
        return HttpError(403, code="web.nobody")
    if isinstance(error, NoUnitError):
        return HttpError(404, code="web.no_such_unit")
    return _usual(here, error)


ROUTES: Routes[Here] = Routes(told)
"""The staff's endpoints; the modules of this package add theirs."""


def me(here: Here, request: Request) -> Member:
    """Who asks, with the posts that the directory knows of."""
    return member(here.desk, request.claims, here.now)


def speaker(here: Here, request: Request) -> Speaker:
    """The policy in force in the caller's language."""
    return Speaker(here.desk.policies.current(here.now).policy, of_request(request))


def cursor(place: str) -> str:
    """The mark of a next page, from the place of the last line."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place(request: Request) -> str:
    """The place after which the page asked for begins. Raises `HttpError` 422 for what is no such mark."""
    mark = request.query.get("after", "")
    try:
        return base64.b64decode(mark + "=" * (-len(mark) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as broken:
        from complaints.case.values import Problem

        raise HttpError(422, Problem("after", "web.cursor")) from broken


def page_size(request: Request, usual: int = 50) -> int:
    """How many lines the caller wants; the usual number where that is no number."""
    asked = request.query.get("limit", "")
    return int(asked) if asked.isdecimal() and len(asked) < 5 else usual
