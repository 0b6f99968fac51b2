"""What an error of an AWS text service means for a text."""

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from complaints.adapters.carriers.base import (
    CarrierBusyError,
    CarrierError,
    CarrierRefusedError,
    CarrierSetupError,
    CarrierUnknownError,
)

BUSY = frozenset({"Throttling", "ThrottlingException", "Throttled", "ThrottledException", "TooManyRequestsException"})
UNKNOWN = frozenset({"InternalError", "InternalErrorException", "InternalServerException", "InternalFailure"})


def meaning(failed: BotoCoreError | ClientError, refused: frozenset[str]) -> CarrierError:
    """The error to raise; `refused` are the service's codes for a number that cannot be sent to.

    Its text has the service's codes and the kind of failure; the texts of services and of botocore name the number.
    """
    kind = type(failed).__name__
    if isinstance(failed, EndpointConnectionError | ConnectTimeoutError):
        return CarrierBusyError(f"the carrier is out of reach: {kind}")
    if not isinstance(failed, ClientError):
        return CarrierUnknownError(f"no answer from the carrier: {kind}")
    code = failed.response.get("Error", {}).get("Code", "")
    reason = str(failed.response.get("Reason", ""))
    said = f"{code} {reason}".strip()
    if code in BUSY:
        return CarrierBusyError(f"the carrier asks to slow down: {said}")
    status = failed.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in UNKNOWN or status >= 500:
        return CarrierUnknownError(f"the carrier failed: {said}")
    if code in refused or reason in refused:
        return CarrierRefusedError(f"the carrier does not send to this number: {said}")
    return CarrierSetupError(f"the carrier refuses: {said}; check SMS_SENDER, the account and its spending limit")
