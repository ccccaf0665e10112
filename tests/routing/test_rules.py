"""Which recipients a case reaches."""

import pytest

from sosbox.routing.rules import CaseFacts, RecipientFacts, RuleFacts, matches, recipients_for

ANNA = RecipientFacts(1, "Anna", "en", (("email", "anna@mar.example"),))
DESK = RecipientFacts(2, "Desk", "es", (("email", "desk@mar.example"),))
CASE = CaseFacts(case_id=1, subscriber_id=1, establishment_id=10, area_id=20, access_point_id=30)


def _rule(
    *,
    subscriber_id: int = 1,
    establishment_id: int | None = None,
    areas: tuple[int, ...] = (),
    access_points: tuple[int, ...] = (),
    recipients: tuple[RecipientFacts, ...] = (ANNA,),
) -> RuleFacts:
    return RuleFacts(
        "rule",
        subscriber_id,
        establishment_id,
        frozenset(areas),
        frozenset(access_points),
        recipients,
    )


@pytest.mark.parametrize(
    "rule",
    [
        _rule(),
        _rule(establishment_id=10),
        _rule(areas=(20, 21)),
        _rule(access_points=(30,)),
        _rule(establishment_id=10, areas=(20,), access_points=(30, 31)),
    ],
)
def test_a_rule_matches_when_all_its_conditions_hold(rule: RuleFacts) -> None:
    assert matches(rule, CASE)


@pytest.mark.parametrize(
    "rule",
    [
        _rule(subscriber_id=2),
        _rule(establishment_id=11),
        _rule(areas=(21,)),
        _rule(access_points=(31,)),
        _rule(areas=(20,), access_points=(31,)),
    ],
)
def test_a_rule_does_not_match_when_one_condition_fails(rule: RuleFacts) -> None:
    assert not matches(rule, CASE)


def test_everybody_of_all_rules_that_match_is_told_and_nobody_twice() -> None:
    rules = [_rule(recipients=(ANNA, DESK)), _rule(recipients=(DESK,)), _rule(areas=(99,))]

    assert recipients_for(rules, CASE) == [ANNA, DESK]


def test_without_a_rule_nobody_is_told() -> None:
    assert recipients_for([], CASE) == []
