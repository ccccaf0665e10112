"""What stands in an e-mail, and what a guest cannot make it say."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosbox.channels.base import Notice, NoticeEvent, RetryError, TranslationState
from sosbox.channels.email.message import MailSender, build_message, mail_sender
from sosbox.channels.words import language_name
from sosbox.i18n import LANGUAGES, localizer
from sosbox.lib.text import clean, excerpt, is_blank, isolated
from tests.support.notices import TRANSLATIONS, WITHOUT, foreign, notice
from tests.support.venue import NOON

SENDER = MailSender("", "box@mar.example")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Sosbox-Reference",
    "X-Sosbox-Delivery",
    "MIME-Version",
    "Content-Type",
]


def _arrived(sent: Notice, sender: MailSender = SENDER) -> EmailMessage:
    """The e-mail as its reader gets it."""
    message = message_from_bytes(build_message(sent, sender, now=NOON).as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _text(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: Any = part.get_content()
    return str(content).replace("\r\n", "\n")


def test_the_text_comes_first_then_all_that_is_needed_to_act() -> None:
    sent = notice(remedy="A new tap")
    text = _text(_arrived(sent))

    assert text.startswith("The tap drips\nsince yesterday\n")
    _ = localizer("en")
    parts = [
        "Hotel Mar, Reception, Room 204",
        "R-204",
        _.moment(sent.written_at, sent.zone),
        "anonymous",
        "A new tap",
        "Complaint",
        _.moment(sent.promise_due_at, sent.zone),
        _.moment(sent.legal_due_at, sent.zone),
        "http://mar.example/admin/cases/3",
    ]
    positions = [text.index(part) for part in parts]
    assert positions == sorted(positions)


def test_the_page_says_the_same_as_the_text() -> None:
    html = _text(_arrived(notice(contact_name="Dora", contact_phone="+34 600 123 456")), "html")

    assert "The tap drips<br>" in html
    assert "Dora, +34 600 123 456" in html
    assert 'href="http://mar.example/admin/cases/3"' in html
    assert '<html lang="en" dir="ltr">' in html


def test_the_notices_of_a_case_are_one_thread() -> None:
    first = _arrived(notice())
    later = _arrived(
        notice(delivery_id=8, event=NoticeEvent.GUEST_WROTE, text="And now the bath, too")
    )

    assert first["Subject"] == later["Subject"] == "[R-204] The tap drips"
    assert first["References"] == later["References"] == later["In-Reply-To"]
    assert first["Message-ID"] != later["Message-ID"]


def test_every_attempt_of_a_delivery_has_the_same_message_id() -> None:
    first = _arrived(notice())
    again = _arrived(notice(is_possible_duplicate=True))

    assert first["Message-ID"] == again["Message-ID"] == "<K7QF-2M9X.7@mar.example>"
    assert first["X-Sosbox-Possible-Duplicate"] is None
    assert again["X-Sosbox-Possible-Duplicate"] == "yes"
    assert "may have had this notice before" in _text(again)
    assert "may have had this notice before" in _text(again, "html")


def test_machines_are_told_that_a_machine_wrote() -> None:
    message = _arrived(notice())

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Sosbox-Reference"] == "K7QF-2M9X"
    assert message["X-Sosbox-Delivery"] == "7"


def test_a_reminder_says_that_nobody_has_answered() -> None:
    message = _arrived(notice(event=NoticeEvent.REMINDED))

    assert message["Subject"] == "[R-204] The tap drips"
    assert _text(message).startswith("Nobody has answered this guest yet:")
    assert "Nobody has answered this guest yet:" in _text(message, "html")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (NoticeEvent.GUEST_WROTE, "The guest has written again:"),
        (NoticeEvent.REMINDED, "Nobody has answered this guest yet:"),
        (NoticeEvent.ESCALATED, "Nobody has taken care of this yet:"),
        (NoticeEvent.PROMISE_SOON, "An answer is promised by Mon 23 Nov, 13:00;"),
        (NoticeEvent.PROMISE_MISSED, "An answer was promised by Mon 23 Nov, 13:00;"),
        (NoticeEvent.LEGAL_SOON, "The law asks for an answer by Sun 6 Dec, 13:00;"),
        (NoticeEvent.LEGAL_MISSED, "The law asked for an answer by Sun 6 Dec, 13:00;"),
    ],
)
def test_the_first_line_says_why_it_comes(event: NoticeEvent, words: str) -> None:
    message = _arrived(notice(event=event))

    assert message["Subject"] == "[R-204] The tap drips"
    assert _text(message).startswith(words)
    assert words in _text(message, "html")


def test_danger_is_marked_in_the_subject_and_on_top() -> None:
    message = _arrived(notice(is_safety=True))

    assert message["Subject"] == "⚠ Danger [R-204] The tap drips"
    assert _text(message).startswith("⚠ Danger\n")
    assert "⚠ Danger" in _text(message, "html")
    assert "Danger" not in _arrived(notice()).as_string()


def test_who_is_asked_to_take_care_can_say_so_at_once() -> None:
    message = _arrived(notice(acknowledge_url="http://mar.example/ok/abc"))

    assert "I take care of it:\nhttp://mar.example/ok/abc" in _text(message)
    assert 'href="http://mar.example/ok/abc"' in _text(message, "html")


def test_who_is_not_asked_finds_no_such_button() -> None:
    for kind in ("plain", "html"):
        assert "I take care of it" not in _text(_arrived(notice()), kind)


def test_a_reply_goes_to_the_guest_where_the_box_takes_replies() -> None:
    address = "sosbox+abcdefg@mar.example"
    message = _arrived(notice(reply_to=address))

    assert message["Reply-To"] == address
    for kind in ("plain", "html"):
        assert "A reply to this e-mail goes to the guest." in _text(message, kind)


def test_where_it_does_not_nothing_is_promised() -> None:
    message = _arrived(notice())

    assert message["Reply-To"] is None
    assert "goes to the guest" not in _text(message)


def test_a_digest_is_its_text_and_the_way_to_the_inbox() -> None:
    message = _arrived(
        notice(
            event=NoticeEvent.DIGEST,
            reference="",
            headline="3 messages wait for an answer",
            text="R-204 The tap drips\nT-7 Cold soup",
            case_url="http://mar.example/admin",
        )
    )

    assert message["Subject"] == "3 messages wait for an answer"
    assert message["In-Reply-To"] is None
    assert message["X-Sosbox-Reference"] is None
    assert message["Message-ID"] == "<digest.7@mar.example>"
    assert _text(message).startswith("R-204 The tap drips\nT-7 Cold soup\n")
    for kind in ("plain", "html"):
        text = _text(message, kind)
        assert "http://mar.example/admin" in text
        assert "Open the inbox" in text
        for fact in ("Answer promised by", "Reference", "Room 204", "Complaint"):
            assert fact not in text


def test_an_answer_tells_the_guest_who_answered_and_how_to_read_on() -> None:
    message = _arrived(
        notice(
            event=NoticeEvent.ANSWERED,
            text="We come at once.",
            address="dora@guest.example",
            contact_email="dora@guest.example",
            case_url="http://mar.example/t",
        )
    )

    assert message["Subject"] == "Hotel Mar has answered you (K7QF-2M9X)"
    for kind in ("plain", "html"):
        text = _text(message, kind)
        assert "We come at once." in text
        assert "Grupo Mar S.L." in text
        assert "K7QF-2M9X" in text
        assert "http://mar.example/t" in text
        assert "16 digits" in text
        assert "dora@guest.example" not in text


def test_an_answer_shows_nothing_of_the_console() -> None:
    message = _arrived(
        notice(event=NoticeEvent.ANSWERED, text="Yes", case_url="http://mar.example/t")
    )

    assert "admin" not in message.as_string()


# In the language of the reader -------------------------------------------------------------------


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", [TranslationState.DONE, TranslationState.PARTIAL])
def test_what_a_reader_can_read_stands_first_and_the_original_beneath_it(
    language: str, state: TranslationState
) -> None:
    _ = localizer(language)
    sent = foreign(language, state)
    engine = _("{engine}, over {language}", engine="argos", language=language_name("en", _))
    mark = (
        _("Machine translation ({engine})", engine=engine)
        if state is TranslationState.DONE
        else _("Machine translation ({engine}). Some sentences stand as written.", engine=engine)
    )
    label = _("As written, in {language}", language=language_name("ja", _))

    text = _text(_arrived(sent))
    assert text.startswith(f"{mark}\n{sent.translation}\n\n{label}\n{sent.text}\n\n")
    html = _text(_arrived(sent), "html")
    parts = [mark, *sent.translation.splitlines(), label, *sent.text.splitlines()]
    positions = [html.index(part, html.index("<body")) for part in parts]
    assert positions == sorted(positions)


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (
            TranslationState.FAILED,
            "It is in {language}; it could not be translated so that it can be relied on.",
        ),
        (TranslationState.UNAVAILABLE, "It is in {language}; this box cannot translate it."),
        (
            TranslationState.WAITING,
            "It is in {language}. The translation was not ready in time: it stands in the console.",
        ),
        (TranslationState.NONE, "As written, in {language}"),
    ],
)
def test_without_a_translation_one_line_says_why_and_the_original_is_there(
    language: str, state: TranslationState, reason: str
) -> None:
    _ = localizer(language)
    sent = foreign(language, state)
    message = _arrived(sent)
    line = _(reason, language=language_name("ja", _))

    assert _text(message).startswith(f"{line}\n{sent.text}\n\n")
    html = _text(message, "html")
    assert html.index(line) < html.index("蛇口から水が漏れています<br>")
    for kind in ("plain", "html"):
        assert _text(message, kind).count(line) == 1
        assert _("Machine translation ({engine})").partition("{")[0] not in _text(message, kind)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_the_reader_reads_anyway_is_not_labelled(language: str) -> None:
    text = TRANSLATIONS[language][0]
    message = _arrived(notice(language=language, text=text, text_language=language))

    assert _text(message).startswith(f"{text}\n\n")
    assert _text(message, "html").count(text.splitlines()[0]) == 1


def test_what_comes_out_of_a_machine_as_it_went_in_is_shown_once() -> None:
    message = _arrived(foreign(text="204 WiFi", translation="204 WiFi"))

    assert _text(message).count("204 WiFi") == 1
    assert _text(message, "html").count("204 WiFi") == 1


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_would_put_it_right_is_translated_and_there_as_it_was_written(language: str) -> None:
    message = _arrived(foreign(language))

    for kind in ("plain", "html"):
        text = _text(message, kind)
        assert text.index(TRANSLATIONS[language][2]) < text.index("新しい蛇口")


@pytest.mark.parametrize("state", WITHOUT)
def test_a_remedy_without_translation_stands_as_it_was_written(state: TranslationState) -> None:
    label = localizer("es")("What would put it right")

    assert f"{label}: 新しい蛇口\n" in _text(_arrived(foreign("es", state)))


def test_the_subject_is_in_the_language_of_the_reader() -> None:
    assert _arrived(foreign("es"))["Subject"] == "[R-204] El grifo gotea"
    assert _arrived(foreign("ar"))["Subject"] == "[R-204] الصنبور يقطر"


@pytest.mark.parametrize("state", WITHOUT)
def test_without_a_translation_the_subject_is_as_it_was_written(state: TranslationState) -> None:
    assert _arrived(foreign("es", state))["Subject"] == "[R-204] 蛇口から水が漏れています"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_runs_in_the_direction_of_its_reader(language: str) -> None:
    direction, other_side = ("rtl", "left") if language == "ar" else ("ltr", "right")
    translation = {"translation": "x", "translation_engine": "argos"}
    html = _text(_arrived(notice(language=language, text_language="eo", **translation)), "html")

    # Some mail programs show what is inside of the body and nothing around it.
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert f'<div lang="{language}" dir="{direction}" style="' in html
    tables = html.count("<table")
    assert tables == html.count(f'<table role="presentation" dir="{direction}"') == 2
    assert f"text-align: {other_side}" not in html


def test_every_text_says_its_language_and_direction() -> None:
    html = _text(_arrived(foreign("ar")), "html")

    assert re.search(r'<div lang="ar" dir="rtl"[^>]*>الصنبور يقطر<br>', html)
    assert re.search(r'<div lang="ja" dir="auto"[^>]*>蛇口から水が漏れています<br>', html)
    html = _text(_arrived(notice(text="WiFi لا يعمل", text_language="ar")), "html")
    # It begins with a Latin word and is Arabic all the same.
    assert re.search(r'<div lang="ar" dir="rtl"[^>]*>WiFi لا يعمل', html)


def test_what_is_not_words_keeps_its_order_between_words_that_run_to_the_left() -> None:
    sent = foreign("ar", reference="2345-6789")
    text = _text(_arrived(sent))

    assert isolated("2345-6789", "rtl") in text
    assert isolated("R-204", "rtl") in text
    # Links are lines of their own: nothing that cannot be seen is copied with them.
    assert f"\n{sent.case_url}\n" in text
    html = _text(_arrived(sent), "html")
    assert '<bdi dir="ltr">http://mar.example/admin/cases/3</bdi>' in html
    assert re.search(r'<div dir="auto"[^>]*>2345-6789', html)


def test_from_left_to_right_nothing_that_cannot_be_seen_is_added() -> None:
    assert not re.search("[\u200e\u200f\u2066-\u2069]", _arrived(foreign("es")).as_string())


def test_a_guest_reads_the_answer_in_their_language_and_as_the_house_wrote_it() -> None:
    _ = localizer("ar")
    message = _arrived(
        notice(
            event=NoticeEvent.ANSWERED,
            language="ar",
            text="Subimos ahora.",
            text_language="es",
            translation="سنصعد الآن.",
            translation_engine="argos",
            translation_state=TranslationState.DONE,
            case_url="http://mar.example/t",
        )
    )
    mark = _("Machine translation ({engine})", engine="argos")
    label = _("As the house wrote it, in {language}", language=language_name("es", _))

    assert _text(message).startswith(f"{mark}\nسنصعد الآن.\n\n{label}\nSubimos ahora.\n\n")
    html = _text(message, "html")
    assert html.index("سنصعد") < html.index("Subimos")
    assert '<bdi dir="ltr" style="font-weight: bold">K7QF-2M9X</bdi>' in html


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (TranslationState.FAILED, "The answer is in Spanish; it could not be translated."),
        (TranslationState.UNAVAILABLE, "The answer is in Spanish; it could not be translated."),
        (
            TranslationState.WAITING,
            "The answer is in Spanish. The translation was not ready in time: it stands under"
            " your receipt.",
        ),
    ],
)
def test_a_guest_is_told_nothing_of_the_console(state: TranslationState, reason: str) -> None:
    answer = notice(
        event=NoticeEvent.ANSWERED,
        text="Subimos ahora.",
        text_language="es",
        translation_state=state,
        case_url="http://mar.example/t",
    )
    text = _text(_arrived(answer))

    assert text.startswith(f"{reason}\nSubimos ahora.\n\n")
    assert "console" not in text
    assert "box cannot" not in text


@pytest.mark.parametrize(
    "headline",
    [
        "Hola\r\nBcc: otto@otto.example",
        "Hola\nBcc: otto@otto.example",
        "Hola\u2028Bcc: otto@otto.example",
        "Hola\x85Bcc: otto@otto.example",
        "=?utf-8?q?Hola=0D=0ABcc:_otto@otto.example?=",
        "مرحبا\r\nBcc: otto@otto.example",
    ],
)
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_machine_adds_a_header(language: str, headline: str) -> None:
    message = _arrived(
        foreign(
            language,
            headline_translation=headline,
            translation=headline,
            remedy_translation=headline,
            translation_engine=headline,
        )
    )

    assert message["Bcc"] is None
    assert message.keys() == HEADERS
    assert message["To"] == "anna@mar.example"


def test_a_page_escapes_what_a_machine_made() -> None:
    html = _text(
        _arrived(
            foreign(
                translation="<script>alert(1)</script>",
                remedy_translation="<img src=x>",
                translation_engine='"><b>',
                headline_translation="</title><script>",
            )
        ),
        "html",
    )

    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_long_text_and_a_longer_translation_arrive_whole() -> None:
    sent = foreign(text="水" * 5_000, translation="ñ" * 15_000, headline_translation="ñ" * 5_000)
    raw = build_message(sent, SENDER, now=NOON).as_bytes()

    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    text = _text(_arrived(sent))
    assert "水" * 5_000 in text
    assert "ñ" * 15_000 in text


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300), st.sampled_from(sorted(TRANSLATIONS)))
def test_any_translation_arrives_as_it_was_made(translation: str, language: str) -> None:
    translation = clean(translation)
    if is_blank(translation):
        return
    sent = foreign(language, translation=translation, headline_translation=excerpt(translation))
    message = _arrived(sent)

    assert message.keys() == HEADERS
    assert f"\n{translation}\n\n" in _text(message)
    assert sent.text in _text(message)


def test_times_are_those_of_the_house() -> None:
    assert "13:00" in _text(_arrived(notice(written_at=NOON)))
    assert "14:00" in _text(_arrived(notice(written_at=NOON - timedelta(days=120))))


def test_an_unknown_language_is_answered_in_english() -> None:
    assert "anonymous" in _text(_arrived(notice(language="xx")))


def test_a_page_escapes_what_a_guest_wrote() -> None:
    html = _text(
        _arrived(
            notice(
                text="<script>alert(1)</script>",
                remedy="<b>money</b>",
                contact_name='"><img src=x>',
                headline="<script>",
            )
        ),
        "html",
    )

    assert "<script" not in html
    assert "<b>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_plain_text_is_not_escaped() -> None:
    assert 'Tom & "Jerry" <3' in _text(_arrived(notice(text='Tom & "Jerry" <3')))


@pytest.mark.parametrize(
    "headline",
    [
        "Hello\r\nBcc: otto@otto.example",
        "Hello\nBcc: otto@otto.example",
        "Hello\u2028Bcc: otto@otto.example",
        "Hello\x85Bcc: otto@otto.example",
        "=?utf-8?q?Hello=0D=0ABcc:_otto@otto.example?=",
        "=?utf-8?b?SGVsbG8NCkJjYzogb3R0b0BvdHRvLmV4YW1wbGU=?=",
    ],
)
def test_a_guest_cannot_add_a_header(headline: str) -> None:
    message = _arrived(notice(headline=headline, text=headline))

    assert message["Bcc"] is None
    assert message.keys() == HEADERS
    assert message["To"] == "anna@mar.example"


def test_the_name_of_the_house_cannot_add_an_address() -> None:
    message = _arrived(notice(establishment="Café, <otto@otto.example>; Bar\r\nBcc: x@y.example"))

    (address,) = message["From"].addresses
    assert address.addr_spec == "box@mar.example"
    assert message.keys() == HEADERS


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    text = clean(text)
    if is_blank(text):
        return
    message = _arrived(notice(text=text, headline=excerpt(text)))

    assert message.keys() == HEADERS
    body = _text(message)
    assert body.startswith(text + "\n")
    assert message["Subject"].startswith("[R-204]")


def test_a_text_of_full_length_arrives_in_lines_that_every_server_takes() -> None:
    sent = notice(text="ñ" * 5_000)
    raw = build_message(sent, SENDER, now=NOON).as_bytes()

    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    assert "ñ" * 5_000 in _text(_arrived(sent))


def test_without_a_sender_the_box_writes_in_its_own_name() -> None:
    sender = mail_sender("")

    assert sender.address.startswith("sosbox@")
    assert _arrived(notice(), sender)["From"].addresses[0].display_name == "Hotel Mar"


def test_a_sender_may_bring_a_name() -> None:
    message = _arrived(notice(), mail_sender("Reception <reception@mar.example>"))

    assert message["From"] == "Reception <reception@mar.example>"


@pytest.mark.parametrize("smtp_from", ["Reception", "a@b@c", "a b@c", "@"])
def test_a_sender_that_is_no_address_is_refused(smtp_from: str) -> None:
    with pytest.raises(RetryError):
        mail_sender(smtp_from)
