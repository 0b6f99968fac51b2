"""Bodies of requests: what is read, what is refused, and that nothing a person writes is changed on the way."""

import base64
import json
import os
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.web.bodies import MAX_BYTES, plain_name, read_body, read_json
from complaints.web.http import Request, read_event, write
from complaints.web.http import answer as json_answer
from complaints.web.once import body_hash, idempotency_key
from complaints.web.problem import HttpError

CORPORA = Path(os.environ.get("COMPLAINTS_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora")


def _request(body: bytes, content_type: str = "application/json", **headers: str) -> Request:
    return Request(method="POST", path="/complaints", body=body, headers={"content-type": content_type, **headers})


def _multipart(*parts: tuple[str, str | None, bytes], boundary: str = "xyz") -> Request:
    body = b""
    for name, filename, content in parts:
        disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
        kind = "\r\nContent-Type: image/png" if filename is not None else ""
        body += f"--{boundary}\r\nContent-Disposition: {disposition}{kind}\r\n\r\n".encode() + content + b"\r\n"
    return _request(body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize(
    "text", ["", "[1,]", '{"a":1,}', "{'a':1}", "[NaN]", "[1e]", '["\\u00"]', '["\t"]', "[01]", "nul", '{"a" 1}']
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(HttpError) as refused:
        read_json(text.encode())
    assert refused.value.status == 400


def test_json_nested_without_end_is_refused_and_not_followed() -> None:
    for deep in (b"[" * 100_000, b"[" * 500 + b"]" * 500, b'{"a":' * 100_000):
        with pytest.raises(HttpError) as refused:
            read_json(deep)
        assert refused.value.status == 400


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(HttpError) as refused:
        read_json(b'["\xff\xfe"]')
    assert refused.value.status == 400


def test_json_that_is_no_object_is_told_so_and_not_called_broken() -> None:
    with pytest.raises(HttpError) as refused:
        read_body(_request(b"[1, 2]"))
    assert refused.value.status == 422


@pytest.mark.corpus
@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside this checkout")
def test_the_json_test_suite_is_taken_and_refused_as_it_says() -> None:
    wrong = []
    for path in sorted((CORPORA / "bad" / "json_test_suite" / "test_parsing").glob("*.json")):
        try:
            read_json(path.read_bytes())
            taken = True
        except HttpError:
            taken = False
        if path.name[0] in "yn" and taken != (path.name[0] == "y"):
            wrong.append(path.name)
    assert wrong == []


@pytest.mark.corpus
@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside this checkout")
def test_naughty_strings_come_through_json_and_forms_unchanged() -> None:
    strings = json.loads((CORPORA / "bad" / "blns" / "blns.json").read_bytes())
    assert len(strings) > 400
    for text in strings:
        assert read_body(_request(json.dumps({"text": text}).encode())).fields["text"] == text
        form = urlencode({"text": text}).encode()
        unix = text.replace("\r\n", "\n")
        assert read_body(_request(form, "application/x-www-form-urlencoded"), forms=True).fields["text"] == unix


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=5))
def test_every_text_survives_the_way_in_and_out(fields: dict[str, str]) -> None:
    event = {
        "requestContext": {"http": {"method": "POST", "path": "/complaints"}},
        "headers": {"Content-Type": "application/json"},
        "body": base64.b64encode(json.dumps(fields).encode()).decode(),
        "isBase64Encoded": True,
    }
    taken = read_body(read_event(event)).fields
    assert taken == fields
    assert json.loads(write(json_answer(taken))["body"]) == fields


def test_a_dot_in_a_forms_field_makes_an_inner_field() -> None:
    form = urlencode(
        [("text", "a\r\nb"), ("complainant.phone", "138"), ("complainant.name", "王"), ("tag", "x"), ("tag", "y")]
    )
    body = read_body(_request(form.encode(), "application/x-www-form-urlencoded"), forms=True)
    assert body.fields == {"text": "a\nb", "complainant": {"phone": "138", "name": "王"}, "tag": ["x", "y"]}
    assert body.form


@pytest.mark.parametrize("form", [b"text=%ff", b"text=\xff", b"a.b=1&a=2", b"a=1&a.b=2"])
def test_a_form_that_cannot_be_meant_is_refused(form: bytes) -> None:
    with pytest.raises(HttpError) as refused:
        read_body(_request(form, "application/x-www-form-urlencoded"), forms=True)
    assert refused.value.status in (400, 422)


def test_files_come_with_a_multipart_form_and_an_empty_file_field_is_no_file() -> None:
    request = _multipart(("text", None, "慢".encode()), ("file", "a.png", b"\x89PNG\r\n"), ("file", "", b""))
    body = read_body(request, forms=True)
    assert body.fields == {"text": "慢"}
    assert [(file.name, file.content_type, file.content) for file in body.files] == [
        ("a.png", "image/png", b"\x89PNG\r\n")
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"--xyz", b"--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nunfinished", b"--abc--\r\n", b"\x00" * 50],
)
def test_a_broken_multipart_form_is_refused(body: bytes) -> None:
    with pytest.raises(HttpError) as refused:
        read_body(_request(body, "multipart/form-data; boundary=xyz"), forms=True)
    assert refused.value.status == 400


def test_what_is_too_large_or_of_another_type_is_refused() -> None:
    with pytest.raises(HttpError) as large:
        read_body(_request(b" " * (MAX_BYTES + 1)))
    with pytest.raises(HttpError) as other:
        read_body(_request(b"<a/>", "application/xml"))
    with pytest.raises(HttpError) as form:
        read_body(_request(b"a=1", "application/x-www-form-urlencoded"))
    assert (large.value.status, other.value.status, form.value.status) == (413, 415, 415)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.doc", "b.doc"),
        ("..", "file"),
        ("a\x00b\n.pdf", "ab\n.pdf".replace("\n", "\n")),
        ("", "file"),
    ],
)
def test_a_files_name_is_one_plain_name(given_name: str, kept: str) -> None:
    assert plain_name(given_name) == kept


def test_the_same_form_sent_again_by_a_browser_is_the_same_body() -> None:
    parts = (("text", None, b"late"), ("file", "a.png", b"1"))
    first, again = (read_body(_multipart(*parts, boundary=boundary), forms=True) for boundary in ("one", "two"))
    changed = read_body(_multipart(("text", None, b"late"), ("file", "a.png", b"2")), forms=True)
    assert body_hash(first) == body_hash(again) != body_hash(changed)


def test_an_idempotency_key_is_visible_ascii_or_refused() -> None:
    request = _request(b"{}", **{"idempotency-key": '"7f-1"'})
    assert idempotency_key(request, read_body(request)) == "7f-1"
    for bad in ('""', "a b", "ä", "x" * 201):
        request = _request(b"{}", **{"idempotency-key": bad})
        with pytest.raises(HttpError) as refused:
            idempotency_key(request, read_body(request))
        assert refused.value.status == 400
