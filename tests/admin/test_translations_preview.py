"""An answer as the guest will read it, before it is sent."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial

import httpx
import pytest
from litestar import Litestar

from sosbox.admin import preview_drafts
from sosbox.admin.preview_drafts import NUM_LOOKS, translate_draft
from sosbox.box import Box
from sosbox.cases.rules import MAX_TEXT, TranslationState
from sosbox.cases.staff_actions import add_note
from sosbox.cases.tables import Case, Message, TranslationRequest
from sosbox.cases.translation_requests import (
    Preview,
    WaitingRequest,
    answer_request,
    load_preview,
    load_requests,
)
from sosbox.db import DB
from sosbox.errors import NotFoundError, UnavailableError
from tests.admin.conftest import Staff
from tests.support.console import Browser, field_of
from tests.support.filing import file_case
from tests.support.translating import set_pairs
from tests.support.venue import NOON, ROOM_TOKEN, Venue

DRAFT = "Paco is on his way to room 204."
DRAFT_JA = "パコが204号室に向かっています。"
BACK = "Paco is heading to room 204."
DONE = Preview(
    TranslationState.DONE, DRAFT_JA, "argos", (), TranslationState.DONE, BACK, "argos, es"
)


async def _requests() -> list[WaitingRequest]:
    def read(connection: sqlite3.Connection) -> list[WaitingRequest]:
        return load_requests(connection, 10)

    return await DB.read(read)


class FakeWorker:
    """Answers what waits while somebody waits for it, so that no test does."""

    def __init__(self) -> None:
        self.answer: Preview | None = DONE
        self.seen: list[WaitingRequest] = []
        self.num_pauses = 0
        self.instead: Callable[[], Awaitable[object]] | None = None

    async def pause(self, seconds: float) -> None:
        assert 0 < seconds <= 0.1
        self.num_pauses += 1
        if self.instead is not None:
            await self.instead()
        for request in await _requests():
            self.seen.append(request)
            if self.answer is not None:
                await DB.write(answer_request, request.id, self.answer)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> FakeWorker:
    worker = FakeWorker()
    patched = partial(translate_draft, pause=worker.pause)
    monkeypatch.setattr(preview_drafts, "translate_draft", patched)
    return worker


@pytest.fixture
async def leak(app: Litestar, box: Box) -> int:
    """Dora wrote in Japanese; what is written in English or Spanish can be translated for her."""
    await set_pairs("en-ja", "ja-en", "es-ja")
    filed = await file_case(box, "水漏れです。", token=ROOM_TOKEN, language="ja")
    return filed.case_id


async def _page(browser: Browser, case_id: int) -> str:
    return (await browser.get(f"/admin/cases/{case_id}")).text


async def _look(
    browser: Browser, case_id: int, text: str = DRAFT, *, page: str = "", **fields: str
) -> httpx.Response:
    page = page or await _page(browser, case_id)
    kept = {name: field_of(page, name) for name in ("version", "seen_message", "seen_note")}
    form = {"answer": text, "language": "en", **kept, **fields}
    return await browser.post(f"/admin/cases/{case_id}/answer/preview", **form)


async def _unsent(case_id: int) -> bool:
    messages = await Message.count().where(Message.case_id == case_id)
    return messages == 1


async def test_a_draft_is_shown_as_the_guest_will_read_it_and_translated_back(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    answer = await _look(staff.boris, leak)
    assert answer.status_code == 200
    page = answer.text[answer.text.index('id="preview"') :]
    page = page[: page.index("</section>")]
    assert "Machine translation into Japanese (argos)" in page
    assert f'lang="ja" dir="ltr">{DRAFT_JA}' in page
    assert "Machine translation into English (argos, over Spanish)" in page
    assert f'lang="en" dir="ltr">{BACK}' in page
    assert page.index(DRAFT_JA) < page.index("Translated back") < page.index(BACK)
    assert [(item.text, item.source, item.target) for item in worker.seen] == [(DRAFT, "en", "ja")]


async def test_looking_sends_nothing_keeps_what_was_typed_and_can_be_sent_then(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    await set_pairs("es-ja")
    looked = await _look(staff.boris, leak, language="es")
    assert f">{DRAFT}</textarea>" in looked.text
    assert '<option value="es" selected>' in looked.text
    assert await _unsent(leak)
    kept = {name: field_of(looked.text, name) for name in ("version", "seen_message", "seen_note")}
    sent = await staff.boris.post(
        f"/admin/cases/{leak}/answer", answer=DRAFT, language="es", **kept
    )
    assert sent.status_code == 303
    row = await Message.select(Message.language).where(Message.direction == "to_guest").first()
    assert row == {"language": "es"}


async def test_the_outcome_is_shown_as_well(worker: FakeWorker, staff: Staff, leak: int) -> None:
    page = await _page(staff.boris, leak)
    answer = await staff.boris.post(
        f"/admin/cases/{leak}/resolve/preview",
        outcome="A new tap",
        language="en",
        version=field_of(page, "version"),
    )
    form = answer.text[answer.text.index('id="resolve-step" open') :]
    form = form[: form.index("</form>")]
    assert ">A new tap</textarea>" in form
    assert DRAFT_JA in form
    assert answer.text.count('id="preview"') == 1
    row = await Case.select(Case.state).where(Case.id == leak).first()
    assert row == {"state": "new"}


async def test_an_outcome_is_stored_in_the_language_that_it_is_written_in(
    staff: Staff, leak: int
) -> None:
    await staff.boris.post(
        f"/admin/cases/{leak}/resolve", outcome="Grifo nuevo", language="es", version="1"
    )
    row = await Message.select(Message.language).where(Message.is_outcome.eq(True)).first()
    assert row == {"language": "es"}


# What comes of it -------------------------------------------------------------------------------


async def test_what_is_partly_translated_says_so(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    worker.answer = Preview(TranslationState.PARTIAL, DRAFT_JA, "argos", ("digits",))
    page = (await _look(staff.boris, leak)).text
    assert DRAFT_JA in page
    assert "Some sentences could not be translated and stand as they were written." in page
    assert "numbers differ." in page
    assert "It could not be translated back" in page


async def test_what_cannot_be_relied_on_is_not_shown(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    worker.answer = Preview(TranslationState.FAILED, flags=("repetition",))
    page = (await _look(staff.boris, leak)).text
    assert "It could not be translated into Japanese so that it can be relied on." in page
    assert "it repeats itself." in page
    assert "The guest then reads your words as they are." in page


async def test_without_a_model_nobody_is_asked_and_nobody_waits(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    page = (await _look(staff.boris, leak, language="gl")).text
    assert "This box has no model that translates from Galician into Japanese." in page
    assert "The guest then reads your words as they are." in page
    assert await TranslationRequest.count() == 0
    assert worker.num_pauses == 0


async def test_what_is_written_in_the_language_of_the_guest_is_not_translated(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    page = (await _look(staff.boris, leak, language="ja")).text
    assert "This is the language of the guest: they read your words as they are." in page
    assert await TranslationRequest.count() == 0


async def test_when_nothing_comes_in_time_the_text_is_kept_and_can_be_sent(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    worker.answer = None
    answer = await _look(staff.boris, leak)
    assert answer.status_code == 200
    assert worker.num_pauses == NUM_LOOKS
    assert "The translation has not come in time" in answer.text
    assert f">{DRAFT}</textarea>" in answer.text
    assert "Send to the guest" in answer.text
    assert await _unsent(leak)


# Refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\x00"])
async def test_a_draft_that_says_nothing_is_refused(
    worker: FakeWorker, staff: Staff, leak: int, text: str
) -> None:
    answer = await _look(staff.boris, leak, text)
    assert answer.status_code == 422
    assert 'id="answer-problem"' in answer.text
    assert await TranslationRequest.count() == 0


async def test_a_draft_that_is_too_long_is_refused_and_comes_back_whole(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    text = "ñ" * (MAX_TEXT + 1)
    answer = await _look(staff.boris, leak, text)
    assert answer.status_code == 422
    assert text in answer.text
    assert await TranslationRequest.count() == 0


async def test_a_draft_in_no_language_is_taken_for_one_in_the_language_of_the_console(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    await _look(staff.boris, leak, language="xx")
    assert [item.source for item in worker.seen] == ["en"]


async def test_a_case_that_has_changed_meanwhile_says_so_beside_the_preview(
    worker: FakeWorker, box: Box, venue: Venue, staff: Staff, leak: int
) -> None:
    page = await _page(staff.boris, leak)
    await staff.anna.post(f"/admin/cases/{leak}/note", note="I have called her")
    answer = await _look(staff.boris, leak, page=page)
    assert answer.status_code == 409
    assert "This case has changed while you were writing." in answer.text
    assert answer.text.count("is-new") == 1
    assert DRAFT_JA in answer.text
    assert f">{DRAFT}</textarea>" in answer.text

    async def note_more() -> None:
        worker.instead = None
        await DB.write(
            add_note, box.keys, now=NOON, viewer=venue.anna, case_id=leak, text="Once more"
        )

    # And so does what happens while the worker translates.
    worker.instead = note_more
    again = await _look(staff.boris, leak, page=answer.text)
    assert again.status_code == 409
    assert "Once more" in again.text


async def test_when_the_disk_is_full_what_was_typed_comes_back(
    staff: Staff, leak: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise UnavailableError("The box cannot store this just now. Please try again.")

    monkeypatch.setattr(preview_drafts, "ask_for_preview", fail)
    answer = await _look(staff.boris, leak)
    assert answer.status_code == 503
    assert "The box cannot store this just now." in answer.text
    assert f">{DRAFT}</textarea>" in answer.text


async def test_an_account_has_one_draft_at_the_worker_the_newest(
    worker: FakeWorker, staff: Staff, venue: Venue, leak: int
) -> None:
    worker.answer = None
    await _look(staff.anna, leak, "Anna's")
    await _look(staff.boris, leak, "The first")
    (old,) = [item.id for item in await _requests() if item.text == "The first"]
    await _look(staff.boris, leak, "The second")
    assert [item.text for item in await _requests()] == ["Anna's", "The second"]
    with pytest.raises(NotFoundError):
        await load_preview(venue.boris, old)
    # What the worker finds out about the old one is not taken for the new one's.
    await DB.write(answer_request, old, DONE)
    (new,) = [item.id for item in await _requests() if item.text == "The second"]
    assert await load_preview(venue.boris, new) is None


async def test_whoever_asks_again_does_not_wait_for_the_first(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    async def replaced() -> None:
        await DB.write(lambda tx: tx.sql("DELETE FROM translation_requests"))

    worker.instead = replaced
    answer = await _look(staff.boris, leak)
    assert answer.status_code == 200
    assert worker.num_pauses == 1
    assert "The translation has not come in time" in answer.text


async def test_nobody_reads_the_draft_of_another(
    worker: FakeWorker, staff: Staff, venue: Venue, leak: int
) -> None:
    await _look(staff.boris, leak)
    row = await TranslationRequest.select(TranslationRequest.id).first()
    assert row is not None
    assert await load_preview(venue.boris, row["id"]) == DONE
    with pytest.raises(NotFoundError):
        await load_preview(venue.anna, row["id"])


@pytest.mark.parametrize(("who", "status"), [("clara", 404), ("otto", 404), ("dario", 403)])
async def test_a_draft_is_for_whoever_may_answer(
    worker: FakeWorker, staff: Staff, leak: int, who: str, status: int
) -> None:
    page = await _page(staff.boris, leak)
    for form, field in (("answer", "answer"), ("resolve", "outcome")):
        answer = await getattr(staff, who).post(
            f"/admin/cases/{leak}/{form}/preview",
            language="en",
            version=field_of(page, "version"),
            **{field: DRAFT},
        )
        assert answer.status_code == status
    assert await TranslationRequest.count() == 0


# The form ---------------------------------------------------------------------------------------


def _form(page: str) -> str:
    form = page[page.index('name="answer"') :]
    return form[: form.index("</form>")]


async def test_the_form_says_what_the_guest_reads_and_that_it_is_translated(
    staff: Staff, leak: int
) -> None:
    form = _form(await _page(staff.boris, leak))
    assert "The guest reads Japanese." in form
    assert "What you write in English is translated for them" in form
    assert "See it as the guest will" in form
    assert '<option value="en" selected>' in form
    groups = ["What the guest reads", "Translated for the guest", "Not translated"]
    places = [form.index(f'label="{name}"') for name in groups]
    assert places == sorted(places)
    assert places[0] < form.index('value="ja"') < places[1]
    assert places[1] < form.index('value="es"') < form.index('value="en"') < places[2]
    assert places[2] < form.index('value="gl"')


async def test_the_form_says_when_it_cannot_be_translated(staff: Staff, leak: int) -> None:
    await set_pairs("es-ja")
    form = _form(await _page(staff.boris, leak))
    assert "This box cannot translate into it from English." in form
    assert "Write in Japanese if you can, for they read your words as they are." in form


async def test_the_form_is_quiet_where_both_write_the_same(
    app: Litestar, box: Box, staff: Staff
) -> None:
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    form = _form(await _page(staff.boris, filed.case_id))
    assert "The guest reads English." in form
    assert "See it as the guest will" not in form
    assert "translate into it" not in form


async def test_a_guest_who_writes_in_another_language_than_their_page_is_answered_in_that(
    worker: FakeWorker, staff: Staff, leak: int
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE cases SET guest_language = 'fr'"))
    assert "The guest reads French." in await _page(staff.boris, leak)
    await set_pairs("en-fr")
    await _look(staff.boris, leak)
    assert [item.target for item in worker.seen] == ["fr"]
