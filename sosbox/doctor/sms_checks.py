"""SMS: whether there is a gateway, whether it works, and whether its messages arrive."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from sosbox.channels.base import ChannelError, RetryError
from sosbox.channels.sms.channel import SmsChannel
from sosbox.channels.sms.gateway import NOT_LET_IN
from sosbox.channels.sms.kannel_status import KannelStatus, read_status
from sosbox.config import Config
from sosbox.doctor.finding import Finding, Patient, bad, counted, listed, warning
from sosbox.keys import Keys
from sosbox.lib.phone import WrongNumberError, normal_number

# Of so many messages at least one should have been reported on.
_ENOUGH_REPORTS = 3
_LATELY = timedelta(days=7)


def check_sms(patient: Patient) -> Iterator[Finding]:
    """The gateway, as far as it can be asked without sending anything."""
    config, keys = patient.config, patient.keys
    if not config.sms_gateway:
        yield from _without_gateway(patient)
        return
    if keys is None:
        return
    problem = asyncio.run(_problem(config, keys))
    if problem is not None:
        yield _gateway_finding(config, problem)
    elif config.sms_gateway == "kannel":
        yield from _kannel_findings(config, keys)


def check_sms_numbers(patient: Patient) -> Iterator[Finding]:
    wrong = []
    for name, number in _numbers(patient):
        try:
            normal_number(number, patient.config.phone_region)
        except WrongNumberError:
            wrong.append(f"{name} ({number})")
    if wrong:
        yield bad(
            "sms.wrong-number",
            f"These are not phone numbers: {listed(wrong)}.",
            "Write them with + and the code of the country: +34 600 123 456. Numbers without it are"
            " read as of the country in SOSBOX_PHONE_REGION.",
        )


def check_sms_reports(patient: Patient) -> Iterator[Finding]:
    """Messages go out, and the network says nothing of any of them."""
    if patient.connection is None or not patient.config.sms_gateway:
        return
    num_never, num_told = patient.connection.execute(
        "SELECT coalesce(sum(report = 'never'), 0),"
        " coalesce(sum(report IN ('arrived', 'failed')), 0)"
        " FROM deliveries WHERE channel = 'sms' AND sent_at > ?",
        (patient.now - _LATELY,),
    ).fetchone()
    if num_never >= _ENOUGH_REPORTS and not num_told:
        yield warning(
            "sms.no-reports",
            f"{counted(num_never, 'SMS was', 'SMS were')} sent in the last week, and no report of"
            " delivery has come for any.",
            "Ask whoever has one of the numbers whether messages arrive. If they do, try the other"
            " init-string in Kannel's configuration (`sosbox kannel-config`), or set"
            " SOSBOX_SMS_REPORT_MINUTES to 0 for a network that does not report.",
        )


def _without_gateway(patient: Patient) -> Iterator[Finding]:
    names = sorted({name for name, _ in _numbers(patient)})
    if names:
        yield bad(
            "sms.not-configured",
            f"No SMS gateway is set: {listed(names)} cannot be told by SMS.",
            "Set SOSBOX_SMS_GATEWAY to kannel or http and the options that belong to it, or take"
            " the numbers away.",
        )


def _numbers(patient: Patient) -> list[tuple[str, str]]:
    """Names and numbers of the recipients that have one."""
    if patient.connection is None:
        return []
    return patient.connection.execute(
        "SELECT r.name, a.address FROM recipient_addresses a JOIN recipients r"
        " ON r.id = a.recipient_id WHERE a.channel = 'sms' ORDER BY r.name, a.id"
    ).fetchall()


async def _problem(config: Config, keys: Keys) -> ChannelError | None:
    channel = SmsChannel(config, keys)
    try:
        await channel.check()
    except ChannelError as error:
        return error
    finally:
        await channel.close()
    return None


def _gateway_finding(config: Config, problem: ChannelError) -> Finding:
    is_kannel = config.sms_gateway == "kannel"
    detail = f" ({problem.detail})" if problem.detail else ""
    message = f"No SMS can be sent: {problem}{detail}"
    if problem.message == NOT_LET_IN:
        return bad(
            "sms.wrong-password",
            message,
            "Write Kannel's configuration anew (`sosbox kannel-config`) and restart Kannel."
            if is_kannel
            else "Check the key or password in SOSBOX_SMS_HTTP_URL, _HEADERS or _BODY.",
        )
    return bad(
        "sms.unreachable",
        message,
        "Is Kannel running? `systemctl restart kannel`, then `systemctl status kannel` and"
        " /var/log/kannel. SOSBOX_KANNEL_URL says where the box looks for it."
        if is_kannel
        else "Is the phone or gateway on, in the network, and its app running? The options that"
        " begin with SOSBOX_SMS_HTTP say how it is asked.",
    )


def _kannel_findings(config: Config, keys: Keys) -> Iterator[Finding]:
    if not config.kannel_status_url:
        return
    try:
        status = asyncio.run(read_status(config, keys))
    except RetryError as error:
        yield warning(
            "sms.kannel-silent",
            f"Kannel takes messages and does not say how it is: {error}",
            "Write its configuration anew (`sosbox kannel-config`) and restart it, or set"
            " SOSBOX_KANNEL_STATUS_URL and SOSBOX_KANNEL_STATUS_PASSWORD as it has them.",
        )
        return
    if gone := [f"{modem.id} ({modem.status})" for modem in status.modems if not modem.is_online]:
        yield bad(
            "sms.modem-gone",
            f"Kannel has no connection to {listed(gone)}. {_waiting(status)}",
            "Is the modem plugged in, its SIM in it and in credit, its lamp on? Pull it out and put"
            " it back. If it has got another name (ls /dev/serial/by-id), write Kannel's"
            " configuration anew (`sosbox kannel-config`) and restart Kannel.",
        )
    elif not status.modems:
        yield bad(
            "sms.modem-gone",
            "Kannel knows of no modem.",
            "Write its configuration anew (`sosbox kannel-config`) and restart it.",
        )


def _waiting(status: KannelStatus) -> str:
    return f"{counted(status.num_waiting, 'message waits', 'messages wait')} for it."
