"""Jobs become files: copies share their code, pages as dots come one by one, and what is drawn is
what was checked."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PIL import Image

from sosbox.errors import SosboxError
from sosbox.printing.codes import QUIET_ZONE, make_code
from sosbox.printing.layout import PrintJob, Wifi
from sosbox.printing.paper import Paper
from sosbox.printing.pictures import draw_pages
from sosbox.printing.press import Press
from sosbox.printing.typesetter import Typesetter, kit_data
from tests.support.print_jobs import (
    HOUSE,
    codes_in,
    job,
    own_job,
    page_url,
    pages_of,
    pieces,
)

CODE = "qr-at(p, 8mm, 8mm, 30mm)"
WIFI = Wifi("Mar-Guests", "olas y viento")


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def printed(typesetter: Typesetter, job: PrintJob) -> bytes:
    data, _num_pages = typesetter.set(job.for_press(), lambda _part: None)
    return data


def refusal(typesetter: Typesetter, job: PrintJob) -> str:
    with pytest.raises(SosboxError) as refused:
        printed(typesetter, job)
    return str(refused.value)


# Copies -------------------------------------------------------------------------------------------


def test_copies_of_a_piece_have_one_code_between_them() -> None:
    asked = job("label-l7160", pieces=pieces(2) * 50).for_press()
    data = kit_data(asked, [make_code(piece["url"], "m") for piece in asked["pieces"]])

    assert [code["text"] for code in data["codes"]] == [page_url(0), page_url(1)]
    assert len(data["pieces"]) == 100
    assert "<svg" not in json.dumps(data["pieces"])


def test_a_template_of_ones_own_is_given_the_whole_code_with_each_piece(
    typesetter: Typesetter,
) -> None:
    body = (
        "#let piece(p) = {\n"
        "  assert(p.qr == job.pieces.at(int(p.code.slice(2)) - 200).qr)\n"
        '  assert(p.qr.alt == p.label and p.qr.modules > 20 and p.qr.text.starts-with("http"))\n'
        '  link(p.qr.text, image(bytes(p.qr.svg), format: "svg", width: 50mm, alt: p.qr.alt))\n}'
    )

    pages = pages_of(printed(typesetter, own_job(body, num=2)))
    assert [codes_in(page) for page in pages] == [[page_url(0)], [page_url(1)]]


# Pages as dots ------------------------------------------------------------------------------------


def test_a_page_is_drawn_when_it_is_asked_for(typesetter: Typesetter) -> None:
    drawn: list[float] = []
    pages = draw_pages(printed(typesetter, job("code", num=4)), 150, drawn.append)

    assert codes_in(next(pages)) == [page_url(0)]
    assert drawn == []
    assert codes_in(next(pages)) == [page_url(1)]
    assert drawn == [0.25]
    assert len(list(pages)) == 2


def test_dots_are_as_wide_as_the_paper_and_say_how_fine_they_are(typesetter: Typesetter) -> None:
    picture = printed(typesetter, job("poster-a4", kind="png", ppi=100))

    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.size == (round(210 / 25.4 * 100), round(297 / 25.4 * 100))
        assert round(opened.info["dpi"][0]) == 100
        assert codes_in(opened) == [page_url(0)]


# What must be there -------------------------------------------------------------------------------


def test_every_copy_needs_its_code(typesetter: Typesetter) -> None:
    body = (
        '#let drawn = counter("drawn")\n#let piece(p) = {\n  drawn.step()\n'
        f"  context if drawn.get().first() == 1 {{ {CODE} }}\n}}"
    )

    assert printed(typesetter, own_job(body))
    assert refusal(typesetter, own_job(body, pieces=pieces(1) * 3)) == (
        "There is no QR code on the piece for R-200."
    )


def test_every_copy_on_a_sheet_needs_its_code(typesetter: Typesetter) -> None:
    body = (
        '#let drawn = counter("drawn")\n#let piece(p) = {\n  drawn.step()\n'
        "  context if drawn.get().first() < 3 { qr(p, 50mm) }\n}"
    )
    sheet = Paper(80, 60, 210, 297, columns=2, rows=4, left=10, top=10, step_x=90, step_y=70)
    two, three = (own_job(body, pieces=pieces(1) * num, paper=sheet) for num in (2, 3))

    assert printed(typesetter, two)
    assert "There is no QR code on the piece for R-200" in refusal(typesetter, three)


def test_a_page_with_the_code_of_another_piece_does_not_leave(typesetter: Typesetter) -> None:
    swapped = "#let piece(p) = qr-at(job.pieces.at(201 - int(p.code.slice(2))), 8mm, 8mm, 30mm)"

    assert refusal(typesetter, own_job(swapped, num=2)) == (
        "On page 1 stands the code of R-201, where that of R-200 belongs."
    )


def test_a_template_for_the_wifi_needs_the_code_that_joins_it(typesetter: Typesetter) -> None:
    house = replace(HOUSE, wifi=WIFI)
    plain = own_job(f"#let piece(p) = {{ {CODE} }}", house=house)
    needing = replace(plain, template=replace(plain.template, needs="wifi"))

    assert printed(typesetter, plain)
    assert "Mar-Guests" in refusal(typesetter, needing)
    assert printed(typesetter, job("wifi-a5", num=2, house=house))


# Drawings -----------------------------------------------------------------------------------------


def squares_of(eps: str) -> set[tuple[int, int]]:
    """Dark squares, column and row from the bottom left."""
    return {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"^(\d+) (\d+) (\d+) r$", eps, re.MULTILINE)
        for step in range(int(length))
    }


def test_an_eps_holds_the_squares_that_were_checked(typesetter: Typesetter) -> None:
    asked = job("code", kind="eps")
    code = make_code(asked.pieces[0].url, asked.size.level)
    eps = printed(typesetter, asked).decode()

    assert squares_of(eps) == {
        (column + QUIET_ZONE, code.num_modules - 1 - row - QUIET_ZONE)
        for row, squares in enumerate(code.rows)
        for column, is_dark in enumerate(squares)
        if is_dark
    }
    assert f"{50 / 25.4 * 72 / code.num_modules:.6f} dup scale" in eps
    assert "%%BoundingBox: 0 0 142 142" in eps


@pytest.mark.skipif(shutil.which("gs") is None, reason="needs ghostscript")
def test_an_eps_can_be_read_as_ghostscript_draws_it(typesetter: Typesetter) -> None:
    eps = printed(typesetter, job("code", kind="eps"))
    words = ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=pnggray"]
    drawn = subprocess.run(
        [*words, "-r200", "-sOutputFile=-", "-"], input=eps, capture_output=True, check=True
    )

    assert codes_in(drawn.stdout) == [page_url(0)]


def test_each_piece_has_an_eps_of_its_own(typesetter: Typesetter) -> None:
    packed = printed(typesetter, job("code", num=3, kind="eps"))

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["001.eps", "002.eps", "003.eps"]
        drawings = [squares_of(archive.read(name).decode()) for name in archive.namelist()]
    assert drawings[0] != drawings[1] != drawings[2]


# Many ---------------------------------------------------------------------------------------------


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    press = Press()
    yield press
    await press.close()


@pytest.mark.full
@pytest.mark.anyio
async def test_twenty_labels_for_each_of_two_hundred_places_are_printed(press: Press) -> None:
    copied = tuple(piece for piece in pieces(200) for _ in range(20))
    many = job("label-l7160", pieces=copied)

    assert (await press.print(many)).num_pages == many.paper.num_pages(4000)


@pytest.mark.full
@pytest.mark.anyio
async def test_five_hundred_leaflets_as_dots_are_made_in_the_memory_of_the_press(
    press: Press,
) -> None:
    assert (await press.print(job("leaflet-a5", num=500, kind="png"))).num_pages == 500
