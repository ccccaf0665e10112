"""The templates that come with the program: each in every size, in all languages, checked as it is
before it leaves the box."""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from ctypes import c_uint
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy
import pypdfium2
import pypdfium2.raw as raw
import pytest
from PIL import Image

from sosbox.i18n import LANGUAGES
from sosbox.printing.catalogue import BUILT_IN, built_in_sizes, built_in_templates
from sosbox.printing.layout import TICKET_PPI, House, Picture, PrintJob, Wifi
from sosbox.printing.paper import BLEED, MARKS_MARGIN
from sosbox.printing.template import FOLDER, KIT, MAX_LANGUAGES
from sosbox.printing.typesetter import SettingError, Typesetter
from sosbox.printing.words import headline, texts_of
from tests.support.print_jobs import (
    HOUSE,
    codes_in,
    job,
    own_job,
    page_url,
    pages_of,
    pieces,
)
from tests.support.print_jobs import texts_of as pages_read

MM = 72 / 25.4
LOGO = Picture((FOLDER.parent.parent / "setup" / "demo-logo.svg").read_bytes(), "svg")
WIFI = Wifi("Mar-Guests", "olas y viento")
# The longest address that a template has to take.
LONG_URL = "https://hotel-mar-de-fora.sosbox.example/p/abcdefgh0200?p=7zz"
SIZES = sorted(built_in_sizes())
WITH_CODE = [size_id for size_id in SIZES if not size_id.startswith("sheets-")]
# What shows the place by more than its code.
WITHOUT_LABEL = ("code", "sticker-round-60", "sticker-square-80", "bag-200x250")
# Where no words are said but the headline, or the headline neither.
WITHOUT_CALL = ("code", "label-mini-l4731", "sticker-round-60", "sticker-square-80")
WITHOUT_HEADLINE = ("code", "label-mini-l4731", "sheets-a4", "sheets-a5")
# Colours as owners choose them: of the demonstration, pale, bright, dark and none at all.
COLORS = ("#0b5c6b", "#f2c94c", "#ffffff", "#777777", "#8b0000", "#000000", "#e30613")


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def languages_for(number: int, num: int = MAX_LANGUAGES) -> tuple[str, ...]:
    """Some languages, others for every number."""
    every = sorted(LANGUAGES)
    return tuple(every[(number * 5 + place) % len(every)] for place in range(num))


def a_house(**changes: Any) -> House:
    """With everything that a house can have."""
    plain = replace(HOUSE, languages=("es", "en", "de"), logo=LOGO, wifi=WIFI)
    return replace(plain, **changes)


def house_for(size_id: str) -> House:
    return a_house(languages=languages_for(SIZES.index(size_id)))


def a_job(size_id: str, *, url: str | None = None, **changes: Any) -> PrintJob:
    """One piece of a house with everything that a house can have; a notice has no code."""
    changes.setdefault("house", house_for(size_id))
    made = job(size_id, **changes)
    if made.template.needs == "sheets":
        url = ""
    if url is None:
        return made
    return replace(made, pieces=tuple(replace(piece, url=url) for piece in made.pieces))


def printed(typesetter: Typesetter, job: PrintJob) -> bytes:
    data, _num_pages = typesetter.set(job.for_press(), lambda _part: None)
    return data


@cache
def _pdf(size_id: str) -> bytes:
    return printed(Typesetter(), a_job(size_id))


@pytest.fixture
def pdf(size_id: str) -> bytes:
    """One piece of a size, with everything on it."""
    return _pdf(size_id)


# What can be read --------------------------------------------------------------------------------


def letters(text: str) -> Counter[str]:
    """Signs and how many of each."""
    return Counter(_plain(text))


def _plain(text: str) -> str:
    """Without spaces, and with the signs that stand for several, such as "…", taken apart."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def shows(read: str, text: str) -> bool:
    if re.search(r"[\u0600-\u06ff]", read):
        # What reads the file turns lines round as it likes when one of them is Arabic.
        return letters(text) <= letters(read)
    return _plain(text) in _plain(read)


@pytest.mark.parametrize("size_id", SIZES)
def test_the_place_and_the_stamp_stand_on_every_piece(size_id: str, pdf: bytes) -> None:
    (read,) = pages_read(pdf)

    if size_id == "code":
        assert read == ""
        return
    assert shows(read, "R-200")
    assert size_id in WITHOUT_LABEL or shows(read, "Habitación 200")
    assert size_id.startswith("label-mini") or shows(read, "v1 · 2026-11-21 · 7K")


@pytest.mark.parametrize("size_id", SIZES)
def test_every_language_of_a_template_is_on_the_piece(size_id: str, pdf: bytes) -> None:
    (read,) = pages_read(pdf)
    template, _size = built_in_sizes()[size_id]
    shown = house_for(size_id).languages[: template.languages]

    for language in shown if size_id not in WITHOUT_CALL else ():
        texts = texts_of(language, HOUSE.promise_hours, HOUSE.sheets)
        keys = ["sheets_title"] if template.needs == "sheets" else ["scan", "scan_short", "write"]
        said = size_id.startswith("bag") and language != shown[0]
        assert said or any(shows(read, texts[key]) for key in keys), language
    if size_id not in WITHOUT_HEADLINE:
        for each in headline(shown):
            assert shows(read, each["text"])


def test_every_language_is_tried() -> None:
    tried = {
        language
        for number, size_id in enumerate(SIZES)
        for language in languages_for(number)[: built_in_sizes()[size_id][0].languages]
    }

    assert tried == set(LANGUAGES)


@pytest.mark.parametrize("size_id", ["poster-a4", "leaflet-a5", "tent-a6", "placemat-a3"])
def test_large_pieces_say_what_the_law_and_the_house_promise(size_id: str, pdf: bytes) -> None:
    (read,) = pages_read(pdf)
    first = house_for(size_id).languages[0]
    texts = texts_of(first, HOUSE.promise_hours, HOUSE.sheets)

    assert all(shows(read, texts[key]) for key in ("scan", "easy", "promise", "sheets"))
    assert all(shows(read, each) for each in ("Hotel Mar", "Grupo Mar", "www.mar.example"))


@pytest.mark.parametrize("size_id", ["poster-a4", "leaflet-a6", "tent-a5", "placemat-a3"])
def test_the_text_of_the_owner_is_said_in_every_language(
    size_id: str, typesetter: Typesetter
) -> None:
    extra = {"es": "Marque el 9 a cualquier hora.", "en": "Dial 9 at any hour."}
    house = replace(HOUSE, extra=extra, languages=("es", "en"))
    (read,) = pages_read(printed(typesetter, a_job(size_id, house=house)))

    assert all(shows(read, text) for text in extra.values())


# Nothing is cut off ------------------------------------------------------------------------------


def boxes_of(page: Any) -> Iterator[tuple[float, float, float, float]]:
    """left, bottom, right, top of every letter, in points."""
    text = page.get_textpage()
    for number in range(text.count_chars()):
        if text.get_text_range(number, 1).strip():
            yield text.get_charbox(number)


def least_edge(size_id: str) -> float:
    """How near to the edge a letter may be, millimetres."""
    if size_id.startswith("label"):
        return {"label-roll62": 2.0, "label-mini-l4731": 1.2}.get(size_id, 3.0)
    return {"ticket": 0.5, "strip": 1.6}.get(size_id.partition("-")[0], 4.0)


def edge_of(pdf: bytes, job: PrintJob) -> float:
    """From the letter that is nearest to an edge of the piece, millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page_height = document[0].get_size()[1]
        boxes = numpy.array(list(boxes_of(document[0])))
    finally:
        document.close()
    paper = job.paper
    width = paper.width * MM
    height = paper.height * MM * (2 if paper.folded else 1) or page_height
    left = paper.left * MM if paper.page_height else 0.0
    top = page_height - (paper.top * MM if paper.page_height else 0.0)
    edges = (
        boxes[:, 0].min() - left,
        left + width - boxes[:, 2].max(),
        boxes[:, 1].min() - (top - height),
        top - boxes[:, 3].max(),
    )
    return float(min(edges)) / MM


@pytest.mark.parametrize("size_id", [size_id for size_id in SIZES if size_id != "code"])
def test_no_letter_is_near_the_edge(size_id: str, pdf: bytes) -> None:
    assert edge_of(pdf, a_job(size_id)) >= least_edge(size_id)


@pytest.mark.parametrize("size_id", [size_id for size_id in SIZES if size_id != "code"])
def test_long_names_become_smaller_or_are_refused_in_words(
    size_id: str, typesetter: Typesetter
) -> None:
    name = ("Gran Hotel Balneario de la Ría de Arousa " * 5)[:200].strip()
    house = a_house(name=name, company=name, languages=("es", "de"))
    long_job = a_job(size_id, house=house, pieces=pieces(1, label=name))
    problem, edge = "", 0.0
    try:
        edge = edge_of(printed(typesetter, long_job), long_job)
    except SettingError as error:
        problem = f"{error.message} {error.arguments['text']}"

    assert edge >= least_edge(size_id) - 0.5 or "too long for this piece" in problem


@pytest.mark.parametrize("size_id", ["poster-a4", "tent-a6", "card-single", "coaster-90-single"])
def test_a_name_of_sixty_letters_is_printed(size_id: str, typesetter: Typesetter) -> None:
    name = "Gran Hotel Balneario y Apartamentos de la Ría de Arousa Norte"
    (read,) = pages_read(printed(typesetter, a_job(size_id, house=a_house(name=name))))

    assert shows(read, name)


@pytest.mark.parametrize("size_id", ["leaflet-a5", "card-single", "ticket-58"])
def test_a_word_that_is_wider_than_the_piece_is_refused(
    size_id: str, typesetter: Typesetter
) -> None:
    with pytest.raises(SettingError, match="too long for this piece"):
        printed(typesetter, a_job(size_id, house=a_house(name="W" * 200)))


@pytest.mark.parametrize("sign", ["ሀ", "ก"])
def test_a_letter_that_cannot_be_printed_is_named(sign: str, typesetter: Typesetter) -> None:
    with pytest.raises(SettingError, match="no letters for") as caught:
        printed(typesetter, a_job("leaflet-a5", house=a_house(name=f"Hotel {sign}")))

    assert caught.value.arguments["signs"] == sign


@pytest.mark.parametrize(
    "name",
    ["Ξενοδοχείο Θάλασσα", "Отель «Море»", "فندق البحر", "海景大酒店", "ホテル海", "Đà Nẵng ğ Ő"],
)
def test_names_of_other_scripts_are_printed(name: str, typesetter: Typesetter) -> None:
    house = a_house(name=name, languages=("es", "en"))
    (read,) = pages_read(printed(typesetter, a_job("leaflet-a5", house=house)))

    assert letters(name) <= letters(read)


# Codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size_id", WITH_CODE)
def test_a_long_address_can_be_read_from_every_size(size_id: str, typesetter: Typesetter) -> None:
    pdf = printed(typesetter, a_job(size_id, url=LONG_URL))
    # Tiny codes are looked at from near by.
    (page,) = pages_of(pdf, ppi=350 if size_id.startswith("label") else 100)

    assert LONG_URL in codes_in(page)


def test_a_tent_has_its_code_on_both_sides(typesetter: Typesetter) -> None:
    (page,) = pages_of(printed(typesetter, a_job("tent-a5")))

    assert codes_in(page) == [page_url(0)] * 2


def test_the_wifi_is_joined_by_a_code_of_its_own(typesetter: Typesetter) -> None:
    pdf = printed(typesetter, a_job("wifi-a5"))

    assert codes_in(pages_of(pdf)[0]) == sorted([WIFI.address, page_url(0)])
    assert all(shows(pages_read(pdf)[0], fact) for fact in (WIFI.name, WIFI.password))


def test_the_longest_password_is_still_readable(typesetter: Typesetter) -> None:
    long = Wifi("N" * 32, "Wq8;" * 15 + "abc")
    house = a_house(wifi=long, languages=("de", "es"))
    (page,) = pages_of(printed(typesetter, a_job("wifi-a4", house=house)))

    assert long.address in codes_in(page)


def test_an_open_network_needs_no_password(typesetter: Typesetter) -> None:
    house = replace(HOUSE, wifi=Wifi("Mar-Guests", ""))
    (read,) = pages_read(printed(typesetter, a_job("wifi-a4", house=house)))

    assert shows(read, texts_of("es", 48, "")["no_password"])
    assert not shows(read, texts_of("es", 48, "")["password"])


def test_the_notice_of_complaint_sheets_carries_no_advertising(typesetter: Typesetter) -> None:
    pdf = printed(typesetter, a_job("sheets-a4", house=a_house(languages=("es", "en"))))
    (page,), (read,) = pages_of(pdf), pages_read(pdf)

    assert codes_in(page) == []
    assert shows(read, "Galicia")
    assert not any(shows(read, each["text"]) for each in headline(("es", "en")))
    assert not shows(read, HOUSE.service)
    assert not shows(read, "www.mar.example")


# Colours -----------------------------------------------------------------------------------------


def colors_of(pdf: bytes) -> set[tuple[int, ...]]:
    """Red, green and blue of everything that is filled, whatever it is part of; pictures of dots
    have none and must not be there."""
    document = pypdfium2.PdfDocument(pdf)
    found = set()
    try:
        for each in document[0].get_objects(max_depth=20):
            assert each.type != raw.FPDF_PAGEOBJ_IMAGE
            values = [c_uint() for _ in range(4)]
            if each.type != raw.FPDF_PAGEOBJ_FORM and raw.FPDFPageObj_GetFillColor(each, *values):
                found.add(tuple(value.value for value in values[:3]))
    finally:
        document.close()
    return found


@pytest.mark.parametrize("color", COLORS)
def test_a_bag_is_printed_in_one_ink(color: str, typesetter: Typesetter) -> None:
    pdf = printed(typesetter, a_job("bag-200x250", house=a_house(color=color)))

    assert len(colors_of(pdf) - {(255, 255, 255)}) == 1


@pytest.mark.parametrize("size_id", ["ticket-58", "ticket-80"])
def test_a_ticket_is_black_and_white(size_id: str, typesetter: Typesetter) -> None:
    house = a_house(color="#f2c94c")

    assert colors_of(printed(typesetter, a_job(size_id, house=house))) == {
        (0, 0, 0),
        (255, 255, 255),
    }


@pytest.mark.parametrize(("size_id", "dots"), [("ticket-58", 384), ("ticket-80", 576)])
def test_a_ticket_is_as_wide_as_what_prints_it(
    size_id: str, dots: int, typesetter: Typesetter
) -> None:
    ticket = a_job(size_id, kind="png", ppi=TICKET_PPI)
    with Image.open(io.BytesIO(printed(typesetter, ticket))) as picture:
        assert picture.width == dots
        assert codes_in(picture) == [page_url(0)]


@pytest.mark.parametrize("color", COLORS)
def test_words_can_be_read_on_the_colour_of_the_house(color: str, typesetter: Typesetter) -> None:
    body = "#let piece(p) = [#contrast(color, on-color) #contrast(legible, white)]"
    made = own_job(body, house=replace(HOUSE, color=color), is_draft=True)
    (read,) = pages_read(printed(typesetter, made))

    assert all(float(found) >= 4.5 for found in read.split())


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("size_id", ["poster-a4", "card-single", "coaster-90-single"])
def test_codes_can_be_read_beside_every_colour(
    size_id: str, color: str, typesetter: Typesetter
) -> None:
    (page,) = pages_of(printed(typesetter, a_job(size_id, house=a_house(color=color))))

    assert codes_in(page) == [page_url(0)]


@pytest.mark.parametrize("size_id", ["poster-a4", "card-single", "sticker-square-80"])
def test_colours_go_on_beyond_the_edge_for_a_print_shop(
    size_id: str, typesetter: Typesetter
) -> None:
    plain = a_job(size_id, kind="png", ppi=100)
    shop = replace(plain, paper=plain.paper.for_print_shop())
    with Image.open(io.BytesIO(printed(typesetter, shop))) as picture:
        beyond = round((MARKS_MARGIN + BLEED / 2) / 25.4 * 100)
        seen = picture.convert("RGB").getpixel((beyond, beyond))

    assert seen == (0x0B, 0x5C, 0x6B)


# Logos -------------------------------------------------------------------------------------------

WIDE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 90"><path d="M0 0h900v90H0z"/></svg>'
)
TALL = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 600"><path d="M0 0h60v600H0z"/></svg>'
)


@pytest.mark.parametrize("logo", [WIDE, TALL, None], ids=["wide", "tall", "none"])
@pytest.mark.parametrize(
    "size_id", ["poster-a4", "leaflet-a5", "tent-a5", "card-single", "label-l7163", "strip-a4"]
)
def test_logos_of_any_shape_leave_room_for_the_rest(
    size_id: str, logo: bytes | None, typesetter: Typesetter
) -> None:
    picture = Picture(logo, "svg") if logo else None
    house = a_house(logo=picture, company_logo=picture)
    pdf = printed(typesetter, a_job(size_id, house=house))

    assert shows(pages_read(pdf)[0], "Hotel Mar")
    assert shows(pages_read(pdf)[0], "R-200")


# The list ----------------------------------------------------------------------------------------


def test_the_list_of_templates_says_what_their_files_say() -> None:
    said = {slug: (each.name, each.about) for slug, each in built_in_templates().items()}

    assert said == BUILT_IN


def test_every_file_is_in_the_list() -> None:
    files = {path.stem for path in Path(FOLDER).glob("*.typ")} - {KIT.stem}

    assert files == set(BUILT_IN)


# Everything, for `make test-all` -----------------------------------------------------------------


def groups_of_languages() -> list[tuple[str, ...]]:
    """All languages, as many at once as there is room for; the first of each is another one."""
    every = sorted(LANGUAGES)
    return [tuple((every * 2)[start : start + MAX_LANGUAGES]) for start in range(len(every))]


@pytest.mark.full
@pytest.mark.parametrize("languages", groups_of_languages(), ids=lambda group: group[0])
@pytest.mark.parametrize("size_id", SIZES)
def test_every_size_is_printed_in_every_language(
    size_id: str, languages: Sequence[str], typesetter: Typesetter
) -> None:
    house = a_house(languages=tuple(languages))
    one = a_job(size_id, house=house)
    pdf = printed(typesetter, one)

    assert size_id == "code" or edge_of(pdf, one) >= least_edge(size_id)


@pytest.mark.full
@pytest.mark.parametrize("size_id", SIZES)
def test_five_hundred_pieces_of_every_size_are_printed(
    size_id: str, typesetter: Typesetter
) -> None:
    many = a_job(size_id, pieces=pieces(500))
    _data, num_pages = typesetter.set(many.for_press(), lambda _part: None)

    assert num_pages == many.paper.num_pages(500)
