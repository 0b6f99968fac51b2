"""Refusals as RFC 9457 problem details, in the caller's language, naming every field at fault."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from complaints.case.values import Problem
from complaints.texts import catalogue, has, placeholders, text
from complaints.web.http import PRIVATE, PROBLEM, Response


class HttpError(Exception):
    """A request that gets no ordinary answer: its status, what is wrong as codes of the text catalogue, and extras.

    `more` are further members of the problem document (what changed, for a 412); `headers` go onto the answer.
    """

    def __init__(
        self,
        status: int,
        *problems: Problem,
        code: str = "",
        params: Mapping[str, Any] | None = None,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code} {'; '.join(f'{p.field}: {p.code}' for p in problems)}".strip())
        self.status = status
        self.problems = problems
        self.code = code
        self.params = dict(params or {})
        self.more = dict(more or {})
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One field at fault; an empty `field` means the request as a whole."""

    field: str
    message: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDetails:
    """RFC 9457. `type` is `about:blank` for what the status alone says, else a name within this interface."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldError] = field(default_factory=list)


def sentence(problem: Problem, lang: str) -> str:
    """What a problem is called; a code without a sentence of its own gets the general one, never a bare code."""
    params = {name: _shown(value) for name, value in problem.params.items() if name not in ("code", "lang")}
    code = problem.code if "." in problem.code else f"refusal.{problem.code}"
    if code == "refusal.wrong_type" and has(f"refusal.type.{params.get('type')}"):
        params["type"] = text(f"refusal.type.{params['type']}", lang)
    if has(code) and placeholders(catalogue(code.partition(".")[0], lang)[code]) <= params.keys():
        return text(code, lang, **params)
    return text("web.problem.other", lang, problem=problem.code)


def details(error: HttpError, lang: str) -> ProblemDetails:
    """The problem document of a refusal."""
    errors = [FieldError(field=p.field, message=sentence(p, lang), code=p.code) for p in error.problems]
    if error.code:
        detail = text(error.code, lang, **error.params)
    else:
        alone = len(errors) == 1 and not errors[0].field
        detail = errors[0].message if alone else text("web.detail.fields", lang, count=len(errors))
    title = f"web.title.{error.status}"
    return ProblemDetails(
        type=f"urn:complaint-desk:problem:{error.code.removeprefix('web.')}" if error.code else "about:blank",
        title=text(title if has(title) else "web.title.400", lang),
        status=error.status,
        detail=detail,
        errors=errors,
    )


def field_errors(error: HttpError, lang: str) -> tuple[FieldError, ...]:
    """What a form says of a refusal: field by field, or of the whole."""
    told = details(error, lang)
    return tuple(told.errors) or (FieldError(field="", message=told.detail),)


def problem_response(error: HttpError, lang: str) -> Response:
    """The answer that a refusal gets."""
    document = {**msgspec.to_builtins(details(error, lang)), **error.more}
    return Response(
        status=error.status,
        body=msgspec.json.encode(document),
        content_type=PROBLEM,
        headers={**PRIVATE, "content-language": lang, **error.headers},
    )


def refusals(problems: Iterable[Problem], status: int = 422) -> HttpError:
    """The refusal that these problems make."""
    return HttpError(status, *problems)


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(one) for one in value)
    return value
