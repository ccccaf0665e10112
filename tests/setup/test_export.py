"""What is written out says what was read in."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosbox.box import Box
from sosbox.cases.rules import Kind, Origin
from sosbox.db import DB, Transaction
from sosbox.db.engine import connect
from sosbox.db.migrations import MIGRATIONS, migrate
from sosbox.dispatch.rules import Until
from sosbox.lib.text import clean
from sosbox.routing.filters import FilterAction
from sosbox.routing.hours import WEEKDAYS
from sosbox.routing.words import Phrase
from sosbox.setup.apply import apply_document
from sosbox.setup.document import Document, check_document, parse_document
from sosbox.setup.export import export_box
from sosbox.setup.files import SetupFiles
from sosbox.setup.tables import TABLES
from tests.setup.conftest import Apply, Export
from tests.setup.hotel import FULL, HOTEL
from tests.support.pictures import make_png
from tests.support.venue import NOON, ROOM_TOKEN


def _said(document: Document, table: str) -> list[dict[str, Any]]:
    """The entries of a table, in their order, but for what an export never says."""
    return [
        {key: value for key, value in entry.values.items() if key != "password_file"}
        for entry in document.entries.get(table, ())
    ]


def _says_all_of(exported: str, said: Document) -> None:
    found = parse_document(exported)
    for table in said.entries:
        for entry in _said(said, table):
            assert any(_holds(other, entry) for other in _said(found, table)), entry


def _holds(entry: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(key in entry and entry[key] == value for key, value in wanted.items())


def test_the_full_example_says_all_that_can_be_said() -> None:
    said = parse_document(FULL)
    for table in TABLES:
        named = {key for entry in said.entries[table.name] for key in entry.values}
        missing = {key.name for key in table.keys} - named
        assert missing <= SAID_ELSEWHERE, table.name


# Short forms, and what other tests speak of.
SAID_ELSEWHERE = {
    *(
        "legal_name",
        "address",
        "website",
        "phone",
        "email",
        "logo",
        "service_logo",
        "retired",
        "disabled",
    ),
    *("areas", "access_points"),
}


def test_what_is_exported_changes_nothing_when_it_is_applied(apply: Apply, export: Export) -> None:
    apply(FULL)
    exported = export()

    assert apply(exported) == []
    assert export() == exported


def test_an_export_says_again_what_the_file_said(apply: Apply, export: Export) -> None:
    apply(FULL)

    _says_all_of(export(), parse_document(FULL))


def test_an_export_makes_the_same_box_elsewhere(
    apply: Apply, export: Export, box: Box, tmp_path: Path
) -> None:
    apply(FULL)
    exported = export()
    DB.close()
    migrate(tmp_path / "elsewhere.db", MIGRATIONS)
    DB.open(tmp_path / "elsewhere.db")
    files = SetupFiles({}, {})
    DB.write_sync(apply_document, parse_document(exported), files, now=NOON)

    with closing(connect(tmp_path / "elsewhere.db", is_read_only=True)) as connection:
        assert export_box(connection, with_logos=False).text == exported


# Whatever can be said ---------------------------------------------------------------------------


PEOPLE = ["p1", "p2", "p3"]
POSTS = ["post-1", "post-2"]
AREAS = ["reception", "restaurant"]
HOURS = ["22:00-06:30", "00:00-24:00", "08:00-12:15"]
DATES = ["2026-12-24", "2026-12-24..2027-01-06", "2028-02-29"]


def _some(items: list[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(items), unique=True, min_size=least)


MINUTES = st.integers(1, 100)
WORDS = st.lists(
    st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=20).filter(
        lambda word: Phrase.of(word) is not None and clean(word) == word
    ),
    unique=True,
    max_size=3,
)
WHEN = st.fixed_dictionaries(
    {},
    optional={
        "areas": _some(AREAS),
        "access_points": _some(["R-204", "T-7"]),
        "kinds": _some(list(Kind)),
        "words": WORDS,
        "without_words": WORDS,
        "languages": _some(["es", "gl", "en"]),
        "weekdays": _some(list(WEEKDAYS)),
        "hours": _some(HOURS),
        "dates": _some(DATES),
        "holidays": st.booleans(),
        "anonymous": st.booleans(),
        "origins": _some(list(Origin)),
    },
)
RULES = st.lists(
    st.fixed_dictionaries(
        {
            "subscriber": st.just("mar"),
            "slug": st.sampled_from(["r1", "r2", "r3", "reception", "everything"]),
            "when": WHEN,
            "notify": _some(PEOPLE + POSTS, 1),
            "leave_out": _some(PEOPLE + POSTS),
            "stop": st.booleans(),
            "safety": st.booleans(),
            "sensitive": st.booleans(),
            "disabled": st.booleans(),
        },
        optional={"establishment": st.sampled_from(["", "hotel-mar"])},
    ),
    unique_by=lambda rule: rule["slug"],
)
FILTER_WHEN = st.one_of(
    st.fixed_dictionaries({"words": WORDS.filter(bool)}, optional={"lists": _some(["es", "en"])}),
    st.fixed_dictionaries({"pattern": st.sampled_from(["gratis|free", r"\d{9}", " x "])}),
    st.fixed_dictionaries({"similar": st.integers(50, 100), "similar_within_minutes": MINUTES}),
    st.fixed_dictionaries({"burst": st.integers(2, 100), "burst_minutes": MINUTES}),
    st.fixed_dictionaries({"access_points": _some(["R-204", "T-7"], 1), "links": MINUTES}),
)
FILTERS = st.lists(
    st.fixed_dictionaries(
        {
            "subscriber": st.just("mar"),
            "slug": st.sampled_from(["f1", "f2", "f3"]),
            "action": st.sampled_from(list(FilterAction)),
            "when": FILTER_WHEN,
            "disabled": st.booleans(),
        },
        optional={"establishment": st.sampled_from(["", "hotel-mar"])},
    ),
    unique_by=lambda found: found["slug"],
)
ROTAS = st.lists(
    st.fixed_dictionaries(
        {
            "subscriber": st.just("mar"),
            "recipient": st.sampled_from(POSTS),
            "who": _some(PEOPLE),
        },
        optional={
            "weekday": _some(list(WEEKDAYS)),
            "hours": _some(HOURS),
            "date": _some(DATES),
        },
    ),
    max_size=5,
)
REPEATS = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"repeat_minutes": st.integers(1, 60), "max_times": st.integers(1, 9)}),
)
STEPS = st.lists(
    st.builds(
        dict.__or__,
        st.fixed_dictionaries(
            {
                "establishment": st.just("hotel-mar"),
                "after_minutes": st.integers(1, 60),
                "until": st.sampled_from(list(Until)),
                "notify": _some(PEOPLE + POSTS, 1),
            },
            optional={"hours": _some(HOURS)},
        ),
        REPEATS,
    ),
    max_size=3,
)
HOUSE = st.fixed_dictionaries(
    {"slug": st.just("hotel-mar")},
    optional={
        "fallback": _some(PEOPLE + POSTS),
        "report_to": _some(PEOPLE),
        "digest_to": _some(PEOPLE),
        "digest_at": st.sampled_from(["", "00:00", "23:59"]),
        "holiday_region": st.sampled_from(["", "ES", "ES-GA"]),
        "holidays": _some(DATES),
        "promise_warning_minutes": st.integers(0, 86_400),
        "legal_warning_days": st.integers(0, 14),
        "trust_replies": st.booleans(),
    },
)


class _Undo(Exception):
    pass


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(house=HOUSE, rotas=ROTAS, rules=RULES, steps=STEPS, filters=FILTERS)
def test_whatever_is_applied_is_written_out_and_read_back_the_same(
    box: Box,
    house: dict[str, Any],
    rotas: list[dict[str, Any]],
    rules: list[dict[str, Any]],
    steps: list[dict[str, Any]],
    filters: list[dict[str, Any]],
) -> None:
    recipients = [{"subscriber": "mar", "slug": slug, "name": slug} for slug in PEOPLE + POSTS]
    said = check_document(
        {
            "establishment": [house],
            "recipient": recipients,
            "rota": rotas,
            "rule": rules,
            "escalation": steps,
            "filter": filters,
        }
    )

    def round_trip(tx: Transaction) -> None:
        files = SetupFiles({}, {})
        apply_document(tx, said, files, now=NOON)
        exported = export_box(tx.connection, with_logos=False).text
        found = parse_document(exported)
        assert apply_document(tx, found, files, now=NOON) == []
        assert apply_document(tx, said, files, now=NOON) == []
        assert export_box(tx.connection, with_logos=False).text == exported
        named = {rule["slug"] for rule in rules}
        others = [rule for rule in _said(found, "rule") if rule["slug"] not in named]
        assert [rule for rule in _meant(found, "rule") if rule["slug"] in named] == _meant(
            said, "rule"
        )
        assert len(others) == len({"everything", "reception"} - named)
        assert _meant(found, "filter") == _meant(said, "filter")
        assert _meant(found, "rota") == _meant(said, "rota")
        assert _meant(found, "escalation") == _meant(said, "escalation")
        raise _Undo

    with pytest.raises(_Undo):
        DB.write_sync(round_trip)


def _meant(document: Document, table: str) -> list[dict[str, Any]]:
    """The entries without what is empty; places in the order of their ids, posts by name."""
    entries = [_without_empty(entry) for entry in _said(document, table)]
    return sorted(entries, key=lambda entry: entry.get("recipient", ""))


def _without_empty(entry: dict[str, Any]) -> dict[str, Any]:
    when = {
        name: sorted(value) if name in {"areas", "access_points"} else value
        for name, value in entry.get("when", {}).items()
        if value != []
    }
    return {key: value for key, value in {**entry, "when": when}.items() if value}


def test_an_export_holds_no_secret(apply: Apply, export: Export) -> None:
    apply(HOTEL)

    exported = export()
    assert "argon2" not in exported
    assert ROOM_TOKEN not in exported


def test_areas_of_the_same_name_are_told_apart(apply: Apply, export: Export) -> None:
    apply(
        '[[establishment]]\nslug = "mar-2"\nsubscriber = "mar"\nname = "Mar 2"\n'
        '[[area]]\nestablishment = "mar-2"\nslug = "reception"\nname = "Reception"\n'
    )
    exported = export()

    assert '"hotel-mar/reception"' in exported
    assert apply(exported) == []


def test_a_logo_is_exported_under_the_name_of_its_house(
    apply: Apply, box: Box, folder: Path
) -> None:
    (folder / "logo.png").write_bytes(make_png())
    apply('[[establishment]]\nslug = "hotel-mar"\nlogo = "logo.png"\n')

    with closing(connect(box.config.database_path, is_read_only=True)) as connection:
        export = export_box(connection, with_logos=True)
    assert export.logos == {"hotel-mar.png": make_png()}
    assert 'logo = "hotel-mar.png"' in export.text


def test_the_pictures_of_a_company_do_not_get_in_the_way_of_those_of_its_houses(
    apply: Apply, box: Box, folder: Path
) -> None:
    for number in (1, 2, 3):
        (folder / f"{number}.png").write_bytes(make_png(number, 1))
    text = (
        '[[subscriber]]\nslug = "mar"\nlogo = "1.png"\nservice_logo = "2.png"\n'
        '[[establishment]]\nslug = "hotel-mar"\nlogo = "3.png"\n'
    )
    assert [change.keys for change in apply(text)] == [("logo", "service_logo"), ("logo",)]
    assert apply(text) == []

    with closing(connect(box.config.database_path, is_read_only=True)) as connection:
        export = export_box(connection, with_logos=True)
    assert export.logos == {
        "mar_company.png": make_png(1, 1),
        "mar_service.png": make_png(2, 1),
        "hotel-mar.png": make_png(3, 1),
    }
    for name, data in export.logos.items():
        (folder / name).write_bytes(data)
    assert apply(export.text) == []
