"""The local cloud itself: ministack in this process, on 127.0.0.1, its services on the moved clock.

Set the environment with `prepare` before anything imports `ministack`: it reads its settings at import.
"""

import json
import logging
import os
import shutil
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from localrun import permissions
from localrun.clock import ModuleTime, MovedClock
from localrun.journal import Journal
from localrun.outbox import Outbox

REGION = "eu-west-1"
ACCOUNT = "000000000000"
HOST = "127.0.0.1"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Services that stamp or compare instants which the product can see.
_TIMED = ("sqs", "sns", "ses", "ses_v2", "s3", "eventbridge", "apigateway")

logger = logging.getLogger("localrun.cloud")


async def content(receive: Receive) -> bytes:
    """The whole body of a request."""
    found, more = b"", True
    while more:
        message = await receive()
        found += message.get("body", b"")
        more = message.get("more_body", False)
    return found


def listen(port: int) -> socket.socket:
    """Return a listening socket on 127.0.0.1; port 0 takes any that is free."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    listening.set_inheritable(True)
    return listening


def prepare(state: Path, aws_port: int) -> None:
    """Set the process's environment for ministack and for the handlers that it starts."""
    # What a killed run's handlers were unpacked into.
    shutil.rmtree(state / "tmp", ignore_errors=True)
    for folder in ("services", "objects", "tmp"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    # A person's own AWS settings must reach neither the local cloud nor the handlers.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        GATEWAY_PORT=str(aws_port),
        BIND_HOST=HOST,
        PERSIST_STATE="1",
        STATE_DIR=str(state / "services"),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state / "objects"),
        TMPDIR=str(state / "tmp"),
        MINISTACK_REGION=REGION,
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        # Each function acts under its own role of the template, and is refused what that does not allow.
        AUTH="true",
        # ministack clears away containers that it takes for its own; this run has none, other people's may.
        DOCKER_HOST="unix:///nonexistent/docker.sock",
        LOG_LEVEL=os.environ.get("LOCAL_LOG_LEVEL", "ERROR"),
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION=REGION,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_ENDPOINT_URL=f"http://{HOST}:{aws_port}",
        LOCAL_CLOCK=str(state / "clock.json"),
    )


class Cloud:
    """ministack with the moved clock, a journal, and an outbox of what was sent."""

    def __init__(self, state: Path, clock: MovedClock) -> None:
        from ministack import app
        from ministack.core import responses

        self.clock = clock
        self.journal = Journal(state / "services")
        self._app = app
        self.outbox = Outbox(state / "outbox.jsonl", clock, self._texts)
        moved = ModuleTime(clock)
        for name in _TIMED:
            app._get_module(name).time = moved
        responses.datetime = _datetimes_of(clock)
        permissions.correct()
        self._keep_schedules_still()
        self._deliver_bucket_events_at_once()
        self._keep_what_is_sent()
        load = app._load_persisted_state
        app._load_persisted_state = lambda: self._load(load)

    def _load(self, load: Callable[[], None]) -> None:
        self.journal.attach(load)
        # Nobody works any more on what was being worked on when the last run ended: it is there again at once.
        for queue in self.queues():
            for message in queue["messages"]:
                if message["receive_count"] and message["visible_at"] > self.clock.seen:
                    message["visible_at"] = self.clock.seen

    def _keep_schedules_still(self) -> None:
        """The conductor runs the schedules, on the moved clock and with the scheduled time filled in."""
        from ministack.services import eventbridge, scheduler

        scheduler.start_scheduler = lambda: None
        eventbridge.start_scheduler = lambda: None

    def _deliver_bucket_events_at_once(self) -> None:
        """A bucket's event is on its queue before the upload is acknowledged: a crash in between would lose it."""
        from ministack.services import s3

        def deliver(
            bucket: str,
            key: str,
            event: str,
            size: int = 0,
            etag: str = "",
            deletion_type: str | None = None,
            **more: Any,
        ) -> None:
            if bucket in s3._bucket_notifications:
                more["sequencer"] = s3._next_event_sequencer(event)
                s3._fire_s3_event(bucket, key, event, size, etag, deletion_type, **more)

        s3._fire_s3_event_async = deliver

    # ---- what was sent

    def _keep_what_is_sent(self) -> None:
        from ministack.services import ses_v2, sns

        texts_to, send_mail = sns._sms_log_for, ses_v2.handle_request

        class Texts(list):  # type: ignore[type-arg]
            def append(_self, record: Any) -> None:  # noqa: N805
                texts_to(record["PhoneNumber"]).append(record)
                self.outbox.sent_text(record)

        async def kept(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
            answer = await send_mail(method, path, headers, body, query)
            if method == "POST" and path.endswith("/outbound-emails") and answer[0] == 200:
                self.outbox.sent_mail(json.loads(body), json.loads(answer[2])["MessageId"])
            return answer

        sns._sms_log_for = lambda _number: Texts()
        ses_v2.handle_request = kept

    # ---- what the conductor looks at

    def queues(self) -> list[dict[str, Any]]:
        """Return the queues' own records."""
        from ministack.services import sqs

        return list(sqs._queues.all_values())

    def mapped_queues(self) -> list[dict[str, Any]]:
        """Return the queues that a function is fed from."""
        from ministack.services import lambda_svc

        sources = {mapping.get("EventSourceArn") for _, _, mapping in lambda_svc._iter_all_esms()}
        return [queue for queue in self.queues() if queue["attributes"].get("QueueArn") in sources]

    def due_instants(self) -> list[float]:
        """Return every instant that stands in the `due` index of any table (epoch seconds)."""

        return [
            instant
            for item in self._items()
            if "due_shard" in item and (instant := float(item.get("next_at", {"N": "0"})["N"])) > 0
        ]

    def _texts(self) -> list[dict[str, Any]]:
        """Return the product's own records of the texts and mails that it handed over."""
        records = [json.loads(item["document"]["S"]) for item in self._items() if item["sk"].get("S") == "K"]
        return [record for record in records if "carrier_id" in record]

    def _items(self) -> list[dict[str, Any]]:
        """Return every item of every table, as stored."""
        from ministack.services import dynamodb

        while True:
            try:
                return [
                    item
                    for table in list(dynamodb._tables.all_values())
                    for items in list(table["items"].values())
                    for item in list(items.values())
                ]
            except RuntimeError:  # a write met the copying: look again
                continue

    # ---- serving

    def app(
        self, api_port: int, api_path: Callable[[], str], control: Callable[[Scope, Receive, Send], Awaitable[bool]]
    ) -> App:
        """Return the ASGI application: the HTTP interface at the root of its own port, the cloud's own on the other."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                if scope["server"][1] == api_port:
                    path = api_path() + scope["raw_path"].decode("ascii")
                    scope = {**scope, "path": api_path() + scope["path"], "raw_path": path.encode("ascii")}
                elif await control(scope, receive, send):
                    return
                if _takes_messages(scope):
                    send = self._saving_first(send)
            await self._app.app(scope, receive, send)

        return serve

    def _saving_first(self, send: Send) -> Send:
        async def saved(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.journal.save_queues()
            await send(message)

        return saved


def _takes_messages(scope: Scope) -> bool:
    """Whether a request can put something on a queue: a send, or an upload that a bucket tells a queue of."""
    for name, value in scope["headers"]:
        if name == b"x-amz-target":
            return bool(value.startswith(b"AmazonSQS.SendMessage"))
    return scope["method"] in ("PUT", "POST")


def _datetimes_of(clock: MovedClock) -> Any:
    from datetime import datetime

    return SimpleNamespace(
        now=lambda zone=None: datetime.fromtimestamp(clock.time(), zone),
        fromisoformat=datetime.fromisoformat,
        strptime=datetime.strptime,
        fromtimestamp=datetime.fromtimestamp,
    )
