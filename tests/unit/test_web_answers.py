"""Languages, media types and problem details: what a caller is told, in which words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from complaints.case.values import Problem, RefusedError
from complaints.web.forms import unit_id
from complaints.web.http import Request, Response, answer, instant, read_event, write
from complaints.web.language import of_request, preferred
from complaints.web.problem import HttpError, problem_response
from complaints.web.routes import Doc, Routes


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-GB;q=0.3, zh-Hant;q=0.9", "zh-CN"),
        ("fr, de", "en"),
        ("fr;q=0.9, zh;q=0", "en"),
        ("", "en"),
        ("en;q=abc, zh;q=0.1", "zh-CN"),
    ],
)
def test_the_language_is_the_best_liked_of_those_there_are(header: str, wanted: str) -> None:
    assert preferred(header) == wanted


def test_a_link_may_ask_for_a_language_whatever_the_browser_says() -> None:
    request = Request(method="GET", path="/", query={"lang": "zh-CN"}, headers={"accept-language": "en"})
    assert of_request(request) == "zh-CN"


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/json;q=0.5, text/html", True),
        ("text/*;q=0.2, application/json;q=0.1", True),
    ],
)
def test_a_page_goes_to_who_would_rather_have_one(accept: str, page: bool) -> None:
    assert Request(method="GET", path="/", headers={"accept": accept}).wants_html is page


def test_a_problem_names_each_field_in_the_callers_language() -> None:
    refused = HttpError(422, Problem("text", "required"), Problem("fields.amount", "wrong_type", {"type": "number"}))
    for lang, words, amount in (
        ("en", "Please fill this in.", "This must be a number, not below zero."),
        ("zh-CN", "请填写此项。", "这里应填不小于零的数字。"),
    ):
        response = problem_response(refused, lang)
        document = msgspec.json.decode(response.body)
        assert response.content_type == "application/problem+json"
        assert document["status"] == response.status == 422
        assert [error["field"] for error in document["errors"]] == ["text", "fields.amount"]
        assert [error["message"] for error in document["errors"]] == [words, amount]


def test_a_code_without_a_sentence_is_still_told() -> None:
    body = msgspec.json.decode(problem_response(HttpError(409, Problem("", "never_heard_of")), "en").body)
    assert "never_heard_of" in body["errors"][0]["message"]


def test_an_instant_has_the_organisations_offset() -> None:
    shown = instant(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    assert shown == "2026-11-22T17:00:00+08:00"


def _routes() -> Routes[None]:
    routes: Routes[None] = Routes()

    @routes.route("GET", "/cases/{reference}", Doc(summary="one"))
    def one(_: None, request: Request) -> Response:
        return answer(dict(request.params))

    @routes.route("PUT", "/units/{path+}", Doc(summary="unit"))
    def unit(_: None, request: Request) -> Response:
        raise RefusedError(Problem("", "not_yours"))

    @routes.route("POST", "/cases/{reference}/{command}", Doc(summary="command"))
    def command(_: None, request: Request) -> Response:
        raise RefusedError(Problem("", request.params["command"]))

    return routes


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/cases/A%2FB", 200),
        ("HEAD", "/cases/A/", 200),
        ("PUT", "/cases/A", 405),
        ("GET", "/nothing", 404),
        ("PUT", "/units/hq/north", 403),
        ("POST", "/cases/A/wrong_state", 409),
        ("POST", "/cases/A/required", 422),
    ],
)
def test_routes_answer_or_say_why_not(method: str, path: str, status: int) -> None:
    response = _routes().dispatch(None, Request(method=method, path=path))
    assert response.status == status
    if path == "/cases/A%2FB":
        assert msgspec.json.decode(response.body) == {"reference": "A/B"}
    if status == 405:
        assert response.headers["allow"] == "GET"


def test_an_event_is_read_with_its_stage_claims_and_cookies() -> None:
    request = read_event(
        {
            "rawPath": "/prod/complaints/A",
            "queryStringParameters": {"token": "t"},
            "headers": {"Host": "desk.example", "Cookie": "a=1; b=2", "X-Forwarded-Proto": "https"},
            "requestContext": {
                "stage": "prod",
                "http": {"method": "get", "sourceIp": "198.51.100.7"},
                "authorizer": {"jwt": {"claims": {"sub": "p1"}}},
            },
        }
    )
    assert (request.method, request.path, request.base_url) == ("GET", "/complaints/A", "https://desk.example/prod")
    assert request.claims["sub"] == "p1"
    assert request.cookies == {"a": "1", "b": "2"}


def test_an_answer_of_bytes_is_base64_and_one_of_text_is_not() -> None:
    assert write(answer({"a": "慢"}))["isBase64Encoded"] is False
    assert write(answer({"a": "慢"}))["headers"]["cache-control"] == "no-store"


def test_a_unit_is_meant_by_a_name_that_it_alone_has() -> None:
    units = [("e", "East"), ("e1", "East › Harbour"), ("w", "West"), ("w1", "West › Harbour"), ("Mill", "West › Dale")]
    units.append(("w2", "West › Mill"))
    for said, meant in (
        ("West › Harbour (w1)", "w1"),
        ("east", "e"),
        ("East › Harbour", "e1"),
        ("Dale", "Mill"),
        ("Harbour", "Harbour"),
        ("Mill", "Mill"),
        ("nowhere", "nowhere"),
    ):
        assert unit_id(said, units) == meant
