"""The way through CloudFront: who goes around it gets no answer, and its word can be changed while all works on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.support.world import World, world

from complaints.adapters import aws
from complaints.adapters import settings as configuration
from complaints.desk import context

OLD, NEW = "a" * 43, "b" * 43
COMPLAINT = {"text": "It never came.", "complainant": {"phone": "13800001111"}, "consent": True}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        aws.client("secretsmanager").create_secret(Name="origin", SecretString=OLD)
        monkeypatch.setenv("ORIGIN_KEYS", "origin")
        configuration.current.cache_clear()
        context.desk.cache_clear()
        yield made


def status(desk: World, word: str, method: str = "GET", address: str = "/complaints") -> int:
    body = COMPLAINT if method == "POST" else None
    headers = {"x-desk-origin": word} if word else {}
    return desk.call(method, address, body, headers=headers, person=desk.person("front_desk", "cc")).status


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/complaints"), ("POST", "/complaints"), ("GET", "/desk"), ("GET", "/cases")]
)
def test_whoever_goes_around_the_edge_gets_nothing(desk: World, method: str, address: str) -> None:
    before = len(desk.items())
    for word in ("", "guessed", OLD[:-1], f"{OLD} "):
        answer = desk.call(method, address, COMPLAINT if method == "POST" else None, headers={"x-desk-origin": word})
        assert answer.status == 403
        assert "C#" not in answer.text
    assert len(desk.items()) == before
    assert status(desk, OLD, method, address) != 403


def test_a_complaint_through_the_edge_is_taken(desk: World) -> None:
    assert status(desk, OLD, "POST") == 201


def test_the_word_is_changed_while_everything_works_on(desk: World) -> None:
    # given a function that has answered already
    assert status(desk, OLD) == 200
    # when the new word stands beside the old one, both are good within a minute
    aws.client("secretsmanager").put_secret_value(SecretId="origin", SecretString=f"{NEW} {OLD}")
    desk.later(seconds=61)
    assert (status(desk, NEW), status(desk, OLD)) == (200, 200)
    # and when the old one is taken out, it is good for five minutes more at most
    aws.client("secretsmanager").put_secret_value(SecretId="origin", SecretString=NEW)
    desk.later(minutes=5)
    assert (status(desk, NEW), status(desk, OLD)) == (200, 403)


def test_a_word_that_is_not_known_is_looked_for_once_a_minute(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    client = aws.client("secretsmanager")
    original = client.get_secret_value

    def noted(**given: str) -> Any:
        asked.append(given["SecretId"])
        return original(**given)

    monkeypatch.setattr(client, "get_secret_value", noted)
    for _ in range(20):
        assert status(desk, "guessed") == 403
    assert asked == ["origin"]
    desk.now += timedelta(seconds=60)
    assert status(desk, "guessed") == 403
    assert asked == ["origin", "origin"]


def test_without_an_edge_everybody_is_answered(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIGIN_KEYS")
    configuration.current.cache_clear()
    context.desk.cache_clear()
    assert status(desk, "") == 200
