"""The SMTP server that stands in for inbound SES: it puts each message, as it came, into the inbound bucket."""

import asyncio
import logging
import socket
import uuid
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from localrun.clock import MovedClock

logger = logging.getLogger("localrun.mail")

_LARGEST = 40 * 1024 * 1024  # what SES takes in


class IntoTheBucket:
    """Handler of aiosmtpd. A message is acknowledged only once it is in the bucket."""

    def __init__(self, s3: Any, bucket: str, clock: MovedClock) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._clock = clock

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Keep one message; SES too puts the envelope's sender and its own trace in front."""
        key = f"inbound/{uuid.uuid4().hex}"
        received = format_datetime(datetime.fromtimestamp(int(self._clock.time()), UTC))
        front = f"Return-Path: <{envelope.mail_from or ''}>\r\n" + "".join(
            f"Received: from {session.host_name or 'unknown'} by local for {to}; {received}\r\n"
            for to in envelope.rcpt_tos[:1]
        )
        content = envelope.original_content or b""
        try:
            await asyncio.to_thread(
                self._s3.put_object,
                Bucket=self._bucket,
                Key=key,
                Body=front.encode("utf-8", "surrogateescape") + content,
            )
        except Exception:
            logger.exception("the message could not be put into %s", self._bucket)
            return "451 4.3.0 Not kept; try again"
        return "250 2.0.0 Kept"


async def serve_mail(listening: socket.socket, handler: IntoTheBucket) -> asyncio.Server:
    """Start answering SMTP on `listening`, on the running loop."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(handler, data_size_limit=_LARGEST, enable_SMTPUTF8=True, hostname="localhost", loop=loop)

    return await loop.create_server(protocol, sock=listening)
