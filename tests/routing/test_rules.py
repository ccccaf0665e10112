"""Who is told of a case: rules in their order, posts, who is left out, what is sensitive."""

from dataclasses import replace

import pytest

from sosbox.routing.hours import parse_schedule
from sosbox.routing.rules import (
    HouseRules,
    RecipientFacts,
    RuleSet,
    Shift,
    StepFacts,
    decide,
    failing_conditions,
    matches,
)
from tests.routing.kit import (
    FLOOR,
    HOUSE,
    HOUSE_ID,
    SPA,
    at,
    book,
    case,
    moment,
    person,
    rule,
)

ANNA = person(1, "Anna")
BORIS = person(2, "Boris")
CLARA = person(3, "Clara")
MARTA = person(4, "Marta")
DESK = person(5, "Desk")
# A post without an address of its own.
DUTY = person(6, "Duty", has_address=False)
EVERYBODY = (ANNA, BORIS, CLARA, MARTA, DESK, DUTY)
NOON = at("2026-11-21 12:00")
NIGHT = at("2026-11-21 23:30")


def _told(found: RuleSet, now: object = NOON, **facts: object) -> list[str]:
    text = str(facts.pop("text", ""))
    decision = decide(found, case(text, **facts), now)  # type: ignore[arg-type]
    return [told.recipient.slug for told in decision.told]


def _house(**settled: object) -> HouseRules:
    return replace(HOUSE, **settled)  # type: ignore[arg-type]


def _shift(*people: RecipientFacts, hours: str = "", date: str = "") -> Shift:
    schedule = parse_schedule((), [date] if date else (), [hours] if hours else ())
    return Shift(schedule, tuple(recipient.id for recipient in people))


# Matching ---------------------------------------------------------------------------------------


def test_a_rule_without_conditions_matches_everything() -> None:
    assert matches(rule("all"), case(), moment("2026-11-21 12:00"))


def test_all_conditions_must_hold() -> None:
    both = rule("both", when={"areas": [FLOOR], "words": ["noise"]})

    assert matches(both, case("Such noise!"), moment("2026-11-21 12:00"))
    assert not matches(both, case("Such noise!", area_id=SPA), moment("2026-11-21 12:00"))
    assert not matches(both, case("Such a smell!"), moment("2026-11-21 12:00"))


def test_a_rule_of_another_house_never_matches() -> None:
    other = rule("other", establishment_id=HOUSE_ID + 1)

    assert not matches(other, case(), moment("2026-11-21 12:00"))
    assert failing_conditions(other, case(), moment("2026-11-21 12:00")) == ["establishment"]


def test_each_condition_that_fails_is_named() -> None:
    narrow = rule("narrow", when={"areas": [SPA], "words": ["towel"], "languages": ["es"]})

    failing = failing_conditions(narrow, case("Such noise!"), moment("2026-11-21 12:00"))
    assert set(failing) == {"areas", "words"}


# Who is told ------------------------------------------------------------------------------------


def test_everybody_of_all_rules_that_match_is_told_and_nobody_twice() -> None:
    rules = book(
        rule("a", ANNA, DESK),
        rule("b", DESK, BORIS),
        rule("c", CLARA, when={"areas": [SPA]}),
        people=EVERYBODY,
    )

    decision = decide(rules, case(), NOON)
    assert [told.recipient.slug for told in decision.told] == ["anna", "desk", "boris"]
    assert [told.rules for told in decision.told] == [("a",), ("a", "b"), ("b",)]


def test_after_stop_here_no_rule_is_looked_at() -> None:
    rules = book(
        rule("first", ANNA),
        rule("stop", DESK, when={"words": ["noise"]}, is_stop=True),
        rule("last", BORIS),
        people=EVERYBODY,
    )

    assert _told(rules, text="Such noise!") == ["anna", "desk"]
    assert _told(rules, text="Such a smell!") == ["anna", "boris"]


def test_without_any_rule_the_fallback_is_told() -> None:
    house = _house(fallback=(ANNA.id, DESK.id))
    rules = book(rule("spa", CLARA, when={"areas": [SPA]}), people=EVERYBODY, house=house)

    decision = decide(rules, case(), NOON)
    assert [told.recipient.slug for told in decision.told] == ["anna", "desk"]
    assert decision.is_fallback
    assert decision.matched == ()


def test_the_fallback_is_not_told_when_a_rule_finds_somebody() -> None:
    rules = book(rule("all", DESK), people=EVERYBODY, house=_house(fallback=(ANNA.id,)))

    assert _told(rules) == ["desk"]


@pytest.mark.parametrize("named", [DUTY, person(9, "Lost", has_address=False)])
def test_when_those_who_are_named_cannot_be_reached_the_fallback_is_told(
    named: RecipientFacts,
) -> None:
    rules = book(rule("all", named), people=(*EVERYBODY, named), house=_house(fallback=(ANNA.id,)))

    assert _told(rules) == ["anna"]


def test_without_rules_and_fallback_nobody_is_told() -> None:
    assert _told(book(people=EVERYBODY)) == []


# Posts ------------------------------------------------------------------------------------------


def _rota(*shifts: Shift) -> dict[str, object]:
    return {"rotas": {DUTY.id: shifts}}


def test_a_post_is_whoever_is_there_at_that_hour() -> None:
    rota = _rota(_shift(BORIS, hours="08:00-22:00"), _shift(MARTA, hours="22:00-08:00"))
    rules = book(rule("all", DUTY), people=EVERYBODY, **rota)

    assert _told(rules, NOON) == ["boris"]
    assert _told(rules, NIGHT) == ["marta"]


def test_the_notice_says_which_post_somebody_is_behind() -> None:
    rules = book(rule("all", DUTY, BORIS), people=EVERYBODY, **_rota(_shift(BORIS, MARTA)))

    told = decide(rules, case(), NOON).told
    assert [(one.recipient.slug, one.post.slug if one.post else "") for one in told] == [
        ("boris", "duty"),
        ("marta", "duty"),
    ]


def test_a_post_that_nobody_is_behind_is_told_at_its_own_address() -> None:
    post = person(7, "Porter")
    rotas = {post.id: (_shift(MARTA, hours="22:00-08:00"),)}
    rules = book(rule("all", post), people=(*EVERYBODY, post), rotas=rotas)

    assert _told(rules, NOON) == ["porter"]
    assert _told(rules, NIGHT) == ["marta"]


def test_a_date_goes_before_what_holds_every_week() -> None:
    rota = _rota(_shift(BORIS), _shift(MARTA, date="2026-12-25"), _shift(ANNA, date="2026-12-25"))
    rules = book(rule("all", DUTY), people=EVERYBODY, **rota)

    assert _told(rules, at("2026-12-24 23:59")) == ["boris"]
    assert _told(rules, at("2026-12-25 00:00")) == ["marta", "anna"]
    assert _told(rules, at("2026-12-26 00:00")) == ["boris"]


def test_an_exception_may_say_that_nobody_is_there() -> None:
    rota = _rota(_shift(BORIS), _shift(date="2026-12-25"))
    rules = book(rule("all", DUTY), people=EVERYBODY, house=_house(fallback=(ANNA.id,)), **rota)

    assert _told(rules, at("2026-12-25 12:00")) == ["anna"]


def test_an_exception_for_some_hours_leaves_the_others_as_they_are() -> None:
    rota = _rota(_shift(BORIS), _shift(MARTA, date="2026-12-25", hours="20:00-24:00"))
    rules = book(rule("all", DUTY), people=EVERYBODY, **rota)

    assert _told(rules, at("2026-12-25 19:59")) == ["boris"]
    assert _told(rules, at("2026-12-25 20:00")) == ["marta"]


# Who is left out --------------------------------------------------------------------------------

ABOUT_MARTA = rule("about-marta", when={"words": ["Marta"]}, left_out=frozenset({MARTA.id}))


def test_whoever_is_complained_about_is_not_told() -> None:
    rules = book(rule("all", ANNA, MARTA), ABOUT_MARTA, people=EVERYBODY)

    assert _told(rules, text="The soup is cold") == ["anna", "marta"]
    assert _told(rules, text="MARTA was rude") == ["anna"]


def test_nor_as_the_one_behind_a_post() -> None:
    rules = book(rule("all", DUTY), ABOUT_MARTA, people=EVERYBODY, **_rota(_shift(MARTA, BORIS)))

    assert _told(rules, text="Marta was rude") == ["boris"]


def test_a_post_is_not_told_at_its_own_address_when_the_one_behind_it_is_left_out() -> None:
    post = person(7, "Porter")
    rules = book(
        rule("all", post),
        ABOUT_MARTA,
        people=(*EVERYBODY, post),
        rotas={post.id: (_shift(MARTA),)},
        house=_house(fallback=(ANNA.id,)),
    )

    assert _told(rules, text="Marta was rude") == ["anna"]


def test_nor_in_the_fallback() -> None:
    rules = book(
        rule("all", MARTA),
        ABOUT_MARTA,
        people=EVERYBODY,
        house=_house(fallback=(MARTA.id, ANNA.id)),
    )

    assert _told(rules, text="Marta was rude") == ["anna"]


def test_a_post_that_is_left_out_takes_those_behind_it_along() -> None:
    about_duty = rule("about-duty", when={"words": ["porter"]}, left_out=frozenset({DUTY.id}))
    rules = book(rule("all", ANNA, DUTY), about_duty, people=EVERYBODY, **_rota(_shift(MARTA)))

    assert _told(rules, text="The porter was rude") == ["anna"]


def test_a_rule_after_stop_here_leaves_nobody_out() -> None:
    rules = book(rule("all", MARTA, is_stop=True), ABOUT_MARTA, people=EVERYBODY)

    assert _told(rules, text="Marta was rude") == ["marta"]


# Sensitive --------------------------------------------------------------------------------------

SENSITIVE = rule("harm", when={"words": ["harassed"]}, is_sensitive=True)


def test_of_a_sensitive_case_only_confidants_are_told() -> None:
    rules = book(
        rule("all", ANNA, DESK), SENSITIVE, people=EVERYBODY, confidants=frozenset({ANNA.id})
    )

    assert _told(rules, text="I was harassed") == ["anna"]
    assert _told(rules, text="The soup is cold") == ["anna", "desk"]
    assert _told(rules, text="The soup is cold", is_sensitive=True) == ["anna"]


def test_a_rule_that_makes_a_case_sensitive_may_name_who_else_is_told() -> None:
    naming = replace(SENSITIVE, recipients=(CLARA.id,))
    rules = book(rule("all", ANNA, DESK), naming, people=EVERYBODY, confidants=frozenset({ANNA.id}))

    assert _told(rules, text="I was harassed") == ["anna", "clara"]


def test_when_a_sensitive_case_finds_nobody_all_confidants_are_told() -> None:
    rules = book(
        rule("all", DESK),
        SENSITIVE,
        people=EVERYBODY,
        confidants=frozenset({ANNA.id, BORIS.id}),
        house=_house(fallback=(DESK.id,)),
    )

    assert _told(rules, text="I was harassed") == ["anna", "boris"]


def test_a_confidant_who_is_complained_about_is_not_told_either() -> None:
    about_anna = rule("about-anna", when={"words": ["Anna"]}, left_out=frozenset({ANNA.id}))
    rules = book(
        rule("all", ANNA),
        about_anna,
        SENSITIVE,
        people=EVERYBODY,
        confidants=frozenset({ANNA.id, BORIS.id}),
    )

    assert _told(rules, text="Anna harassed me, I was harassed") == ["boris"]


# What follows -----------------------------------------------------------------------------------


def test_the_steps_of_rules_go_before_those_of_the_house() -> None:
    of_house = StepFacts(1, 30, "answered", (ANNA.id,))
    of_rule = StepFacts(2, 5, "opened", (MARTA.id,))
    rules = book(
        rule("all", DESK),
        rule("noise", DESK, when={"words": ["noise"]}, steps=(of_rule,)),
        people=EVERYBODY,
        house=_house(steps=(of_house,)),
    )

    assert decide(rules, case("The soup is cold"), NOON).steps == (of_house,)
    assert decide(rules, case("Such noise!"), NOON).steps == (of_rule,)


def test_a_rule_says_that_somebody_may_get_hurt() -> None:
    rules = book(rule("fire", DESK, when={"words": ["fire"]}, is_safety=True), people=EVERYBODY)

    assert decide(rules, case("Fire!"), NOON).is_safety
    assert not decide(rules, case("The soup is cold"), NOON).is_safety


def test_hours_are_those_of_the_house() -> None:
    late = rule("late", DESK, when={"hours": ["22:00-24:00"]})
    rules = book(late, people=EVERYBODY)

    # 22:30 in Madrid in winter is 21:30 UTC.
    assert _told(rules, at("2026-11-21 22:30")) == ["desk"]
    assert _told(rules, at("2026-11-21 21:30")) == []
