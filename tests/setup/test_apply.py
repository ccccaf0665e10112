"""Setting a box up from a file: what is stored, what stays, and what leaves nothing behind."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from sosbox.box import Box
from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.setup.apply import Change, apply_document
from sosbox.setup.document import SetupError, parse_document
from sosbox.setup.export import export_box
from sosbox.setup.files import read_setup_files
from sosbox.staff import passwords
from sosbox.staff.passwords import is_password
from tests.setup.test_logo import make_png
from tests.support.venue import NOON, ROOM_TOKEN, Venue

HOTEL = """
[[subscriber]]
slug = "sol"
name = "Grupo Sol"
[[establishment]]
slug = "hotel-sol"
subscriber = "sol"
name = "Hotel Sol"
timezone = "Atlantic/Canary"
language = "en"
guest_languages = ["en", "es"]
promise_hours = 24
base_url = "http://sol.example/"
official_sheets = true
[[area]]
establishment = "hotel-sol"
slug = "pool"
name = "Pool"
[[access_point]]
establishment = "hotel-sol"
area = "pool"
code = "P-1"
label = "Deep end"
[[recipient]]
subscriber = "sol"
slug = "guard"
name = "Lifeguard"
language = "en"
email = ["guard@sol.example", "second@sol.example"]
sms = ["+34 600 123 456"]
[[rule]]
subscriber = "sol"
slug = "pool"
establishment = "hotel-sol"
areas = ["pool"]
access_points = ["P-1"]
notify = ["guard"]
[[account]]
email = "Eva@Sol.example"
name = "Eva"
subscriber = "sol"
role = "agent"
areas = ["pool"]
password_file = "eva.txt"
"""


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the set-up file, with a password in it."""
    (tmp_path / "eva.txt").write_text("a password of Eva\n")
    return tmp_path


@pytest.fixture
def apply(box: Box, folder: Path) -> Any:
    def run(text: str) -> list[Change]:
        document = parse_document(text)
        with closing(connect(box.config.database_path, is_read_only=True)) as connection:
            files = read_setup_files(document, folder, connection)
        return DB.write_sync(apply_document, document, files, now=NOON)

    return run


@pytest.fixture
def rows(box: Box) -> Any:
    def select(sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with closing(connect(box.config.database_path, is_read_only=True)) as connection:
            return connection.execute(sql, arguments).fetchall()

    return select


def test_everything_that_the_file_says_is_stored(apply: Any, rows: Any) -> None:
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
        ("sms", "+34 600 123 456"),
    ]
    ((role, password_hash),) = rows(
        "SELECT role, password_hash FROM accounts WHERE email = 'eva@sol.example'"
    )
    assert role == "agent"
    assert is_password(password_hash, "a password of Eva")


def test_a_rule_keeps_its_conditions_as_ids(apply: Any, rows: Any) -> None:
    apply(HOTEL)

    ((conditions,),) = rows("SELECT conditions FROM rules WHERE slug = 'pool'")
    ((area_id,),) = rows("SELECT id FROM areas WHERE slug = 'pool'")
    ((point_id,),) = rows("SELECT id FROM access_points WHERE code = 'P-1'")
    assert json.loads(conditions) == {"areas": [area_id], "access_points": [point_id]}


def test_the_second_time_nothing_changes(apply: Any, rows: Any) -> None:
    apply(HOTEL)
    before = rows("SELECT * FROM accounts"), rows("SELECT * FROM box")

    assert apply(HOTEL) == []
    assert (rows("SELECT * FROM accounts"), rows("SELECT * FROM box")) == before


def test_the_revision_grows_once_for_a_file_that_changes_something(apply: Any, rows: Any) -> None:
    ((before,),) = rows("SELECT settings_revision FROM box")
    apply(HOTEL)

    assert rows("SELECT settings_revision FROM box") == [(before + 1,)]


def test_what_the_file_does_not_mention_stays(apply: Any, rows: Any, venue: Venue) -> None:
    changes = apply('[[establishment]]\nslug = "hotel-mar"\npromise_hours = 12\n')

    assert changes == [Change("establishment", "hotel-mar", False, ("promise_hours",))]
    assert rows("SELECT name, promise_hours, official_sheets FROM establishments WHERE id = ?", 1)
    ((name, hours, sheets),) = rows(
        "SELECT name, promise_hours, official_sheets FROM establishments WHERE id = ?",
        venue.house_id,
    )
    assert (name, hours, sheets) == ("Hotel Mar", 12, "Galicia")


def test_an_access_point_keeps_its_token_when_it_moves(apply: Any, rows: Any, venue: Venue) -> None:
    apply(
        '[[access_point]]\nestablishment = "hotel-mar"\ncode = "R-204"\narea = "restaurant"\n'
        'label = "Suite 204"\n'
    )

    assert rows("SELECT token, area_id, label FROM access_points WHERE code = 'R-204'") == [
        (ROOM_TOKEN, venue.restaurant_id, "Suite 204")
    ]


def test_an_access_point_can_be_retired_and_brought_back(apply: Any, rows: Any) -> None:
    point = '[[access_point]]\nestablishment = "hotel-mar"\ncode = "R-204"\nretired = '
    apply(point + "true\n")
    retired = rows("SELECT retired_at FROM access_points WHERE code = 'R-204'")
    again = apply(point + "true\n")
    apply(point + "false\n")

    assert retired == [(NOON,)]
    assert again == []
    assert rows("SELECT retired_at FROM access_points WHERE code = 'R-204'") == [(None,)]


def test_a_label_that_is_not_given_is_the_code(apply: Any, rows: Any) -> None:
    apply('[[access_point]]\nestablishment = "hotel-mar"\ncode = "X-1"\narea = "reception"\n')

    assert rows("SELECT label FROM access_points WHERE code = 'X-1'") == [("X-1",)]


def test_references_may_point_to_what_is_in_the_box_already(apply: Any, rows: Any) -> None:
    apply(
        '[[rule]]\nsubscriber = "mar"\nslug = "late"\nareas = ["hotel-mar/restaurant"]\n'
        'access_points = ["T-7"]\nnotify = ["desk", "boss"]\n'
    )

    assert rows(
        "SELECT c.slug FROM rules r JOIN rule_recipients l ON l.rule_id = r.id"
        " JOIN recipients c ON c.id = l.recipient_id WHERE r.slug = 'late' ORDER BY l.id"
    ) == [("desk",), ("boss",)]


def test_lists_are_replaced_as_a_whole(apply: Any, rows: Any) -> None:
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
    apply: Any, rows: Any, venue: Venue, folder: Path
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
    apply: Any, rows: Any, venue: Venue
) -> None:
    apply('[[account]]\nemail = "boris@mar.example"\nrole = "manager"\n')

    links = rows("SELECT * FROM account_areas WHERE account_id = ?", venue.boris.account_id)
    assert links == []


def test_a_logo_is_stored_with_its_type(apply: Any, rows: Any, folder: Path) -> None:
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
            HOTEL.replace('areas = ["pool"]\naccess', 'areas = ["hotel-mar/reception"]\naccess'),
            r"^rule\[1\]\.areas: there is no area",
        ),
        (
            HOTEL.replace('["P-1"]', '["P-2"]'),
            r'^rule\[1\]\.access_points: there is no access point "P-2"',
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
            r"^establishment\[2\]\.logo: must be a PNG or an SVG",
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
    apply: Any, rows: Any, folder: Path, text: str, message: str
) -> None:
    (folder / "short.txt").write_text("short")
    (folder / "latin.txt").write_bytes("contraseña larga".encode("latin-1"))

    with pytest.raises(SetupError, match=message):
        apply(text)
    assert rows("SELECT * FROM subscribers WHERE slug = 'sol'") == []
    assert rows("SELECT settings_revision FROM box") == [(1,)]


def test_a_rule_cannot_be_moved_away_from_its_areas(apply: Any) -> None:
    apply(
        '[[establishment]]\nslug = "mar-2"\nsubscriber = "mar"\nname = "Mar 2"\n'
        '[[rule]]\nsubscriber = "mar"\nslug = "reception"\nestablishment = "hotel-mar"\n'
    )
    with pytest.raises(SetupError, match="in another establishment"):
        apply('[[rule]]\nsubscriber = "mar"\nslug = "reception"\nestablishment = "mar-2"\n')


def _export(box: Box) -> str:
    with closing(connect(box.config.database_path, is_read_only=True)) as connection:
        return export_box(connection, with_logos=False).text


def test_what_is_exported_changes_nothing_when_it_is_applied(apply: Any, box: Box) -> None:
    apply(HOTEL)
    exported = _export(box)

    assert apply(exported) == []
    assert _export(box) == exported


def test_an_export_says_again_what_the_file_said(apply: Any, box: Box) -> None:
    apply(HOTEL)

    exported = parse_document(_export(box))
    said = parse_document(HOTEL)
    for table, entries in said.entries.items():
        found = {entry.name: entry.values for entry in exported.entries[table]}
        for entry in entries:
            wanted = {key: value for key, value in entry.values.items() if key != "password_file"}
            assert found[entry.name] == wanted


def test_an_export_holds_no_secret(apply: Any, box: Box) -> None:
    apply(HOTEL)

    exported = _export(box)
    assert "argon2" not in exported
    assert ROOM_TOKEN not in exported


def test_areas_of_the_same_name_are_told_apart(apply: Any, box: Box) -> None:
    apply(
        '[[establishment]]\nslug = "mar-2"\nsubscriber = "mar"\nname = "Mar 2"\n'
        '[[area]]\nestablishment = "mar-2"\nslug = "reception"\nname = "Reception"\n'
    )
    exported = _export(box)

    assert '"hotel-mar/reception"' in exported
    assert apply(exported) == []


def test_a_logo_is_exported_under_the_name_of_its_house(apply: Any, box: Box, folder: Path) -> None:
    (folder / "logo.png").write_bytes(make_png())
    apply('[[establishment]]\nslug = "hotel-mar"\nlogo = "logo.png"\n')

    with closing(connect(box.config.database_path, is_read_only=True)) as connection:
        export = export_box(connection, with_logos=True)
    assert export.logos == {"hotel-mar.png": make_png()}
    assert 'logo = "hotel-mar.png"' in export.text
