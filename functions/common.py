"""What the HTTP functions have in common: the desk and the instant of a request, and what is logged of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.adapters import clock
from complaints.adapters.policies import NoPolicyError
from complaints.adapters.store import BusyError, VersionConflictError
from complaints.desk import log
from complaints.desk.answers import Once, OtherBodyError
from complaints.desk.command import StaleError
from complaints.desk.context import Desk, desk
from complaints.desk.dossier import NoCaseError
from complaints.web.bodies import Body
from complaints.web.http import Request, Response, instant
from complaints.web.once import body_hash, idempotency_key
from complaints.web.problem import HttpError
from complaints.web.routes import Routes
from complaints.web.serve import Outcome, serve
from complaints.worktime.errors import UncoveredError


@dataclass(frozen=True, slots=True)
class Here:
    """The desk of this process and the instant of the request (aware UTC)."""

    desk: Desk
    now: datetime


def here() -> Here:
    """The desk, and the instant at which what is asked counts."""
    return Here(desk(), clock.counted())


def once_of(request: Request, body: Body, scope: str) -> Once:
    """What makes this request the same when it comes again."""
    return Once(scope=scope, key=idempotency_key(request, body), body_hash=body_hash(body))


def run(
    routes: Routes[Here],
    event: Mapping[str, Any],
    finish: Callable[[Here, Request, Response], Response] = lambda _here, _request, response: response,
) -> dict[str, Any]:
    """Answer one event of the HTTP API."""
    log.configure()
    return serve(
        routes,
        event,
        here,
        busy=(BusyError, VersionConflictError, NoPolicyError),
        failed=_failed,
        told=_told,
        finish=finish,
        known_as=lambda made: made.desk.settings.public_url,
        admits=_through_the_edge,
    )


ORIGIN_HEADER = "x-desk-origin"
"""CloudFront puts this header on every request, in the place of one that the client has sent (infra/edge.yaml)."""


def _through_the_edge(here: Here, request: Request) -> bool:
    """Whether a request came through CloudFront and its firewall, where it must. The API's own host, which cannot be
    switched off without a domain of one's own, is then good for nothing."""
    if not here.desk.settings.origin_keys:
        return True
    return here.desk.shared("origin_keys").shown(request.header(ORIGIN_HEADER), here.now)


def _told(outcome: Outcome) -> None:
    log.info("answered", method=outcome.method, status=outcome.status)


def _failed(outcome: Outcome, error: Exception) -> None:
    log.error("failed", exception=True, method=outcome.method, status=outcome.status, error=type(error).__name__)


def refusals(absent: str) -> Callable[[Here, Exception], HttpError | None]:
    """How the use cases' own errors are told; `absent` is the text for what is not there or not to be seen."""

    def refusal(context: Here, error: Exception) -> HttpError | None:
        if isinstance(error, NoCaseError):
            return HttpError(404, code=absent)
        if isinstance(error, OtherBodyError):
            return HttpError(422, code="web.key.other_body")
        if isinstance(error, UncoveredError):
            log.error("calendar does not reach", exception=True)
            return HttpError(503, code="web.uncovered")
        return _changed(error, context) if isinstance(error, StaleError) else None

    return refusal


def _changed(error: StaleError, context: Here) -> HttpError:
    zone = context.desk.settings.zone
    changed = [
        {"seq": one.seq, "type": one.type, "at": instant(one.at, zone), "by": one.by, "order": one.order}
        for one in error.changed
    ]
    return HttpError(
        412,
        code="web.changed",
        params={"version": error.version},
        more={"version": error.version, "changed": changed},
        headers={"etag": f'"{error.version}"'},
    )
