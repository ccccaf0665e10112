"""Walking the building on the pages of the console."""

import io
from collections.abc import Iterator, Sequence

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from PIL import Image

from sosbox.admin.access import SESSION_COOKIE
from sosbox.app import create_app
from sosbox.box import Box
from sosbox.db import DB
from sosbox.pieces.actions import remove_pieces
from sosbox.pieces.codes import piece_number
from sosbox.printing.press import PictureError, ReadPicture
from sosbox.rounds.actions import start_round
from sosbox.rounds.rules import Found
from sosbox.rounds.tables import Round, RoundFinding
from sosbox.staff.actions import start_session
from tests.admin.conftest import Staff
from tests.admin.settings_desk import said
from tests.support.console import Browser, console_routes, filled
from tests.support.messages import WEEKLY, write_cases
from tests.support.photos import MAKER, photo_of
from tests.support.pieces import insert_piece, make_piece
from tests.support.venue import BAR_TOKEN, NOON, Venue
from tests.support.walking import (
    JPEG,
    ORIGIN,
    Hung,
    hang_paper,
    note,
    room_code,
    round_of,
    start,
    table_code,
)

ROUNDS = "/admin/rounds"
PICTURE = b"what the phone took"


class FakePress:
    """Sees what it is told to see in every picture."""

    def __init__(self) -> None:
        self.texts: Sequence[str] = ()
        self.error: PictureError | None = None

    async def read_picture(self, data: bytes) -> ReadPicture:
        assert data == PICTURE
        if self.error is not None:
            raise self.error
        return ReadPicture(tuple(self.texts), JPEG)


@pytest.fixture
async def hung(venue: Venue, box: Box) -> Hung:
    return await hang_paper(venue)


@pytest.fixture
def press(app: Litestar) -> FakePress:
    press = FakePress()
    app.state.press = press
    return press


@pytest.fixture
async def stop(venue: Venue, hung: Hung) -> str:
    """The address of room 204 on a round of Boris."""
    return f"{ROUNDS}/{await start(venue.boris, venue)}/stops/{venue.room_id}"


async def send(
    browser: Browser, path: str, picture: bytes | None = None, field: str = "photo", **fields: str
) -> httpx.Response:
    """As the form sends it, with a picture or with that field left empty."""
    files = {field: ("photo.jpg" if picture else "", picture or b"", "image/jpeg")}
    data = {"csrf": browser.csrf, **fields}
    return await browser.client.post(path, data=data, files=files)


async def scan(browser: Browser, stop: str, picture: bytes = PICTURE) -> httpx.Response:
    """What is shown after a picture of the code was taken."""
    answer = await send(browser, f"{stop}/scan", picture, "picture")
    assert answer.status_code == 303, answer.text
    return await browser.get(answer.headers["location"])


async def findings() -> list[tuple[object, ...]]:
    rows = await RoundFinding.select().order_by(RoundFinding.id)
    return [(row["piece_id"], row["finding"], row["note"], row["photo"]) for row in rows]


# Beginning ----------------------------------------------------------------------------------------


async def test_the_page_offers_the_areas_in_which_something_hangs(staff: Staff, hung: Hung) -> None:
    page = said((await staff.anna.get(ROUNDS)).text)
    assert "Recepción 1 piece Restaurante 1 piece" in page
    assert "Nobody has finished a round yet." in page


async def test_agents_see_their_own_areas_alone(staff: Staff, hung: Hung) -> None:
    page = said((await staff.boris.get(ROUNDS)).text)
    assert "Recepción 1 piece" in page
    assert "Restaurante" not in page


async def test_an_auditor_looks_on(staff: Staff, hung: Hung) -> None:
    page = (await staff.dario.get(ROUNDS)).text
    assert "Recepción" in page
    assert 'action="/admin/rounds"' not in page


async def test_where_nothing_was_printed_there_is_nothing_to_walk_past(staff: Staff) -> None:
    page = (await staff.anna.get(ROUNDS)).text
    assert "Nothing has been printed for these places yet" in page
    assert 'action="/admin/rounds"' not in page
    assert "/admin/settings/print" in page


async def test_everybody_who_may_write_finds_the_way_there(staff: Staff) -> None:
    for person, has_way in ((staff.boris, True), (staff.anna, True), (staff.dario, False)):
        page = (await person.get("/admin")).text
        assert ('href="/admin/rounds"' in page) is has_way
    assert 'href="/admin/rounds"' in (await staff.dario.get("/admin/settings")).text


async def test_a_round_begins_at_the_first_place(staff: Staff, venue: Venue, hung: Hung) -> None:
    answer = await staff.anna.post(
        ROUNDS, house=str(venue.house_id), area=[str(venue.reception_id), str(venue.restaurant_id)]
    )
    assert answer.status_code == 303
    first = await staff.anna.get(answer.headers["location"], follow_redirects=True)
    assert first.url.path.endswith(f"/stops/{venue.room_id}")
    page = said(first.text)
    assert "1 of 2" in page
    assert "R-204 Habitación 204" in page
    assert f"Version 2, printed on 21 November 2026, number {piece_number(hung.leaflet)}" in page


async def test_without_an_area_no_round_begins_and_the_page_says_so(
    staff: Staff, venue: Venue, hung: Hung
) -> None:
    answer = await staff.anna.post(ROUNDS, house=str(venue.house_id))
    assert answer.status_code == 422
    assert "Please choose at least one area." in answer.text
    assert await Round.count() == 0


async def test_whoever_walks_already_is_told_to_go_on(
    staff: Staff, venue: Venue, stop: str
) -> None:
    answer = await staff.boris.post(ROUNDS, house=str(venue.house_id), area=str(venue.reception_id))
    assert answer.status_code == 409
    assert "You are walking through this house already." in answer.text
    assert "Go on" in answer.text
    assert await Round.count() == 1


@pytest.mark.parametrize("who", ["clara", "otto"])
async def test_nobody_begins_a_round_through_areas_of_others(
    staff: Staff, venue: Venue, hung: Hung, who: str
) -> None:
    answer = await getattr(staff, who).post(
        ROUNDS, house=str(venue.house_id), area=str(venue.reception_id)
    )
    assert answer.status_code == 404
    assert await Round.count() == 0


# Scanning -----------------------------------------------------------------------------------------


async def test_the_right_code_is_right_and_nothing_is_noted_yet(
    staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    press.texts = ["WIFI:S:Mar;T:WPA;P:x;;", room_code(hung.leaflet), "https://menu.example"]
    page = said((await scan(staff.boris, stop)).text)
    assert "Right: this hangs where it should." in page
    assert "none of ours" not in page
    assert await findings() == []


async def test_a_code_of_another_place_says_where_it_belongs(
    staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    press.texts = [table_code(hung.tent)]
    page = said((await scan(staff.boris, stop)).text)
    assert "Wrong: this belongs to another place. T-7 Mesa 7 , Restaurante" in page
    assert "I am standing at" not in page


async def test_whoever_forgot_to_go_on_is_led_to_where_they_stand(
    staff: Staff, venue: Venue, press: FakePress, hung: Hung
) -> None:
    number = await start(venue.anna, venue, venue.reception_id, venue.restaurant_id)
    press.texts = [table_code(hung.tent)]
    page = (await scan(staff.anna, f"{ROUNDS}/{number}/stops/{venue.room_id}")).text
    ahead = f"{ROUNDS}/{number}/stops/{venue.table_id}?saw={venue.table_id}-{hung.tent}"
    assert f'href="{ahead}"' in page
    assert "Right: this hangs where it should." in (await staff.anna.get(ahead)).text


async def test_an_old_piece_names_the_newer_one(
    staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    press.texts = [room_code(hung.old_leaflet)]
    page = said((await scan(staff.boris, stop)).text)
    assert "Wrong: this is an old one. Version 2 was printed on 21 November 2026." in page


async def test_what_was_taken_down_should_not_hang(
    box: Box, venue: Venue, staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    await DB.write(
        remove_pieces, box.keys, now=NOON, viewer=venue.anna, piece_ids=[hung.old_leaflet]
    )
    press.texts = [room_code(hung.old_leaflet)]
    assert "this should have been taken down" in (await scan(staff.boris, stop)).text


@pytest.mark.parametrize("text", [f"{ORIGIN}/p/{BAR_TOKEN}", "https://swindle.example/pay"])
async def test_a_code_of_somebody_else_is_none_of_ours(
    staff: Staff, press: FakePress, stop: str, text: str
) -> None:
    press.texts = [text]
    page = (await scan(staff.boris, stop)).text
    assert "Wrong: this code is none of ours." in page
    assert "Counter" not in page
    assert "swindle.example" not in page


async def test_a_forged_code_is_found_out(
    staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    press.texts = [room_code(hung.leaflet).replace("mar.example", "mar.evil.example")]
    page = (await scan(staff.boris, stop)).text
    assert "Wrong: this code leads past the box." in page
    assert "Right:" not in page


async def test_a_picture_without_a_code_asks_for_another(
    staff: Staff, press: FakePress, stop: str
) -> None:
    page = (await scan(staff.boris, stop)).text
    assert "There is no code in this picture that could be read." in page


async def test_what_stands_on_the_paper_is_looked_up(
    staff: Staff, venue: Venue, hung: Hung, stop: str
) -> None:
    for text, words in (
        (piece_number(hung.leaflet), "this hangs where it should"),
        ("r 204", "this code belongs here"),
        ("T-7", "belongs to another place"),
    ):
        answer = await staff.boris.post(f"{stop}/scan", typed=text)
        page = await staff.boris.get(answer.headers["location"])
        assert words in page.text, text


async def test_what_stands_on_no_paper_is_said_beside_the_field(staff: Staff, stop: str) -> None:
    answer = await staff.boris.post(f"{stop}/scan", typed="XYZ-9")
    assert answer.status_code == 422
    assert "No place has this code, and no piece this number." in answer.text
    assert 'value="XYZ-9"' in answer.text


async def test_a_form_without_a_picture_asks_for_one(staff: Staff, stop: str) -> None:
    answer = await send(staff.boris, f"{stop}/scan", None, "picture")
    assert answer.status_code == 422
    assert "Please take a picture of the code, or type" in answer.text


async def test_what_is_no_picture_is_refused_with_words(
    staff: Staff, press: FakePress, stop: str
) -> None:
    press.error = PictureError("This is no photo that can be read. Please take it again.")
    answer = await send(staff.boris, f"{stop}/scan", PICTURE, "picture")
    assert answer.status_code == 422
    assert "This is no photo that can be read." in answer.text


@pytest.mark.parametrize("saw", ["", "x", "1", "0-0", "999-999", "1-", "9" * 40, "..", "other.1-1"])
async def test_any_address_of_a_stop_is_a_page(staff: Staff, stop: str, saw: str) -> None:
    assert (await staff.boris.get(stop, params={"saw": saw, "after": saw})).status_code == 200


# Noting -------------------------------------------------------------------------------------------


async def test_what_is_noted_leads_to_the_next_place_and_can_be_changed(
    staff: Staff, venue: Venue, hung: Hung
) -> None:
    number = await start(venue.anna, venue, venue.reception_id, venue.restaurant_id)
    address = f"{ROUNDS}/{number}/stops"
    answer = await send(
        staff.anna, f"{address}/{venue.room_id}", piece=str(hung.leaflet), finding="good"
    )
    assert answer.headers["location"] == f"{address}/{venue.table_id}?after={venue.room_id}"
    page = said((await staff.anna.get(answer.headers["location"])).text)
    assert "Noted: R-204 fine Change it" in page
    last = await send(
        staff.anna, f"{address}/{venue.table_id}", piece=str(hung.tent), finding="torn"
    )
    overview = said((await staff.anna.get(last.headers["location"])).text)
    assert "Everything was looked at. 1 fine 1 torn" in overview


async def test_a_place_is_left_when_all_that_hangs_there_was_looked_at(
    staff: Staff, venue: Venue, hung: Hung, stop: str
) -> None:
    poster = await make_piece(venue.room_id, template="poster-a4")
    answer = await send(staff.boris, stop, piece=str(hung.leaflet), finding="good")
    assert answer.headers["location"] == f"{stop}?done=found"
    answer = await send(staff.boris, stop, piece=str(poster), finding="missing")
    assert answer.headers["location"].startswith(f"{stop.partition('/stops')[0]}?")


async def test_a_note_and_a_photo_go_with_it(
    staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    await send(staff.boris, stop, PICTURE, piece=str(hung.leaflet), finding="torn", note="a corner")
    assert await findings() == [(hung.leaflet, "torn", "a corner", JPEG)]
    page = (await staff.boris.get(stop)).text
    assert "a corner" in page
    assert "/photo" in page


async def test_a_code_of_another_place_is_noted_where_it_hangs(
    staff: Staff, venue: Venue, hung: Hung, stop: str
) -> None:
    answer = await send(
        staff.boris, stop, piece=str(hung.tent), found=str(venue.table_id), finding="elsewhere"
    )
    assert answer.headers["location"] == f"{stop}?done=found"
    assert await findings() == [(hung.tent, "elsewhere", "", None)]
    repairs = said((await staff.boris.get(ROUNDS)).text)
    assert "belongs elsewhere" in repairs
    assert "belongs to T-7" in repairs


async def test_a_note_that_is_too_long_comes_back_with_what_was_scanned(
    staff: Staff, hung: Hung, venue: Venue, stop: str
) -> None:
    answer = await send(
        staff.boris,
        stop,
        piece=str(hung.leaflet),
        finding="torn",
        note="x" * 501,
        saw=f"{venue.room_id}-{hung.leaflet}",
    )
    assert answer.status_code == 422
    assert "This is 501 characters long" in answer.text
    assert "x" * 501 in answer.text
    assert "Right: this hangs where it should." in answer.text
    assert await findings() == []


async def test_a_photo_that_cannot_be_used_is_refused_and_nothing_is_noted(
    staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    press.error = PictureError("This is no photo that can be read. Please take it again.")
    answer = await send(
        staff.boris, stop, PICTURE, piece=str(hung.leaflet), finding="torn", note="a corner"
    )
    assert answer.status_code == 422
    assert "This is no photo that can be read." in answer.text
    assert "a corner" in answer.text
    assert await findings() == []


async def test_a_file_that_is_too_large_is_refused_beside_its_field(
    staff: Staff, press: FakePress, hung: Hung, stop: str
) -> None:
    for address, field in ((stop, "photo"), (f"{stop}/scan", "picture")):
        answer = await send(
            staff.boris, address, b"x" * 12_000_001, field, piece=str(hung.leaflet), finding="torn"
        )
        assert answer.status_code == 422
        assert "a file may have 12 MB" in answer.text
    assert await findings() == []


@pytest.mark.parametrize("finding", ["", "splendid", "GOOD"])
async def test_what_no_button_says_is_not_noted(
    staff: Staff, hung: Hung, stop: str, finding: str
) -> None:
    answer = await send(staff.boris, stop, piece=str(hung.leaflet), finding=finding)
    assert answer.status_code == 404
    assert await findings() == []


async def test_a_piece_that_was_replaced_meanwhile_is_looked_at_again(
    staff: Staff, venue: Venue, hung: Hung, stop: str
) -> None:
    await DB.write(
        lambda tx: tx.sql("UPDATE pieces SET state = 'replaced' WHERE id = ?", hung.leaflet)
    )
    newest = await make_piece(venue.room_id, version=3)
    answer = await send(staff.boris, stop, piece=str(hung.leaflet), finding="good")
    assert answer.status_code == 409
    assert "This piece does not hang here any more." in answer.text
    assert f'name="piece" value="{newest}"' in answer.text


# The end ------------------------------------------------------------------------------------------


async def finished_round(staff: Staff, venue: Venue, hung: Hung) -> str:
    number = await start(venue.boris, venue)
    await note(
        venue.boris, number, venue.room_id, hung.leaflet, Found.TORN, note="a corner", photo=JPEG
    )
    answer = await staff.boris.post(f"{ROUNDS}/{number}/finish")
    assert answer.headers["location"] == f"{ROUNDS}/{number}"
    return f"{ROUNDS}/{number}"


async def test_a_finished_round_shows_what_was_found_and_that_it_is_signed(
    staff: Staff, venue: Venue, hung: Hung
) -> None:
    address = await finished_round(staff, venue, hung)
    for reader in (staff.anna, staff.boris, staff.dario):
        page = (await reader.get(address)).text
        words = said(page)
        assert "Signed by the box. Nothing of it was changed since." in words
        assert "torn" in words
        assert "a corner" in words
        assert "Boris · 21 November 2026" in words
        assert (await round_of(venue.anna, int(address.rpartition("/")[2]))).digest in page
        assert 'method="post"' not in page.partition("<main")[2].partition("</main>")[0]
    history = said((await staff.anna.get(ROUNDS)).text)
    assert "21 November 2026, Boris Hotel Mar: Recepción 1 piece looked at 1 torn" in history


async def test_a_finished_round_that_somebody_has_changed_is_not_called_signed(
    staff: Staff, venue: Venue, hung: Hung
) -> None:
    address = await finished_round(staff, venue, hung)
    await DB.write(lambda tx: tx.sql("UPDATE round_findings SET finding = 'good'"))
    page = (await staff.anna.get(address)).text
    assert "This is not what was signed." in page
    assert "Signed by the box." not in page


async def test_nothing_of_a_finished_round_can_be_changed(
    staff: Staff, venue: Venue, hung: Hung
) -> None:
    address = await finished_round(staff, venue, hung)
    before = await findings()
    stop = f"{address}/stops/{venue.room_id}"
    for answer in (
        await send(staff.boris, stop, piece=str(hung.leaflet), finding="good"),
        await staff.boris.post(f"{stop}/scan", typed="R-204"),
        await staff.boris.post(f"{address}/finish"),
        await staff.boris.post(f"{address}/give-up"),
    ):
        assert answer.status_code == 409
        assert "This round is finished and signed." in answer.text
    for path in (stop, f"{address}/walk"):
        answer = await staff.boris.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert await findings() == before


async def test_a_round_without_findings_is_given_up_and_not_signed(
    staff: Staff, venue: Venue, stop: str
) -> None:
    address = stop.partition("/stops")[0]
    assert "Give this round up" in (await staff.boris.get(address)).text
    answer = await staff.boris.post(f"{address}/finish")
    assert answer.status_code == 409
    assert "Nothing was looked at yet." in answer.text
    answer = await staff.boris.post(f"{address}/give-up")
    assert answer.headers["location"] == f"{ROUNDS}?done=round_given_up"
    assert (await staff.boris.get(address)).status_code == 404


async def test_a_round_goes_on_after_a_restart_where_it_was_left(
    box: Box, venue: Venue, staff: Staff, hung: Hung
) -> None:
    number = await start(venue.anna, venue, venue.reception_id, venue.restaurant_id)
    await note(venue.anna, number, venue.room_id, hung.leaflet)
    DB.close()
    DB.open(box.config.database_path)
    another = create_app(box)
    async with another.lifespan():
        phone = await Browser(another).enter(box, venue.anna)
        assert f'href="{ROUNDS}/{number}/walk"' in (await phone.get(ROUNDS)).text
        ahead = await phone.get(f"{ROUNDS}/{number}/walk")
        assert ahead.headers["location"] == f"{ROUNDS}/{number}/stops/{venue.table_id}"


# Who may see it -----------------------------------------------------------------------------------


async def test_photos_are_shown_to_whom_they_concern_and_kept_by_no_browser(
    staff: Staff, venue: Venue, hung: Hung
) -> None:
    address = await finished_round(staff, venue, hung)
    (row,) = await RoundFinding.select(RoundFinding.id)
    photo = f"{address}/findings/{row['id']}/photo"
    shown = await staff.dario.get(photo)
    assert shown.content == JPEG
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-content-type-options"] == "nosniff"
    other = await start(venue.clara, venue, venue.restaurant_id)
    await note(venue.clara, other, venue.table_id, hung.tent)
    for path in (
        photo.replace(address, f"{ROUNDS}/{other}"),
        f"{address}/findings/999/photo",
        f"{ROUNDS}/{other}/findings/2/photo",
    ):
        assert (await staff.anna.get(path)).status_code == 404


async def test_another_area_and_another_subscriber_find_no_page_of_a_round(
    app: Litestar, staff: Staff, venue: Venue, hung: Hung
) -> None:
    open_round = await start(venue.boris, venue)
    await note(venue.boris, open_round, venue.room_id, hung.leaflet, Found.TORN, photo=JPEG)
    (row,) = await RoundFinding.select(RoundFinding.id)
    before = await findings()
    values = {"point_id": venue.room_id, "finding_id": row["id"]}
    walked = 0
    for method, path, _, _ in console_routes(app):
        if "{round_id" not in path or method == "HEAD":
            continue
        walked += 1
        for stranger in (staff.clara, staff.otto):
            data = {"csrf": stranger.csrf, "piece": str(hung.leaflet), "finding": "good"}
            address = filled(path, round_id=open_round, **values)
            nowhere = filled(path, round_id=999_999, **values)
            answer = await stranger.client.request(method, address, data=data)
            missing = await stranger.client.request(method, nowhere, data=data)
            assert answer.status_code == 404, (method, path)
            assert answer.text == missing.text
    assert walked == 8
    for stranger in (staff.clara, staff.otto):
        page = said((await stranger.get(ROUNDS)).text)
        assert "torn" not in page
        assert "Boris" not in page
    assert await findings() == before
    assert (await round_of(venue.boris, open_round)).is_open


async def test_others_see_how_far_somebody_is_and_add_nothing(
    staff: Staff, venue: Venue, hung: Hung, stop: str
) -> None:
    address = stop.partition("/stops")[0]
    for reader, status in ((staff.anna, 403), (staff.dario, 403)):
        page = (await reader.get(address)).text
        assert "0 of 1 places are done." in said(page)
        assert 'method="post"' not in page.partition("<main")[2].partition("</main>")[0]
        assert (await reader.get(stop)).headers["location"] == address
        for answer in (
            await send(reader, stop, piece=str(hung.leaflet), finding="good"),
            await reader.post(f"{stop}/scan", typed="R-204"),
            await reader.post(f"{address}/finish"),
            await reader.post(f"{address}/give-up"),
        ):
            assert answer.status_code == status
    assert await findings() == []


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 19, "٣", "%00"])
async def test_a_number_that_no_round_has_is_404(staff: Staff, number: str) -> None:
    for path in ("", "/walk", "/stops/1", "/findings/1/photo"):
        assert (await staff.anna.get(f"{ROUNDS}/{number}{path}")).status_code == 404


# Silence ------------------------------------------------------------------------------------------


async def test_places_that_have_fallen_silent_are_named_to_whom_they_belong(
    staff: Staff, venue: Venue
) -> None:
    await DB.write(write_cases, venue.room_id, *WEEKLY)
    page = said((await staff.boris.get(ROUNDS)).text)
    assert "These used to bring messages and do not any more" in page
    assert "R-204 Habitación 204 Recepción · last message on 12 October 2026" in page
    assert "before that about 1 message a week" in page
    for stranger in (staff.clara, staff.otto):
        assert "These used to bring messages" not in (await stranger.get(ROUNDS)).text


# With the press -----------------------------------------------------------------------------------


async def test_a_code_is_read_from_a_photo_as_a_phone_takes_it(
    staff: Staff, hung: Hung, stop: str
) -> None:
    page = (await scan(staff.boris, stop, photo_of(room_code(hung.leaflet)))).text
    assert "Right: this hangs where it should." in page
    page = (await scan(staff.boris, stop, photo_of(table_code(hung.tent), angle=-11))).text
    assert "this belongs to another place" in page


async def test_of_a_photo_the_picture_alone_is_kept(staff: Staff, hung: Hung, stop: str) -> None:
    taken = photo_of(room_code(hung.leaflet))
    assert MAKER.encode() in taken
    await send(staff.boris, stop, taken, piece=str(hung.leaflet), finding="stained")
    ((_piece, _finding, _note, photo),) = await findings()
    assert isinstance(photo, bytes)
    assert MAKER.encode() not in photo
    assert len(photo) <= 250_000
    with Image.open(io.BytesIO(photo)) as kept:
        assert kept.format == "JPEG"
        assert not kept.getexif()
        assert max(kept.size) == 1280


@pytest.mark.parametrize("content", [b"nonsense", b"\xff\xd8\xff\xe0" + bytes(300), b"<svg/>"])
async def test_what_the_press_cannot_read_is_refused_with_words(
    staff: Staff, hung: Hung, stop: str, content: bytes
) -> None:
    answer = await send(staff.boris, stop, content, piece=str(hung.leaflet), finding="torn")
    assert answer.status_code == 422
    assert "This is no photo that can be read." in answer.text
    assert await findings() == []


# Anything -----------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.integers().map(str)
NAMES = ["house", "area", "typed", "saw", "finding", "piece", "found", "note", "photo", "picture"]
VALUES = TEXTS | st.sampled_from(["1", "2", "good", "old", "elsewhere", "1-1", "R-204"])
FORMS = st.dictionaries(st.sampled_from(NAMES) | TEXTS, VALUES, max_size=6)


@pytest.fixture
def client(box: Box, venue: Venue) -> Iterator[TestClient[Litestar]]:
    """Boris's phone; he walks round 1, past piece 1."""
    DB.write_sync(insert_piece, venue.room_id)
    DB.write_sync(
        start_round,
        now=NOON,
        viewer=venue.boris,
        house_id=venue.house_id,
        area_ids=[venue.reception_id],
    )
    token = DB.write_sync(start_session, box.keys, now=NOON, account_id=venue.boris.account_id)
    with TestClient(create_app(box), raise_server_exceptions=False) as client:
        client.cookies.set(SESSION_COOKIE, token)
        client.follow_redirects = False
        yield client


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(form=FORMS)
def test_whatever_is_sent_is_answered(
    client: TestClient[Litestar], venue: Venue, form: dict[str, str]
) -> None:
    rows = DB.write_sync(lambda tx: tx.sql("SELECT csrf_token FROM sessions"))
    data = {"csrf": rows[0][0], **form}
    stop = f"/1/stops/{venue.room_id}"
    for path in ("", stop, f"{stop}/scan"):
        answer = client.post(f"{ROUNDS}{path}", data=data)
        assert answer.status_code in {303, 404, 409, 422}, (path, form)
    assert client.get(f"{ROUNDS}{stop}", params=form).status_code == 200
