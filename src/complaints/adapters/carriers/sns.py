"""Amazon SNS: texts straight to a number. No delivery events (delivery is logged only), no service in China."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from complaints.adapters import aws
from complaints.adapters.carriers.aws_errors import meaning
from complaints.adapters.carriers.base import Outgoing, Receipt
from complaints.adapters.settings import Settings

_REFUSED = frozenset({"InvalidParameter", "InvalidParameterException", "OptedOut", "OptedOutException"})


class SnsCarrier:
    """Texts through SNS Publish. `settings.sms_sender` is the sender id where a country allows one."""

    name = "sns"

    def __init__(self, settings: Settings) -> None:
        self._sender = settings.sms_sender

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand over one text. Raises `CarrierError`."""
        attributes: dict[str, Any] = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        if self._sender:
            attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": self._sender}
        try:
            answer = aws.client("sns", attempts=1).publish(
                PhoneNumber=outgoing.phone, Message=outgoing.text, MessageAttributes=attributes
            )
        except (BotoCoreError, ClientError) as failed:
            raise meaning(failed, _REFUSED) from failed
        return Receipt(answer["MessageId"])
