"""How long the matcher takes to look through 1,000 rules for one case."""

import random
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.routing.conditions import CaseFacts, compile_conditions
from sosbox.routing.hours import WEEKDAYS
from sosbox.routing.rules import HouseRules, RecipientFacts, RuleFacts, RuleSet, decide
from sosbox.routing.words import SearchText

NUM_RULES = 1_000
NUM_RECIPIENTS = 100
NUM_CASES = 200
TEXT_LENGTH = 1_000
ZONE = ZoneInfo("Europe/Madrid")
HOUSE_ID = 1

_TELLING = """
noise loud music party neighbour shower tap leak toilet towel sheet pillow bed cold hot heating
air conditioning window door key card lift stairs pool sauna spa massage towel breakfast coffee
soup steak vegetarian allergy peanut gluten waiter bill receipt invoice parking car suitcase lost
found wallet phone wifi password television remote safe minibar cleaning dirty smell smoke fire
alarm reception check out late taxi airport bus beach terrace garden dog cat child cot stroller
ruido música ducha grifo fuga toalla sábana almohada cama frío calor ventana puerta llave ascensor
piscina desayuno café sopa alergia cacahuete camarero cuenta factura aparcamiento coche maleta
"""
_FILLING = "the a of in and to was is we our very not there el la de en y que no muy con para"
WORDS = _TELLING.split()
FILLING = _FILLING.split()


def measure_match(_folder: Path) -> dict[str, float]:
    """The median over cases; every one has a text of its own, which is taken apart as well."""
    draw = random.Random(7)
    book = RuleSet(
        rules=tuple(_rule(number, draw) for number in range(NUM_RULES)),
        recipients={number: _recipient(number) for number in range(NUM_RECIPIENTS)},
        houses={HOUSE_ID: HouseRules(id=HOUSE_ID, zone=ZONE, fallback=(0,))},
    )
    times = []
    num_matched = 0
    for number in range(NUM_CASES):
        text = _text(draw)
        now = datetime(2026, 11, 1 + number % 28, number % 24, 30, tzinfo=UTC)
        started = time.perf_counter()
        decision = decide(book, _case(text, draw), now)
        times.append(time.perf_counter() - started)
        num_matched += len(decision.matched)
    assert num_matched > NUM_CASES, "the rules are such that hardly one matches"
    return {"match_1000_rules_ms": statistics.median(times) * 1000}


def _rule(number: int, draw: random.Random) -> RuleFacts:
    """Most rules of a house are about a place and some words; some about hours and guests."""
    conditions: dict[str, Any] = {}
    if draw.random() < 0.5:
        conditions["areas"] = draw.sample(range(20), 2)
    if draw.random() < 0.8:
        conditions["words"] = [_phrase(draw) for _ in range(draw.randint(1, 12))]
    if draw.random() < 0.2:
        conditions["without_words"] = [_phrase(draw) for _ in range(2)]
    if draw.random() < 0.4:
        conditions["hours"] = [draw.choice(["22:00-06:30", "08:00-16:00", "16:00-24:00"])]
    if draw.random() < 0.3:
        conditions["weekdays"] = draw.sample(WEEKDAYS, 3)
    if draw.random() < 0.1:
        conditions["dates"] = ["2026-06-01..2026-09-30", "2026-12-24..2027-01-06"]
    if draw.random() < 0.2:
        conditions["languages"] = draw.sample(["es", "gl", "en"], 2)
    if draw.random() < 0.1:
        conditions["origins"] = ["kiosk", "web"]
    recipients = tuple(draw.sample(range(NUM_RECIPIENTS), 2))
    return RuleFacts(f"rule-{number}", recipients, compile_conditions(conditions))


def _phrase(draw: random.Random) -> str:
    return " ".join(draw.sample(WORDS, draw.choice([1, 1, 1, 2])))


def _recipient(number: int) -> RecipientFacts:
    address = ("email", f"r{number}@mar.example")
    return RecipientFacts(number, f"r{number}", f"R {number}", "es", (address,))


def _text(draw: random.Random) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < TEXT_LENGTH:
        words.append(draw.choice(WORDS if draw.random() < 0.1 else FILLING))
    return " ".join(words)[:TEXT_LENGTH]


def _case(text: str, draw: random.Random) -> CaseFacts:
    return CaseFacts(
        case_id=1,
        subscriber_id=1,
        establishment_id=HOUSE_ID,
        area_id=draw.randrange(20),
        access_point_id=1,
        language=draw.choice(["es", "gl", "en"]),
        text=SearchText.of(text),
    )
