"""What is said of a printer before anything is sent to it; imports nothing that draws."""

from sosbox.i18n import N_

# Before the address of a receipt printer, as `sosbox.printing.printers` takes it.
RAW_SCHEME = "raw:"
OTHER_KIND = N_("Receipt printers print tickets, other printers everything else.")
OTHER_PAPER = N_("The printer has no paper of {width} × {height} mm.")
