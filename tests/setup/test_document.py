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


def test_what_is_listed_may_stand_alone_and_has_one_spelling() -> None:
    document = parse_document(
        _rule(
            **{
                "when.hours": '"22:00 - 6:30"',
                "when.dates": "2026-12-24",
                "when.weekdays": '["sat", "sun"]',
                "when.holidays": "false",
            }
        )
    )

    assert next(iter(document)).values["when"] == {
        "hours": ["22:00-06:30"],
        "dates": ["2026-12-24"],
        "weekdays": ["sat", "sun"],
        "holidays": False,
    }


def test_several_entries_may_describe_one_rota() -> None:
    shift = _one("rota", subscriber='"m"', recipient='"duty"', who='"eva"')

    assert [entry.name for entry in parse_document(shift + shift)] == ["m/duty", "m/duty"]


def _one(table: str, **values: str) -> str:
    return f"[[{table}]]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def _house(**values: str) -> str:
    return _one("establishment", slug='"h"', **values)


def _rule(**values: str) -> str:
    return _one("rule", subscriber='"m"', slug='"r"', **values)


def _step(**values: str) -> str:
    return _one(
        "escalation", **{"establishment": '"h"', "after_minutes": "5", "notify": '["d"]', **values}
    )


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
        (_rule(when='"at night"'), r"rule\[1\]\.when: must be a table, such as when\.hours"),
        (_rule(**{"when.colour": '"red"'}), r"rule\[1\]\.when\.colour: there is no such key"),
        (_rule(**{"when.hours": '"22-6"'}), r'rule\[1\]\.when\.hours: "22-6" are no hours'),
        (_rule(**{"when.hours": '"22:00-22:00"'}), r"\.when\.hours: .* are no hours"),
        (_rule(**{"when.hours": '["22:00-24:30"]'}), r"\.when\.hours: .* are no hours"),
        (
            _rule(**{"when.weekdays": '"monday"'}),
            r'\.when\.weekdays: "monday" is not among mon, tue',
        ),
        (_rule(**{"when.dates": '"24/12/2026"'}), r"\.when\.dates: .* is no date"),
        (_rule(**{"when.dates": '"2027-01-06..2026-12-24"'}), r"\.when\.dates: .* is no date"),
        (_rule(**{"when.dates": '"2026-02-29"'}), r"\.when\.dates: .* is no date"),
        (_rule(**{"when.dates": "2026-12-24T10:00:00"}), r"\.when\.dates: must be a text"),
        (_rule(**{"when.words": '["noise", "!"]'}), r'\.when\.words: "!" has neither letters'),
        (
            _rule(**{"when.words": '["noise", "noise"]'}),
            r'\.when\.words: "noise" stands there twice',
        ),
        (_rule(**{"when.words": f'"{"x" * 81}"'}), r"\.when\.words: is longer than 80"),
        (
            _rule(**{"when.words": str([f"w{number}" for number in range(501)])}),
            r"\.when\.words: has more than 500 entries",
        ),
        (_rule(**{"when.kinds": '"rant"'}), r"\.when\.kinds: \"rant\" is not among unspecified"),
        (_rule(**{"when.languages": '"xx"'}), r'\.when\.languages: "xx" is not among'),
        (_rule(**{"when.origins": '"fax"'}), r"\.when\.origins: \"fax\" is not among qr, kiosk"),
        (_rule(**{"when.holidays": '"yes"'}), r"\.when\.holidays: must be true or false"),
        (_rule(**{"when.anonymous": "1"}), r"\.when\.anonymous: must be true or false"),
        (_rule(stop='"yes"'), r"rule\[1\]\.stop: must be true or false"),
        (
            _house(holiday_region='"ES-XX"'),
            r'\.holiday_region: the holidays of "ES-XX" are not known',
        ),
        (_house(holidays='"2026-01-01..9999-01-02"'), r"\.holidays: .* is not of this century"),
        (_rule(**{"when.dates": "1926-12-24"}), r"\.when\.dates: .* is not of this century"),
        (_house(digest_at='"8:00"'), r'\.digest_at: "8:00" is no time of day'),
        (_house(digest_at='"24:00"'), r'\.digest_at: "24:00" is no time of day'),
        (_house(legal_warning_days="15"), r"\.legal_warning_days: must lie between 0 and 14"),
        (_house(promise_warning_minutes="-1"), r"\.promise_warning_minutes: must lie between"),
        (
            _one("recipient", subscriber='"m"', slug='"d"', channels='["fax"]'),
            r'recipient\[1\]\.channels: "fax" is not among email, sms',
        ),
        (
            _one("recipient", subscriber='"m"', slug='"d"', next_channel_minutes="10081"),
            r"\.next_channel_minutes: must lie between 0 and 10080",
        ),
        (_one("rota", subscriber='"m"', who='"a"'), r"rota\[1\]\.recipient: is missing"),
        (_one("rota", subscriber='"m"', recipient='"a"'), r"rota\[1\]\.who: is missing"),
        (
            _one("rota", subscriber='"m"', recipient='"a"', who='"b"', weekday='["mon", "mon"]'),
            r'rota\[1\]\.weekday: "mon" stands there twice',
        ),
        (_step(after_minutes="0"), r"escalation\[1\]\.after_minutes: must lie between 1 and"),
        (_step(notify="[]"), r"escalation\[1\]\.notify: must not be empty"),
        (_step(until='"sunrise"'), r'\.until: "sunrise" is not among opened, answered, resolved'),
        (_one("escalation", establishment='"h"'), r"escalation\[1\]\.after_minutes: is missing"),
        (
            _one("account", email='"a@b.example"', role='"boss"'),
            r'account\[1\]\.role: "boss" is not among the roles: owner, manager, agent, auditor',
        ),
    ],
)
def test_what_is_wrong_is_named_with_table_number_and_key(text: str, message: str) -> None:
    with pytest.raises(SetupError, match=message):
        parse_document(text)
