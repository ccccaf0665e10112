"""The printers that somebody may choose."""

from sosbox.admin.print_offer import OfferedPrinter
from sosbox.printing.cups import find_printers
from sosbox.printing.printer_kinds import RAW_SCHEME
from sosbox.routing.settings import Settings


async def offered_printers(settings: Settings) -> list[OfferedPrinter]:
    """The queues of this computer, and receipt printers that get notices already, each once."""
    queues = [
        OfferedPrinter(
            name=queue.description or queue.name,
            address=queue.address,
            is_for_receipts=queue.is_raw,
            details=tuple(filter(None, (queue.location, queue.paper))),
            is_working=queue.is_accepting and not queue.is_paused,
            queue=queue,
        )
        for queue in await find_printers()
    ]
    receipts = {
        address
        for recipient in settings.recipients.values()
        for address in recipient.addresses.get("printer", ())
    }
    known = [
        OfferedPrinter(address, RAW_SCHEME + address, is_for_receipts=True)
        for address in sorted(receipts)
    ]
    return [*queues, *known]
