"""A process told as a story: people use the HTTP interface, time passes through sweep, queue, worker and sender.

A story runs one of the policies with its sample organisation on the real handlers. People are named by role and unit
(`front_desk@cc`); instants are local (`2026-11-20 17:00`). What they got is read back as lines:
`2026-11-22 17:00 service_director@donglan unanswered_director`.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.support.clockwork import REGION, Clockwork, deployed
from tests.support.quick import quick
from tests.support.world import Answer, shape

from complaints.adapters import aws
from complaints.case.events import Event
from complaints.desk import publish
from complaints.desk.outbox import load as load_notice
from complaints.desk.tracking import token_of
from complaints.desk.verify import timeline
from complaints.directory.load import PEOPLE, POSTS, ROSTER, UNITS, Directory, load
from complaints.policy import compile as compiling
from complaints.policy.compile import Compiled, compile_policy

ROOT = Path(__file__).parents[2]


@dataclass
class Story(Clockwork):
    """One telling. `case` in a method is a reference; `order` numbers a work order of it."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    # -- time ----------------------------------------------------------------------------------------------

    def at(self, moment: str) -> None:
        """Let time pass until this local instant; everything due by then happens on the way."""
        then = datetime.fromisoformat(moment).replace(tzinfo=self.zone)
        if then < self.now:
            raise ValueError(f"{moment} is in the past of the story")
        self.run_until(then)

    def call(self, queue: str, got: list[dict[str, Any]]) -> Any:
        """The function that the queue belongs to, given these messages; in a story none of them may fail."""
        answer = super().call(queue, got)
        assert answer["batchItemFailures"] == [], f"a message of {queue} failed: {[one['Body'] for one in got]}"
        return answer

    def sweep(self) -> None:
        """What the scheduler does every minute; in a story nothing may keep it busy for nothing."""
        super().sweep()
        now = self.now.timestamp()
        overdue = [one["pk"] for one in self.raw_items() if one.get("next_at", now) < now - 600]
        assert [pk for pk in overdue if pk != "S#sweep"] == [], f"overdue at {self.local(self.now)}: {overdue}"

    # -- people --------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None, *, who: str = "", **headers: str) -> Answer:
        """One request of a person (`role@unit`) or, without one, of the public."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content = b"" if body is None else json.dumps(body).encode()
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path.partition("?")[0],
            "queryStringParameters": dict(
                pair.split("=", 1) for pair in path.partition("?")[2].split("&") if "=" in pair
            ),
            "headers": {"content-type": "application/json", "host": "desk.example", "accept-language": "en", **names},
            "requestContext": {"domainName": "desk.example", "http": {"method": method, "path": path}},
            "body": base64.b64encode(content).decode(),
            "isBase64Encoded": True,
        }
        if who:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": self.person(who)}}}
        from functions.console import api
        from functions.intake import public

        handler = public.handler if path.startswith("/complaints") else api.handler
        answer = Answer(**shape(handler(event, None)))
        self.deliver()
        return answer

    def person(self, who: str) -> str:
        """The id of who holds a post now."""
        role, _, unit = who.partition("@")
        found = self.desk.directory.answers(unit, role, self.now)
        assert found is not None, f"nobody is {who}"
        assert (found.unit, found.how) == (unit, "holder") or found.how == "roster", f"{who} is vacant"
        return found.person.id

    def registered(self, who: str = "", **said: Any) -> str:
        """A complaint registered by staff (or, without `who`, through the public form); its reference."""
        if who:
            answer = self.ask("POST", "/cases", said, who=who)
        else:
            answer = self.ask("POST", "/complaints", {"consent": True, **said})
        assert answer.status == 201, answer.text
        reference: str = answer.json["reference"]
        return reference

    def refused_registration(self, who: str, **said: Any) -> str:
        """A registration that is refused; the fields at fault, or the status where it is the whole of it."""
        return _faults(self.ask("POST", "/cases", said, who=who))

    def does(self, who: str, case: str, command: str, **said: Any) -> Any:
        """A command that succeeds; what it answered."""
        answer = self._command(who, case, command, said)
        assert answer.status in (200, 201), f"{who} {command}: {answer.status} {answer.text}"
        return answer.json

    def refused(self, who: str, case: str, command: str, **said: Any) -> str:
        """A command that is refused; the fields at fault, or the status where it is the whole command."""
        return _faults(self._command(who, case, command, said))

    def _command(self, who: str, case: str, command: str, said: Mapping[str, Any]) -> Answer:
        if who == "customer":
            said = said if command == "rate" else {"type": command, **said}
            return self.public("POST", case, "rating" if command == "rate" else "messages", said)
        return self.ask("POST", f"/cases/{case}/{command}", dict(said), who=who, if_match="*")

    def public(self, method: str, case: str, what: str = "", said: Mapping[str, Any] | None = None) -> Answer:
        """What the customer asks with the token that came with the reference."""
        path = f"/complaints/{case}/{what}".rstrip("/")
        return self.ask(method, path, said, x_complaint_token=token_of(self.desk, case))

    def attaches(self, who: str, case: str, paper: str = "", *, order: int = 0) -> str:
        """Announces a file, as the paper that it is; the name under which it is kept."""
        said = {"name": f"{paper or 'note'}.pdf", "type": "application/pdf", "size": 9, "paper": paper, "order": order}
        file: str = self.does(who, case, "attach", **said)["file"]
        self.desk.files.write(file, b"on paper.", "application/pdf")
        return file

    # -- what came of it -----------------------------------------------------------------------------------

    def seen(self, who: str, case: str) -> Any:
        """The case as somebody sees it."""
        answer = self.ask("GET", f"/cases/{case}", who=who)
        assert answer.status == 200, answer.text
        return answer.json

    def due(self, case: str) -> dict[str, str]:
        """The running deadlines and their local due instants, `name` or `name#order`."""
        return {one.key: self.local(one.due_at) for one in self.case(case).case.deadlines}

    def state(self, case: str) -> str:
        """The state of the case."""
        return self.case(case).case.state

    def told_of(self, case: str) -> list[str]:
        """Notices of a case that went out: local instant, to whom, template; oldest first, then by whom."""
        kept = {(item["pk"], item["sk"]): item["document"] for item in self.raw_items() if item["sk"].startswith("N#")}
        lines = []
        for text in self.texts():
            for place in text.notices:
                notice = load_notice(kept[f"R#{text.person}", place])
                if notice.reference == case:
                    to = "customer" if notice.customer else f"{notice.role}@{notice.unit}"
                    lines.append(f"{self.local(datetime.fromisoformat(text.at))} {to} {notice.template}")
        return sorted(lines)

    def met(self, case: str) -> dict[str, bool]:
        """The deadlines that came to an end, or were missed so far: whether they were met."""
        outcomes: dict[str, bool] = {}
        for one in self.timeline(case):
            if one.type == "missed":
                outcomes[key_of(one.data["deadline"], one.order)] = False
            for effect in one.effects:
                if effect.do == "stop":
                    outcomes[key_of(effect.deadline, effect.order)] = bool(effect.met)
        return outcomes

    def timeline(self, case: str) -> list[Event]:
        """The events of a case, oldest first."""
        return [one.event for one in timeline(self.desk, case)]

    def order(self, case: str, number: int) -> str:
        """The state of a work order."""
        order = self.case(case).case.order(number)
        assert order is not None
        return order.state

    def local(self, instant: datetime) -> str:
        """An instant as the organisation reads it; seconds only where there are some."""
        there = instant.astimezone(self.zone)
        return there.strftime("%Y-%m-%d %H:%M:%S" if there.second else "%Y-%m-%d %H:%M")


def _faults(answer: Answer) -> str:
    assert 400 <= answer.status < 500, f"not refused: {answer.status} {answer.text}"
    fields = [error["field"] for error in answer.json.get("errors", []) if error.get("field")]
    return ", ".join(fields) or str(answer.status)


def key_of(deadline: str, order: int) -> str:
    """How `due` and `met` name a deadline."""
    return f"{deadline}#{order}" if order else deadline


@contextmanager
def story(policy: str, monkeypatch: pytest.MonkeyPatch, start: str) -> Iterator[Story]:
    """A telling of one of the policies with its sample organisation, from a local instant on."""
    for name in ("MAIL_BUCKET", "REPORTS_BUCKET", "FACTS_BUCKET", "ANCHORS_BUCKET"):
        monkeypatch.setenv(name, name.lower().replace("_", "-"))
    monkeypatch.setenv("MAIL_DOMAIN", "desk.example")
    with quick(monkeypatch, REGION), deployed(monkeypatch, Story, shards=1) as told:
        told.now = datetime.fromisoformat(start).replace(tzinfo=told.zone)
        monkeypatch.setattr(compiling, "compile_policy", compiled)
        publish.publish_policy(told.desk, ROOT / "policies" / f"{policy}.yaml")
        there = organisation(policy, told.zone)
        told.desk.directory.write(there.units.values(), there.people.values())
        aws.client("sesv2").create_email_identity(EmailIdentity=told.desk.settings.mail_from)
        for bucket in ("mail-bucket", "reports-bucket", "facts-bucket", "anchors-bucket"):
            aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield told


@cache
def compiled(path: Path) -> Compiled:
    """A policy file, compiled once for all stories."""
    return compile_policy(path)


@cache
def organisation(policy: str, zone: ZoneInfo) -> Directory:
    """The sample organisation of a policy, read once for all stories."""
    folder = ROOT / "policies" / "sample" / policy
    return load({name: (folder / name).read_bytes() for name in (UNITS, PEOPLE, POSTS, ROSTER)}, zone)
