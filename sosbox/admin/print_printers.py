"""The printers that somebody may choose."""

from sosbox.admin.print_offer import OfferedPrinter
from sosbox.routing.settings import Settings


async def offered_printers(settings: Settings) -> list[OfferedPrinter]:
    """Receipt printers that get notices already, each once."""
    receipts = {
        address
        for recipient in settings.recipients.values()
        for address in recipient.addresses.get("printer", ())
    }
    return [OfferedPrinter(address, address, is_for_receipts=True) for address in sorted(receipts)]
