"""What the `complaints local` command asks of a running local run, over HTTP beside the cloud's own interface."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from localrun.cloud import Receive, Scope, Send, content

PREFIX = "/_local"
logger = logging.getLogger("localrun.control")

Action = Callable[[dict[str, Any]], Any]


class RequestError(Exception):
    """What was asked cannot be done; the text says why and goes to the person who asked."""


class Control:
    """Answers `POST /_local/NAME` with the JSON that `actions[NAME]` returns, `GET` likewise with an empty request."""

    def __init__(self) -> None:
        self.actions: dict[str, Action] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer the request if it is one for here; return whether it was."""
        path: str = scope["path"]
        if not path.startswith(PREFIX + "/"):
            return False
        action = self.actions.get(path.removeprefix(PREFIX + "/"))
        if action is None:
            await _answer(send, 404, {"error": f"there is no {path}"})
            return True
        asked = await content(receive)
        try:
            # In a thread: an advance runs for seconds, and what it waits for is served by this loop.
            answer = await asyncio.to_thread(action, json.loads(asked or b"{}"))
        except RequestError as refused:
            await _answer(send, 409, {"error": str(refused)})
        except Exception as error:
            logger.exception("%s failed", path)
            await _answer(send, 500, {"error": f"{type(error).__name__}: {error}"})
        else:
            await _answer(send, 200, answer)
        return True


async def _answer(send: Send, status: int, value: Any) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
