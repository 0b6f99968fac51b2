"""The local run itself: token signatures count, cross-origin requests, crash and restart; nothing of it is deployed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.e2e


def test_a_staff_route_wants_a_token_signed_by_the_issuer(local_run: Any) -> None:
    token = local_run.token("hq", "manager")
    forged = token[:-8] + ("A" * 8 if not token.endswith("A" * 8) else "B" * 8)

    assert local_run.request("GET", "/cases").status == 401
    assert local_run.request("GET", "/cases", token=forged).status == 401
    assert local_run.request("GET", "/cases", token=token).status not in (401, 403)


def test_staff_pick_who_they_are_and_are_led_to_the_page_that_they_wanted(local_run: Any) -> None:
    browser = build_opener(HTTPCookieProcessor())
    api = local_run.endpoints["api"]

    with browser.open(f"{api}/desk/new?lang=en") as picker:
        address, page = picker.url, picker.read().decode()
    [person, *_] = re.findall(r"person=(\w+)", page)
    with browser.open(f"{address}&person={person}") as wanted:
        assert wanted.url == f"{api}/desk/new"
        assert "Signed in as" in wanted.read().decode()
    other = build_opener(HTTPCookieProcessor())
    with other.open(f"{api}/desk") as picker, pytest.raises(HTTPError) as stranger:
        other.open(f"{picker.url}&person=nobody-at-all")

    assert "Local run only" in page
    assert stranger.value.code == 403


def test_a_page_of_any_origin_may_ask_before_it_posts(local_run: Any) -> None:
    answer = local_run.request(
        "OPTIONS",
        "/complaints",
        headers={"origin": "https://form.example", "access-control-request-method": "POST"},
    )

    assert answer.status in (200, 204)
    assert {name.lower() for name in answer.headers} >= {"access-control-allow-origin", "access-control-allow-methods"}


def test_a_second_run_on_the_same_state_is_refused_and_leaves_the_first_alone(local_run: Any) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "complaints.cli.main", "local", "--port", "0", "--state", str(local_run.state)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert second.returncode == 1
    assert "a local run works in " in second.stderr
    assert local_run.now()
    assert local_run.request("GET", "/complaints").status == 200


def test_a_state_folder_of_another_policy_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    loaded = tmp_path / "loaded.json"
    loaded.write_text(json.dumps({"policy": "postal", "content": "0"}))
    asked = ["--policy", "hotline", "--port", "0", "--state", str(tmp_path)]
    other = subprocess.run(
        [sys.executable, "-m", "complaints.cli.main", "local", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert other.returncode == 1
    assert f"{tmp_path} holds a local run of the policy postal, not hotline" in other.stderr
    assert "--policy postal" in other.stderr
    assert "--state" in other.stderr
    assert json.loads(loaded.read_text()) == {"policy": "postal", "content": "0"}
    assert not (tmp_path / "ports.json").exists()


def test_what_was_acknowledged_survives_a_kill(local_run: Any) -> None:
    table = local_run.client("dynamodb")
    name = local_run.endpoints["table"]
    queue = local_run.client("sqs")
    url = next(url for url in queue.list_queues()["QueueUrls"] if "FailedEvents" in url)

    # given what was written in the very last request before the end
    item = {"pk": {"S": "T#kill"}, "sk": {"S": "1"}, "text": {"S": "kept"}}
    queue.send_message(QueueUrl=url, MessageBody="kept too")
    table.put_item(TableName=name, Item={**item, "text": {"S": "replaced"}})
    table.put_item(TableName=name, Item={**item, "sk": {"S": "2"}})
    table.delete_item(TableName=name, Key={"pk": {"S": "T#kill"}, "sk": {"S": "2"}})
    table.put_item(TableName=name, Item=item)
    before = local_run.now()
    local_run.kill()
    local_run.start()

    # then it is there again, on the same ports, and time has not gone back
    found = table.query(
        TableName=name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "T#kill"}}
    )["Items"]
    messages = queue.receive_message(QueueUrl=url)["Messages"]
    assert found == [item]
    assert [message["Body"] for message in messages] == ["kept too"]
    assert local_run.now() >= before
    queue.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
    table.delete_item(TableName=name, Key={"pk": {"S": "T#kill"}, "sk": {"S": "1"}})


def test_functions_are_told_only_what_the_template_tells_them(local_run: Any) -> None:
    functions = local_run.client("lambda").list_functions()["Functions"]
    sweep = next(f for f in functions if "SweepFunction" in f["FunctionName"])

    given = set(sweep["Environment"]["Variables"])

    assert {"TABLE", "WORK_QUEUE_URL"} <= given
    assert "REPORTS_BUCKET" not in given


def test_what_is_deployed_holds_nothing_of_the_local_run() -> None:
    # The check of the built artifacts reads every file (make template); this is the same rule for the sources of them.
    deployed = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "src" / "complaints").rglob("*.py")]
    shipped = [path for path in deployed if "cli" not in path.relative_to(ROOT).parts]

    assert len(shipped) > 20
    for path in shipped:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in ("localrun", "LOCAL_CLOCK", "local_entry", "ministack") if word in text], path


def test_endpoints_say_where_everything_is(local_run: Any) -> None:
    endpoints = json.loads((local_run.state / "endpoints.json").read_text())

    assert {"api", "smtp", "aws", "table", "bucket"} <= set(endpoints)
    assert set(endpoints["bucket"]) == {"mail", "files", "facts", "anchors", "reports"}
    for name in ("api", "aws", "smtp"):
        assert "127.0.0.1" in endpoints[name]
