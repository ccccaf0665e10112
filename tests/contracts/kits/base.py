"""What stands for the other side of a channel in the shared suite."""

import asyncio
from enum import StrEnum
from typing import Protocol

from sosbox.channels.base import Channel


class Misbehaviour(StrEnum):
    """SILENT: takes everything and never answers. DRIBBLING: answers sign by sign and never comes
    to an end. HANGING_UP: breaks the connection off once it has the whole notice.
    """

    SILENT = "silent"
    DRIBBLING = "dribbling"
    HANGING_UP = "hanging up"


class ChannelKit(Protocol):
    """The other side of a channel, and a channel that knows it."""

    channel: Channel
    address: str

    def received(self) -> list[str]:
        """The texts that have come, as their readers see them."""

    def refuse(self) -> None:
        """From now on `address` is refused for good."""

    def refuse_for_now(self) -> None:
        """From now on the other side says that it cannot take anything at the moment."""

    def go_away(self) -> None:
        """From now on nobody answers."""

    def come_back(self) -> None:
        """Somebody answers again."""

    async def misbehave(self, how: Misbehaviour, *, timeout_s: float) -> asyncio.Event:
        """From now on `channel`, a new one with this time-out, meets somebody who misbehaves.

        The event is set when the channel has got in touch.
        """

    async def end(self) -> None:
        """Clears up."""
