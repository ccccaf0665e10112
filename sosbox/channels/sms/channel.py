"""The channel SMS: hands notices to the gateway that the options name."""

from sosbox.channels.base import Notice, RefusedError, RetryError
from sosbox.channels.sms.gateway import Gateway, Sms
from sosbox.channels.sms.http_gateway import HttpGateway
from sosbox.channels.sms.kannel import KannelGateway
from sosbox.channels.sms.text import sms_text
from sosbox.config import Config
from sosbox.keys import Keys
from sosbox.lib.phone import WrongNumberError, normal_number


class SmsChannel:
    """Without a gateway every notice waits for one to be set."""

    name = "sms"

    def __init__(self, config: Config, keys: Keys) -> None:
        self._config = config
        self._gateway = _make_gateway(config, keys)
        self.report_within_s = self._gateway.report_within_s if self._gateway else 0

    async def send(self, notice: Notice) -> None:
        """Hands the notice over. Raises RetryError or RefusedError."""
        gateway = self._required_gateway()
        try:
            number = normal_number(notice.address, self._config.phone_region)
        except WrongNumberError:
            raise RefusedError("This is not a phone number.") from None
        text = sms_text(notice, self._config.sms_max_parts)
        await gateway.send(Sms(notice.delivery_id, number, text))

    async def check(self, address: str = "") -> None:  # noqa: ARG002 - all numbers have one gateway
        """Asks the gateway whether it would take a message. Raises RetryError."""
        await self._required_gateway().check()

    async def close(self) -> None:
        if self._gateway is not None:
            await self._gateway.close()

    def _required_gateway(self) -> Gateway:
        if self._gateway is None:
            raise RetryError("No SMS gateway is set.", is_outage=True)
        return self._gateway


def _make_gateway(config: Config, keys: Keys) -> Gateway | None:
    if config.sms_gateway == "kannel":
        return KannelGateway(config, keys)
    return HttpGateway(config) if config.sms_gateway == "http" else None
