"""Where the local cloud asks for other permissions than AWS does, put right: roles are judged by what AWS asks for."""

import json
from typing import Any

_OUTBOUND = "/outbound-emails"


def correct() -> None:
    """Replace how the local cloud finds out which action a request is, and on which resource."""
    from ministack.core import iam_actions

    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def action(*request: Any, **more: Any) -> Any:
        found = action_of(*request, **more)
        # SQS has no permission of its own for a batch: SendMessageBatch asks for sqs:SendMessage, and so on.
        return found.removesuffix("Batch") if isinstance(found, str) and found.startswith("sqs:") else found

    def resource(*request: Any, **more: Any) -> Any:
        found = resource_of(*request, **more)
        if found == "*" and any(isinstance(part, str) and part.endswith(_OUTBOUND) for part in request):
            return _identity(next((part for part in request if isinstance(part, bytes)), b""))
        return found

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = action, resource


def _identity(body: bytes) -> str:
    """Sending mail is allowed or not for the identity that it is sent from, here the domain of the address."""
    from ministack.core.responses import get_account_id, get_region

    sender = json.loads(body or b"{}").get("FromEmailAddress", "")
    return f"arn:aws:ses:{get_region()}:{get_account_id()}:identity/{sender.rpartition('@')[2]}"
