"""AWS End User Messaging SMS (v2): texts from numbers of one's own, with delivery events by configuration set."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from complaints.adapters import aws
from complaints.adapters.carriers.aws_errors import meaning
from complaints.adapters.carriers.base import Outgoing, Receipt
from complaints.adapters.settings import Settings

_REFUSED = frozenset(
    {
        "DESTINATION_PHONE_NUMBER_OPTED_OUT",
        "DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
        "DESTINATION_COUNTRY_BLOCKED",
        "INVALID_PARAMETER",
        "COUNTRY_CODE_MISMATCH",
    }
)

SECONDS_TO_LIVE = 3600
"""A text that the network cannot deliver within the hour comes back as undelivered, and the next holder is told."""


class EumCarrier:
    """Texts through SendTextMessage. `settings.sms_sender` is the origination identity: a number, pool or sender id;
    a configuration set after a slash (`pool-1/desk`) has its delivery events sent on."""

    name = "eum"

    def __init__(self, settings: Settings) -> None:
        self._origin, _, self._events = settings.need("sms_sender").partition("/")

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand over one text. Raises `CarrierError`."""
        request: dict[str, Any] = {
            "DestinationPhoneNumber": outgoing.phone,
            "OriginationIdentity": self._origin,
            "MessageBody": outgoing.text,
            "MessageType": "TRANSACTIONAL",
            "TimeToLive": SECONDS_TO_LIVE,
            "Context": {"text": outgoing.id},
        }
        if self._events:
            request["ConfigurationSetName"] = self._events
        try:
            answer = aws.client("pinpoint-sms-voice-v2", attempts=1).send_text_message(**request)
        except (BotoCoreError, ClientError) as failed:
            raise meaning(failed, _REFUSED) from failed
        return Receipt(answer["MessageId"])
