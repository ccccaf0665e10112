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

from sosbox.channels.base import NoticeEvent
from sosbox.channels.printer.escpos import slip_commands
from sosbox.channels.printer.slip import MAX_LINES, MAX_SIGNS, Slip, build_slip
from sosbox.channels.printer.typesetting import Typesetter
from sosbox.lib.text import clean, excerpt, is_blank
from tests.support.notices import notice
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
    facts = {fact.label: fact.value for fact in build_slip(notice(text_language="ar")).facts}

    assert facts["Language of the guest"] == "Arabic"
    assert "Language of the guest" not in {fact.label for fact in build_slip(notice()).facts}


def test_lines_begin_on_the_side_of_their_script() -> None:
    slip = build_slip(notice(text="204 درجة الحرارة\n22 degrees\n123"))

    assert [line.start for line in slip.lines] == ["right", "left", "left"]


@pytest.mark.parametrize("text", ["word " * 5_000, "x" * 5_000, "\n\nline\n" * 3_000])
def test_a_long_text_costs_no_roll_of_paper(text: str) -> None:
    slip = build_slip(notice(text=text))

    assert len(slip.lines) <= MAX_LINES
    assert sum(len(line.text.replace("\u200b", "")) for line in slip.lines) <= MAX_SIGNS + 1
    assert slip.cut == "The rest is in the console."
    # 8 dots a millimetre.
    assert _picture(TYPESETTER.typeset(slip).png).height < 600 * 8


def test_a_text_that_fits_is_not_cut() -> None:
    slip = build_slip(notice(text="\n".join(["x"] * MAX_LINES)))

    assert len(slip.lines) == MAX_LINES
    assert slip.cut == ""


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

    assert slip.lines[0].text == '#read("/etc/passwd") $x^2$ = Title'
    assert slip.place == "#panic()"


def test_a_longer_code_is_smaller_and_fits() -> None:
    picture = _picture(TYPESETTER.typeset(build_slip(notice(place_code="W" * 32))).png)

    assert _dark(picture, (WIDTH - 4, 0, WIDTH, picture.height)) == 0


@pytest.mark.usefixtures("all_fonts")
@pytest.mark.parametrize("text", SCRIPTS)
def test_with_the_fonts_of_debian_every_script_is_there(text: str) -> None:
    slip = TYPESETTER.typeset(build_slip(notice(text=text))).slip

    assert slip.missing == ""
    assert "[" not in slip.lines[0].text


def test_signs_that_no_font_has_are_told_of_and_not_drawn_as_boxes() -> None:
    slip = BARE.typeset(build_slip(notice(text="Agua 💧 en 冷たい 水 casa\n한국어"))).slip

    assert [line.text for line in slip.lines] == ["Agua [droplet] en […] casa", "[…]"]
    assert slip.missing.startswith("Signs that this box has no font for")


def test_signs_that_are_missing_elsewhere_are_told_of_too() -> None:
    slip = BARE.typeset(build_slip(notice(place_code="R-二〇四", remedy="新しい"))).slip

    assert slip.code == "R-[…]"
    assert "[…]" in [fact.value for fact in slip.facts]
    assert slip.missing


def test_a_text_with_all_of_its_signs_is_not_excused() -> None:
    slip = BARE.typeset(build_slip(notice(text='Press [OK] — "¿qué?" \\u{1f4a7} Привет'))).slip

    assert slip.missing == ""
    assert slip.lines[0].text == 'Press [OK] — "¿qué?" \\u{1f4a7} Привет'


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
