"""The cast of the tests: a hotel with its staff, and another subscriber beside it.

Anna owns Hotel Mar. Boris is on duty at reception, Clara in the restaurant, Dario audits. Otto
owns Bar Otto, another subscriber on the same box. Dora is the guest in room 204.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sosbox.db import Transaction
from sosbox.places.tables import AccessPoint, Area, Establishment, Subscriber
from sosbox.routing.tables import Recipient, RecipientAddress, Rule, RuleRecipient
from sosbox.staff.rules import Role, Viewer
from sosbox.staff.tables import Account, AccountArea

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PASSWORD = "a long enough password"

ROOM_TOKEN = "room204token"
TABLE_TOKEN = "table7token2"
RETIRED_TOKEN = "retiredtoken"
BAR_TOKEN = "bartoken2222"


@dataclass(frozen=True)
class Venue:
    """Ids of what was made."""

    subscriber_id: int
    house_id: int
    reception_id: int
    restaurant_id: int
    room_id: int
    table_id: int
    anna: Viewer
    boris: Viewer
    clara: Viewer
    dario: Viewer
    otto: Viewer


def make_venue(tx: Transaction) -> Venue:
    mar = tx.insert(
        Subscriber,
        slug="mar",
        name="Grupo Mar",
        legal_name="Grupo Mar S.L.",
        address="Rúa do Porto 1, Vigo",
        phone="+34 986 000 000",
        email="info@mar.example",
    )
    house = tx.insert(
        Establishment,
        subscriber_id=mar,
        slug="hotel-mar",
        name="Hotel Mar",
        timezone="Europe/Madrid",
        language="es",
        guest_languages='["es","gl","en"]',
        promise_hours=48,
        base_url="http://mar.example",
        official_sheets="Galicia",
    )
    reception = tx.insert(Area, establishment_id=house, slug="reception", name="Recepción")
    restaurant = tx.insert(Area, establishment_id=house, slug="restaurant", name="Restaurante")
    room = tx.insert(
        AccessPoint,
        establishment_id=house,
        area_id=reception,
        code="R-204",
        label="Habitación 204",
        token=ROOM_TOKEN,
    )
    table = tx.insert(
        AccessPoint,
        establishment_id=house,
        area_id=restaurant,
        code="T-7",
        label="Mesa 7",
        token=TABLE_TOKEN,
    )
    tx.insert(
        AccessPoint,
        establishment_id=house,
        area_id=reception,
        code="OLD-1",
        label="Antiguo",
        token=RETIRED_TOKEN,
        retired_at=NOON,
    )
    desk = _recipient(tx, mar, "desk", "Recepción", "es", "desk@mar.example")
    boss = _recipient(tx, mar, "boss", "Anna", "en", "anna@mar.example")
    _rule(tx, mar, "everything", "{}", boss)
    _rule(tx, mar, "reception", f'{{"areas":[{reception}]}}', desk)

    otto = tx.insert(Subscriber, slug="otto", name="Bar Otto", legal_name="Otto Rey")
    bar = tx.insert(
        Establishment,
        subscriber_id=otto,
        slug="bar-otto",
        name="Bar Otto",
        timezone="Atlantic/Canary",
        language="en",
        guest_languages='["en","es"]',
        promise_hours=24,
    )
    counter = tx.insert(Area, establishment_id=bar, slug="bar", name="Bar")
    tx.insert(
        AccessPoint,
        establishment_id=bar,
        area_id=counter,
        code="B-1",
        label="Counter",
        token=BAR_TOKEN,
    )
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    return Venue(
        subscriber_id=mar,
        house_id=house,
        reception_id=reception,
        restaurant_id=restaurant,
        room_id=room,
        table_id=table,
        anna=_account(tx, mar, "anna@mar.example", "Anna", Role.OWNER),
        boris=_account(tx, mar, "boris@mar.example", "Boris", Role.AGENT, reception),
        clara=_account(tx, mar, "clara@mar.example", "Clara", Role.AGENT, restaurant),
        dario=_account(tx, mar, "dario@mar.example", "Dario", Role.AUDITOR),
        otto=_account(tx, otto, "otto@otto.example", "Otto", Role.OWNER),
    )


def _recipient(
    tx: Transaction, subscriber: int, slug: str, name: str, language: str, email: str
) -> int:
    recipient = tx.insert(
        Recipient, subscriber_id=subscriber, slug=slug, name=name, language=language
    )
    tx.insert(RecipientAddress, recipient_id=recipient, channel="email", address=email)
    return recipient


def _rule(tx: Transaction, subscriber: int, slug: str, conditions: str, recipient: int) -> None:
    rule = tx.insert(Rule, subscriber_id=subscriber, slug=slug, conditions=conditions)
    tx.insert(RuleRecipient, rule_id=rule, recipient_id=recipient)


def _account(
    tx: Transaction, subscriber: int, email: str, name: str, role: Role, area: int | None = None
) -> Viewer:
    account = tx.insert(
        Account,
        subscriber_id=subscriber,
        email=email,
        name=name,
        role=str(role),
        created_at=NOON,
    )
    if area is not None:
        tx.insert(AccountArea, account_id=account, area_id=area)
    return Viewer(
        account_id=account,
        subscriber_id=subscriber,
        name=name,
        email=email,
        role=role,
        language="en",
        area_ids=frozenset({area}) if area is not None else None,
    )
