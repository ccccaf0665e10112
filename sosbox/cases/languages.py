"""Which language a message is in: found out, and put right. Runs inside `DB.write`."""

from datetime import datetime

from sosbox.cases.rules import LanguageBy
from sosbox.cases.translations import want_translation
from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError, NotFoundError, SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import GUEST, Event, account_actor
from sosbox.lib.text import fold
from sosbox.staff.rules import Viewer
from sosbox.translation.contract import Detector

# From here on what the detector says is relied on; below, it is the page's language that counts.
RELIABLE = 0.7


def find_language(
    tx: Transaction, detector: Detector, *, message_id: int, case_id: int, text: str, page: str
) -> str:
    """Finds out the language of what a guest has just written, stores and returns it.

    page: the language of the page it was written on.
    """
    found = detector.detect(text, page_language=page)
    is_sure = found.confidence >= RELIABLE and found.language in LANGUAGES
    language = found.language if is_sure else page
    _store(tx, message_id, language, LanguageBy.DETECTOR if is_sure else LanguageBy.PAGE)
    if is_sure:
        _set_guest_language(tx, case_id, language)
    return language


def correct_own_language(
    tx: Transaction, keys: Keys, *, now: datetime, case_id: int, message_id: int, language: str
) -> None:
    """A guest says which language it is that they wrote in; it is translated again.

    Raises NotFoundError for what is no message of theirs, InvalidFieldsError for no language.
    """
    _correct(tx, keys, now, case_id, message_id, language, LanguageBy.GUEST, GUEST)


def correct_language(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    message_id: int,
    language: str,
) -> None:
    """Somebody of the staff says which language a guest has written in; it is translated again.

    Raises NotFoundError, ForbiddenError, InvalidFieldsError.
    """
    rows = tx.sql(
        "SELECT c.id, c.subscriber_id, c.area_id, c.is_sensitive FROM messages m"
        " JOIN cases c ON c.id = m.case_id WHERE m.id = ?",
        message_id,
    )
    if not rows or not viewer.may_see(*rows[0][1:3], is_sensitive=bool(rows[0][3])):
        raise NotFoundError("There is no such message.")
    viewer.require_write()
    actor = account_actor(viewer.account_id)
    _correct(tx, keys, now, rows[0][0], message_id, language, LanguageBy.STAFF, actor)


def _correct(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    case_id: int,
    message_id: int,
    language: str,
    by: LanguageBy,
    actor: str,
) -> None:
    if language not in LANGUAGES:
        raise InvalidFieldsError({"language": SosboxError("Please choose one of the languages.")})
    rows = tx.sql(
        "SELECT m.language, m.text, h.language FROM messages m"
        " JOIN cases c ON c.id = m.case_id JOIN establishments h ON h.id = c.establishment_id"
        " WHERE m.id = ? AND m.case_id = ? AND m.direction = 'from_guest'",
        message_id,
        case_id,
    )
    if not rows:
        raise NotFoundError("There is no such message.")
    before, text, house_language = rows[0]
    _store(tx, message_id, language, by)
    _set_guest_language(tx, case_id, language)
    if before == language:
        return
    append(
        tx,
        keys,
        at=now,
        event=Event.LANGUAGE_CHANGED,
        case_id=case_id,
        actor=actor,
        message=message_id,
        language=language,
    )
    _translate_again(tx, now, case_id, message_id, text, house_language)
    # What the house has answered so far is for this guest, too.
    for (answer_id,) in tx.sql(
        "SELECT id FROM messages WHERE case_id = ? AND direction = 'to_guest'", case_id
    ):
        want_translation(tx, now=now, message_id=answer_id, language=language)


def _translate_again(
    tx: Transaction, now: datetime, case_id: int, message_id: int, text: str, house_language: str
) -> None:
    """Forgets what was translated from the wrong language, and asks for the same once more."""
    rows = tx.sql(
        "DELETE FROM translations WHERE message_id = ? RETURNING language, part", message_id
    )
    tx.sql("UPDATE messages SET search_text = ? WHERE id = ?", fold(text), message_id)
    if tx.sql("SELECT min(id) FROM messages WHERE case_id = ?", case_id)[0][0] == message_id:
        tx.sql("UPDATE cases SET translated_excerpt = '' WHERE id = ?", case_id)
    for language in {house_language, *(row[0] for row in rows)}:
        want_translation(tx, now=now, message_id=message_id, language=language)


def _store(tx: Transaction, message_id: int, language: str, by: LanguageBy) -> None:
    tx.sql(
        "UPDATE messages SET language = ?, language_by = ? WHERE id = ?",
        language,
        str(by),
        message_id,
    )


def _set_guest_language(tx: Transaction, case_id: int, language: str) -> None:
    """Answers are translated into what the guest wrote last."""
    tx.sql(
        "UPDATE cases SET guest_language = CASE language WHEN ?1 THEN '' ELSE ?1 END WHERE id = ?2",
        language,
        case_id,
    )
