"""The frame of an HTTP entry point: an event in, the endpoint's answer out, nothing that goes wrong told in detail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from complaints.web.http import Request, Response, read_event, write
from complaints.web.language import of_request
from complaints.web.problem import HttpError, problem_response
from complaints.web.routes import Routes

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request, for the log: method, route-free facts, never a path (it may carry a customer's token)."""

    method: str
    status: int


def serve(
    routes: Routes[C],
    event: Mapping[str, Any],
    context: Callable[[], C],
    *,
    busy: tuple[type[Exception], ...],
    failed: Callable[[Outcome, Exception], None],
    told: Callable[[Outcome], None],
    finish: Callable[[C, Request, Response], Response] = lambda _c, _r, response: response,
    known_as: Callable[[C], str | None] = lambda _c: None,
    admits: Callable[[C, Request], bool] = lambda _c, _r: True,
) -> dict[str, Any]:
    """The result for API Gateway.

    Parameters
    ----------
    busy
        errors after which trying again is right: 503 with `Retry-After`.
    failed, told
        what is called with an unexpected error, and with every outcome.
    finish
        makes a page of an answer where the caller wants one.
    known_as
        the address under which people know the interface, where one is set: pages lead there, and not to whatever host
        a request came through.
    admits
        whether a request may come this way at all; if not, nothing of it is looked at.
    """
    try:
        request = read_event(event)
    except ValueError:
        return write(problem_response(HttpError(400, code="web.body.not_json", params={"reason": "base64"}), "en"))
    try:
        made = context()
        request = replace(request, base_url=(known_as(made) or request.base_url).rstrip("/"))
        if admits(made, request):
            response = finish(made, request, routes.dispatch(made, request))
        else:
            response = problem_response(HttpError(403, code="web.other_way"), of_request(request))
    except busy as error:
        failed(Outcome(request.method, 503), error)
        refused = HttpError(503, code="web.unavailable", headers={"retry-after": "2"})
        return write(problem_response(refused, of_request(request)))
    except Exception as error:  # noqa: BLE001  # the caller gets an answer, the log the cause
        failed(Outcome(request.method, 500), error)
        return write(problem_response(HttpError(500, code="web.unexpected"), of_request(request)))
    told(Outcome(request.method, response.status))
    return write(response)
