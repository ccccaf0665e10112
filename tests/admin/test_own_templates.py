"""Templates of an owner's own: what works is stored, and what could do harm does none."""

import sqlite3
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sosbox.admin import print_templates_page
from sosbox.db import DB
from sosbox.pieces.own_templates import (
    MAX_PICTURES,
    MAX_SIZES,
    MAX_TEMPLATES,
    StoredTemplate,
    load_own_templates,
)
from sosbox.pieces.templates import find_template
from sosbox.printing.layout import PNG_PPI
from sosbox.printing.press import Press
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, said
from tests.support.console import Browser
from tests.support.pictures import make_png, make_svg, png_chunk
from tests.support.presses import QuietPress
from tests.support.print_jobs import HEAD
from tests.support.venue import NOON, Venue

PATH = f"{SETTINGS}/print/templates"
CODE = "qr-at(p, 5mm, 5mm, 40mm)"
GOOD = f"{HEAD}#let piece(p) = {CODE}\n"
SVG = make_svg('<rect width="9" height="9"/>', 'viewBox="0 0 9 9"')
# The line of what stands first in a piece.
INSIDE = HEAD.count("\n") + 2


def body(inside: str) -> str:
    """A template whose piece shows the code, and whatever stands on the line after it."""
    return f"{HEAD}#let piece(p) = {{\n{inside}\n{CODE}\n}}\n"


@pytest.fixture
def quiet(app: Litestar) -> QuietPress:
    press = QuietPress()
    app.state.own_press = press
    return press


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def shared_press(anyio_backend: str) -> AsyncIterator[Press]:
    press = Press()
    yield press
    await press.close()


@pytest.fixture
def real(app: Litestar, shared_press: Press) -> Press:
    """A press that draws."""
    app.state.own_press = shared_press
    return shared_press


async def send(
    browser: Browser,
    source: str | bytes = GOOD,
    *,
    name: str = "carta.typ",
    path: str = PATH,
    pictures: dict[str, bytes] | None = None,
) -> httpx.Response:
    data = source.encode() if isinstance(source, str) else source
    files = [("csrf", (None, browser.csrf)), ("source", (name, data))]
    files += [("pictures", each) for each in (pictures or {}).items()]
    return await browser.client.post(path, files=files)


async def stored(venue: Venue) -> list[StoredTemplate]:
    owner = venue.subscriber_id
    return await DB.read(lambda connection: load_own_templates(connection, owner))


# Taking -------------------------------------------------------------------------------------------


async def test_a_template_that_works_is_stored_with_its_pictures_and_offered(
    staff: Staff, venue: Venue, real: Press
) -> None:
    source = body('place(bottom + right, own-picture("sea.svg", 20mm, 20mm, alt: "The sea"))')
    answer = await send(staff.anna, source, name="Carta Menú.typ", pictures={"sea.svg": SVG})
    assert answer.headers["location"] == f"{PATH}/own-carta-menu?done=template_stored"
    (template,) = await stored(venue)
    assert template.source == source
    assert template.pictures == ("sea.svg",)
    assert template.account_id == venue.anna.account_id

    page = said((await staff.anna.get(f"{SETTINGS}/print")).text)
    assert "Ours your own" in page
    assert "80 × 60 mm" in page
    picture = await staff.anna.get(f"{PATH}/own-carta-menu/preview")
    assert picture.content.startswith(b"\x89PNG")


async def test_every_size_is_tried_for_a_room_and_every_picture_drawn(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    second = '//! [sizes.other]\n//! sheet = "l7160"\n//! distance_cm = 20\n#import'
    source = GOOD.replace("#import", second, 1)
    answer = await send(staff.anna, source, pictures={"a.png": make_png(), "b.svg": SVG})
    assert answer.status_code == 303
    assert [job.size.id for job in quiet.jobs] == ["own-carta-card", "own-carta-other"]
    assert {job.format for job in quiet.jobs} == {"pdf"}
    assert {job.ppi for job in quiet.jobs} == {PNG_PPI}
    assert not any(job.is_draft for job in quiet.jobs)
    assert quiet.jobs[0].pieces[0].code == "R-204"
    assert [picture.type for picture in quiet.pictures] == ["png", "svg"]


async def test_another_one_of_the_same_name_does_not_replace_it(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    await send(staff.anna)
    answer = await send(staff.anna, GOOD.replace("Ours", "Theirs"))
    assert answer.status_code == 409
    assert "There is a template of this name already." in answer.text
    assert [each.source for each in await stored(venue)] == [GOOD]


async def test_two_templates_never_have_a_size_of_the_same_name(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    await send(staff.anna, GOOD.replace("sizes.card", "sizes.b-card"), name="a.typ")
    answer = await send(staff.anna, GOOD, name="a-b.typ")
    assert answer.status_code == 409
    assert "own-a-b-card" in answer.text
    assert len(await stored(venue)) == 1


async def test_it_is_replaced_on_its_page_and_only_by_what_works(
    staff: Staff, venue: Venue, real: Press
) -> None:
    await send(staff.anna, pictures={"sea.svg": SVG})
    page = f"{PATH}/own-carta"
    broken = await send(staff.anna, body("nonsense()"), path=page)
    assert broken.status_code == 422
    assert f"Line {INSIDE}: unknown variable: nonsense" in said(broken.text)
    assert f"Line {INSIDE} nonsense()" in said(broken.text)
    assert [each.pictures for each in await stored(venue)] == [("sea.svg",)]

    newer = GOOD.replace("Ours", "Newer")
    assert (await send(staff.anna, newer, path=page)).status_code == 303
    (template,) = await stored(venue)
    assert (template.slug, template.source, template.pictures) == ("own-carta", newer, ())


async def test_it_is_deleted_and_what_was_printed_keeps_its_name(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    await send(staff.anna, pictures={"sea.svg": SVG})
    assert "Delete this template" in (await staff.anna.get(f"{PATH}/own-carta")).text
    answer = await staff.anna.post(f"{PATH}/own-carta/delete")
    assert answer.headers["location"] == f"{PATH}?done=deleted"
    assert await stored(venue) == []
    count = "SELECT count(*) FROM own_template_files"
    assert await DB.read(lambda c: c.execute(count).fetchone()) == (0,)
    assert (await staff.anna.get(f"{PATH}/own-carta")).status_code == 404
    assert (await staff.anna.post(f"{PATH}/own-carta/delete")).status_code == 404


async def test_one_that_a_newer_program_cannot_read_can_still_be_replaced(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    await send(staff.anna)
    await DB.write(lambda tx: tx.sql("UPDATE own_templates SET source = '#let piece = 1'"))
    assert "cannot read it" in (await staff.anna.get(PATH)).text
    assert "cannot read it" in (await staff.anna.get(f"{PATH}/own-carta")).text
    assert "own-carta" not in (await staff.anna.get(f"{SETTINGS}/print")).text
    assert (await send(staff.anna, path=f"{PATH}/own-carta")).status_code == 303


async def test_every_source_is_there_to_start_from(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    await send(staff.anna)
    for name, words in (("poster", "#let piece(p)"), ("kit", "own-picture"), ("own-carta", GOOD)):
        answer = await staff.anna.get(f"{PATH}/{name}/source")
        assert words in answer.text
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}.typ"'
    assert (await staff.anna.get(f"{PATH}/..%2Fkit/source")).status_code == 404


# Refusing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ('read("/etc/passwd")', "a template can use its own pictures and nothing else."),
        ('image("/etc/hostname")', "a template can use its own pictures and nothing else."),
        ("while true {}", "condition is always true"),
        ("let f(n) = f(n + 1); f(1)", "maximum function call depth exceeded"),
        (
            'eval("#im" + "port \\"\\u{40}preview/cetz:0.2.0\\": *", mode: "markup")',
            "a template can use its own pictures and nothing else.",
        ),
        ('own-picture("sea.svg", 9mm, 9mm)', "no picture of this name was sent: sea.svg"),
        ('"\U00013000"', "have no letters for"),
        ("sys.exit()", "exit"),
    ],
)
async def test_what_a_template_may_not_do_is_said(
    staff: Staff, venue: Venue, real: Press, inside: str, problem: str
) -> None:
    answer = await send(staff.anna, body(inside))
    assert answer.status_code == 422
    assert problem in said(answer.text)
    assert await stored(venue) == []


async def test_what_never_ends_is_given_up_and_the_next_one_works(
    staff: Staff, venue: Venue, real: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "for i in range(9000) { for j in range(9000) { for k in range(9000) {} } }"
    with monkeypatch.context() as patch:
        patch.setattr(print_templates_page, "_TRIAL_TIMEOUT_S", 1.0)
        answer = await send(staff.anna, body(endless))
    assert answer.status_code == 422
    assert "It took longer than 1 seconds and was given up." in said(answer.text)
    assert await stored(venue) == []
    assert (await send(staff.anna)).status_code == 303


async def test_what_grows_for_ever_is_given_up_and_the_next_one_works(
    staff: Staff, venue: Venue, real: Press
) -> None:
    answer = await send(staff.anna, body('let s = "x"; for i in range(40) { s = s + s }; s.len()'))
    assert answer.status_code == 422
    assert "it takes too much memory" in said(answer.text)
    assert await stored(venue) == []
    assert (await send(staff.anna)).status_code == 303


@pytest.mark.parametrize(
    ("piece", "problem"),
    [
        ("[Write to us]", "There is no QR code on the piece for R-204."),
        (
            f"{{ {CODE}; place(top + left, rect(width: 80mm, height: 60mm, fill: white)) }}",
            "something lies over it",
        ),
        ("qr-at(p, 5mm, 5mm, 4mm)", "R-204"),
    ],
)
async def test_a_template_whose_code_cannot_be_read_is_refused(
    staff: Staff, venue: Venue, real: Press, piece: str, problem: str
) -> None:
    answer = await send(staff.anna, f"{HEAD}#let piece(p) = {piece}\n")
    assert answer.status_code == 422
    assert problem in said(answer.text)
    assert await stored(venue) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (body('import "@preview/cetz:0.2.0"'), "packages from the internet cannot be used."),
        (body('let p = "\\u{40}preview/x:1.0.0"; import p'), "may be imported."),
        (body('include "other.typ"'), "may be imported."),
        ("#let piece(p) = 1", "must begin with a header"),
        ('//! name = "x\n', "cannot be read"),
        (GOOD.replace("80", "-80"), "says something wrong in sizes.card.width."),
        (GOOD.replace("[sizes.card]", ""), "names no size"),
        (GOOD.replace("card", "../x", 1).replace("[sizes.../x]", '[sizes."../x"]'), "wrong"),
        (b"\xff\xfe" + GOOD.encode(), "not written in UTF-8"),
        (GOOD + "\0", "contains something that is no text"),
        (GOOD + "// " + "x" * 100_000, "larger than 100 KB"),
        (GOOD + "// " + "x" * 1_000_000, "is too large"),
        (b"", "must begin with a header"),
        (
            HEAD + "".join(f"//! [sizes.s{n}]\n//! width = 9\n" for n in range(10_000)),
            "larger than 100 KB",
        ),
        (
            '//! name = "x"\n'
            + "".join(
                f"//! [sizes.s{n}]\n//! width = 10\n//! height = 10\n//! distance_cm = 9\n"
                for n in range(1_000)
            ),
            f"may have {MAX_SIZES} sizes at most.",
        ),
    ],
)
async def test_a_source_that_cannot_be_one_never_reaches_the_press(
    staff: Staff, venue: Venue, quiet: QuietPress, source: str | bytes, problem: str
) -> None:
    answer = await send(staff.anna, source)
    assert answer.status_code == 422
    assert problem in said(answer.text)
    assert await stored(venue) == []
    assert quiet.jobs == []


async def test_a_header_is_quoted_where_it_is_wrong(staff: Staff, quiet: QuietPress) -> None:
    answer = await send(staff.anna, GOOD.replace("width = 80", 'width = "<b>wide"'))
    assert 'Line 3 //! width = "<b>wide"' in said(answer.text)
    assert "<b>wide" not in answer.text


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        ("carta.txt", GOOD, "ends in .typ."),
        ("菜單.typ", GOOD, "ends in .typ."),
        (".typ", GOOD, "ends in .typ."),
    ],
)
async def test_a_file_without_a_name_that_can_be_used_is_refused(
    staff: Staff, venue: Venue, quiet: QuietPress, name: str, source: str, problem: str
) -> None:
    answer = await send(staff.anna, source, name=name)
    assert answer.status_code == 422
    assert problem in said(answer.text)
    assert await stored(venue) == []


def _bomb() -> bytes:
    """A small PNG that says it is small, and unpacks to fifty megabytes."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0" * 50_000_000, 9))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + png_chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("pictures", "problem"),
    [
        ({"sea.png": _bomb()}, "“sea.png”: The PNG is not as large as it says."),
        ({"sea.svg": make_svg("<script/>")}, "“sea.svg”: The SVG contains “script”"),
        ({"sea.png": b"GIF89a"}, "“sea.png”: The picture must be a PNG or an SVG."),
        ({"sea.png": SVG}, "“sea.png” is not what its name ends in."),
        ({"Sea.PNG": make_png()}, "“Sea.PNG”: the name of a picture"),
        ({"sea.jpg": b"\xff\xd8"}, "“sea.jpg”: the name of a picture"),
        ({f"{n}.png": make_png() for n in range(MAX_PICTURES + 1)}, "at most"),
        ({"sea.svg": SVG + b" " * 500_000}, "“sea.svg” is too large"),
        (
            {f"{n}.svg": SVG + b" " * 450_000 for n in range(5)},
            "All pictures together may have 2000 KB.",
        ),
    ],
)
async def test_a_picture_that_cannot_be_used_is_refused(
    staff: Staff, venue: Venue, quiet: QuietPress, pictures: dict[str, bytes], problem: str
) -> None:
    answer = await send(staff.anna, pictures=pictures)
    assert answer.status_code == 422
    assert problem in said(answer.text)
    assert await stored(venue) == []
    assert quiet.jobs == []


async def test_without_a_file_or_a_token_nothing_happens(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    answer = await staff.anna.post(PATH)
    assert answer.status_code == 422
    assert "Please choose a file." in answer.text
    files: list[Any] = [("csrf", (None, staff.boris.csrf)), ("source", ("carta.typ", GOOD))]
    assert (await staff.anna.client.post(PATH, files=files)).status_code == 403
    assert await stored(venue) == []


async def test_there_is_an_end_to_the_templates(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    for number in range(MAX_TEMPLATES):
        await DB.write(
            lambda tx, number=number: tx.sql(
                "INSERT INTO own_templates (subscriber_id, slug, source, account_id, stored_at)"
                " VALUES (?, ?, ?, ?, ?)",
                venue.subscriber_id,
                f"t{number}",
                GOOD,
                venue.anna.account_id,
                NOON,
            )
        )
    answer = await send(staff.anna)
    assert answer.status_code == 409
    assert f"At most {MAX_TEMPLATES} templates" in answer.text


# Whose they are -----------------------------------------------------------------------------------


async def test_another_company_neither_sees_nor_uses_nor_changes_it(
    staff: Staff, venue: Venue, quiet: QuietPress
) -> None:
    await send(staff.anna)
    assert "Ours" not in (await staff.otto.get(PATH)).text
    assert "own-carta" not in (await staff.otto.get(f"{SETTINGS}/print")).text
    for address in ("", "/source", "/preview"):
        assert (await staff.otto.get(f"{PATH}/own-carta{address}")).status_code == 404
    assert (await send(staff.otto, path=f"{PATH}/own-carta")).status_code == 404
    assert (await staff.otto.post(f"{PATH}/own-carta/delete")).status_code == 404
    assert [each.source for each in await stored(venue)] == [GOOD]

    assert (await send(staff.otto, GOOD.replace("Ours", "Bar"))).status_code == 303

    def find(connection: sqlite3.Connection) -> list[str]:
        owners = (venue.subscriber_id, venue.otto.subscriber_id)
        return [
            find_template(connection, owner, "own-carta-card").template.name for owner in owners
        ]

    assert await DB.read(find) == ["Ours", "Bar"]


@pytest.mark.parametrize("who", ["boris", "dario"])
async def test_agents_and_auditors_store_nothing(
    staff: Staff, venue: Venue, quiet: QuietPress, who: str
) -> None:
    await send(staff.anna)
    browser: Browser = getattr(staff, who)
    assert (await send(browser, name="other.typ")).status_code == 403
    assert (await send(browser, path=f"{PATH}/own-carta")).status_code == 403
    assert (await browser.post(f"{PATH}/own-carta/delete")).status_code == 403
    assert len(await stored(venue)) == 1
