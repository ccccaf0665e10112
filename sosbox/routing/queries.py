"""Reading rules for the matcher."""

import json
from typing import Any

from sosbox.db import Transaction
from sosbox.routing.rules import CaseFacts, RecipientFacts, RuleFacts


class RuleBook:
    """The rules in memory, read again in the first transaction after a setting has changed.

    Used inside `DB.write` alone, so by one at a time.
    """

    def __init__(self) -> None:
        self._revision = -1
        self._rules: dict[int, list[RuleFacts]] = {}

    def rules_of(self, tx: Transaction, subscriber_id: int) -> list[RuleFacts]:
        revision = tx.memo.get("settings revision")
        if revision is None:
            revision = tx.sql("SELECT settings_revision FROM box")[0][0]
            tx.memo["settings revision"] = revision
        if revision != self._revision:
            self._rules = load_rules(tx)
            self._revision = revision
        return self._rules.get(subscriber_id, [])


def load_rules(tx: Transaction) -> dict[int, list[RuleFacts]]:
    """All rules that are switched on, by subscriber, in the order of their slugs."""
    addresses: dict[int, list[tuple[str, str]]] = {}
    for recipient_id, channel, address in tx.sql(
        "SELECT recipient_id, channel, address FROM recipient_addresses ORDER BY id"
    ):
        addresses.setdefault(recipient_id, []).append((channel, address))
    recipients: dict[int, list[RecipientFacts]] = {}
    for rule_id, recipient_id, name, language in tx.sql(
        "SELECT l.rule_id, r.id, r.name, r.language FROM rule_recipients l"
        " JOIN recipients r ON r.id = l.recipient_id ORDER BY l.id"
    ):
        recipients.setdefault(rule_id, []).append(
            RecipientFacts(recipient_id, name, language, tuple(addresses.get(recipient_id, ())))
        )
    rules: dict[int, list[RuleFacts]] = {}
    for rule_id, slug, subscriber_id, establishment_id, conditions in tx.sql(
        "SELECT id, slug, subscriber_id, establishment_id, conditions FROM rules"
        " WHERE disabled_at IS NULL ORDER BY slug"
    ):
        parsed: dict[str, Any] = json.loads(conditions)
        rules.setdefault(subscriber_id, []).append(
            RuleFacts(
                slug=slug,
                subscriber_id=subscriber_id,
                establishment_id=establishment_id,
                areas=frozenset(parsed.get("areas", ())),
                access_points=frozenset(parsed.get("access_points", ())),
                recipients=tuple(recipients.get(rule_id, ())),
            )
        )
    return rules


def case_facts(tx: Transaction, case_id: int) -> CaseFacts:
    """The facts of a stored case."""
    row = tx.sql(
        "SELECT id, subscriber_id, establishment_id, area_id, access_point_id FROM cases"
        " WHERE id = ?",
        case_id,
    )[0]
    return CaseFacts(*row)
