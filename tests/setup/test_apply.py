"""Setting a box up from a file: what is stored, what stays, and what leaves nothing behind."""

import json
from pathlib import Path

import pytest

from sosbox.db import DB
from sosbox.setup.changes import Change
from sosbox.setup.document import SetupError
from sosbox.staff.passwords import is_password
from tests.setup.conftest import Apply, Rows
from tests.setup.hotel import HOTEL
from tests.support.pictures import make_png
from tests.support.venue import NOON, ROOM_TOKEN, Venue


def test_everything_that_the_file_says_is_stored(apply: Apply, rows: Rows) -> None:
    changes = apply(HOTEL)

    assert [str(change) for change in changes][:2] == [
        "added subscriber sol",
        "added establishment hotel-sol",
    ]
    assert rows(
        "SELECT timezone, language, guest_languages, promise_hours, base_url, official_sheets"
        " FROM establishments WHERE slug = 'hotel-sol'"
    ) == [("Atlantic/Canary", "en", '["en","es"]', 24, "http://sol.example", "yes")]
    assert rows(
        "SELECT a.channel, a.address FROM recipient_addresses a JOIN recipients r"
        " ON r.id = a.recipient_id WHERE r.slug = 'guard' ORDER BY a.id"
    ) == [
        ("email", "guard@sol.example"),
        ("email", "second@sol.example"),
        ("sms", "+34600123456"),
    ]
    ((role, password_hash),) = rows(
        "SELECT role, password_hash FROM accounts WHERE email = 'eva@sol.example'"
    )
    assert role == "agent"
    assert is_password(password_hash, "a password of Eva")


def test_a_rule_keeps_its_conditions_as_ids(apply: Apply, rows: Rows) -> None:
    apply(HOTEL)

    ((conditions,),) = rows("SELECT conditions FROM rules WHERE slug = 'pool'")
    ((area_id,),) = rows("SELECT id FROM areas WHERE slug = 'pool'")
    ((point_id,),) = rows("SELECT id FROM access_points WHERE code = 'P-1'")
    assert json.loads(conditions) == {"areas": [area_id], "access_points": [point_id]}


def test_the_second_time_nothing_changes(apply: Apply, rows: Rows) -> None:
    apply(HOTEL)
    before = rows("SELECT * FROM accounts"), rows("SELECT * FROM box")

    assert apply(HOTEL) == []
    assert (rows("SELECT * FROM accounts"), rows("SELECT * FROM box")) == before


def test_the_revision_grows_once_for_a_file_that_changes_something(
    apply: Apply, rows: Rows
) -> None:
    ((before,),) = rows("SELECT settings_revision FROM box")
    apply(HOTEL)

    assert rows("SELECT settings_revision FROM box") == [(before + 1,)]


def test_what_the_file_does_not_mention_stays(apply: Apply, rows: Rows, venue: Venue) -> None:
    changes = apply('[[establishment]]\nslug = "hotel-mar"\npromise_hours = 12\n')

    assert changes == [Change("establishment", "hotel-mar", False, ("promise_hours",))]
    assert rows("SELECT name, promise_hours, official_sheets FROM establishments WHERE id = ?", 1)
    ((name, hours, sheets),) = rows(
        "SELECT name, promise_hours, official_sheets FROM establishments WHERE id = ?",
        venue.house_id,
    )
    assert (name, hours, sheets) == ("Hotel Mar", 12, "Galicia")


def test_an_access_point_keeps_its_token_when_it_moves(
    apply: Apply, rows: Rows, venue: Venue
) -> None:
    apply(
        '[[access_point]]\nestablishment = "hotel-mar"\ncode = "R-204"\narea = "restaurant"\n'
        'label = "Suite 204"\n'
    )

    assert rows("SELECT token, area_id, label FROM access_points WHERE code = 'R-204'") == [
        (ROOM_TOKEN, venue.restaurant_id, "Suite 204")
    ]


def test_an_access_point_can_be_retired_and_brought_back(apply: Apply, rows: Rows) -> None:
    point = '[[access_point]]\nestablishment = "hotel-mar"\ncode = "R-204"\nretired = '
    apply(point + "true\n")
    retired = rows("SELECT retired_at FROM access_points WHERE code = 'R-204'")
    again = apply(point + "true\n")
    apply(point + "false\n")

    assert retired == [(NOON,)]
    assert again == []
    assert rows("SELECT retired_at FROM access_points WHERE code = 'R-204'") == [(None,)]


def test_a_label_that_is_not_given_is_the_code(apply: Apply, rows: Rows) -> None:
    apply('[[access_point]]\nestablishment = "hotel-mar"\ncode = "X-1"\narea = "reception"\n')

    assert rows("SELECT label FROM access_points WHERE code = 'X-1'") == [("X-1",)]


def test_references_may_point_to_what_is_in_the_box_already(apply: Apply, rows: Rows) -> None:
    apply(
        '[[rule]]\nsubscriber = "mar"\nslug = "late"\nareas = ["hotel-mar/restaurant"]\n'
        'access_points = ["T-7"]\nnotify = ["desk", "boss"]\n'
    )

    assert rows(
        "SELECT c.slug FROM rules r JOIN rule_recipients l ON l.rule_id = r.id"
        " JOIN recipients c ON c.id = l.recipient_id WHERE r.slug = 'late' ORDER BY l.id"
    ) == [("desk",), ("boss",)]


def test_lists_are_replaced_as_a_whole(apply: Apply, rows: Rows) -> None:
    changes = apply(
        '[[recipient]]\nsubscriber = "mar"\nslug = "desk"\nemail = ["new@mar.example"]\n'
        '[[rule]]\nsubscriber = "mar"\nslug = "reception"\nareas = []\n'
    )

    assert [change.keys for change in changes] == [("email",), ("areas",)]
    assert rows(
        "SELECT address FROM recipient_addresses a JOIN recipients r ON r.id = a.recipient_id"
        " WHERE r.slug = 'desk'"
    ) == [("new@mar.example",)]
    assert rows("SELECT conditions FROM rules WHERE slug = 'reception'") == [("{}",)]


def test_a_new_password_ends_the_sessions_of_the_account(
    apply: Apply, rows: Rows, venue: Venue, folder: Path
) -> None:
    DB.write_sync(
        lambda tx: tx.sql(
            "INSERT INTO sessions (account_id, token_hash, csrf_token, created_at, last_seen_at)"
            " VALUES (?, x'00', '', ?, ?)",
            venue.anna.account_id,
            NOON,
            NOON,
        )
    )
    changes = apply('[[account]]\nemail = "anna@mar.example"\npassword_file = "eva.txt"\n')

    assert [change.keys for change in changes] == [("password_file",)]
    assert rows("SELECT ended_at FROM sessions") == [(NOON,)]


def test_an_agent_who_becomes_a_manager_sees_everything(
    apply: Apply, rows: Rows, venue: Venue
) -> None:
    apply('[[account]]\nemail = "boris@mar.example"\nrole = "manager"\n')

    links = rows("SELECT * FROM account_areas WHERE account_id = ?", venue.boris.account_id)
    assert links == []


def test_a_logo_is_stored_with_its_type(apply: Apply, rows: Rows, folder: Path) -> None:
    (folder / "logo.png").write_bytes(make_png())
    text = '[[establishment]]\nslug = "hotel-mar"\nlogo = "logo.png"\n'

    assert [change.keys for change in apply(text)] == [("logo",)]
    assert apply(text) == []
    assert rows("SELECT logo, logo_type FROM establishments WHERE slug = 'hotel-mar'") == [
        (make_png(), "image/png")
    ]


def _with(addition: str) -> str:
    return HOTEL + addition


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HOTEL.replace('notify = ["guard"]', 'notify = ["guard", "desk"]'),
            r'^rule\[1\]\.notify: there is no recipient "desk"$',
        ),
        (HOTEL.replace('"agent"', '"owner"'), r"^account\[1\]\.areas: only an agent is limited"),
        (
            HOTEL.replace('areas = ["pool"]\npass', 'areas = ["reception"]\npass'),
            r'^account\[1\]\.areas: there is no area "reception"',
        ),
        (
            HOTEL.replace("eva.txt", "nobody.txt"),
            r"^account\[1\]\.password_file: .*nobody\.txt cannot be read: No such file",
        ),
        (
            HOTEL.replace("eva.txt", "short.txt"),
            r"^account\[1\]\.password_file: the password must have at least",
        ),
        (
            HOTEL.replace("eva.txt", "latin.txt"),
            r"^account\[1\]\.password_file: .* is not written in UTF-8",
        ),
        (
            HOTEL.replace('area = "pool"', 'area = "bar"'),
            r'^access_point\[1\]\.area: there is no area "bar" in "hotel-sol"',
        ),
        (
            HOTEL.replace('when.areas = ["pool"]', 'when.areas = ["hotel-mar/reception"]'),
            r"^rule\[1\]\.when\.areas: there is no area",
        ),
        (
            HOTEL.replace('["P-1"]', '["P-2"]'),
            r'^rule\[1\]\.when\.access_points: there is no access point "P-2"',
        ),
        (
            HOTEL.replace('subscriber = "sol"\nname = "Hotel', 'subscriber = "x"\nname = "Hotel'),
            r'^establishment\[1\]\.subscriber: there is no subscriber "x"',
        ),
        (
            _with('[[area]]\nestablishment = "moon"\nslug = "a"\nname = "A"\n'),
            r'^area\[2\]\.establishment: there is no establishment "moon"',
        ),
        (
            _with('[[area]]\nestablishment = "hotel-sol"\nslug = "a"\n'),
            r'^area\[2\]\.name: is missing, and "hotel-sol/a" is new',
        ),
        (
            _with('[[establishment]]\nslug = "hotel-mar"\nsubscriber = "sol"\n'),
            r"^establishment\[2\]\.subscriber: hotel-mar belongs to another subscriber",
        ),
        (
            _with('[[account]]\nemail = "anna@mar.example"\nsubscriber = "sol"\n'),
            r"^account\[2\]\.subscriber: anna@mar\.example belongs to another subscriber",
        ),
        (
            _with(
                '[[rule]]\nsubscriber = "sol"\nslug = "x"\nestablishment = "hotel-mar"\n'
                'notify = ["guard"]\n'
            ),
            r'^rule\[2\]\.establishment: "hotel-mar" belongs to another subscriber',
        ),
        (
            _with('[[establishment]]\nslug = "hotel-mar"\nlogo = "eva.txt"\n'),
            r"^establishment\[2\]\.logo: The picture must be a PNG or an SVG\.",
        ),
        (
            _with(
                '[[establishment]]\nslug = "sol-2"\nsubscriber = "sol"\nname = "Sol 2"\n'
                '[[area]]\nestablishment = "sol-2"\nslug = "pool"\nname = "Pool"\n'
            ),
            r'^account\[1\]\.areas: there are 2 called "pool": write "establishment/pool"',
        ),
    ],
)
def test_one_mistake_leaves_nothing_behind(
    apply: Apply, rows: Rows, folder: Path, text: str, message: str
) -> None:
    (folder / "short.txt").write_text("short")
    (folder / "latin.txt").write_bytes("contraseña larga".encode("latin-1"))

    with pytest.raises(SetupError, match=message):
        apply(text)
    assert rows("SELECT * FROM subscribers WHERE slug = 'sol'") == []
    assert rows("SELECT settings_revision FROM box") == [(1,)]


def test_a_rule_cannot_be_moved_away_from_its_areas(apply: Apply) -> None:
    apply(
        '[[establishment]]\nslug = "mar-2"\nsubscriber = "mar"\nname = "Mar 2"\n'
        '[[rule]]\nsubscriber = "mar"\nslug = "reception"\nestablishment = "hotel-mar"\n'
    )
    with pytest.raises(SetupError, match="in another establishment"):
        apply('[[rule]]\nsubscriber = "mar"\nslug = "reception"\nestablishment = "mar-2"\n')
