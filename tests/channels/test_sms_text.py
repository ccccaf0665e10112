"""What an SMS says, what it costs, and what gives way when it would be too long."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosbox.channels.base import Notice, NoticeEvent, TranslationState
from sosbox.channels.sms.parts import Cost, Encoding, cost_of, plainer
from sosbox.channels.sms.sample import typical_cost, typical_text, typical_words
from sosbox.channels.sms.text import sms_text
from sosbox.i18n import LANGUAGES, localizer
from sosbox.lib.text import RIGHT_TO_LEFT_MARK
from tests.support.notices import TRANSLATIONS, WITHOUT, foreign, notice

# Of other letters, the cheap alphabet has none but Greek capitals.
IN_LATIN_LETTERS = [code for code in LANGUAGES if code not in {"ru", "zh", "ja", "ar"}]
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=1_000)


# What it costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", Cost(Encoding.GSM7, 0, 1)),
        ("a" * 160, Cost(Encoding.GSM7, 160, 1)),
        ("a" * 161, Cost(Encoding.GSM7, 161, 2)),
        ("ñ" * 306, Cost(Encoding.GSM7, 306, 2)),
        ("ñ" * 307, Cost(Encoding.GSM7, 307, 3)),
        ("€" * 80, Cost(Encoding.GSM7, 160, 1)),
        ("€" * 81, Cost(Encoding.GSM7, 162, 2)),
        ("á" * 70, Cost(Encoding.UCS2, 70, 1)),
        ("á" * 71, Cost(Encoding.UCS2, 71, 2)),
        ("💧" * 35, Cost(Encoding.UCS2, 70, 1)),
        ("💧" * 36, Cost(Encoding.UCS2, 72, 2)),
    ],
)
def test_a_text_costs_what_its_alphabet_takes(text: str, cost: Cost) -> None:
    assert cost_of(text) == cost


def test_a_sign_of_two_units_is_not_cut_by_the_end_of_a_part() -> None:
    # 153 fit: 76 signs of two, and one unit stays empty in each part.
    assert cost_of("€" * 152).num_parts == 2
    assert cost_of("€" * 153).num_parts == 3


def test_one_letter_makes_all_of_it_dearer() -> None:
    assert cost_of("El baño está frío").encoding is Encoding.UCS2
    assert cost_of("El baño tiene frigorífico".replace("í", "i")).encoding is Encoding.GSM7


def test_typographic_signs_are_made_plain_where_that_saves() -> None:
    assert plainer("“Hola”… – it’s cold") == '"Hola"... - it\'s cold'
    assert plainer("“Café frío…”") == "“Café frío…”"


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["a", "€", "á", "💧"]))
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert cost_of(text + more).num_parts >= cost_of(text).num_parts


# What it says -----------------------------------------------------------------------------------


def test_the_place_comes_first_and_everything_needed_is_there() -> None:
    text = sms_text(notice(text="The tap drips\n\nsince yesterday", acknowledge_code="4217"), 3)

    assert text.splitlines() == [
        "R-204 The tap drips",
        "since yesterday",
        "Hotel Mar, Room 204",
        "K7QF-2M9X",
        "http://mar.example/admin/cases/3",
        "To take care of it, answer: OK 4217",
    ]


@pytest.mark.parametrize(
    ("event", "first"),
    [
        (NoticeEvent.GUEST_WROTE, "R-204 Written later: The tap drips"),
        (NoticeEvent.REMINDED, "R-204 Nobody has answered yet: The tap drips"),
        (NoticeEvent.ESCALATED, "R-204 Nobody is taking care of it: The tap drips"),
        (NoticeEvent.PROMISE_MISSED, "R-204 Not answered by the time promised: The tap drips"),
    ],
)
def test_it_says_why_it_comes(event: NoticeEvent, first: str) -> None:
    assert sms_text(notice(event=event), 3).splitlines()[0] == first


def test_danger_is_named_before_anything_else() -> None:
    text = sms_text(notice(is_safety=True, event=NoticeEvent.ESCALATED), 3)
    assert text.startswith("R-204 Danger! Nobody is taking care of it: The tap drips")


def test_a_code_is_asked_for_only_where_there_is_one() -> None:
    assert "OK" not in sms_text(notice(), 3)


def test_a_possible_duplicate_says_so() -> None:
    again = replace(notice(), is_possible_duplicate=True)
    assert sms_text(again, 3) == sms_text(notice(), 3) + "\nYou may have had this before."


def test_a_guest_reads_the_answer_of_the_house_and_where_to_see_all() -> None:
    answer = notice(
        event=NoticeEvent.ANSWERED, text="We have sent somebody.", case_url="http://mar.example/t"
    )
    assert sms_text(answer, 3).splitlines() == [
        "Hotel Mar: We have sent somebody.",
        "K7QF-2M9X",
        "http://mar.example/t",
    ]


def test_a_digest_says_what_it_is_and_where_the_rest_stands() -> None:
    digest = notice(
        event=NoticeEvent.DIGEST,
        headline="Hotel Mar: 2 unanswered",
        text="R-204 The tap drips\nT-7 The soup is cold",
        place_code="",
        place_label="",
        reference="",
        case_url="http://mar.example/admin",
    )
    assert sms_text(digest, 3).splitlines() == [
        "Hotel Mar: 2 unanswered",
        "R-204 The tap drips",
        "T-7 The soup is cold",
        "http://mar.example/admin",
    ]


# What gives way ---------------------------------------------------------------------------------


def test_a_long_text_is_cut_at_a_word_and_nothing_else_is() -> None:
    text = sms_text(notice(text="The tap drips, " * 100, acknowledge_code="4217"), 3)
    first, *rest = text.splitlines()

    assert first.endswith(("tap...", "drips...", "The..."))
    assert rest[0] == "Hotel Mar, Room 204"
    assert rest[-1].endswith("OK 4217")
    assert cost_of(text).num_parts == 3
    assert cost_of(text).num_units > 440


def test_with_little_room_names_give_way_to_the_words_of_the_guest() -> None:
    text = sms_text(notice(text="La habitación está fría. " * 20, acknowledge_code="4217"), 1)

    assert cost_of(text).num_parts == 1
    assert "Hotel Mar" not in text
    assert text.startswith("R-204 La habitación")
    assert text.endswith("http://mar.example/admin/cases/3\nOK 4217")


def test_what_is_needed_is_sent_whole_even_when_it_takes_another_part() -> None:
    url = "http://mar.example/" + "long/" * 40
    text = sms_text(notice(text="It is cold", case_url=url, acknowledge_code="4217"), 1)

    assert url in text
    assert text.endswith("OK 4217")


@settings(deadline=None)
@given(TEXTS, st.integers(1, 10), st.sampled_from(NoticeEvent))
def test_whatever_a_guest_writes_it_stays_within_its_parts(
    text: str, max_parts: int, event: NoticeEvent
) -> None:
    written = sms_text(notice(text=text or "x", event=event, acknowledge_code="4217"), max_parts)

    # Without any of the guest's words it takes one part, or two where signs of ours are dear.
    assert cost_of(written).num_parts <= max(max_parts, 2)
    assert "http://mar.example/admin/cases/3" in written
    assert "OK 4217" in written


# Translations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", [TranslationState.DONE, TranslationState.PARTIAL])
def test_the_translation_takes_the_place_of_what_was_written_and_is_marked(
    language: str, state: TranslationState
) -> None:
    sent = foreign(language, state)
    text = sms_text(sent, 3)

    mark = localizer(language)("(auto)")
    assert f"{mark} {sent.translation}" in text
    assert "蛇口" not in text
    # What was written is there.
    assert sent.case_url in text


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", WITHOUT)
def test_without_a_translation_there_is_what_was_written_and_no_mark(
    language: str, state: TranslationState
) -> None:
    text = sms_text(foreign(language, state), 3)

    assert text.startswith("R-204 蛇口から水が漏れています\n昨日からです\n")
    assert localizer(language)("(auto)") not in text


def test_a_guest_without_a_receipt_gets_the_answer_as_it_was_written_as_well() -> None:
    answer = notice(
        event=NoticeEvent.ANSWERED,
        text="Vamos ahora.",
        text_language="es",
        translation="We are coming.",
        translation_engine="argos",
        translation_state=TranslationState.DONE,
        case_url="",
    )

    assert sms_text(answer, 3).splitlines() == [
        "Hotel Mar: (auto) We are coming.",
        "Vamos ahora.",
        "K7QF-2M9X",
    ]
    # With little room, it is the original that gives way.
    long = replace(answer, translation="We are coming. " * 9, text="Vamos ahora. " * 9)
    text = sms_text(long, 1)
    assert cost_of(text).num_parts == 1
    assert text.startswith("Hotel Mar: (auto) We are coming. We are")
    assert "Vamos" not in text


def test_a_translation_is_cut_as_any_text_and_its_mark_is_not() -> None:
    text = sms_text(foreign(translation="El grifo gotea, " * 100, acknowledge_code="4217"), 3)

    assert text.startswith("R-204 (auto) El grifo gotea, ")
    assert text.splitlines()[0].endswith("...")
    assert text.endswith("OK 4217")
    assert cost_of(text).num_parts == 3


@settings(deadline=None)
@given(TEXTS, st.integers(1, 10), st.sampled_from(sorted(TRANSLATIONS)))
def test_whatever_a_machine_makes_it_stays_within_its_parts(
    translation: str, max_parts: int, language: str
) -> None:
    sent = foreign(language, translation=translation or "x", acknowledge_code="4217")
    text = sms_text(sent, max_parts)

    assert cost_of(text).num_parts <= max(max_parts, 2)
    assert "http://mar.example/admin/cases/3" in text
    assert "OK 4217" in text


def test_what_is_read_from_the_right_runs_from_the_right() -> None:
    text = sms_text(foreign("ar", acknowledge_code="4217"), 3)

    # Without the sign, a phone goes by the first letter: that of the room.
    assert text.startswith(f"{RIGHT_TO_LEFT_MARK}R-204 ")
    assert text.count(RIGHT_TO_LEFT_MARK) == 1


@pytest.mark.parametrize("sent", [foreign("es"), notice(), foreign("ar", TranslationState.FAILED)])
def test_what_is_read_from_the_left_has_no_sign_that_costs(sent: Notice) -> None:
    assert RIGHT_TO_LEFT_MARK not in sms_text(sent, 3)


# In every language ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", IN_LATIN_LETTERS)
@pytest.mark.parametrize("event", NoticeEvent)
def test_words_of_ours_never_make_it_dearer(language: str, event: NoticeEvent) -> None:
    written = notice(event=event, language=language, is_safety=True, is_possible_duplicate=True)
    plain = replace(written, acknowledge_code="4217")
    translated = replace(
        plain, translation="The tap drips", translation_state=TranslationState.DONE
    )

    for sent in (plain, translated):
        text = sms_text(sent, 10)
        assert cost_of(text).encoding is Encoding.GSM7, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", NoticeEvent)
def test_words_of_ours_leave_room_for_those_of_the_guest(language: str, event: NoticeEvent) -> None:
    sent = notice(
        event=event,
        language=language,
        is_safety=True,
        acknowledge_code="4217",
        text=typical_words(language),
        translation=typical_words(language),
        translation_state=TranslationState.DONE,
    )
    text = sms_text(sent, 3)

    assert cost_of(text).num_parts <= 3
    assert _first_words(language) in text.replace("'", "’")
    assert "OK 4217" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typical_fits_into_what_is_allowed(language: str) -> None:
    assert typical_cost(language, 3).num_parts <= 3
    assert "OK 4217" in typical_text(language, 3)
    assert _first_words(language) in typical_text(language, 3).replace("'", "’")


def _first_words(language: str) -> str:
    """As many as a reader needs to know what it is about."""
    return typical_words(language)[:20]
