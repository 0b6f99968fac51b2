"""The composition root: everything that a use case needs of the world, made once for the process."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from complaints.adapters import settings as configuration
from complaints.adapters.files import Files
from complaints.adapters.keys import Keys
from complaints.adapters.queues import Queues
from complaints.adapters.settings import Settings
from complaints.adapters.store import Store

if TYPE_CHECKING:
    from complaints.adapters.carriers.base import Carrier
    from complaints.adapters.directory import Directory
    from complaints.adapters.issuer import Issuer
    from complaints.adapters.mail import Mail
    from complaints.adapters.policies import Policies
    from complaints.adapters.shared import SharedSecret


def _carrier(settings: Settings) -> "Carrier":
    from complaints.adapters.carriers import chosen  # here, because only the sender sends

    return chosen(settings)


def _mail(settings: Settings) -> "Mail":
    from complaints.adapters.mail import Mail

    return Mail(settings)


def _issuer(settings: Settings) -> "Issuer":
    from complaints.adapters.issuer import Issuer, client_secret

    return Issuer(settings.need("staff_issuer"), settings.need("staff_client"), client_secret(settings.staff_secret))


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What use cases work with. What not every function needs is imported and made when it is first asked for: the
    rule books and the organisation, the carrier, the mail."""

    settings: Settings
    store: Store
    queues: Queues
    files: Files
    keys: Keys
    make_carrier: Callable[[Settings], "Carrier"] = _carrier
    make_mail: Callable[[Settings], "Mail"] = _mail
    make_issuer: Callable[[Settings], "Issuer"] = _issuer
    _made: dict[str, object] = {}

    @property
    def policies(self) -> "Policies":
        """The rule books."""
        if "policies" not in self._made:
            from complaints.adapters.policies import Policies

            self._made["policies"] = Policies(self.store, self.files)
        return self._made["policies"]  # type: ignore[return-value]  # made above

    @property
    def directory(self) -> "Directory":
        """The organisation."""
        if "directory" not in self._made:
            from complaints.adapters.directory import Directory

            self._made["directory"] = Directory(self.store)
        return self._made["directory"]  # type: ignore[return-value]  # made above

    @property
    def carrier(self) -> "Carrier":
        """What texts are sent through."""
        if "carrier" not in self._made:
            self._made["carrier"] = self.make_carrier(self.settings)
        return self._made["carrier"]  # type: ignore[return-value]  # made by make_carrier

    @property
    def mail(self) -> "Mail":
        """What mail is sent through."""
        if "mail" not in self._made:
            self._made["mail"] = self.make_mail(self.settings)
        return self._made["mail"]  # type: ignore[return-value]  # made by make_mail

    @property
    def issuer(self) -> "Issuer":
        """Who says who the staff are. Raises `SettingError` where no sign-in is set up."""
        if "issuer" not in self._made:
            self._made["issuer"] = self.make_issuer(self.settings)
        return self._made["issuer"]  # type: ignore[return-value]  # made by make_issuer

    def shared(self, setting: str) -> "SharedSecret":
        """The secret that a setting names, held by somebody outside too. Raises `SettingError` where it is not set."""
        if setting not in self._made:
            from complaints.adapters.shared import SharedSecret

            self._made[setting] = SharedSecret(self.settings.need(setting))
        return self._made[setting]  # type: ignore[return-value]  # made above


def build(settings: Settings) -> Desk:
    """A desk over what these settings name."""
    store = Store(settings.table)
    files = Files(settings.files_bucket or "")
    return Desk(
        settings=settings,
        store=store,
        queues=Queues(settings),
        files=files,
        keys=Keys(settings.keys_parameter or ""),
    )


@cache
def desk() -> Desk:
    """The desk of this process, from its environment. A test that changes the environment calls
    `desk.cache_clear()`."""
    return build(configuration.current())
