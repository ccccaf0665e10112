"""What is made of a mail that answers a notice: by people, by programs, by whoever means harm."""

from email.message import EmailMessage
from typing import Any

import pytest

from sosbox.channels.mailbox.mail import (
    AUTOMATIC,
    BOUNCED,
    MAX_MAIL_BYTES,
    ONLY_QUOTES,
    read_mail,
)
from tests.support.mails import ADDRESS, TOKEN, mail


def read(raw: bytes, uid: str = "1") -> Any:
    return read_mail(raw, ADDRESS, uid=uid, folder_id="7")


def test_an_answer_has_a_sender_a_token_and_its_own_words() -> None:
    quoted = "Paco is on his way\n\nOn 21 Nov 2026 at 13:00, Hotel Mar wrote:\n> The tap drips\n"
    found = read(mail(quoted))

    assert (found.sender, found.token) == ("marta@mar.example", TOKEN)
    assert found.text == "Paco is on his way"
    assert not found.reason


@pytest.mark.parametrize("header", ["Delivered_To", "X_Original_To", "Envelope_To", "Cc"])
def test_the_token_may_stand_where_servers_put_it(header: str) -> None:
    raw = mail(to="somebody@mar.example", **{header: f"answers+{TOKEN}@mar.example"})

    assert read(raw).token == TOKEN


def test_case_does_not_matter_in_addresses() -> None:
    raw = mail(to=f"Answers+{TOKEN.upper()}@MAR.example", From="MARTA@Mar.Example")

    assert (read(raw).token, read(raw).sender) == (TOKEN, "marta@mar.example")


def test_among_several_addresses_the_one_with_a_token_counts() -> None:
    raw = mail(to=f"{ADDRESS}, Hotel <answers+{TOKEN}@mar.example>, x@mar.example")

    assert read(raw).token == TOKEN


def test_a_mail_to_the_bare_address_has_no_token() -> None:
    assert read(mail(to=ADDRESS)).token == ""


@pytest.mark.parametrize(
    "to",
    [
        "info@mar.example",
        f"myanswers+{TOKEN}@mar.example",
        f"answers+{TOKEN}@mar.example.org",
        f"answers+{TOKEN}@other.example",
        f"my.answers+{TOKEN}@mar.example",
        "",
    ],
)
def test_mail_for_others_is_none_of_ours(to: str) -> None:
    assert read(mail(to=to)) is None


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, AUTOMATIC),
        ({"Auto_Submitted": "auto-generated (vacation)"}, AUTOMATIC),
        ({"Precedence": "bulk"}, AUTOMATIC),
        ({"Precedence": "auto_reply"}, AUTOMATIC),
        ({"X_Autoreply": "yes"}, AUTOMATIC),
        ({"From": "MAILER-DAEMON@mar.example"}, AUTOMATIC),
        ({"From": "no-reply@mar.example"}, AUTOMATIC),
        ({"Return_Path": "<>"}, BOUNCED),
    ],
)
def test_what_a_program_has_sent_is_no_answer(headers: dict[str, str], reason: str) -> None:
    found = read(mail("I am away until Monday", **headers))

    assert found.is_automatic
    assert found.reason == reason


def test_a_report_of_a_mail_that_did_not_arrive_is_no_answer() -> None:
    raw = mail().replace(b'text/plain; charset="utf-8"', b"multipart/report; boundary=x")

    assert read(raw).reason == BOUNCED


def test_auto_submitted_no_is_what_a_person_sends() -> None:
    assert not read(mail(Auto_Submitted="no", Return_Path="<marta@mar.example>")).is_automatic


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "marta",
        "marta@mar.example, boris@mar.example",
        "marta@mar.example)<evil@x.example>",
        '"marta@mar.example" <evil@x.example>',
        "=?utf-8?q?marta=40mar.example?= <evil@x.example>",
        "marta@mar.example <evil@x.example>",
    ],
)
def test_a_sender_who_hides_is_not_marta(sender: str) -> None:
    raw = mail().replace(b"Marta <marta@mar.example>", sender.encode())

    assert read(raw).sender != "marta@mar.example"


def test_two_senders_are_none() -> None:
    raw = mail().replace(b"From:", b"From: boris@mar.example\nFrom:")

    assert read(raw).sender == ""


def test_copies_of_a_mail_are_one_and_mails_without_a_name_are_many() -> None:
    raw, nameless = mail(), mail().replace(b"Message-ID", b"X-Other")

    assert read(raw, "1").external_id == read(raw, "2").external_id
    assert read(nameless, "1").external_id != read(nameless, "2").external_id
    assert read(raw).external_id != read(mail(From="boris@mar.example")).external_id


def test_a_page_without_a_plain_text_is_read() -> None:
    message = EmailMessage()
    message["To"] = ADDRESS
    message.set_content("<p>Paco is <b>on</b> his way</p><blockquote>x", subtype="html")

    assert read(message.as_bytes()).text == "Paco is on his way"


def test_the_plain_text_goes_before_the_page_and_attachments_are_left_out() -> None:
    message = EmailMessage()
    message["To"] = ADDRESS
    message.set_content("Paco is on his way")
    message.add_alternative("<p>Something else</p>", subtype="html")
    message.add_attachment("An attached note", filename="note.txt")
    inner = EmailMessage()
    inner.set_content("A mail in a mail")
    message.add_attachment(inner)

    assert read(message.as_bytes()).text == "Paco is on his way"


def test_lines_that_a_mail_program_broke_are_whole_again() -> None:
    raw = mail("Paco is on \nhis way.\n> a \n> b\nHe comes \nup.\n")
    raw = raw.replace(b'text/plain; charset="utf-8"', b"text/plain; charset=utf-8; format=flowed")

    assert read(raw).text == "Paco is on his way.\nHe comes up."


@pytest.mark.parametrize("charset", ["iso-8859-15", "windows-1252", "utf-16", "koi8-r", "utf-8"])
def test_letters_of_all_kinds_of_mail_programs_are_read(charset: str) -> None:
    text = "Пако" if charset == "koi8-r" else "mañana"
    head = f"To: {ADDRESS}\nContent-Type: text/plain; charset={charset}\n"
    raw = (head + "Content-Transfer-Encoding: 8bit\n\n").encode() + text.encode(charset)

    assert read(raw).text == text


def test_when_everything_looks_quoted_it_is_kept_and_not_trusted() -> None:
    found = read(mail("> The tap drips\n> Paco is on his way"))

    assert found.reason == ONLY_QUOTES
    assert "Paco" in found.text
    assert not found.is_automatic


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"To: " + ADDRESS.encode() + b"\nContent-Type: text/plain; charset=punycode\n\nx",
        b"To: " + ADDRESS.encode() + b"\nContent-Type: text/plain; charset=\xff\xfe\n\nx",
        b"To: " + ADDRESS.encode() + b"\nContent-Transfer-Encoding: base64\n\n===x",
        b"To: " + ADDRESS.encode() + b"\nContent-Transfer-Encoding: uuencode\n\nbegin\n\xff",
        b"To: " + ADDRESS.encode() + b"\nContent-Type: multipart/mixed; boundary=x\n\n--y--",
        b"To: " + ADDRESS.encode() + b"\nContent-Type: multipart/mixed\n\nx",
        b"To: " + ADDRESS.encode() + b"\nFrom: " + b"(" * 50_000,
        b"To: " + ADDRESS.encode() + b"\nMessage-ID: " + b"<" * 50_000,
        b"To: " + ADDRESS.encode() + b"," * 100_000,
        b"To: " + ADDRESS.encode() + b"\nFrom: =?utf-8?b?" + b"/" * 5_000 + b"?= <x@y>",
        (b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 6_000),
        b"To: "
        + ADDRESS.encode()
        + b"\n"
        + (b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 6_000),
        b"To: " + ADDRESS.encode() + b"\nContent-Type: message/rfc822\n\n" * 8_000,
        b"To: " + ADDRESS.encode() + b"\nContent-Type: text/html\n\n" + b"<a " * 80_000,
        mail("x" * (2 * MAX_MAIL_BYTES)),
        b"To: " + ADDRESS.encode() + b"\n" + b"X-Y: z\n" * 40_000,
    ],
    ids=range(18),
)
def test_no_mail_can_do_any_harm(raw: bytes) -> None:
    found = read(raw)

    assert found is None or len(found.text) <= MAX_MAIL_BYTES
