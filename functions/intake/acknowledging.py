"""The link in a text to a duty holder: a page with a button, and what pressing it does."""

from functions.common import Here, refusals

from complaints.desk.acknowledge import acknowledge, opened
from complaints.web.http import Request, Response
from complaints.web.language import of_request
from complaints.web.problem import HttpError
from complaints.web.routes import Doc, Routes

ACKNOWLEDGING: Routes[Here] = Routes(refusals("web.no_such_text"))
"""Pages, no part of the interface for programs."""

_PAGE = Doc(summary="Acknowledge a text")


@ACKNOWLEDGING.route("GET", "/a/{mark}", _PAGE)
def show(here: Here, request: Request) -> Response:
    """The button. Nothing happens by opening the link: phones and mail scanners open links by themselves."""
    text = opened(here.desk, request.params["mark"])
    if text is None:
        raise HttpError(404, code="web.no_such_text")
    return _page(here, request, text.cases, done=False)


@ACKNOWLEDGING.route("POST", "/a/{mark}", _PAGE)
def press(here: Here, request: Request) -> Response:
    """The text is acknowledged; a second time changes nothing."""
    made = acknowledge(here.desk, request.params["mark"], here.now)
    if made is None:
        raise HttpError(404, code="web.no_such_text")
    return _page(here, request, made.cases, done=True)


def _page(here: Here, request: Request, cases: tuple[str, ...], *, done: bool) -> Response:
    from complaints.web import pages

    policy = here.desk.policies.current(here.now).policy
    lang = of_request(request, policy.languages[0])
    frame = pages.Frame(lang=lang, policy=policy, here=request.base_url + request.path)
    return pages.acknowledge_page(frame, cases, root=request.base_url, done=done)
