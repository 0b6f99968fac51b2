"""The table of endpoints: which handler answers which method and path, and what is to be said of it in the OpenAPI."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

from complaints.case.values import RefusedError
from complaints.web.http import Request, Response
from complaints.web.language import of_request
from complaints.web.problem import HttpError, problem_response, refusals

C = TypeVar("C")

_CONFLICTS = frozenset(
    {
        "wrong_state",
        "wrong_order_state",
        "condition",
        "first",
        "paper_absent",
        "not_in_process",
        "reopening_over",
        "already_rated",
        "not_claimed",
        "own_claim",
        "already_paused",
        "not_paused",
        "held",
        "web.report.not_asked",
        "web.report.not_submitted",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """What the OpenAPI says of an endpoint.

    `body` and the values of `answers` are types (dataclasses, JSON Schema comes of them) or ready schemas; `forms` says
    that HTML forms are taken as well; `query` and `headers` map a name to what it means.
    """

    summary: str
    body: Any = None
    answers: Mapping[int, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    forms: bool = False
    html: bool = False
    staff: bool = False
    each: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """For an endpoint whose last path part is one of a list: every value of it with the schema of its body."""


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[C]):
    """One method and path template with its handler."""

    method: str
    path: str
    handle: Callable[[C, Request], Response]
    doc: Doc
    pattern: re.Pattern[str]


class Routes(Generic[C]):
    """Endpoints, asked in the order in which they were declared."""

    def __init__(self, refusal: Callable[[C, Exception], HttpError | None] = lambda _context, _error: None) -> None:
        """`refusal` says how an error of the use cases is told; None leaves it to be a failure."""
        self._endpoints: list[Endpoint[C]] = []
        self._refusal = refusal

    def __iter__(self) -> Iterator[Endpoint[C]]:
        return iter(self._endpoints)

    def route(
        self, method: str, path: str, doc: Doc
    ) -> Callable[[Callable[[C, Request], Response]], Callable[[C, Request], Response]]:
        """Declare a handler for a method and a path such as `/cases/{reference}`; `{unit+}` takes all that is left."""
        pattern = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", path)
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)

        def declare(handle: Callable[[C, Request], Response]) -> Callable[[C, Request], Response]:
            self._endpoints.append(Endpoint(method, path, handle, doc, re.compile(pattern)))
            return handle

        return declare

    def dispatch(self, context: C, request: Request, fall_back: str = "en") -> Response:
        """The answer to a request: the handler's, or the problem that kept it from answering."""
        try:
            endpoint, params = self._find(request)
            return endpoint.handle(context, replace(request, params=params))
        except Exception as error:  # what is no refusal goes on
            refused = self.refused(context, error)
            if refused is None:
                raise
            return problem_response(refused, of_request(request, fall_back))

    def refused(self, context: C, error: Exception) -> HttpError | None:
        """How an error is told to the caller; None where it is no refusal but a failure."""
        if isinstance(error, HttpError):
            return error
        return of_refusal(error) if isinstance(error, RefusedError) else self._refusal(context, error)

    def _find(self, request: Request) -> tuple[Endpoint[C], dict[str, str]]:
        others: list[str] = []
        method = "GET" if request.method == "HEAD" else request.method
        path = request.path.rstrip("/") or "/"
        for endpoint in self._endpoints:
            match = endpoint.pattern.fullmatch(path)
            if match is None:
                continue
            if endpoint.method == method:
                return endpoint, {name: unquote(value) for name, value in match.groupdict().items()}
            others.append(endpoint.method)
        if others:
            allow = ", ".join(dict.fromkeys(others))
            raise HttpError(405, code="web.method", params={"method": request.method}, headers={"allow": allow})
        raise HttpError(404, code="web.no_such_address")


def of_refusal(refused: RefusedError) -> HttpError:
    """How the rules' refusal is told: 403 not this person, 409 not as things stand, 422 not with these fields."""
    codes = {problem.code for problem in refused.problems}
    if "not_yours" in codes:
        return refusals(refused.problems, 403)
    return refusals(refused.problems, 409 if codes & _CONFLICTS else 422)
