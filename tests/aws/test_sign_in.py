"""Signing in to the staff's pages: authorization code with PKCE at any OpenID Connect issuer, and all that can go
wrong on the way."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc.jwk import RSAKey
from tests.support.issuer import CLIENT, TestIssuer, issuer
from tests.support.world import Answer, World, world

from complaints.structs import replace as replaced

FORM = "application/x-www-form-urlencoded"
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def idp() -> Iterator[TestIssuer]:
    with issuer() as made:
        yield made


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, idp: TestIssuer) -> Iterator[World]:
    monkeypatch.setenv("STAFF_ISSUER", idp.url)
    monkeypatch.setenv("STAFF_CLIENT", CLIENT)
    with world("postal", monkeypatch) as made:
        idp.now = made.now
        yield made


def later(desk: World, idp: TestIssuer, **duration: float) -> None:
    idp.now = desk.later(**duration)


def begin(desk: World, address: str = "/desk") -> tuple[str, str]:
    """Where the browser is sent, and the ticket that it keeps."""
    sent = desk.call("GET", address)
    assert sent.status == 303, sent.text
    [ticket] = [one for one in sent.cookies if one.startswith("__Host-desk_ticket_")]
    assert "; HttpOnly; SameSite=Lax; Secure" in ticket
    return sent.headers["location"], ticket.partition(";")[0]


def come_back(desk: World, query: Mapping[str, str], cookie: str) -> Answer:
    return desk.call("GET", f"/desk/callback?{urlencode(query)}&lang=en", headers={"cookie": cookie})


def sign_in(desk: World, idp: TestIssuer, person: str, address: str = "/desk") -> tuple[Answer, dict[str, str]]:
    """The answer to coming back, and the headers of the browser after it."""
    to, ticket = begin(desk, address)
    back = come_back(desk, idp.approve(to, person), ticket)
    cookies = [one.partition(";")[0] for one in back.cookies]
    session = next((one for one in cookies if one.startswith("__Host-desk_session=")), "")
    return back, {"cookie": session, "accept": "text/html"}


@pytest.fixture
def agent(desk: World) -> str:
    return desk.person("front_desk", "cc")


def test_who_comes_without_a_session_is_sent_to_sign_in_and_back_to_the_page_that_was_wanted(
    desk: World, idp: TestIssuer, agent: str
) -> None:
    to, _ = begin(desk, "/desk?status=late&lang=zh-CN")
    asked = dict(parse_qsl(urlsplit(to).query))
    assert to.startswith(f"{idp.url}/authorize?")
    assert asked["redirect_uri"] == "https://desk.example/desk/callback"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid email")
    assert asked["code_challenge_method"] == "S256"
    assert asked["ui_locales"] == "zh-CN"

    back, browser = sign_in(desk, idp, agent, "/desk?status=late")

    assert (back.status, back.headers["location"]) == (303, "https://desk.example/desk?status=late")
    [session] = [one for one in back.cookies if one.startswith("__Host-desk_session=")]
    assert session.endswith("; Path=/; Max-Age=36000; HttpOnly; SameSite=Lax; Secure")
    assert any(one.startswith("__Host-desk_ticket_") and "; Max-Age=0;" in one for one in back.cookies)
    assert desk.call("GET", "/desk", headers=browser).status == 200


@pytest.mark.parametrize("cookie", ["__Host-desk_session=cDAwOQ.9999999999.k1.abc", "__Host-desk_session=" + "x" * 43])
def test_a_cookie_that_opens_nothing_is_no_session(desk: World, cookie: str) -> None:
    for address in ("/desk", "/desk/new", "/desk/cases/0000-0000-0000", "/desk/reports"):
        assert desk.call("GET", address, headers={"cookie": cookie}).status == 303


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/complaints", "/desk\\evil", "/desks"])
def test_signing_in_leads_nowhere_but_to_the_desk(desk: World, idp: TestIssuer, agent: str, next: str) -> None:
    back, _ = sign_in(desk, idp, agent, f"/desk/sign-in?{urlencode({'next': next})}")
    assert back.headers["location"] == "https://desk.example/desk"


def test_a_sign_in_counts_once_and_the_back_button_after_it_does_no_harm(
    desk: World, idp: TestIssuer, agent: str
) -> None:
    to, ticket = begin(desk)
    query = idp.approve(to, agent)
    [session] = [one for one in come_back(desk, query, ticket).cookies if "desk_session" in one]
    again = come_back(desk, query, ticket)
    assert again.status == 403
    assert "sign in once more" in again.text.lower()
    assert not any("desk_session" in one for one in again.cookies)
    with_session = come_back(desk, query, f"{ticket}; {session.partition(';')[0]}")
    assert (with_session.status, with_session.headers["location"]) == (303, "https://desk.example/desk")


def test_a_state_that_this_browser_did_not_begin_opens_no_session(desk: World, idp: TestIssuer, agent: str) -> None:
    to, ticket = begin(desk)
    mine = idp.approve(to, agent)
    other, _ = begin(desk)
    theirs = idp.approve(other, agent)
    for query, cookie in (
        (theirs, ticket),  # somebody else's code and state
        ({**theirs, "state": mine["state"]}, ticket),  # somebody else's code under this browser's state: PKCE
        (mine, ""),
        ({**mine, "state": ""}, ticket),
        ({**mine, "state": "ü" * 8}, ticket),
        (mine, ticket[:-3] + "aaa"),
    ):
        answer = come_back(desk, query, cookie)
        assert answer.status == 403
        assert not any("desk_session=" in one and "Max-Age=0" not in one for one in answer.cookies)


def test_two_tabs_sign_in_beside_each_other(desk: World, idp: TestIssuer, agent: str) -> None:
    first, one = begin(desk, "/desk")
    second, two = begin(desk, "/desk/reports")
    cookies = f"{one}; {two}"
    assert come_back(desk, idp.approve(first, agent), cookies).headers["location"].endswith("/desk")
    assert come_back(desk, idp.approve(second, agent), cookies).headers["location"].endswith("/desk/reports")


def test_ten_minutes_at_the_issuer_are_too_long(desk: World, idp: TestIssuer, agent: str) -> None:
    to, ticket = begin(desk)
    query = idp.approve(to, agent)
    later(desk, idp, minutes=10)
    assert come_back(desk, query, ticket).status == 403


def test_an_expired_code_and_a_refusal_say_what_to_do(desk: World, idp: TestIssuer) -> None:
    to, ticket = begin(desk)
    state = dict(parse_qsl(urlsplit(to).query))["state"]
    expired = come_back(desk, {"code": "old", "state": state}, ticket)
    denied = come_back(desk, {"error": "access_denied", "state": state}, ticket)
    for answer in (expired, denied):
        assert answer.status == 403
        assert 'href="https://desk.example/desk/sign-in?next=%2Fdesk"' in answer.text
    assert "cancelled or refused" in denied.text


def test_who_is_nobody_in_the_organisation_is_told_whom_to_ask(desk: World, idp: TestIssuer) -> None:
    idp.claims = {"email": "mallory@example.com"}
    back, browser = sign_in(desk, idp, "mallory")
    assert back.status == 403
    assert not browser["cookie"]
    assert "mallory@example.com" in back.text
    keeper = desk.desk.directory.person(desk.person("service_department", "hq"), desk.now)
    assert keeper is not None
    assert keeper.name in back.text
    assert f"{idp.url}/logout?client_id={CLIENT}" in back.text


def test_the_attribute_person_goes_before_the_subject(desk: World, idp: TestIssuer, agent: str) -> None:
    idp.claims = {"custom:person": agent, "token_use": "id"}
    back, browser = sign_in(desk, idp, "6f1c-a-subject-of-cognito")
    assert back.status == 303
    assert desk.call("GET", "/desk", headers=browser).status == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"azp": "another-client"},
        {"nonce": "replayed"},
        {"nonce": None},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"token_use": "access"},
    ],
)
def test_a_token_for_somebody_else_opens_no_session(
    desk: World, idp: TestIssuer, agent: str, claims: dict[str, object]
) -> None:
    idp.claims = claims
    back, browser = sign_in(desk, idp, agent)
    assert back.status == 403
    assert not browser["cookie"]


@pytest.mark.parametrize(("minutes", "status"), [(-59, 303), (-60.5, 303), (-62, 403), (0.9, 303), (2, 403)])
def test_a_clock_may_be_a_minute_wrong_and_no_more(
    desk: World, idp: TestIssuer, agent: str, minutes: float, status: int
) -> None:
    idp.now = desk.now + timedelta(minutes=minutes)
    assert sign_in(desk, idp, agent)[0].status == status


def test_a_key_that_is_new_is_looked_for_and_a_stranger_s_is_not_believed(
    desk: World, idp: TestIssuer, agent: str
) -> None:
    assert sign_in(desk, idp, agent)[0].status == 303
    later(desk, idp, minutes=5)
    idp.key = RSAKey.generate_key(2048, {"kid": "two"})
    assert sign_in(desk, idp, agent)[0].status == 303
    later(desk, idp, minutes=5)
    idp.published = [idp.key]
    idp.key = RSAKey.generate_key(2048, {"kid": "two"})
    assert sign_in(desk, idp, agent)[0].status == 403
    later(desk, idp, minutes=5)
    idp.key = RSAKey.generate_key(2048, {"kid": "three"})
    assert sign_in(desk, idp, agent)[0].status == 403


def test_an_issuer_out_of_reach_has_a_page(desk: World, idp: TestIssuer, agent: str) -> None:
    idp.down = True
    assert desk.call("GET", "/desk").status == 503
    idp.down = False
    to, ticket = begin(desk)
    query = idp.approve(to, agent)
    idp.down = True
    answer = come_back(desk, query, ticket)
    assert answer.status == 503
    assert "does not answer" in answer.text


def test_where_no_issuer_is_set_up_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with world("postal", monkeypatch) as bare:
        page = bare.call("GET", "/desk?lang=en")
        assert page.status == 503
        assert "PublicUrl" in page.text


@pytest.mark.parametrize("url", ["http://issuer.example", "ftp://127.0.0.1", ""])
def test_an_issuer_that_is_not_https_is_not_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("STAFF_ISSUER", url)
    monkeypatch.setenv("STAFF_CLIENT", CLIENT)
    with world("postal", monkeypatch) as bare:
        assert bare.call("GET", "/desk").status == 503


@pytest.mark.parametrize("rotates", [False, True])
def test_the_session_goes_on_unseen_while_the_issuer_says_so_and_ends_with_the_day(
    desk: World, idp: TestIssuer, agent: str, rotates: bool
) -> None:
    idp.rotates = rotates
    _, browser = sign_in(desk, idp, agent)
    for _ in range(9):
        later(desk, idp, minutes=61)
        assert desk.call("GET", "/desk", headers=browser).status == 200
    assert idp.asked.count("/token") == 10
    later(desk, idp, minutes=61)
    assert desk.call("GET", "/desk", headers=browser).status == 303


def test_who_is_barred_at_the_issuer_is_out_within_the_hour(desk: World, idp: TestIssuer, agent: str) -> None:
    _, browser = sign_in(desk, idp, agent)
    idp.barred.add(agent)
    assert desk.call("GET", "/desk", headers=browser).status == 200
    later(desk, idp, minutes=61)
    assert desk.call("GET", "/desk", headers=browser).status == 303
    idp.barred.clear()
    assert desk.call("GET", "/desk", headers=browser).status == 303


def test_an_issuer_that_is_down_for_a_while_throws_nobody_out(desk: World, idp: TestIssuer, agent: str) -> None:
    _, browser = sign_in(desk, idp, agent)
    idp.down = True
    later(desk, idp, minutes=90)
    assert desk.call("GET", "/desk", headers=browser).status == 200
    asked = len(idp.asked)
    assert desk.call("GET", "/desk", headers=browser).status == 200
    assert len(idp.asked) == asked  # one request asks, the next ones wait for its turn to be over
    later(desk, idp, minutes=31)
    assert desk.call("GET", "/desk", headers=browser).status == 303
    idp.down = False
    later(desk, idp, minutes=1)
    assert desk.call("GET", "/desk", headers=browser).status == 200


def test_whoever_lost_their_post_is_told_whom_to_ask(desk: World, idp: TestIssuer, agent: str) -> None:
    _, browser = sign_in(desk, idp, agent)
    person = desk.desk.directory.person(agent, desk.now)
    assert person is not None
    for id in person.units:
        unit = desk.desk.directory.unit(id, desk.now)
        assert unit is not None
        holders = tuple(one for one in unit.holders if one.person != agent)
        roster = tuple(one for one in unit.roster if one.person != agent)
        desk.desk.directory.write([replaced(unit, holders=holders, roster=roster)], [])
    page = desk.call("GET", "/desk?lang=en", headers=browser)
    assert page.status == 403
    assert "no post" in page.text


def test_signing_out_ends_both_sessions(desk: World, idp: TestIssuer, agent: str) -> None:
    _, browser = sign_in(desk, idp, agent)
    mark = re.search(r'name="csrf" value="([^"]*)"', desk.call("GET", "/desk", headers=browser).text)
    assert mark is not None
    body = urlencode({"csrf": mark[1]}).encode()
    left = desk.call("POST", "/desk/leave", raw=body, content_type=FORM, headers=browser)
    assert f'content="0; url={idp.url}/logout?client_id={CLIENT}' in left.text
    assert any(one.startswith("__Host-desk_session=;") for one in left.cookies)
    assert idp.refreshing == {}
    assert desk.call("GET", "/desk", headers=browser).status == 303
    assert "signed out" in desk.call("GET", "/desk/left?lang=en").text


def test_what_lies_in_the_table_is_of_no_use_without_the_browser(desk: World, idp: TestIssuer, agent: str) -> None:
    _, browser = sign_in(desk, idp, agent)
    [item] = [one for one in desk.items() if one["sk"]["S"] == "SESSION"]
    text = str(item)
    session = browser["cookie"].partition("=")[2]
    assert session not in text
    assert not any(token in text for token in idp.refreshing)
    assert int(item["ttl"]["N"]) == int((desk.now + timedelta(hours=10)).timestamp())


# --- forms that outlive their session ---------------------------------------------------------------------------


def typed(mark: str) -> bytes:
    fields = {"csrf": mark, "idempotency_key": "k", "kind": "problem_mail", "channel": "phone", "category": "delay"}
    return urlencode({**fields, "text": "邮件多日未到，客户说了很久<b>", "complainant.phone": "13800138000"}).encode()


def marked(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_long_text_survives_the_end_of_the_session(desk: World, idp: TestIssuer, agent: str) -> None:
    _, browser = sign_in(desk, idp, agent)
    old = marked(desk.call("GET", "/desk/new", headers=browser).text)
    later(desk, idp, hours=11)
    kept = desk.call("POST", "/desk/new", raw=typed(old), content_type=FORM, headers={**browser, **OURS})
    assert kept.status == 401
    assert "邮件多日未到，客户说了很久&lt;b&gt;" in kept.text
    assert 'name="complainant.phone" value="13800138000"' in kept.text

    _, browser = sign_in(desk, idp, agent, "/desk/back")
    again = desk.call("POST", "/desk/new", raw=typed(old), content_type=FORM, headers={**browser, **OURS})
    assert again.status == 403
    assert "邮件多日未到" in again.text
    assert desk.call("GET", "/desk?find=13800138000", headers=browser).text.count("/desk/cases/") == 0
    done = desk.call("POST", "/desk/new", raw=typed(marked(again.text)), content_type=FORM, headers=browser)
    assert done.status == 303


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
def test_another_site_s_form_is_never_shown_as_ours(
    desk: World, idp: TestIssuer, agent: str, headers: dict[str, str]
) -> None:
    out = desk.call("POST", "/desk/new", raw=typed("x"), content_type=FORM, headers=headers)
    assert (out.status, "13800138000" in out.text) == (401, False)
    _, browser = sign_in(desk, idp, agent)
    sent = desk.call("POST", "/desk/new", raw=typed("x"), content_type=FORM, headers={**browser, **headers})
    assert (sent.status, "13800138000" in sent.text) == (403, False)
