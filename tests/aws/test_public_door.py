"""The public door on the real handlers: complaints as JSON and as forms, once and again, and what must be refused."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.world import ROOT, World, world

from complaints.desk.publish import publish_policy

CORPORA = Path(os.environ.get("COMPLAINTS_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora")
HTML = {"accept": "text/html"}
COMPLAINT: dict[str, Any] = {
    "text": "邮件八天未到，客服无人答复",
    "category": "delay",
    "complainant": {"name": "王小明", "phone": "138 0013 8000", "email": "wang@example.org"},
    "consent": True,
    "language": "zh-CN",
    "fields": {"parcel": "EA123456789CN", "amount": 120},
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def _complain(desk: World, key: str = "", **changes: Any) -> Any:
    headers = {"idempotency-key": key} if key else {}
    return desk.call("POST", "/complaints", {**COMPLAINT, **changes}, headers=headers)


def test_a_complaint_gets_a_reference_a_token_and_what_is_promised_by_when(desk: World) -> None:
    answer = _complain(desk)
    assert answer.status == 201, answer.text
    accepted = answer.json
    assert accepted["promises"] == [
        {"name": "promised_answer", "text": "We answer your complaint", "due_at": "2026-11-22T17:00:00+08:00"}
        | {"missed": False, "kept": None}
    ]
    assert accepted["status_url"].endswith(f"/complaints/{accepted['reference']}?token={accepted['token']}")
    status = desk.call("GET", accepted["status_url"].removeprefix("https://desk.example"))
    assert status.status == 200
    assert status.json["state"] == "registered"
    assert [message["text"] for message in status.json["messages"]] == [COMPLAINT["text"]]


def test_accepting_costs_a_look_up_of_each_identifier_and_one_transaction_and_a_status_one_read(desk: World) -> None:
    _complain(desk)
    desk.desk.store.requests.clear()
    accepted = _complain(desk, fields={}, complainant={"phone": "139 0000 0000"}).json
    assert dict(desk.desk.store.requests) == {"Query": 1, "TransactWriteItems": 1}
    desk.desk.store.requests.clear()
    assert desk.call("GET", f"/complaints/{accepted['reference']}?token={accepted['token']}").status == 200
    assert dict(desk.desk.store.requests) == {"Query": 1}


def test_the_same_request_again_makes_one_complaint_and_gets_the_first_answer(desk: World) -> None:
    first = _complain(desk, key="k-1")
    before = desk.items()
    again = _complain(desk, key="k-1")
    other = _complain(desk, key="k-1", text="是另一件事，邮件被损坏")
    assert again.status == 201
    assert again.json == first.json
    assert desk.items() == before
    assert other.status == 422
    assert "Idempotency-Key" in other.json["detail"]


def test_bad_input_names_each_field_in_the_callers_language_and_keeps_nothing(desk: World) -> None:
    before = desk.items()
    bad = {
        "text": " ",
        "kind": "query",
        "complainant": {"phone": "none", "email": "at"},
        "fields": {"may_go_public": True},
        "colour": "red",
    }
    answer = desk.call("POST", "/complaints", bad, headers={"accept-language": "zh-CN"})
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fields = {error["field"] for error in answer.json["errors"]}
    wanted = {"text", "kind", "complainant.phone", "complainant.email", "fields.may_go_public", "colour", "consent"}
    assert fields == wanted
    assert all("一" <= error["message"][-2] <= "鿿" for error in answer.json["errors"]), answer.json
    assert desk.items() == before


@pytest.mark.parametrize(
    ("field", "value"), [("amount", "much"), ("contents", "gold"), ("within_a_week", 3), ("amount", -1)]
)
def test_a_declared_field_of_the_wrong_type_is_named(desk: World, field: str, value: object) -> None:
    answer = _complain(desk, fields={field: value})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [f"fields.{field}"]


def test_a_body_that_is_no_json_is_refused(desk: World) -> None:
    for raw in (b"{", b"[]", b'{"text": NaN}', b"\xff"):
        assert 400 <= desk.call("POST", "/complaints", raw=raw).status < 500


def test_who_fills_in_what_people_do_not_see_is_refused(desk: World) -> None:
    answer = _complain(desk, website="http://spam.example")
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "website"


def _form(**fields: str) -> bytes:
    usual = {
        "text": "邮件八天未到，客服无人答复",
        "category": "",
        "complainant.phone": "13800138000",
        "complainant.email": "",
        "fields.amount": "1,200",
        "consent": "true",
        "language": "zh-CN",
        "website": "",
        "idempotency_key": "form-1",
    }
    return urlencode({**usual, **fields}).encode()


def test_a_form_gets_a_page_and_sent_twice_it_is_one_complaint(desk: World) -> None:
    urlencoded = "application/x-www-form-urlencoded"
    page = desk.call("GET", "/complaints?lang=zh-CN", headers={"accept": "text/html"})
    assert page.status == 200
    assert 'name="complainant.phone"' in page.text
    first = desk.call("POST", "/complaints", raw=_form(), content_type=urlencoded)
    again = desk.call("POST", "/complaints", raw=_form(), content_type=urlencoded)
    assert (first.status, first.headers["content-type"]) == (201, "text/html; charset=utf-8")
    assert again.text == first.text
    assert sum(item["sk"]["S"] == "CASE" for item in desk.items()) == 1


def test_a_form_with_a_fault_comes_back_filled_in_with_the_fault_beside_its_field(desk: World) -> None:
    raw = _form(**{"text": "<b>慢</b>", "complainant.phone": "", "consent": ""})
    page = desk.call("POST", "/complaints", raw=raw, content_type="application/x-www-form-urlencoded")
    assert page.status == 422
    assert "&lt;b&gt;慢&lt;/b&gt;" in page.text
    assert 'id="complainant-error"' in page.text
    assert 'id="consent-error"' in page.text
    assert "script-src" not in page.headers["content-security-policy"]


def _with_file(kind: bytes = b"image/png") -> bytes:
    parts = [("text", "包裹破损，内件丢失"), ("complainant.email", "li@example.org"), ("consent", "on")]
    parts.append(("idempotency_key", "with-a-file"))
    raw = b"".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in parts)
    raw += b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: '
    return raw + kind + b"\r\n\r\n\x89PNG\r\n--b--\r\n"


def _send_form(desk: World, raw: bytes) -> Any:
    json_wanted = {"accept": "application/json"}
    return desk.call(
        "POST", "/complaints", raw=raw, content_type="multipart/form-data; boundary=b", headers=json_wanted
    )


def test_a_multipart_form_brings_its_files_and_sent_again_leaves_no_second_copy(desk: World) -> None:
    answer = _send_form(desk, _with_file())
    again = _send_form(desk, _with_file())
    assert answer.status == 201, answer.text
    assert again.json == answer.json
    [key] = desk.desk.files.keys("uploads/")
    assert key.startswith(f"uploads/{answer.json['reference']}/")
    assert desk.desk.files.read(key) == b"\x89PNG"


def test_a_file_of_a_type_that_is_not_taken_is_refused_and_not_kept(desk: World) -> None:
    refused = _send_form(desk, _with_file(b"text/html"))
    assert [error["field"] for error in refused.json["errors"]] == ["file"]
    assert desk.desk.files.keys("uploads/") == []


def test_every_fault_of_a_form_is_told_at_once(desk: World) -> None:
    raw = _with_file(b"text/html").replace(b"li@example.org", b"li").replace(b'name="consent"', b'name="fields.amount"')
    refused = _send_form(desk, raw)
    assert {error["field"] for error in refused.json["errors"]} == {
        "complainant.email",
        "fields.amount",
        "file",
        "consent",
    }


def test_the_size_of_a_file_is_told_in_megabytes(desk: World) -> None:
    made = _complain(desk).json
    announced = {"name": "video.mp4", "type": "image/png", "size": 30_000_000}
    headers = {"x-complaint-token": made["token"], "accept-language": "en"}
    refused = desk.call("POST", f"/complaints/{made['reference']}/files", announced, headers=headers)
    assert [error["message"] for error in refused.json["errors"]] == ["The file “video.mp4” is larger than 20 MB."]


def test_a_form_goes_on_to_the_policys_own_page_where_it_names_one(desk: World) -> None:
    text = (ROOT / "policies" / "postal.yaml").read_text(encoding="utf-8")
    thanks = "intake:\n  thank_you_url: https://www.example.org/thanks?from=desk"
    publish_policy(desk.desk, text.replace("intake:", thanks, 1))
    desk.later(minutes=2)
    sent = desk.call("POST", "/complaints", raw=_form(), content_type="application/x-www-form-urlencoded")
    assert sent.status == 303
    assert sent.headers["location"].startswith("https://www.example.org/thanks?from=desk&reference=")
    assert "token" not in sent.headers["location"]


def test_a_wrong_token_or_reference_shows_nothing(desk: World) -> None:
    accepted, other = _complain(desk).json, _complain(desk, complainant={"phone": "13900000000"}, fields={}).json
    addresses = [
        f"/complaints/{accepted['reference']}",
        f"/complaints/{accepted['reference']}?token={other['token']}",
        f"/complaints/{accepted['reference']}?token=",
        f"/complaints/0000-0000-0000?token={accepted['token']}",
        f"/complaints/nonsense?token={accepted['token']}",
    ]
    assert [desk.call("GET", address).status for address in addresses] == [404] * 5
    by_header = desk.call("GET", addresses[0], headers={"x-complaint-token": accepted["token"]})
    assert by_header.status == 200


def test_a_repeat_joins_the_open_case_and_its_token_shows_nothing_that_was_said(desk: World) -> None:
    """AUTO-4: the same parcel again while the case is open."""
    first = _complain(desk).json
    desk.later(hours=2)
    again = _complain(desk, text="还是没有收到，再次投诉").json
    assert again["reference"] == first["reference"]
    assert again["token"] != first["token"]
    seen = desk.call("GET", f"/complaints/{again['reference']}?token={again['token']}").json
    assert (seen["state"], seen["messages"]) == ("registered", [])
    own = desk.call("GET", f"/complaints/{first['reference']}?token={first['token']}").json
    assert [message["text"] for message in own["messages"]] == [COMPLAINT["text"], "还是没有收到，再次投诉"]


def test_the_customer_adds_withdraws_and_is_told_what_is_not_possible(desk: World) -> None:
    accepted = _complain(desk).json
    base, token = f"/complaints/{accepted['reference']}", {"x-complaint-token": accepted["token"]}
    added = desk.call("POST", f"{base}/messages", {"text": "邮件内有合同原件"}, headers=token)
    early = desk.call("POST", f"{base}/messages", {"type": "dispute", "text": "我不同意这个处理结果"}, headers=token)
    unrated = desk.call("POST", f"{base}/rating", {"score": 5}, headers=token)
    nonsense = desk.call("POST", f"{base}/messages", {"type": "shout", "text": "喂喂喂喂"}, headers=token)
    empty = desk.call("POST", f"{base}/messages", {"text": ""}, headers=token)
    stranger = desk.call("POST", f"{base}/messages", {"text": "我是别人"}, headers={"x-complaint-token": "k1.x"})
    gone = desk.call("POST", f"{base}/messages", {"type": "withdraw", "text": "邮件已经收到，撤回"}, headers=token)
    statuses = [one.status for one in (added, early, unrated, nonsense, empty, stranger, gone)]
    assert statuses == [201, 409, 409, 422, 422, 404, 201]
    assert gone.json["state"] == "withdrawn"


def test_a_file_is_announced_and_gets_a_form_of_its_own_type_and_size(desk: World) -> None:
    accepted = _complain(desk).json
    address, token = f"/complaints/{accepted['reference']}/files", {"x-complaint-token": accepted["token"]}
    wanted = {"name": "../运单.png", "type": "image/png", "size": 12_000_000}
    made = desk.call("POST", address, wanted, headers=token)
    huge = desk.call("POST", address, {**wanted, "size": 10**9}, headers=token)
    program = desk.call("POST", address, {**wanted, "type": "application/x-msdownload"}, headers=token)
    nothing = desk.call("POST", address, {}, headers=token)
    assert made.status == 201, made.text
    assert made.json["fields"]["Content-Type"] == "image/png"
    assert made.json["file"].startswith(f"uploads/{accepted['reference']}/")
    assert [one.status for one in (huge, program, nothing)] == [422, 422, 422]
    assert [error["field"] for error in nothing.json["errors"]] == ["name", "type", "size"]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside this checkout")
def test_naughty_strings_are_kept_and_given_back_as_they_came(desk: World) -> None:
    strings = json.loads((CORPORA / "bad" / "blns" / "blns.json").read_bytes())
    texts: list[list[str]] = [[]]
    size = 0
    for one in strings:
        if size + len(one) > 15_000:
            texts.append([])
            size = 0
        texts[-1].append(one)
        size += len(one) + 1
    for number, lines in enumerate(texts):
        said = "\n".join(["naughty strings", *lines])
        accepted = _complain(desk, text=said, complainant={"phone": f"1390013900{number}"}, fields={}).json
        status = desk.call("GET", f"/complaints/{accepted['reference']}?token={accepted['token']}")
        assert status.json["messages"][0]["text"] == said
        page = desk.call("GET", f"/complaints/{accepted['reference']}?token={accepted['token']}", headers=HTML)
        assert page.status == 200
        assert "<script>alert" not in page.text
