"""Erasing a customer: every copy goes, also when it is interrupted; the record that it happened comes first."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from tests.support.world import World, world

from complaints.adapters import aws
from complaints.adapters.files import Files
from complaints.adapters.store import Store
from complaints.desk import commit as committing
from complaints.desk import inbound
from complaints.desk.reply import reply_to
from complaints.desk.verify import verify_case
from complaints.desk.work import work
from complaints.mailroom.read import read_mail

NAME, EMAIL, WORDS, NUMBER = "王小明", "wang@example.org", "我的邮件八天没有收到", "+8613912345678"
SECRETS = (NAME, EMAIL, WORDS, NUMBER.removeprefix("+86"))
BUCKETS = ("mail", "files", "facts", "anchors", "reports")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        for bucket in ("mail", "files"):
            aws.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        yield made


def mailed(desk: World, key: str, words: str = WORDS, *, to: str = "complaints@desk.example") -> str:
    """A mail with a file arrives; the reference of its case."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"{NAME} <{EMAIL}>", to, "邮件延误"
    message["Message-ID"], message["Return-Path"] = f"<{key}@example.org>", f"<{EMAIL}>"
    message.set_content(f"{words}，电话 {NUMBER}")
    message.add_attachment(f"运单 {NAME}".encode(), maintype="text", subtype="plain", filename=f"{NAME}.txt")
    Files("mail").write(f"inbound/{key}", message.as_bytes(), "message/rfc822")
    return inbound.receive(desk.desk, f"inbound/{key}", desk.now).reference


def written(desk: World) -> str:
    """A case that came by mail, and to which another mail was added."""
    reference = mailed(desk, "first")
    desk.later(minutes=1)
    assert mailed(desk, "second", "补充：至今没有人联系我", to=reply_to(desk.desk, reference)) == reference
    return reference


def asks(desk: World, reference: str, name: str = "erase", person: str = "") -> int:
    desk.later(minutes=1)
    said = {"reason": "客户要求删除个人信息"}
    by = person or desk.person("admin", "hq")
    return desk.call("POST", f"/cases/{reference}/{name}", said, person=by, headers={"if-match": "*"}).status


def left(desk: World) -> dict[str, list[str]]:
    """Where something personal still is, every version of every object counted."""
    s3, found = aws.client("s3"), {}
    for bucket in BUCKETS:
        for one in s3.list_object_versions(Bucket=bucket).get("Versions", []):
            body = s3.get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"].read()
            raw = read_mail(body) if one["Key"].startswith("inbound/") else None
            said = f"{raw.sender.name}{raw.sender.address}{raw.text}" if raw else body.decode("utf-8", "replace")
            found[one["Key"]] = [secret for secret in SECRETS if secret in said]
    for item in desk.items():
        found[item["pk"]["S"] + " " + item["sk"]["S"]] = [
            secret
            for secret in SECRETS
            if secret in json.dumps(item, ensure_ascii=False) or secret in str(item.get("personal", {}).get("S", ""))
        ]
    return {place: secrets for place, secrets in found.items() if secrets}


def test_mail_attachments_fields_and_identifiers_go_and_the_chain_holds(desk: World) -> None:
    reference, other = written(desk), ""
    assert {place.partition("/")[0] for place in left(desk)} >= {"inbound", "uploads"}
    assert asks(desk, reference) == 200
    work(desk.desk, reference, desk.now)
    assert left(desk) == {}
    assert [item["pk"]["S"] for item in desk.items() if item["pk"]["S"].startswith("P#")] == []
    assert verify_case(desk.desk, reference).faults == ()
    # whoever writes again is a new customer, whose mail stays
    other = mailed(desk, "third")
    assert other != reference
    assert left(desk)


def test_what_is_erased_is_seen_by_nobody_from_the_command_on(desk: World) -> None:
    reference = written(desk)
    assert asks(desk, reference) == 200
    seen = desk.call("GET", f"/cases/{reference}", person=desk.person("lead_desk", "beiyuan")).text
    assert [secret for secret in SECRETS if secret in seen] == []


class DiedError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("step", range(9))
def test_running_again_finishes_what_died_twice(desk: World, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    # given a worker that dies at its n-th change, and again at the next one
    reference = written(desk)
    assert asks(desk, reference) == 200
    changes = ("update", "delete")
    for allowed in (step, step + 1):
        with monkeypatch.context() as broken:
            done = [0]

            def counted(whole: Any, done: list[int] = done, allowed: int = allowed) -> Any:
                def change(*args: Any, **named: Any) -> Any:
                    if done[0] >= allowed:
                        raise DiedError
                    done[0] += 1
                    return whole(*args, **named)

                return change

            for name in changes:
                broken.setattr(Store, name, counted(getattr(Store, name)))
            broken.setattr(Files, "destroy", counted(Files.destroy))
            try:
                work(desk.desk, reference, desk.now)
            except DiedError:
                stored = committing.load_case(desk.desk, reference)
                # then it is still due, so that the next sweep brings it back
                assert stored is not None
                assert stored.next_at is not None
                assert stored.next_at <= desk.now
    # when it runs on
    work(desk.desk, reference, desk.now)
    assert left(desk) == {}
    stored = committing.load_case(desk.desk, reference)
    assert stored is not None
    assert stored.personal == {}
    assert verify_case(desk.desk, reference).faults == ()


def test_nothing_is_destroyed_when_the_command_is_not_recorded(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A legal hold that comes in between must find everything there."""
    reference = written(desk)
    admin = desk.person("admin", "hq")
    whole = Store.commit

    def held_first(store: Store, prepared: Any) -> None:
        monkeypatch.setattr(Store, "commit", whole)
        assert asks(desk, reference, "hold", admin) == 200
        whole(store, prepared)

    before = left(desk)
    monkeypatch.setattr(Store, "commit", held_first)
    assert asks(desk, reference) == 409
    work(desk.desk, reference, desk.now)
    assert left(desk) == before


def test_what_is_written_after_the_command_stays_until_it_is_erased_itself(desk: World) -> None:
    reference = written(desk)
    asks(desk, reference)
    said = {"text": "客户来电确认删除"}
    agent = desk.person("front_desk", "cc")
    answer = desk.call("POST", f"/cases/{reference}/note", said, person=agent, headers={"if-match": "*"})
    assert answer.status == 200, answer.text
    work(desk.desk, reference, desk.now)
    assert left(desk) == {}
    timeline = desk.call("GET", f"/cases/{reference}", person=agent).json["timeline"]
    assert [one["personal"].get("text") for one in timeline if one["type"] == "noted"] == ["客户来电确认删除"]
