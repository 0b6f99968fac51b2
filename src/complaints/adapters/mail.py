"""Mail to people through Amazon SES (v2), as raw messages, so that threads and machine marks are ours to set."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from complaints.adapters import aws
from complaints.adapters.carriers.aws_errors import meaning
from complaints.adapters.carriers.base import CarrierRefusedError, Receipt
from complaints.adapters.settings import Settings

_REFUSED = frozenset({"MessageRejected", "BadRequestException"})


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One mail. `reply_to` and `in_reply_to` may be empty; `id` names it in what SES reports about it later."""

    id: str
    to: str
    subject: str
    text: str
    reply_to: str = ""
    in_reply_to: str = ""


class Mail:
    """Mail from `settings.mail_from`."""

    name = "mail"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, letter: Letter) -> Receipt:
        """Hand over one mail. Raises a `carriers.base.CarrierError`."""
        request: dict[str, Any] = {
            "FromEmailAddress": self._settings.need("mail_from"),
            "Destination": {"ToAddresses": [letter.to]},
            "Content": {"Raw": {"Data": self._bytes(letter)}},
            "EmailTags": [{"Name": "text", "Value": letter.id}],
        }
        if self._settings.mail_configuration_set:
            request["ConfigurationSetName"] = self._settings.mail_configuration_set
        try:
            answer = aws.client("sesv2", attempts=1).send_email(**request)
        except (BotoCoreError, ClientError) as failed:
            raise meaning(failed, _REFUSED) from failed
        return Receipt(answer["MessageId"])

    def _bytes(self, letter: Letter) -> bytes:
        try:
            return self._message(letter).as_bytes()
        except (ValueError, MessageError) as broken:
            # what somebody typed as an address; the error's own text would carry it into the log
            raise CarrierRefusedError(f"no mail can be written: {type(broken).__name__}; correct the address") from None

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._settings.need("mail_from")
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = " ".join(letter.subject.split())
        # Never answered by a machine that knows its manners, so that two machines do not write to each other for ever.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        if letter.reply_to:
            message["Reply-To"] = letter.reply_to
        if letter.in_reply_to:
            message["In-Reply-To"] = letter.in_reply_to
            message["References"] = letter.in_reply_to
        message.set_content(letter.text, charset="utf-8")
        return message
