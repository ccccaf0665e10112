"""What people type into the forms of the settings."""

from typing import Any

import pytest

from sosbox.cases.rules import LEGAL_DAYS
from sosbox.deliveries.rules import CHANNELS
from sosbox.dispatch.rules import Until
from sosbox.errors import InvalidFieldsError
from sosbox.routing.addresses import ADDRESS_CHECKS, MAX_ADDRESSES
from sosbox.routing.drafts import (
    UNTIL,
    check_house,
    check_recipient,
    check_shift,
    check_step,
)
from sosbox.routing.rule_drafts import MAX_WORDS, RuleWish, check_rule

RECIPIENT: dict[str, Any] = {
    "name": "Noa",
    "language": "gl",
    "addresses": {},
    "channels": ["", "", ""],
    "next_channel_minutes": "0",
}
SHIFT: dict[str, Any] = {
    "is_exception": False,
    "weekdays": ["mon"],
    "dates": [],
    "hours": [("22:00", "06:30")],
    "people": ["1"],
    "is_nobody": False,
}
STEP: dict[str, Any] = {
    "after_minutes": "15",
    "until": "opened",
    "recipients": ["1"],
    "repeat_minutes": "",
    "max_times": "3",
    "hours": [],
}
HOUSE: dict[str, Any] = {
    "fallback": [],
    "report": [],
    "digest": [],
    "digest_at": "",
    "promise_warning_minutes": "60",
    "legal_warning_days": "3",
    "holiday_region": "",
    "holidays": [],
    "trusts_replies": False,
}


def test_every_channel_of_the_outbox_can_be_given_an_address() -> None:
    assert tuple(ADDRESS_CHECKS) == CHANNELS


def test_a_number_without_a_country_is_of_the_region_of_the_box() -> None:
    given = {**RECIPIENT, "addresses": {"sms": "912 345 678"}, "phone_region": "PT"}

    assert check_recipient(**given).addresses == {"sms": ("+351912345678",)}


def test_steps_end_as_clocks_know_it() -> None:
    assert set(UNTIL) == set(Until)


def test_addresses_are_taken_line_by_line_each_once() -> None:
    draft = check_recipient(
        **{
            **RECIPIENT,
            "addresses": {
                "email": " noa@mar.example\r\n\r\nnoa@mar.example\nb@mar.example ",
                "sms": "600 111 222\n+34 600 111 222",
                "printer": "192.168.1.50",
                "webhook": "https://example.com/hook\nhttp://192.168.1.9/hook",
            },
        }
    )
    assert draft.addresses == {
        "email": ("noa@mar.example", "b@mar.example"),
        "sms": ("+34600111222",),
        "webhook": ("https://example.com/hook", "http://192.168.1.9/hook"),
        "printer": ("192.168.1.50",),
    }


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " \n "}),
        ("name", {"name": "x" * 121}),
        ("language", {"language": "xx"}),
        ("email", {"addresses": {"email": "noa@mar.example\nnoa"}}),
        ("email", {"addresses": {"email": "\n".join(f"a{n}@b.example" for n in range(21))}}),
        ("sms", {"addresses": {"sms": "12"}}),
        ("sms", {"addresses": {"sms": "call me"}}),
        ("webhook", {"addresses": {"webhook": "http://example.com/hook"}}),
        ("webhook", {"addresses": {"webhook": "javascript:alert(1)"}}),
        ("webhook", {"addresses": {"webhook": "https://me:secret@example.com/"}}),
        ("printer", {"addresses": {"printer": "192.168.1.50:22"}}),
        ("printer", {"addresses": {"printer": "a b"}}),
        ("channels", {"channels": ["sms", "sms"]}),
        ("channels", {"channels": ["pigeon"]}),
        ("next_channel_minutes", {"next_channel_minutes": "-1"}),
        ("next_channel_minutes", {"next_channel_minutes": "ten"}),
        ("next_channel_minutes", {"next_channel_minutes": "9" * 400}),
        ("next_channel_minutes", {"next_channel_minutes": "٣"}),
    ],
)
def test_what_is_wrong_with_a_recipient_stands_beside_its_field(
    field: str, change: dict[str, Any]
) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        check_recipient(**{**RECIPIENT, **change})
    assert set(refused.value.fields) == {field}


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        check_recipient(**{**RECIPIENT, "name": "", "addresses": {"email": "x", "sms": "y"}})
    assert set(refused.value.fields) == {"name", "email", "sms"}
    assert str(refused.value.fields["email"]).startswith("“x” does not look like")


def test_a_rule_that_says_nothing_is_about_everything() -> None:
    draft = check_rule(RuleWish(recipients=["1", "2", "1"], hours=[("", "")], dates=[("", "")]))
    assert (draft.conditions, draft.recipients, draft.house_id) == ({}, (1, 2), None)


def test_a_rule_is_read_as_the_matcher_stores_it() -> None:
    draft = check_rule(
        RuleWish(
            house_id="7",
            areas=["2", "1"],
            kinds=["complaint"],
            words=" ruido,  música\n-música en  vivo; ruido,",
            without_words="broma",
            languages=["en", "es"],
            weekdays=["sun", "mon"],
            hours=[("22:00", "06:30"), ("", "")],
            dates=[("2026-12-24", ""), ("2026-12-31", "2027-01-06")],
            holidays="no",
            anonymous="yes",
            origins=["phone", "qr"],
            recipients=["3"],
            is_stop=True,
        )
    )
    assert draft.house_id == 7
    assert draft.conditions == {
        "areas": [2, 1],
        "kinds": ["complaint"],
        "words": ["ruido", "música", "-música en vivo"],
        "without_words": ["broma"],
        "languages": ["es", "en"],
        "weekdays": ["mon", "sun"],
        "hours": ["22:00-06:30"],
        "dates": ["2026-12-24", "2026-12-31..2027-01-06"],
        "holidays": False,
        "anonymous": True,
        "origins": ["qr", "phone"],
    }


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("recipients", {}),
        ("recipients", {"is_stop": True}),
        ("recipients", {"recipients": ["x"]}),
        ("recipients", {"recipients": ["9" * 19]}),
        ("left_out", {"recipients": ["1"], "left_out": ["1"]}),
        ("house_id", {"house_id": "x"}),
        ("areas", {"areas": ["1e3"]}),
        ("access_points", {"access_points": [""]}),
        ("kinds", {"kinds": ["joke"]}),
        ("words", {"words": "!!!"}),
        ("words", {"words": "x" * 81}),
        ("words", {"words": ",".join(f"w{n}" for n in range(MAX_WORDS + 1))}),
        ("without_words", {"without_words": "-"}),
        ("languages", {"languages": ["tlh"]}),
        ("weekdays", {"weekdays": ["noday"]}),
        ("hours", {"hours": [("22:00", "")]}),
        ("hours", {"hours": [("22:00", "22:00")]}),
        ("hours", {"hours": [("25:00", "26:00")]}),
        ("hours", {"hours": [(f"0{n % 10}:{n:02}", "23:00") for n in range(13)]}),
        ("dates", {"dates": [("", "2026-12-24")]}),
        ("dates", {"dates": [("2026-12-24", "2026-12-23")]}),
        ("dates", {"dates": [("2026-02-30", "")]}),
        ("dates", {"dates": [("20261224", "")]}),
        ("dates", {"dates": [("0001-01-01", "")]}),
        ("holidays", {"holidays": "perhaps"}),
        ("anonymous", {"anonymous": "true"}),
        ("origins", {"origins": ["pigeon"]}),
    ],
)
def test_what_is_wrong_with_a_rule_stands_beside_its_field(
    field: str, wish: dict[str, Any]
) -> None:
    told = {} if field == "recipients" or "recipients" in wish else {"recipients": ["1"]}
    with pytest.raises(InvalidFieldsError) as refused:
        check_rule(RuleWish(**told, **wish))
    assert set(refused.value.fields) == {field}


def test_a_rule_may_tell_nobody_when_it_does_something_else() -> None:
    for wish in (
        RuleWish(left_out=["1"]),
        RuleWish(is_sensitive=True),
        RuleWish(is_safety=True),
    ):
        assert check_rule(wish).recipients == ()


def test_a_shift_is_of_weekdays_an_exception_of_dates() -> None:
    weekly = check_shift(**{**SHIFT, "dates": [("2026-12-24", "")]})
    assert (weekly.weekdays, weekly.dates) == (("mon",), ())
    dates = {"is_exception": True, "dates": [("2026-12-24", "2026-12-24")]}
    exception = check_shift(**{**SHIFT, **dates, "weekdays": []})
    assert (exception.weekdays, exception.dates) == ((), ("2026-12-24",))
    on_some_days = check_shift(**{**SHIFT, **dates})
    assert (on_some_days.weekdays, on_some_days.dates) == (("mon",), ("2026-12-24",))
    nobody = check_shift(**{**SHIFT, "people": [], "is_nobody": True})
    assert nobody.people == ()


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("weekdays", {"weekdays": []}),
        ("dates", {"is_exception": True}),
        ("people", {"people": []}),
        ("people", {"is_nobody": True}),
        ("people", {"people": ["x"]}),
        ("hours", {"hours": [("", "06:30")]}),
    ],
)
def test_what_is_wrong_with_a_shift_stands_beside_its_field(
    field: str, change: dict[str, Any]
) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        check_shift(**{**SHIFT, **change})
    assert set(refused.value.fields) == {field}


def test_how_often_matters_only_for_a_step_that_is_taken_again() -> None:
    once = check_step(**{**STEP, "max_times": "many"})
    assert (once.repeat_minutes, once.max_times) == (0, 1)
    again = check_step(**{**STEP, "repeat_minutes": "5"})
    assert (again.repeat_minutes, again.max_times) == (5, 3)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("after_minutes", {"after_minutes": "0"}),
        ("after_minutes", {"after_minutes": "43201"}),
        ("after_minutes", {"after_minutes": ""}),
        ("until", {"until": "forgotten"}),
        ("recipients", {"recipients": []}),
        ("repeat_minutes", {"repeat_minutes": "often"}),
        ("max_times", {"repeat_minutes": "5", "max_times": "1"}),
        ("max_times", {"repeat_minutes": "5", "max_times": "101"}),
        ("hours", {"hours": [("8", "9")]}),
    ],
)
def test_what_is_wrong_with_a_step_stands_beside_its_field(
    field: str, change: dict[str, Any]
) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        check_step(**{**STEP, **change})
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("fallback", {"fallback": ["x"]}),
        ("digest_at", {"digest": ["1"]}),
        ("digest_at", {"digest": ["1"], "digest_at": "24:00"}),
        ("digest", {"digest_at": "08:00"}),
        ("promise_warning_minutes", {"promise_warning_minutes": "-5"}),
        ("legal_warning_days", {"legal_warning_days": str(LEGAL_DAYS)}),
        ("holiday_region", {"holiday_region": "ES-XX"}),
        ("holiday_region", {"holiday_region": "Galicia"}),
        ("holidays", {"holidays": [("16 July", "")]}),
    ],
)
def test_what_is_wrong_with_a_house_stands_beside_its_field(
    field: str, change: dict[str, Any]
) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        check_house(**{**HOUSE, **change})
    assert set(refused.value.fields) == {field}


def test_there_is_a_limit_to_addresses() -> None:
    lines = "\n".join(f"a{number}@b.example" for number in range(MAX_ADDRESSES))
    assert len(check_recipient(**{**RECIPIENT, "addresses": {"email": lines}}).addresses) == 1
