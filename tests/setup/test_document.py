"""A set-up file by itself: what is refused before anything is looked up."""

import pytest

from sosbox.setup.document import SetupError, parse_document

AREA = '[[area]]\nestablishment = "h"\nslug = "spa"\nname = "Spa"\n'


def test_entries_come_in_the_order_in_which_they_can_be_stored() -> None:
    document = parse_document(AREA + '[[subscriber]]\nslug = "mar"\nname = "Mar"\n')

    assert [entry.table.name for entry in document] == ["subscriber", "area"]


def test_texts_lose_their_control_signs_and_outer_spaces() -> None:
    document = parse_document('[[subscriber]]\nslug = "mar"\nname = " Grupo\\u0007 Mar "\n')

    assert next(iter(document)).values["name"] == "Grupo Mar"


def test_an_empty_file_says_nothing_and_is_no_error() -> None:
    assert list(parse_document("")) == []


def _one(table: str, **values: str) -> str:
    return f"[[{table}]]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def _house(**values: str) -> str:
    return _one("establishment", slug='"h"', **values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[area]\n", "this is not TOML"),
        ("x = " + "[" * 5000, "this is not TOML"),
        ('[[hotel]]\nslug = "h"\n', "hotel: there is no such table"),
        ('[area]\nslug = "spa"\n', r"area: must be written as \[\[area\]\]"),
        ("area = [1]\n", r"area: must be written as \[\[area\]\]"),
        (AREA + 'colour = "blue"\n', r"area\[1\]\.colour: there is no such key"),
        (AREA + '[[area]]\nslug = "bar"\n', r"area\[2\]\.establishment: is missing"),
        (AREA + AREA, r"area\[2\]\.slug: \"spa\" is described by area\[1\] already"),
        (_one("subscriber", slug='"Mar"'), r'subscriber\[1\]\.slug: "Mar" is no short name'),
        (_one("subscriber", slug="7"), r"subscriber\[1\]\.slug: must be a text"),
        (_one("subscriber", slug='"m"', name='" "'), r"\.name: must not be empty"),
        (_one("subscriber", slug='"m"', name=f'"{"x" * 121}"'), r"\.name: is longer than 120"),
        (_one("subscriber", slug='"m"', email='"x@"'), r"\.email: \"x@\" is no e-mail address"),
        (_one("subscriber", slug='"m"', phone='"call us"'), r"\.phone: .* is no phone number"),
        (
            _one("subscriber", slug='"m"', website='"javascript:alert(1)"'),
            r"\.website: must look like",
        ),
        (_house(timezone='"Europe/Vigo"'), r'\.timezone: there is no time zone "Europe/Vigo"'),
        (_house(timezone='"../etc"'), r"\.timezone: there is no time zone"),
        (_house(language='"xx"'), r'\.language: "xx" is not among the languages: es, gl, en'),
        (_house(guest_languages='["es", "xx"]'), r"\.guest_languages: \"xx\" is not among"),
        (_house(guest_languages='["es", "es"]'), r'\.guest_languages: "es" stands there twice'),
        (_house(guest_languages="[]"), r"\.guest_languages: must not be empty"),
        (_house(guest_languages='"es"'), r"\.guest_languages: must be a list"),
        (_house(promise_hours="0"), r"\.promise_hours: must lie between 1 and"),
        (_house(promise_hours="true"), r"\.promise_hours: must be a whole number"),
        (_house(promise_hours='"48"'), r"\.promise_hours: must be a whole number"),
        (_house(base_url='"sos.example"'), r"\.base_url: must look like http://"),
        (_house(base_url='"ftp://sos.example"'), r"\.base_url: must look like http://"),
        (_house(base_url='"http://a.example/?x=1"'), r"\.base_url: must look like http://"),
        (_house(base_url='"http://a.example:x"'), r"\.base_url: .* is no web address"),
        (_house(official_sheets="1"), r"\.official_sheets: must be true, false or the name"),
        (
            _one("access_point", establishment='"h"', code='"A/1"'),
            r"access_point\[1\]\.code: must not contain",
        ),
        (
            _one("access_point", establishment='"h"', code='"A"', retired='"yes"'),
            r"\.retired: must be true or false",
        ),
        (
            _one("recipient", subscriber='"m"', slug='"d"', email='["a@b.example", "nobody"]'),
            r'recipient\[1\]\.email: "nobody" is no e-mail address',
        ),
        (_one("rule", subscriber='"m"', slug='"r"', notify="[]"), r"\.notify: must not be empty"),
        (
            _one("account", email='"a@b.example"', role='"boss"'),
            r'account\[1\]\.role: "boss" is not among the roles: owner, manager, agent, auditor',
        ),
    ],
)
def test_what_is_wrong_is_named_with_table_number_and_key(text: str, message: str) -> None:
    with pytest.raises(SetupError, match=message):
        parse_document(text)
