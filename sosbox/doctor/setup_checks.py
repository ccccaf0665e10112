"""Places, rules, recipients and accounts: whether somebody will hear of what a guest writes."""

from collections.abc import Iterator

from sosbox.deliveries.rules import CHANNELS
from sosbox.doctor.finding import Finding, Patient, bad, counted, listed, warning
from sosbox.routing.conditions import CaseFacts
from sosbox.routing.queries import load_rule_sets
from sosbox.routing.rules import RecipientFacts, RuleSet, decide


def check_places(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    sql = "SELECT count(*) FROM access_points WHERE retired_at IS NULL"
    if not patient.connection.execute(sql).fetchone()[0]:
        yield bad(
            "places.none",
            "There are no access points: guests have nowhere to write from.",
            "Describe the establishment in a file and run `sosbox apply FILE.toml`.",
        )


def check_base_url(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None or patient.config.base_url:
        return
    rows = patient.connection.execute(
        "SELECT slug FROM establishments WHERE base_url = '' ORDER BY slug"
    ).fetchall()
    if rows:
        yield warning(
            "base-url.missing",
            f"No address is set for {listed([row[0] for row in rows])}:"
            " printed codes and links in notices may not work.",
            "Set base_url of the establishment to the address that phones reach the box under.",
        )


def check_routing(patient: Patient) -> Iterator[Finding]:
    """Access points that nobody hears of, and recipients that cannot be reached."""
    if patient.connection is None:
        return
    books = load_rule_sets(patient.connection.execute)
    uncovered = []
    for code, house, *ids in patient.connection.execute(
        "SELECT p.code, e.slug, e.subscriber_id, e.id, p.area_id, p.id FROM access_points p"
        " JOIN establishments e ON e.id = p.establishment_id WHERE p.retired_at IS NULL"
        " ORDER BY e.slug, p.code"
    ):
        told = decide(books[ids[0]], CaseFacts(0, *ids), patient.now).told
        if not any(_is_reachable(one.recipient) for one in told):
            uncovered.append(f"{house}/{code}")
    if uncovered:
        yield bad(
            "routing.uncovered",
            f"Nobody is told of what guests write at {listed(uncovered)}.",
            "Add a rule that covers them, with a recipient who has an e-mail address.",
        )
    unreachable = {
        recipient.name
        for book in books.values()
        for recipient in _named_by_rules(book)
        if not _is_reachable(recipient)
    }
    if unreachable:
        yield bad(
            "routing.unreachable-recipient",
            f"Notices do not reach {listed(sorted(unreachable))}:"
            f" no address for {' or '.join(sorted(CHANNELS))}.",
            "Give each recipient of a rule an address that this version can send to.",
        )


def _named_by_rules(book: RuleSet) -> Iterator[RecipientFacts]:
    for rule in book.rules:
        yield from (book.recipients[recipient_id] for recipient_id in rule.recipients)


def _is_reachable(recipient: RecipientFacts) -> bool:
    return any(channel in CHANNELS for channel, _ in recipient.addresses)


def check_accounts(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    rows = patient.connection.execute(
        "SELECT s.slug FROM subscribers s WHERE NOT EXISTS (SELECT 1 FROM accounts a"
        " WHERE a.subscriber_id = s.id AND a.disabled_at IS NULL AND a.password_hash != ''"
        " AND a.role != 'auditor') ORDER BY s.slug"
    ).fetchall()
    if rows:
        yield bad(
            "accounts.none",
            f"Nobody can log in and answer for {listed([row[0] for row in rows])}.",
            "Add an account with `sosbox create-account`, or give one a password_file.",
        )
    rows = patient.connection.execute(
        "SELECT a.email FROM accounts a WHERE a.role = 'agent' AND a.disabled_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM account_areas l WHERE l.account_id = a.id)"
        " ORDER BY a.email"
    ).fetchall()
    if rows:
        yield warning(
            "accounts.agent-without-area",
            f"{counted(len(rows), 'agent has', 'agents have')} no area and so see no case:"
            f" {listed([row[0] for row in rows])}.",
            "List their areas in the set-up file.",
        )
