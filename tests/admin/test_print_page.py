"""Choosing what is printed, looking at it, and asking for it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from litestar import Litestar

from sosbox.admin import print_printers
from sosbox.admin.print_previews import OvertakenError, Previews
from sosbox.db import DB
from sosbox.pieces.rules import RunOptions
from sosbox.pieces.runs import Run, load_runs
from sosbox.places.tables import AccessPoint, Area
from sosbox.printing.cups import Printer
from sosbox.printing.layout import PrintJob
from sosbox.printing.press import Press, PrintError
from sosbox.routing.recipient_actions import add_recipient
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, said
from tests.routing.settings_kit import a_recipient
from tests.support.presses import PICTURE, QuietPress
from tests.support.print_jobs import codes_in, job
from tests.support.venue import NOON, Venue

PRINT = f"{SETTINGS}/print"


@pytest.fixture
def press(app: Litestar) -> QuietPress:
    press = QuietPress()
    app.state.press = press
    return press


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def real_press(anyio_backend: str) -> AsyncIterator[Press]:
    """Takes a second or two to start, so the tests share it."""
    press = Press()
    yield press
    await press.close()


async def runs_of(venue: Venue) -> list[Run]:
    """The oldest first."""
    return (await DB.read(lambda connection: load_runs(connection, venue.anna)))[::-1]


def choices(venue: Venue, **changes: Any) -> dict[str, Any]:
    plain = {
        "chosen": "1",
        "house": str(venue.house_id),
        "what": "leaflet-a5",
        "points": [str(venue.room_id)],
        "copies": "1",
        "start": "1",
        "to": "pdf",
    }
    return {**plain, **changes}


def address(path: str, fields: dict[str, Any]) -> str:
    return f"{path}?{urlencode(fields, doseq=True)}"


# Choosing -----------------------------------------------------------------------------------------


async def test_the_page_offers_templates_places_languages_and_files(
    staff: Staff, press: QuietPress
) -> None:
    page = (await staff.anna.get(PRINT)).text
    for words in ("Door leaflet", "Recepción", "R-204 Habitación 204", "Galician", "SVG, drawings"):
        assert words in said(page)
    assert "OLD-1" not in page
    assert 'value="leaflet-a5" checked' in page
    assert press.jobs == []


async def test_a_link_from_an_area_chooses_all_of_it(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    page = (await staff.anna.get(f"{PRINT}?area={venue.restaurant_id}&what=poster-a4")).text
    assert f'name="areas" value="{venue.restaurant_id}" checked' in page
    assert f'name="areas" value="{venue.reception_id}" checked' not in page
    assert 'value="poster-a4" checked' in page
    assert "1 piece on 1 page" in said(page)


async def test_a_house_without_places_says_what_to_do(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE access_points SET retired_at = ?", NOON))
    page = (await staff.anna.get(address(PRINT, choices(venue, points=[])))).text
    assert "There is no access point yet. Please add one first" in said(page)
    assert "Add the first ones" in page


async def test_the_places_of_another_company_are_not_there(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    page = (await staff.otto.get(PRINT)).text
    assert "B-1" in page
    assert "R-204" not in page
    assert (await staff.otto.get(f"{PRINT}?area={venue.reception_id}")).status_code == 404
    for path in (PRINT, f"{PRINT}/live", f"{PRINT}/preview", f"{PRINT}/set"):
        stolen = await staff.otto.get(address(path, choices(venue)))
        assert stolen.status_code == 404, path


# Looking ------------------------------------------------------------------------------------------


async def test_the_picture_shows_what_was_chosen(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    asked = choices(venue, points=[str(venue.table_id)], languages=["en", "gl"], copies="3")
    answer = await staff.anna.get(address(f"{PRINT}/preview", asked))
    assert answer.status_code == 200
    assert answer.content == PICTURE
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    (asked_for,) = press.jobs
    assert asked_for.size.id == "leaflet-a5"
    assert asked_for.house.languages == ("gl", "en")
    assert {piece.code for piece in asked_for.pieces} == {"T-7"}


async def test_the_picture_of_a_page_is_made_once_for_its_words_and_for_itself(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    page = (await staff.anna.get(address(PRINT, choices(venue, look="leaflet-a5")))).text
    source = page.partition('<img src="/admin/settings/print/preview')[2].partition('"')[0]
    answer = await staff.anna.get(f"{PRINT}/preview{source.replace('&amp;', '&')}")
    assert answer.content == PICTURE
    assert len(press.jobs) == 1


async def test_before_anything_is_chosen_an_example_is_shown(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    live = (await staff.anna.get(address(f"{PRINT}/live", choices(venue, points=[])))).text
    assert "An example" in live
    assert press.jobs[0].pieces[0].code == "R-204"


async def test_of_several_the_one_that_was_asked_for_is_shown(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    asked = choices(venue, what=["leaflet-a5", "poster-a4"], look="poster-a4", areas=["1", "2"])
    live = (await staff.anna.get(address(f"{PRINT}/live", asked))).text
    assert press.jobs[0].size.id == "poster-a4"
    assert "Poster, A4" in live
    assert "Door leaflet, A5" in live


async def test_what_the_press_cannot_do_stands_beside_the_choice_in_words(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    press.trouble = PrintError("“{text}” is too long for this piece.", text="Habitación")
    for path in (PRINT, f"{PRINT}/live"):
        answer = await staff.anna.get(address(path, choices(venue)))
        assert answer.status_code == 200
        assert "“Habitación” is too long for this piece." in answer.text
        assert "<figure>" not in answer.text
    answer = await staff.anna.get(address(f"{PRINT}/preview", choices(venue)))
    assert answer.status_code == 422


async def test_a_place_that_a_sheet_does_not_have_is_said(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    asked = choices(venue, what="label-l7160", start="22")
    live = await staff.anna.get(address(f"{PRINT}/live", asked))
    assert "Please choose a place between 1 and 21." in live.text
    assert press.jobs == []


async def test_a_piece_with_wifi_needs_the_name_of_the_network(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    live = await staff.anna.get(address(f"{PRINT}/live", choices(venue, what="wifi-a4")))
    assert "The name of the network for guests is missing" in live.text
    assert press.jobs == []


async def test_of_those_who_wait_the_newest_alone_is_served() -> None:
    press, previews = QuietPress(), Previews()
    press.gate = asyncio.Event()
    first, overtaken, newest = (
        asyncio.create_task(previews.picture(press, job(size), account_id=1))
        for size in ("leaflet-a5", "leaflet-a6", "code")
    )
    await press.is_asked.wait()
    other = asyncio.create_task(previews.picture(press, job("poster-a4"), account_id=2))
    press.gate.set()
    assert await first == await newest == await other == PICTURE
    with pytest.raises(OvertakenError):
        await overtaken
    assert sorted(each.size.id for each in press.jobs) == ["code", "leaflet-a5", "poster-a4"]


class CountedPreviews(Previews):
    """Says when so many have asked."""

    def __init__(self, num: int) -> None:
        super().__init__()
        self._num_left = num
        self.are_asked = asyncio.Event()

    async def picture(self, *args: Any, **options: Any) -> bytes:
        self._num_left -= 1
        if self._num_left == 0:
            self.are_asked.set()
        return await super().picture(*args, **options)


async def test_a_page_that_another_tab_has_overtaken_is_a_page_all_the_same(
    app: Litestar, staff: Staff, venue: Venue, press: QuietPress
) -> None:
    previews = app.state.previews = CountedPreviews(3)
    press.gate = asyncio.Event()
    tabs = [
        asyncio.create_task(staff.anna.get(address(PRINT, choices(venue, languages=[language]))))
        for language in ("es", "en", "gl")
    ]
    await previews.are_asked.wait()
    press.gate.set()
    pages = await asyncio.gather(*tabs)
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all('<img src="/admin/settings/print/preview' in page.text for page in pages)
    assert len(press.jobs) == 2


async def test_what_a_picture_is_kept_under_is_not_worked_out_on_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = set()

    def for_press(_job: PrintJob) -> dict[str, Any]:
        threads.add(threading.get_ident())
        return {}

    monkeypatch.setattr(PrintJob, "for_press", for_press)
    await Previews().picture(QuietPress(), job("code"), account_id=1)
    await Previews().sample(QuietPress(), job("code"))
    assert threads
    assert threading.get_ident() not in threads


async def test_a_picture_that_failed_is_made_anew() -> None:
    press, previews = QuietPress(), Previews()
    press.trouble = PrintError("It could not be done.")
    with pytest.raises(PrintError):
        await previews.picture(press, job("code"), account_id=1)
    press.trouble = None
    assert await previews.picture(press, job("code"), account_id=1) == PICTURE


async def test_a_real_picture_carries_a_code_that_leads_to_the_place(
    app: Litestar, staff: Staff, venue: Venue, real_press: Press
) -> None:
    app.state.press = real_press
    answer = await staff.anna.get(address(f"{PRINT}/preview", choices(venue)))
    (text,) = codes_in(answer.content)
    assert text.startswith("http://mar.example/p/room204token?p=")
    sample = await staff.anna.get(f"{PRINT}/templates/label/preview")
    assert sample.content.startswith(b"\x89PNG")
    assert len(sample.content) < 40_000


async def test_a_template_that_is_not_there_has_no_picture(staff: Staff, press: QuietPress) -> None:
    assert (await staff.anna.get(f"{PRINT}/templates/broadsheet/preview")).status_code == 404
    assert (await staff.anna.get(f"{PRINT}/preview?chosen=1&what=broadsheet-a0")).status_code == 404


# Asking -------------------------------------------------------------------------------------------


async def test_printing_asks_for_one_run_of_each_piece(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    asked = choices(
        venue,
        what=["leaflet-a5", "label-l7160"],
        points=[],
        all="1",
        languages=["en", "es"],
        copies="2",
        start="4",
        print_shop="1",
    )
    answer = await staff.anna.post(PRINT, **asked)
    leaflet, label = await runs_of(venue)
    assert answer.headers["location"] == f"{PRINT}/runs/{leaflet.id}?done=print_asked"
    assert leaflet.access_points == label.access_points == (venue.room_id, venue.table_id)
    assert leaflet.options == RunOptions(("es", "en"), 1, 2, is_for_print_shop=True)
    assert label.options == RunOptions(("es", "en"), 4, 2, is_for_print_shop=False)
    assert leaflet.account_id == venue.anna.account_id
    assert press.jobs == []


async def test_places_are_printed_in_the_order_of_the_building(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE areas SET position = 10 WHERE slug = 'reception'"))
    points = [str(venue.room_id), str(venue.table_id)]
    await staff.anna.post(PRINT, **choices(venue, points=points))
    (run,) = await runs_of(venue)
    assert run.access_points == (venue.table_id, venue.room_id)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"what": []}, "Please choose at least one."),
        ({"what": "broadsheet-a0"}, "Please choose at least one."),
        ({"points": []}, "Please choose at least one access point."),
        ({"points": ["999", "x", "٣"]}, "Please choose at least one access point."),
        ({"copies": "0"}, "Please choose a number from 1 to 99."),
        ({"copies": "many"}, "Please choose a number from 1 to 99."),
        ({"what": "label-l7160", "start": "22"}, "Please choose a place between 1 and 21."),
        ({"languages": ["es", "gl", "en", "ca", "eu", "pt", "fr"]}, "At most 6 languages fit"),
        ({"to": "docx"}, "There is no such printer any more."),
        ({"to": "eps"}, "Please choose one of the formats."),
        ({"to": "printer:10.0.0.1"}, "There is no such printer any more."),
        ({"to": "address", "address": "http://x"}, "Please enter the address of the printer"),
        ({"to": "address", "address": "10.0.0.9"}, "Receipt printers print tickets"),
    ],
)
async def test_what_cannot_be_printed_is_said_and_stays_chosen(
    staff: Staff, venue: Venue, press: QuietPress, changes: dict[str, Any], problem: str
) -> None:
    answer = await staff.anna.post(PRINT, **choices(venue, **changes))
    assert answer.status_code == 422
    assert problem in answer.text
    assert await runs_of(venue) == []
    if "points" not in changes:
        assert f'name="points" value="{venue.room_id}" checked' in answer.text


async def test_one_piece_that_cannot_be_printed_keeps_the_others_from_it(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    answer = await staff.anna.post(PRINT, **choices(venue, what=["leaflet-a5", "code"], to="eps"))
    assert answer.status_code == 422
    assert await runs_of(venue) == []


async def test_tickets_go_to_a_receipt_printer_that_is_known_or_typed(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    draft = a_recipient("Till", addresses={"printer": ["192.168.1.50"]})
    await DB.write(add_recipient, viewer=venue.anna, draft=draft)
    assert "Receipt printer 192.168.1.50" in (await staff.anna.get(PRINT)).text
    await staff.anna.post(PRINT, **choices(venue, what="ticket-80", to="printer:raw:192.168.1.50"))
    await staff.anna.post(
        PRINT, **choices(venue, what="ticket-58", to="address", address=" printer.lan ")
    )
    known, typed = await runs_of(venue)
    assert (known.format, known.printer) == ("ticket", "raw:192.168.1.50")
    assert (typed.format, typed.printer) == ("ticket", "raw:printer.lan")


async def test_queues_of_the_computer_print_what_they_have_paper_for(
    staff: Staff, venue: Venue, press: QuietPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = ("iso_a4_210x297mm",)
    office = Printer("office", "Office", "Back office", "A4", False, True, False, media)
    till = Printer("till", "", "", "", True, True, True)

    async def find() -> list[Printer]:
        return [office, till]

    monkeypatch.setattr(print_printers, "find_printers", find)
    page = said((await staff.anna.get(PRINT)).text)
    assert "Office, Back office, A4" in page
    assert "Receipt printer till, it does not print now" in page

    too_large = await staff.anna.post(
        PRINT, **choices(venue, what="poster-a3", to="printer:cups:office")
    )
    assert too_large.status_code == 422
    assert "The printer has no paper of 297 × 420 mm." in too_large.text
    wrong = await staff.anna.post(PRINT, **choices(venue, to="printer:cups:till"))
    assert "Receipt printers print tickets" in wrong.text
    await staff.anna.post(PRINT, **choices(venue, what="poster-a4", to="printer:cups:office"))
    await staff.anna.post(PRINT, **choices(venue, what="ticket-80", to="printer:cups:till"))
    poster, ticket = await runs_of(venue)
    assert (poster.format, poster.printer) == ("pdf", "cups:office")
    assert (ticket.format, ticket.printer) == ("ticket", "cups:till")


async def test_nothing_is_printed_while_no_address_leads_to_the_box(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE establishments SET base_url = ''"))
    answer = await staff.anna.post(PRINT, **choices(venue))
    assert answer.status_code == 409
    assert "Please set base_url first." in answer.text
    assert await runs_of(venue) == []


async def test_an_auditor_looks_and_does_not_print(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    page = (await staff.dario.get(address(PRINT, choices(venue)))).text
    assert "preview?" in page
    assert 'formmethod="post"' not in page
    assert (await staff.dario.post(PRINT, **choices(venue))).status_code == 403
    assert await runs_of(venue) == []


async def test_the_token_of_the_session_never_stands_in_an_address(
    staff: Staff, venue: Venue, press: QuietPress
) -> None:
    page = (await staff.anna.get(address(PRINT, choices(venue)))).text
    form = page.partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    assert 'method="get"' in form
    (button,) = [part for part in form.split("<button") if staff.anna.csrf in part]
    assert 'formmethod="post"' in button


# The whole house ----------------------------------------------------------------------------------


@pytest.fixture
async def floor(venue: Venue) -> int:
    """An area with twelve rooms; returns its id."""

    def build(tx: Any) -> int:
        area = tx.insert(Area, establishment_id=venue.house_id, slug="floor-3", name="Planta 3")
        for number in range(301, 313):
            tx.insert(
                AccessPoint,
                establishment_id=venue.house_id,
                area_id=area,
                code=f"HAB-{number}",
                label=f"Habitación {number}",
                token=f"floorthree{number}",
            )
        return int(area)

    return await DB.write(build)


async def test_a_floor_of_rooms_gets_leaflets_and_the_rest_posters(
    staff: Staff, venue: Venue, floor: int
) -> None:
    page = (await staff.anna.get(f"{PRINT}/set")).text
    assert f'name="for_{floor}" value="leaflet-a5" checked' in page
    assert f'name="for_{venue.reception_id}" value="poster-a4" checked' in page


async def test_a_whole_house_is_one_run_of_each_kind(
    staff: Staff, venue: Venue, floor: int
) -> None:
    chosen = {
        f"for_{floor}": "leaflet-a5",
        f"for_{venue.reception_id}": ["poster-a4", "leaflet-a5"],
        f"for_{venue.restaurant_id}": "poster-a4",
    }
    answer = await staff.anna.post(f"{PRINT}/set", house=str(venue.house_id), **chosen)
    assert answer.status_code == 303
    by_template = {run.template: run for run in await runs_of(venue)}
    assert set(by_template) == {"leaflet-a5", "poster-a4"}
    assert len(by_template["leaflet-a5"].access_points) == 13
    assert by_template["poster-a4"].access_points == (venue.room_id, venue.table_id)


async def test_a_house_for_which_nothing_is_chosen_is_not_printed(
    staff: Staff, venue: Venue
) -> None:
    answer = await staff.anna.post(f"{PRINT}/set", for_1="broadsheet-a0", for_99="poster-a4")
    assert answer.status_code == 422
    assert "Please choose at least one piece for one area." in answer.text
    assert (await staff.otto.post(f"{PRINT}/set", house=str(venue.house_id))).status_code == 404
    assert await runs_of(venue) == []
