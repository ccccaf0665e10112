"""The order of rules: it means nothing unless one of them says "stop"."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sosbox.routing.rules import RuleFacts, decide, matching_rules
from tests.routing.kit import FLOOR, HOUSE, SPA, at, book, case, moment, person, rule

PEOPLE = tuple(person(number, f"P{number}") for number in range(1, 6))
WORDS = ["noise", "ruido", "towel", "cold soup"]
TEXTS = st.lists(st.sampled_from([*WORDS, "please", "soup", "cold"]), max_size=6).map(" ".join)
CONDITIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "areas": st.lists(st.sampled_from([FLOOR, SPA]), max_size=2),
        "words": st.lists(st.sampled_from([*WORDS, "-soup"]), max_size=2),
        "weekdays": st.lists(st.sampled_from(["sat", "sun"]), max_size=1),
        "hours": st.lists(st.sampled_from(["22:00-06:30", "08:00-20:00"]), max_size=1),
        "anonymous": st.booleans(),
    },
)
SOME = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)


@st.composite
def rule_lists(draw: st.DrawFn, *, may_stop: bool) -> list[RuleFacts]:
    return [
        replace(
            rule(f"r{number}", *draw(SOME), when=draw(CONDITIONS)),
            left_out=frozenset(one.id for one in draw(SOME)),
            is_sensitive=draw(st.booleans()),
            is_stop=may_stop and draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@given(rule_lists(may_stop=False), TEXTS, st.booleans(), st.randoms(use_true_random=False))
def test_putting_rules_in_another_order_changes_nothing(
    rules: list[RuleFacts], text: str, is_night: bool, random: Any
) -> None:
    now = at("2026-11-21 23:00" if is_night else "2026-11-21 12:00")
    house = replace(HOUSE, fallback=(PEOPLE[0].id,))
    shuffled = random.sample(rules, len(rules))

    def decided(order: list[RuleFacts]) -> tuple[object, ...]:
        rule_set = book(*order, people=PEOPLE, house=house, confidants=frozenset({PEOPLE[1].id}))
        found = decide(rule_set, case(text), now)
        return (
            {each.slug for each in found.matched},
            {(told.recipient.id, frozenset(told.rules)) for told in found.told},
            found.left_out,
            found.allowed,
            found.is_fallback,
        )

    assert decided(shuffled) == decided(rules)


@given(rule_lists(may_stop=True), TEXTS)
def test_what_stands_after_a_stop_changes_nothing(rules: list[RuleFacts], text: str) -> None:
    now = moment("2026-11-21 12:00")
    found = matching_rules(rules, case(text), now)
    if not found or not found[-1].is_stop:
        return
    upto = rules[: rules.index(found[-1]) + 1]

    assert matching_rules(upto, case(text), now) == found
    assert [each for each in found[:-1] if each.is_stop] == []
