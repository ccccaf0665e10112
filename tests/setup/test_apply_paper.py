"""What a set-up file says about what is printed and where it hangs."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sosbox.box import Box
from sosbox.cli import main
from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.setup.changes import Change
from sosbox.setup.document import SetupError
from sosbox.setup.moved_pieces import pieces_in_wrong_places
from tests.setup.conftest import Apply, Rows
from tests.support.pictures import make_png, make_svg
from tests.support.pieces import insert_piece
from tests.support.venue import Venue

SUBSCRIBER = '[[subscriber]]\nslug = "mar"\n'
HOUSE = '[[establishment]]\nslug = "hotel-mar"\n'
ROOM = '[[access_point]]\nestablishment = "hotel-mar"\ncode = "R-204"\n'


def test_colours_are_kept_in_one_spelling(apply: Apply, rows: Rows) -> None:
    apply(HOUSE + 'color = "#045"\n')
    assert rows("SELECT color FROM establishments WHERE slug = 'hotel-mar'") == [("#004455",)]


def test_texts_without_words_are_left_out(apply: Apply, rows: Rows) -> None:
    apply(SUBSCRIBER + 'print_texts = { es = "Hola", en = "" }\n')
    assert rows("SELECT print_texts FROM subscribers WHERE slug = 'mar'") == [('{"es":"Hola"}',)]


def test_the_pictures_of_a_company_are_stored_with_their_types(
    apply: Apply, rows: Rows, folder: Path
) -> None:
    (folder / "mar.png").write_bytes(make_png())
    (folder / "service.svg").write_bytes(make_svg("<g/>"))
    text = SUBSCRIBER + 'logo = "mar.png"\nservice_logo = "service.svg"\n'

    assert [change.keys for change in apply(text)] == [("logo", "service_logo")]
    assert rows(
        "SELECT logo, logo_type, service_logo, service_logo_type FROM subscribers"
        " WHERE slug = 'mar'"
    ) == [(make_png(), "image/png", make_svg("<g/>"), "image/svg+xml")]
    assert apply(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HOUSE + 'color = "#e8a33d"\n',
            r"^establishment\[1\]\.color: White letters on #e8a33d .* #a46a13 would do\.",
        ),
        (HOUSE + 'accent_color = "#ffff00"\n', r"^establishment\[1\]\.accent_color: #ffff00 would"),
        (HOUSE + "color = 5\n", r"^establishment\[1\]\.color: must be a text"),
        (
            HOUSE + f'print_texts = {{ es = "{"x" * 201}" }}\n',
            r"^establishment\[1\]\.print_texts: This is 201 characters long",
        ),
        (HOUSE + 'print_texts = { xx = "?" }\n', r'^establishment\[1\]\.print_texts: "xx" is not'),
        (
            HOUSE + 'print_languages = ["es", "gl", "en", "ca", "eu", "pt", "fr"]\n',
            r"^establishment\[1\]\.print_languages: has more than 6 languages",
        ),
        (HOUSE + f'wifi_name = "{"x" * 33}"\n', r"^establishment\[1\]\.wifi_name: No network"),
        (HOUSE + 'wifi_password = "short"\n', r"^establishment\[1\]\.wifi_password: The password"),
        (
            SUBSCRIBER + 'service_logo = "evil.svg"\n',
            r"^subscriber\[1\]\.service_logo: The SVG contains “script”",
        ),
        (SUBSCRIBER + 'logo = "nowhere.png"\n', r"^subscriber\[1\]\.logo: .* cannot be read"),
        (ROOM + "position = -1\n", r"^access_point\[1\]\.position: must lie between"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    apply: Apply, rows: Rows, folder: Path, text: str, message: str
) -> None:
    (folder / "evil.svg").write_bytes(make_svg("<script/>"))
    before = rows("SELECT * FROM establishments")
    with pytest.raises(SetupError, match=message):
        apply(text)
    assert rows("SELECT * FROM establishments") == before


# What hangs where it should no longer -----------------------------------------------------------


def lines(box: Box, changes: list[Change]) -> list[str]:
    with closing(connect(box.config.database_path, is_read_only=True)) as connection:
        return pieces_in_wrong_places(connection, changes)


@pytest.fixture
def piece_id(box: Box, venue: Venue) -> int:
    """The leaflet of room 204, printed late in the evening; there was an older one."""
    late = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
    DB.write_sync(insert_piece, venue.room_id, state="replaced")
    return DB.write_sync(insert_piece, venue.room_id, version=2, printed_at=late)


def test_what_hangs_at_a_retired_access_point_has_to_come_down(
    apply: Apply, box: Box, piece_id: int
) -> None:
    assert lines(box, apply(ROOM + "retired = true\n")) == [
        "take down at hotel-mar/R-204: door-leaflet-a6, version 2, printed on 2026-11-04"
    ]


def test_what_hangs_at_one_that_was_moved_comes_along(
    apply: Apply, box: Box, piece_id: int
) -> None:
    assert lines(box, apply(ROOM + 'area = "restaurant"\n')) == [
        "take along from Recepción to Restaurante with hotel-mar/R-204:"
        " door-leaflet-a6, version 2, printed on 2026-11-04"
    ]


def test_another_name_or_place_in_the_area_moves_no_paper(
    apply: Apply, box: Box, piece_id: int
) -> None:
    assert lines(box, apply(ROOM + 'label = "Suite"\nposition = 4\n')) == []
    assert lines(box, apply(ROOM + "retired = false\n")) == []


def test_an_access_point_that_comes_back_keeps_its_paper(
    apply: Apply, box: Box, piece_id: int
) -> None:
    apply(ROOM + "retired = true\n")
    assert lines(box, apply(ROOM + "retired = false\n")) == []


def test_the_command_says_so_after_what_it_has_changed(
    box: Box, piece_id: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "box.toml").write_text(ROOM + "retired = true\n")
    DB.close()
    data = str(box.config.data_dir)
    assert main(["apply", str(folder / "box.toml"), "--data", data]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "changed access_point hotel-mar/R-204: retired",
        "take down at hotel-mar/R-204: door-leaflet-a6, version 2, printed on 2026-11-04",
    ]
