"""What stands on a slip, how it is drawn, and what the printer makes of it."""

import os
from dataclasses import astuple
from io import BytesIO

import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sosbox.channels.base import NoticeEvent, TranslationState
from sosbox.channels.printer.escpos import slip_commands
from sosbox.channels.printer.slip import MAX_LINES, MAX_SIGNS, Slip, build_slip
from sosbox.channels.printer.typesetting import Typesetter
from sosbox.channels.words import language_name
from sosbox.i18n import localizer
from sosbox.lib.text import clean, excerpt, is_blank
from tests.support.notices import TRANSLATIONS, WITHOUT, foreign, notice
from tests.support.receipt_printer import slips_of

WIDTH = 576
TYPESETTER = Typesetter()
# Latin, Greek, Cyrillic and little else.
BARE = Typesetter(typst.Fonts(include_system_fonts=False))
SCRIPTS = (
    "El grifo gotea, ¡socorro! Ñandú",
    "Η βρύση στάζει",
    "Кран течёт",
    "الصنبور يقطر في الغرفة 204",
    "הברז מטפטף",
    "नल टपक रहा है",
    "কল থেকে জল পড়ছে",
    "குழாய் கசிகிறது",
    "ก๊อกน้ำรั่ว",
    "ონკანი წვეთავს",
    "水龙头在滴水",
    "蛇口から水が漏れています",
    "수도꼭지에서 물이 새요",
    "💧😡👍🏽❤️",
)


@pytest.fixture(scope="module")
def all_fonts() -> None:
    """The fonts that the installer's page recommends."""
    there = set(typst.Fonts().families())
    if not {"Noto Sans", "Noto Sans Arabic", "WenQuanYi Micro Hei", "Symbola"} <= there:
        missing = "there are no fonts for every script on this machine"
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)


def _lines(slip: Slip, number: int = 0) -> list[str]:
    """Those of what stands first, or second."""
    return [line.text for line in slip.texts[number].lines]


def _texts(slip: Slip) -> list[str]:
    return [text for text in _flat(astuple(slip)) if text]


def _flat(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [text for item in value for text in _flat(item)]
    return [str(value)]


def _picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("L")


def _dark(picture: Image.Image, box: tuple[int, int, int, int] | None = None) -> int:
    """How many dots are dark."""
    return picture.crop(box).histogram()[0] if box else sum(picture.histogram()[:128])


# What stands on it -------------------------------------------------------------------------------


def test_a_slip_says_where_what_when_and_where_to_answer() -> None:
    texts = _texts(build_slip(notice(remedy="A new tap")))

    for text in (
        "R-204",
        "Room 204",
        "Reception, Hotel Mar",
        "Sat 21 Nov, 13:00",
        "The tap drips",
        "since yesterday",
        "A new tap",
        "Mon 23 Nov, 13:00",
        "K7QF-2M9X",
        "http://mar.example/admin/cases/3",
    ):
        assert text in texts


def test_paper_that_lies_about_does_not_say_who_wrote() -> None:
    slip = build_slip(
        notice(
            contact_name="Dora",
            contact_email="dora@guest.example",
            contact_phone="+34 600 123 456",
        )
    )

    assert not [text for text in _texts(slip) if "Dora" in text or "dora" in text or "600" in text]


def test_danger_and_doubt_are_said_on_top() -> None:
    plain = build_slip(notice())
    marked = build_slip(notice(is_safety=True, is_possible_duplicate=True))

    assert (plain.safety, plain.duplicate) == ("", "")
    assert marked.safety == "Danger"
    assert "may have had this notice before" in marked.duplicate


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (NoticeEvent.FILED, ""),
        (NoticeEvent.GUEST_WROTE, "written again"),
        (NoticeEvent.REMINDED, "Nobody has answered"),
        (NoticeEvent.ESCALATED, "Nobody has taken care"),
        (NoticeEvent.PROMISE_SOON, "promised by Mon 23 Nov"),
        (NoticeEvent.PROMISE_MISSED, "was promised by Mon 23 Nov"),
        (NoticeEvent.LEGAL_SOON, "The law asks for an answer by Sun 6 Dec"),
        (NoticeEvent.LEGAL_MISSED, "The law asked for an answer by Sun 6 Dec"),
    ],
)
def test_a_slip_says_why_it_comes(event: NoticeEvent, words: str) -> None:
    reason = build_slip(notice(event=event)).reason

    assert words in reason
    assert bool(words) == bool(reason)


def test_a_digest_shows_nothing_of_a_single_case() -> None:
    slip = build_slip(
        notice(event=NoticeEvent.DIGEST, headline="3 messages wait for an answer", text="R-204 …")
    )

    assert slip.reason == "3 messages wait for an answer"
    assert (slip.code, slip.place, slip.facts) == ("", "", ())


def test_the_language_of_the_guest_is_named_when_it_is_another() -> None:
    (other,) = build_slip(notice(text_language="ar")).texts
    (own,) = build_slip(notice()).texts

    assert other.label == "As written, in Arabic"
    assert own.label == ""


def test_lines_begin_on_the_side_of_their_script() -> None:
    slip = build_slip(notice(text="204 درجة الحرارة\n22 degrees\n123"))

    assert [line.start for line in slip.texts[0].lines] == ["right", "left", "left"]


@pytest.mark.parametrize("text", ["word " * 5_000, "x" * 5_000, "\n\nline\n" * 3_000])
def test_a_long_text_costs_no_roll_of_paper(text: str) -> None:
    slip = build_slip(notice(text=text))

    assert len(_lines(slip)) <= MAX_LINES
    assert sum(len(line.replace("\u200b", "")) for line in _lines(slip)) <= MAX_SIGNS + 1
    assert slip.cut == "The rest is in the console."
    # 8 dots a millimetre.
    assert _picture(TYPESETTER.typeset(slip).png).height < 600 * 8


def test_a_text_that_fits_is_not_cut() -> None:
    slip = build_slip(notice(text="\n".join(["x"] * MAX_LINES)))

    assert len(_lines(slip)) == MAX_LINES
    assert slip.cut == ""


# In the language of the reader -------------------------------------------------------------------


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", [TranslationState.DONE, TranslationState.PARTIAL])
def test_the_translation_stands_over_the_original_each_with_what_it_is(
    language: str, state: TranslationState
) -> None:
    _ = localizer(language)
    sent = foreign(language, state)
    slip = build_slip(sent)
    first, second = slip.texts

    assert _lines(slip, 0) == sent.translation.splitlines()
    assert _lines(slip, 1) == sent.text.splitlines()
    assert first.label.startswith(_("Machine translation ({engine})").partition("{")[0])
    assert second.label == _("As written, in {language}", language=language_name("ja", _))
    assert (first.language, second.language) == (language, "ja")
    side = "right" if language == "ar" else "left"
    assert {line.start for line in first.lines} == {side} == {slip.start}
    assert {line.start for line in second.lines} == {"left"}
    assert slip.cut == ""


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", WITHOUT)
def test_without_a_translation_the_original_stands_alone_and_a_line_says_what_it_is(
    language: str, state: TranslationState
) -> None:
    sent = foreign(language, state)
    (only,) = build_slip(sent).texts

    assert [line.text for line in only.lines] == sent.text.splitlines()
    assert language_name("ja", localizer(language)) in only.label


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_would_put_it_right_is_on_it_in_both_languages(language: str) -> None:
    _ = localizer(language)
    facts = [
        (fact.label, fact.value.strip("\u2068\u2069"))
        for fact in build_slip(foreign(language)).facts
    ]
    (label, value), original, *_others = facts

    assert label == _("What would put it right")
    assert value.startswith(_("(auto)"))
    assert TRANSLATIONS[language][2] in value
    assert original == (
        _("As written, in {language}", language=language_name("ja", _)),
        "新しい蛇口",
    )


@pytest.mark.parametrize("state", WITHOUT)
def test_a_remedy_without_translation_is_on_it_once(state: TranslationState) -> None:
    values = [fact.value for fact in build_slip(foreign("es", state)).facts]

    assert values.count("新しい蛇口") == 1


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("水" * 900, "agua " * 900),
        ("水\n" * 90, "agua\n" * 90),
        ("水" * 2_000, "agua"),
        ("水", "agua " * 2_000),
        ("水", "agua\n" * 2_000),
    ],
)
def test_of_a_long_text_and_its_translation_the_same_share_is_left(
    text: str, translation: str
) -> None:
    slip = build_slip(foreign(text=text, translation=translation))
    shares = [
        len("\n".join(_lines(slip, number)).replace("\u200b", "")) / len(whole.strip())
        for number, whole in enumerate((translation, text))
    ]

    assert slip.cut
    assert all(_lines(slip, number) for number in (0, 1))
    assert len(_lines(slip, 0)) + len(_lines(slip, 1)) <= MAX_LINES + 1
    num_signs = sum(len(line) for number in (0, 1) for line in _lines(slip, number))
    assert num_signs <= MAX_SIGNS + MAX_SIGNS // 10
    if min(len(text), len(translation)) > 100:
        assert shares[0] == pytest.approx(shares[1], abs=0.02)
    assert _picture(TYPESETTER.typeset(slip).png).height < 600 * 8


def test_a_line_in_arabic_that_begins_with_another_word_begins_on_the_right() -> None:
    slip = build_slip(notice(text="WiFi لا يعمل\nWiFi", text_language="ar"))

    assert [line.start for line in slip.texts[0].lines] == ["right", "left"]


@pytest.mark.usefixtures("all_fonts")
@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("state", TranslationState)
def test_every_slip_has_all_of_its_signs_and_a_code_that_can_be_read(
    language: str, state: TranslationState
) -> None:
    typeset = TYPESETTER.typeset(build_slip(foreign(language, state)))
    code = zxingcpp.read_barcode(_printed(typeset.png))

    assert typeset.slip.missing == ""
    assert "[" not in "".join(_texts(typeset.slip)[:-1])
    assert code is not None
    assert code.text == "http://mar.example/admin/cases/3"


@pytest.mark.usefixtures("all_fonts")
def test_arabic_letters_are_joined() -> None:
    joined = _picture(TYPESETTER.typeset(build_slip(foreign("ar"))).png)
    parted = _picture(
        TYPESETTER.typeset(
            # A sign that parts letters between all of them.
            build_slip(foreign("ar", translation="\u200c".join(TRANSLATIONS["ar"][0])))
        ).png
    )

    assert joined.tobytes() != parted.tobytes()


def test_signs_of_a_translation_that_no_font_has_are_told_of_as_well() -> None:
    slip = BARE.typeset(build_slip(foreign("es", translation="Agua 水"))).slip

    assert _lines(slip, 0) == ["Agua […]"]
    assert _lines(slip, 1)[0] == "[…]"
    assert slip.missing


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=200), st.sampled_from(sorted(TRANSLATIONS)))
def test_any_translation_can_be_printed(translation: str, language: str) -> None:
    translation = clean(translation)
    if is_blank(translation):
        return
    slip = build_slip(foreign(language, translation=translation))

    assert _picture(BARE.typeset(slip).png).width == WIDTH


# How it is drawn ---------------------------------------------------------------------------------


def test_a_picture_is_as_wide_as_the_paper() -> None:
    assert _picture(TYPESETTER.typeset(build_slip(notice())).png).width == WIDTH


@pytest.mark.parametrize("text", ["W" * 900, "a" * 31 + " " + "b" * 200, "ه" * 300])
def test_a_word_without_end_is_broken_and_stays_on_the_paper(text: str) -> None:
    picture = _picture(TYPESETTER.typeset(build_slip(notice(text=text))).png)
    short = _picture(TYPESETTER.typeset(build_slip(notice(text=text[:5]))).png)

    assert picture.height > short.height + 100
    margin = 8
    for edge in ((0, 0, margin - 4, picture.height), (WIDTH - 4, 0, WIDTH, picture.height)):
        assert _dark(picture, edge) == 0


def test_what_a_guest_writes_is_never_a_command_of_the_typesetter() -> None:
    text = '#read("/etc/passwd") $x^2$ = Title\n#import "@preview/x:1.0.0": * \\ <a> @b `c` "d" *e*'
    slip = TYPESETTER.typeset(build_slip(notice(text=text, place_label="#panic()"))).slip

    assert _lines(slip)[0] == '#read("/etc/passwd") $x^2$ = Title'
    assert slip.place == "#panic()"


def test_a_longer_code_is_smaller_and_fits() -> None:
    picture = _picture(TYPESETTER.typeset(build_slip(notice(place_code="W" * 32))).png)

    assert _dark(picture, (WIDTH - 4, 0, WIDTH, picture.height)) == 0


@pytest.mark.usefixtures("all_fonts")
@pytest.mark.parametrize("text", SCRIPTS)
def test_with_the_fonts_of_debian_every_script_is_there(text: str) -> None:
    slip = TYPESETTER.typeset(build_slip(notice(text=text))).slip

    assert slip.missing == ""
    assert "[" not in _lines(slip)[0]


def test_signs_that_no_font_has_are_told_of_and_not_drawn_as_boxes() -> None:
    slip = BARE.typeset(build_slip(notice(text="Agua 💧 en 冷たい 水 casa\n한국어"))).slip

    assert _lines(slip) == ["Agua [droplet] en […] casa", "[…]"]
    assert slip.missing.startswith("Signs that this box has no font for")


def test_signs_that_are_missing_elsewhere_are_told_of_too() -> None:
    slip = BARE.typeset(build_slip(notice(place_code="R-二〇四", remedy="新しい"))).slip

    assert slip.code == "R-[…]"
    assert "[…]" in [fact.value for fact in slip.facts]
    assert slip.missing


def test_a_text_with_all_of_its_signs_is_not_excused() -> None:
    slip = BARE.typeset(build_slip(notice(text='Press [OK] — "¿qué?" \\u{1f4a7} Привет'))).slip

    assert slip.missing == ""
    assert _lines(slip)[0] == 'Press [OK] — "¿qué?" \\u{1f4a7} Привет'


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_any_text_can_be_printed(text: str) -> None:
    text = clean(text)
    if is_blank(text):
        return
    typeset = BARE.typeset(build_slip(notice(text=text, headline=excerpt(text))))

    assert _picture(typeset.png).width == WIDTH


# What the printer makes of it --------------------------------------------------------------------


def _printed(png: bytes) -> Image.Image:
    """The dots that the printer burns, as they look on paper."""
    (slip,) = slips_of(slip_commands(png))
    return slip.point(lambda dot: 255 - dot).convert("L")


def test_the_printer_burns_what_was_drawn() -> None:
    png = TYPESETTER.typeset(build_slip(notice(text="\n".join(SCRIPTS[:4]), is_safety=True))).png
    drawn = _picture(png).point(lambda brightness: 0 if brightness < 170 else 255)
    printed = _printed(png)

    assert printed.size == drawn.size
    assert printed.tobytes() == drawn.tobytes()


@pytest.mark.parametrize("length", [1, 60, 200])
def test_the_code_on_the_paper_leads_to_the_case(length: int) -> None:
    url = "http://192.168.1.10/admin/cases/" + "3" * length
    png = TYPESETTER.typeset(build_slip(notice(case_url=url))).png
    code = zxingcpp.read_barcode(_printed(png))

    assert code is not None
    assert code.text == url


@pytest.mark.parametrize("command", [b"\x10\x04\x01", b"\x10\x14\x01\x00\x01", b"\x10\x05\x02"])
def test_a_picture_that_looks_like_a_command_gets_another_dot(command: bytes) -> None:
    row = command.ljust(72, b"\x00")
    drawn = Image.frombytes("1", (WIDTH, 1), bytes(255 - byte for byte in row))
    png = BytesIO()
    drawn.save(png, "PNG")
    commands = slip_commands(png.getvalue())

    assert command not in commands
    printed = slips_of(commands)[0].tobytes()
    assert bin(int.from_bytes(printed) ^ int.from_bytes(row)).count("1") == 1


def test_a_long_slip_is_sent_in_bands_that_any_printer_holds() -> None:
    commands = slip_commands(TYPESETTER.typeset(build_slip(notice(text="x\n" * 40))).png)

    assert commands.startswith(b"\x1b@\x1dv0\x00")
    assert commands.endswith(b"\x1dVB\x18")
    assert commands.count(b"\x1dv0\x00\x48\x00\x80\x00") > 5
