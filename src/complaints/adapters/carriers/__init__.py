"""Who carries texts to phones. One is chosen by SMS_CARRIER; only the chosen one is imported."""

from importlib import import_module
from typing import cast

from complaints.adapters.carriers.base import Carrier
from complaints.adapters.settings import Settings

_CLASSES = {
    "sns": ("complaints.adapters.carriers.sns", "SnsCarrier"),
    "eum": ("complaints.adapters.carriers.eum", "EumCarrier"),
    "aliyun": ("complaints.adapters.carriers.aliyun", "AliyunCarrier"),
}


def chosen(settings: Settings) -> Carrier:
    """The carrier that the settings name."""
    module, name = _CLASSES[settings.sms_carrier]
    return cast(Carrier, getattr(import_module(module), name)(settings))
