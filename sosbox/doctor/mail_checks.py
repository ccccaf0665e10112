"""The mail server: whether there is one and whether it would take a notice now."""

import asyncio
from collections.abc import Iterator

from sosbox.channels.base import Channel, ChannelError
from sosbox.channels.email.channel import EmailChannel
from sosbox.doctor.finding import Finding, Patient, bad


def check_mail(patient: Patient) -> Iterator[Finding]:
    config = patient.config
    if not config.smtp_host:
        yield bad(
            "mail.not-configured",
            "No mail server (SMTP) is set: nobody is told of what guests write.",
            "Set SOSBOX_SMTP_HOST, SOSBOX_SMTP_FROM and, if it wants a login, SOSBOX_SMTP_USER and"
            " SOSBOX_SMTP_PASSWORD_FILE, or the same keys in sosbox.toml.",
        )
        return
    problem = asyncio.run(_problem(EmailChannel(config)))
    if problem is not None:
        detail = f" ({problem.detail})" if problem.detail else ""
        yield bad(
            "mail.unreachable",
            f"The mail server {config.smtp_host}:{config.smtp_port} cannot be used:"
            f" {problem}{detail}",
            "Check host, port, SOSBOX_SMTP_TLS, login and sender, and that the server is running."
            " Notices wait up to three days.",
        )


async def _problem(channel: Channel) -> ChannelError | None:
    try:
        await channel.check()
    except ChannelError as error:
        return error
    finally:
        await channel.close()
    return None
