"""Translations as the worker would store them, for tests that need no engine."""

from datetime import datetime

from sosbox.box import Box
from sosbox.cases.rules import TranslationState
from sosbox.cases.translations import (
    Finding,
    ShownTranslation,
    Waiting,
    load_waiting,
    note_pairs,
    record_translations,
    translations_of_case,
)
from sosbox.db import DB
from tests.support.venue import NOON


async def set_pairs(*pairs: str) -> None:
    """What the worker says that it can translate."""
    await DB.write(note_pairs, pairs)


async def waiting_texts() -> list[Waiting]:
    return await DB.read(load_waiting)


async def record(
    box: Box,
    text: str,
    *,
    state: TranslationState = TranslationState.DONE,
    flags: tuple[str, ...] = (),
    now: datetime = NOON,
) -> None:
    """Everything that waits comes out as `text`."""
    findings = [
        Finding(item, state, text, "argos" if text else "", flags) for item in await waiting_texts()
    ]
    await DB.write(record_translations, box.keys, now=now, findings=findings)


async def shown(case_id: int) -> list[ShownTranslation]:
    return await DB.read(lambda connection: translations_of_case(connection, case_id))
