"""The mailbox that answers to notices come to."""

from collections.abc import Iterator

from sosbox.channels.base import ChannelError
from sosbox.channels.mailbox.mailbox import Mailbox
from sosbox.config import Config
from sosbox.deliveries.addresses import reply_address
from sosbox.deliveries.reply_queries import num_shown_to_nobody
from sosbox.doctor.finding import Finding, Patient, bad, counted, warning


def check_mailbox(patient: Patient) -> Iterator[Finding]:
    config = patient.config
    if not (config.imap_host or config.reply_address):
        return
    if not (config.imap_host and config.reply_address) or not _is_usable(patient):
        yield bad(
            "mailbox.incomplete",
            "Answers by e-mail are set up only in part, so none are taken.",
            "Set SOSBOX_REPLY_ADDRESS to an address with at most 26 signs before the @ whose mail"
            " comes to the mailbox, and SOSBOX_IMAP_HOST, _USER and _PASSWORD_FILE to the mailbox;"
            " or neither.",
        )
        return
    problem = _problem(config)
    if problem is not None:
        yield bad(
            "mailbox.unreachable",
            f"The mailbox for answers on {config.imap_host}:{config.imap_port} cannot be read:"
            f" {problem}",
            "Check host, port, SOSBOX_IMAP_TLS, user, password and SOSBOX_IMAP_FOLDER. Answers stay"
            " in the mailbox meanwhile and are taken later.",
        )


def check_replies(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    num = num_shown_to_nobody(patient.connection)
    if num:
        yield warning(
            "replies.nobody",
            f"{counted(num, 'message', 'messages')} came by SMS or e-mail for a company that the"
            " box cannot tell: nobody sees them.",
            'Give one access point the origin "phone": what strangers send goes there. Whoever is'
            " told of cases by several companies needs a number or address for each.",
        )


def _is_usable(patient: Patient) -> bool:
    return patient.keys is None or bool(reply_address(patient.config, patient.keys, 1))


def _problem(config: Config) -> ChannelError | None:
    try:
        Mailbox(config).check()
    except ChannelError as error:
        return error
    return None
