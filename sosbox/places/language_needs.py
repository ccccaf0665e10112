"""Which languages the houses of a box have to be translated from and into."""

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from sosbox.i18n import LANGUAGES
from sosbox.translation.contract import Pair
from sosbox.translation.needs import pairs_of_house


@dataclass(frozen=True)
class HouseNeeds:
    """`pairs`: between the language of an establishment and those of its guests, and into those of
    whoever is told."""

    slug: str
    name: str
    language: str
    pairs: tuple[Pair, ...]


def load_needs(connection: sqlite3.Connection) -> list[HouseNeeds]:
    """One for each establishment, by name."""
    recipients = defaultdict(list)
    for subscriber_id, language in connection.execute(_RECIPIENTS):
        recipients[subscriber_id].append(language)
    return [
        HouseNeeds(
            slug,
            name,
            language,
            tuple(
                pair
                for pair in pairs_of_house(language, json.loads(guests), recipients[subscriber_id])
                if {pair.source, pair.target} <= set(LANGUAGES)
            ),
        )
        for slug, name, language, guests, subscriber_id in connection.execute(_HOUSES)
    ]


_RECIPIENTS = """
    SELECT DISTINCT subscriber_id, language FROM recipients WHERE retired_at IS NULL
    ORDER BY language
"""
_HOUSES = """
    SELECT slug, name, language, guest_languages, subscriber_id FROM establishments
    ORDER BY name, id
"""
