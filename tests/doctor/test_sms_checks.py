"""What the doctor finds about SMS; `tests/sms/` lets it look at a real Kannel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sosbox.doctor.finding import Finding, Severity
from tests.doctor.conftest import apply_text, examine_box, ids_of, run_sql
from tests.support.venue import NOON
from tests.support.web_receiver import Posted, WebReceiver

STATUS = (
    "<gateway><sms><storesize>{waiting}</storesize></sms><smscs><count>1</count>"
    "<smsc><name>AT2[sosbox]</name><id>sosbox</id><status>{status}</status></smsc></smscs></gateway>"
)
NUMBER = """
[[recipient]]
subscriber = "mar"
slug = "boss"
sms = ["{number}"]
"""


class Kannel:
    """What Kannel says; a test changes it."""

    def __init__(self) -> None:
        self.status = "online 30s"
        self.num_waiting = 0
        self.lets_in = True
        self.shows_status = True

    def answer(self, request: Posted) -> tuple[int, str]:
        if request.path.startswith("/status.xml"):
            if not self.shows_status:
                return 200, "<gateway>\nDenied</gateway>"
            return 200, STATUS.format(status=self.status, waiting=self.num_waiting)
        if not self.lets_in:
            return 403, "Authorization failed for sendsms"
        return 400, "Missing receiver number, rejected"


@pytest.fixture
def kannel() -> Kannel:
    return Kannel()


@pytest.fixture
def port(kannel: Kannel) -> Iterator[int]:
    server = WebReceiver()
    server.answer = kannel.answer
    server.start()
    yield server.port
    server.stop()


def _examine(healthy: Path, mail_port: int, port: int, **options: str) -> list[Finding]:
    url = f"http://127.0.0.1:{port}"
    return examine_box(
        healthy,
        mail_port,
        SOSBOX_SMS_GATEWAY="kannel",
        SOSBOX_KANNEL_URL=f"{url}/cgi-bin/sendsms",
        SOSBOX_KANNEL_STATUS_URL=f"{url}/status.xml",
        **options,
    )


def _add_deliveries(healthy: Path, *reports: str) -> None:
    """SMS of the last hours with what was reported of them."""
    for report in reports:
        run_sql(
            healthy,
            "INSERT INTO deliveries (establishment_id, event, channel, address, name, language,"
            " state, created_at, next_attempt_at, sent_at, report) VALUES (1, 'digest', 'sms',"
            " '+34600123456', 'Anna', 'en', 'sent', ?, ?, ?, ?)",
            NOON,
            NOON,
            NOON,
            report,
        )


def test_a_gateway_that_works_is_no_finding(healthy: Path, mail_port: int, port: int) -> None:
    apply_text(healthy, NUMBER.format(number="+34 600 123 456"))

    assert _examine(healthy, mail_port, port) == []


def test_numbers_without_a_gateway_are_found(healthy: Path, mail_port: int) -> None:
    apply_text(healthy, NUMBER.format(number="+34 600 123 456"))
    (finding,) = examine_box(healthy, mail_port)

    assert finding.id == "sms.not-configured"
    assert "Anna" in finding.message


def test_a_kannel_that_is_down_is_found(healthy: Path, mail_port: int) -> None:
    (finding,) = _examine(healthy, mail_port, 9)

    assert (finding.id, finding.severity) == ("sms.unreachable", Severity.BAD)
    assert "systemctl restart kannel" in finding.hint


def test_a_wrong_password_is_found_and_not_shown(
    healthy: Path, mail_port: int, port: int, kannel: Kannel
) -> None:
    kannel.lets_in = False
    (finding,) = _examine(healthy, mail_port, port, SOSBOX_KANNEL_PASSWORD="swordfish")

    assert finding.id == "sms.wrong-password"
    assert "sosbox kannel-config" in finding.hint
    assert "swordfish" not in str(finding)


@pytest.mark.parametrize("status", ["re-connecting", "dead", "disconnected 30s"])
def test_a_modem_that_is_gone_is_found(
    healthy: Path, mail_port: int, port: int, kannel: Kannel, status: str
) -> None:
    kannel.status, kannel.num_waiting = status, 3
    (finding,) = _examine(healthy, mail_port, port)

    assert (finding.id, finding.severity) == ("sms.modem-gone", Severity.BAD)
    assert status in finding.message
    assert "3 messages wait" in finding.message
    assert "Pull it out" in finding.hint


def test_a_kannel_that_does_not_say_how_it_is_is_found(
    healthy: Path, mail_port: int, port: int, kannel: Kannel
) -> None:
    kannel.shows_status = False
    assert ids_of(_examine(healthy, mail_port, port)) == ["sms.kannel-silent"]
    nobody = {"SOSBOX_KANNEL_STATUS_URL": ""}
    assert (
        examine_box(
            healthy,
            mail_port,
            SOSBOX_SMS_GATEWAY="kannel",
            SOSBOX_KANNEL_URL=f"http://127.0.0.1:{port}/cgi-bin/sendsms",
            **nobody,
        )
        == []
    )


def test_another_gateway_that_is_away_is_found(healthy: Path, mail_port: int) -> None:
    (finding,) = examine_box(
        healthy,
        mail_port,
        SOSBOX_SMS_GATEWAY="http",
        SOSBOX_SMS_HTTP_URL="http://127.0.0.1:9/?key=swordfish&to={to}&text={text}",
    )

    assert finding.id == "sms.unreachable"
    assert "SOSBOX_SMS_HTTP" in finding.hint
    assert "swordfish" not in str(finding)


def test_numbers_that_are_none_are_found(healthy: Path, mail_port: int, port: int) -> None:
    apply_text(healthy, NUMBER.format(number="912 345 678"))
    assert _examine(healthy, mail_port, port) == []
    (finding,) = _examine(healthy, mail_port, port, SOSBOX_PHONE_REGION="US")

    assert finding.id == "sms.wrong-number"
    assert "Anna (912 345 678)" in finding.message


def test_reports_that_do_not_come_are_found(healthy: Path, mail_port: int, port: int) -> None:
    _add_deliveries(healthy, "never", "never")
    assert _examine(healthy, mail_port, port) == []
    _add_deliveries(healthy, "never", "waiting")
    (finding,) = _examine(healthy, mail_port, port)
    assert (finding.id, finding.severity) == ("sms.no-reports", Severity.WARNING)
    assert "3 SMS were sent" in finding.message

    _add_deliveries(healthy, "arrived")
    assert _examine(healthy, mail_port, port) == []
