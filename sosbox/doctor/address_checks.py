"""Printers and web addresses: each is a machine of its own, which can be out of order."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from sosbox.channels.base import Channel, ChannelError
from sosbox.channels.printer.channel import PrinterChannel
from sosbox.channels.webhook.channel import WebhookChannel
from sosbox.doctor.finding import Finding, Patient, bad

_ADDRESSES = """
    SELECT a.address, min(r.name) FROM recipient_addresses a
    JOIN recipients r ON r.id = a.recipient_id
    WHERE a.channel = ? GROUP BY a.address ORDER BY a.address
"""


def check_printers(patient: Patient) -> Iterator[Finding]:
    """Asks every printer how it is; none prints."""
    for address, name, problem in _problems(patient, PrinterChannel(patient.config)):
        yield bad(
            "printer.unusable",
            f"The printer {address} of {name} cannot be used: {problem}",
            "Look whether it is switched on, has paper, is closed, and has this address. Slips wait"
            " up to three days.",
        )


def check_webhooks(patient: Patient) -> Iterator[Finding]:
    """Connects to every web address and posts nothing."""
    if patient.keys is None:
        return
    for url, name, problem in _problems(patient, WebhookChannel(patient.config, patient.keys)):
        # The rest of the address may be what lets one in.
        host = urlsplit(url).hostname or ""
        yield bad(
            "webhook.unreachable",
            f"The webhook of {name} at {host} cannot be reached: {problem}",
            "Look whether the program that takes it is running, and whether its address has"
            " changed. Notices wait up to three days.",
        )


def _problems(patient: Patient, channel: Channel) -> list[tuple[str, str, ChannelError]]:
    """Address, name of a recipient who has it, and what is wrong, of all that do not work."""
    if patient.connection is None:
        return []
    found = patient.connection.execute(_ADDRESSES, (channel.name,)).fetchall()
    errors = asyncio.run(_check_all(channel, [address for address, _ in found]))
    return [
        (address, name, error)
        for (address, name), error in zip(found, errors, strict=True)
        if error is not None
    ]


async def _check_all(channel: Channel, addresses: list[str]) -> list[ChannelError | None]:
    """All at once: one that is switched off is waited for."""
    try:
        return await asyncio.gather(*(_check(channel, address) for address in addresses))
    finally:
        await channel.close()


async def _check(channel: Channel, address: str) -> ChannelError | None:
    try:
        await channel.check(address)
    except ChannelError as error:
        return error
    return None
