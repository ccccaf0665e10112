"""Anna adds models in the console, with scripts and without."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from sosbox.channels.catcher import MailCatcher
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from tests.browser.conftest import DESK, PHONE
from tests.support.server import RunningBox, set_up
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
# A model is tried in a process of its own, which has to start.
SLOW_MS = 60_000
PATH = "/admin/settings/languages"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory, catcher: MailCatcher) -> Iterator[RunningBox]:
    """A box of its own: what it translates changes what other tests would see."""
    data_dir = tmp_path_factory.mktemp("models") / "data"
    set_up(data_dir)
    running = RunningBox(data_dir, catcher.port)
    running.start()
    yield running
    assert running.stop() == 0
    assert not [line for line in running.log if "Traceback" in line], "".join(running.log)


def _change(box: RunningBox, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What another process writes beside the box."""
    path = box.data_dir / "sosbox.db"
    with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
        return connection.execute(sql, values).fetchall()


@pytest.fixture
def at_page(box: RunningBox, open_page: Open) -> Iterator[Open]:
    """Opens a browser with the page, in which Anna is logged in; no models and no jobs are left
    afterwards."""

    def log_in(**options: Any) -> Page:
        page = open_page(f"{box.url}{PATH}", **{"viewport": DESK, **options})
        page.get_by_label("E-mail").fill("anna@mar.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Languages", exact=True)).to_be_visible()
        return page

    yield log_in
    _change(box, "DROP TRIGGER IF EXISTS no_internet")
    _change(box, "DELETE FROM model_jobs")
    for pair in ("es-en", "en-es"):
        shutil.rmtree(box.data_dir / "models" / pair, ignore_errors=True)


def _add(page: Page, *files: dict[str, Any]) -> None:
    page.get_by_label("One or more files").set_input_files(list(files))  # type: ignore[arg-type]
    page.get_by_role("button", name="Add", exact=True).click()


def _phrasebook() -> list[dict[str, Any]]:
    """Spanish to English, and back."""
    return [_file(path.name, path.read_bytes()) for path in PHRASEBOOK_FILES]


def _slow_down(page: Page, bytes_per_second: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_per_second,
        },
    )


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _no_model(name: str = "holiday.jpg", size: int = 1000) -> dict[str, Any]:
    return _file(name, b"x" * size)


def _incoming(box: RunningBox) -> list[Path]:
    folder = box.data_dir / "models" / "incoming"
    return list(folder.iterdir()) if folder.exists() else []


def test_models_are_added_tried_again_and_removed_without_a_reload(
    box: RunningBox, at_page: Open
) -> None:
    page = at_page()
    row = page.get_by_role("row", name="English")
    expect(row.get_by_text("not translated")).to_have_count(2)
    page.evaluate("window.isTheSame = true")

    _add(page, *_phrasebook())
    jobs = page.get_by_role("region", name="Under way, and done since yesterday")
    expect(jobs.get_by_text("It is in use now.")).to_have_count(2, timeout=SLOW_MS)
    expect(jobs.get_by_text("Add: Spanish → English")).to_be_visible()
    models = page.get_by_role("region", name="Models on this box")
    expect(models.get_by_role("heading", name="English → Spanish")).to_be_visible()
    expect(models.get_by_text("A tiny phrasebook, for trying out only")).to_have_count(2)
    expect(row.get_by_text("is read")).to_be_visible()
    expect(row.get_by_text("is answered")).to_be_visible()
    assert page.evaluate("window.isTheSame") is True
    assert _incoming(box) == []

    models.locator("summary", has_text="What it has translated").first.click()
    expect(models.get_by_text("Licence: CC0 1.0").first).to_be_visible()
    page.get_by_role("button", name="Try it again English → Spanish").click()
    expect(page.get_by_text("Try again: English → Spanish")).to_be_visible()
    expect(page.get_by_text("It was tried. What came out stands with the model.")).to_be_visible(
        timeout=SLOW_MS
    )

    for name in ("English → Spanish", "Spanish → English"):
        card = models.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))
        card.locator("summary", has_text="What it has translated").click()
        card.locator(".ask > summary").click()
        card.get_by_role("button", name="Remove the model").click()
        expect(models.get_by_role("heading", name=name)).to_have_count(0, timeout=SLOW_MS)
    expect(models.get_by_text("There are none yet.")).to_be_visible()


def test_a_bar_shows_how_much_was_sent_and_sending_can_be_cancelled(
    box: RunningBox, at_page: Open
) -> None:
    page = at_page()
    _slow_down(page, 200_000)
    _add(page, _no_model("large.argosmodel", 4_000_000))
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(page.get_by_text("Sending large.argosmodel: ")).to_be_visible()
    expect(bar).not_to_have_attribute("value", "0")
    assert 0 < float(bar.get_attribute("value") or 0) < 100
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_visible()
    expect(bar).to_be_hidden()
    # A next one is taken: nobody is sending any more.
    _slow_down(page, -1)
    _add(page, _no_model())
    expect(page.get_by_text("Add: holiday.jpg")).to_be_visible()
    expect(page.get_by_text("Nothing was changed.")).to_be_visible(timeout=SLOW_MS)
    assert _incoming(box) == []


def test_what_cannot_be_sent_is_said_beside_the_field(box: RunningBox, at_page: Open) -> None:
    page = at_page()
    problem = page.get_by_role("alert")
    page.evaluate("document.querySelector('[data-upload]').dataset.max = 10")
    _add(page, _no_model())
    expect(problem).to_have_text("holiday.jpg is too large: 1,073 MB may be sent at once.")

    page.evaluate("document.querySelector('[data-upload]').dataset.max = 1e9")
    page.route("**/languages/add", lambda route: route.abort())
    _add(page, _no_model())
    expect(problem).to_contain_text("holiday.jpg did not arrive. Is there a connection to the box?")
    page.unroute("**/languages/add")

    page.evaluate("document.querySelector('[data-upload]').elements.csrf.value = 'x'")
    _add(page, _no_model())
    expect(problem).to_contain_text("This page was no longer valid.")

    page.context.clear_cookies()
    _add(page, _no_model())
    expect(problem).to_contain_text("holiday.jpg was not taken. Please reload this page")
    assert _change(box, "SELECT count(*) FROM model_jobs") == [(0,)]


def test_everything_works_without_scripts(box: RunningBox, at_page: Open) -> None:
    page = at_page(java_script_enabled=False)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Please choose a file first.")).to_be_visible()
    _add(page, _phrasebook()[0], _no_model())
    expect(page.get_by_text("The box is at it. This page shows how far it is.")).to_be_visible()
    # The page comes again by itself as long as something is under way.
    expect(page.get_by_text("It is in use now.")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Nothing was changed.")).to_be_visible(timeout=SLOW_MS)

    page.locator("summary", has_text="What it has translated").click()
    page.get_by_role("button", name="Try it again").click()
    expect(page.get_by_text("It was tried.")).to_be_visible(timeout=SLOW_MS)
    page.locator("summary", has_text="What it has translated").click()
    page.locator(".ask > summary").click()
    page.get_by_role("button", name="Remove the model").click()
    expect(page.get_by_text("It is removed.")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("There are none yet.")).to_be_visible()

    page.locator("summary", has_text="Which engine translates what").click()
    page.get_by_label("From", exact=True).select_option("es")
    page.get_by_label("Into", exact=True).select_option("en")
    page.get_by_label("Engine", exact=True).select_option("none")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("it is switched off below")).to_have_count(1)
    page.locator("summary", has_text="Which engine translates what").click()
    page.get_by_role("button", name="As usual Spanish → English").click()
    expect(page.get_by_text("it is switched off below")).to_have_count(0)


def test_models_are_asked_for_from_the_internet_without_scripts(
    box: RunningBox, at_page: Open
) -> None:
    # Nobody takes it up: nothing is to leave this machine.
    _change(
        box,
        "CREATE TRIGGER no_internet AFTER INSERT ON model_jobs WHEN NEW.kind = 'fetch' BEGIN"
        " UPDATE model_jobs SET state = 'failed', finished_at = NEW.created_at,"
        " message = 'It was interrupted.' WHERE id = NEW.id; END",
    )
    page = at_page(java_script_enabled=False)
    page.locator("summary", has_text="Or fetch it from the internet").click()
    page.get_by_label("Galician → English").check()
    page.get_by_role("button", name="Fetch", exact=True).click()
    expect(page.get_by_text("Fetch: Galician → English")).to_be_visible()
    expect(page.get_by_text("It was interrupted. Nothing was changed.")).to_be_visible()
    page.get_by_role("button", name="Fetch again").click()
    expect(page.get_by_text("Fetch: Galician → English")).to_have_count(2)
    expect(page.get_by_role("button", name="Fetch again")).to_have_count(1)


def test_nothing_is_asked_for_while_nobody_looks(box: RunningBox, at_page: Open) -> None:
    _insert_job(box, "fetch", "running", pair="ja-en", progress=45)
    page = at_page()
    asked: list[str] = []

    def count(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    page.route("**/languages/live", count)
    page.clock.install()
    page.reload()
    bar = page.get_by_role("progressbar").first
    expect(bar).to_have_attribute("value", "45")
    _change(box, "UPDATE model_jobs SET progress = 46")
    page.clock.run_for(1_000)
    expect(bar).to_have_attribute("value", "46")

    hide = "Object.defineProperty(document, 'hidden', {{ value: {}, configurable: true }});"
    tell = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(hide.format("true") + tell)
    # What was planned before is still asked for, once.
    page.clock.run_for(1_000)
    num = len(asked)
    page.clock.run_for(20_000)
    assert len(asked) <= num + 1
    _change(box, "UPDATE model_jobs SET progress = 47")
    page.evaluate(hide.format("false") + tell)
    page.clock.run_for(1_000)
    expect(bar).to_have_attribute("value", "47")


def _insert_job(box: RunningBox, kind: str, state: str, **columns: Any) -> None:
    row = {
        "kind": kind,
        "state": state,
        "account_id": 1,
        "created_at": "2026-11-21 12:00:00+00:00",
        **columns,
    }
    if state in {"done", "failed"}:
        row["finished_at"] = "2126-11-21 12:00:00+00:00"
    _change(
        box,
        f"INSERT INTO model_jobs ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        *row.values(),
    )


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_every_look_of_the_page_is_accessible_and_fits(
    box: RunningBox, at_page: Open, accessible: Check, fits: Check, scheme: str
) -> None:
    page = at_page(color_scheme=scheme)
    _add(page, _phrasebook()[0])
    expect(page.get_by_text("It is in use now.")).to_be_visible(timeout=SLOW_MS)
    _insert_job(box, "fetch", "running", pair="ja-en", progress=45)
    _insert_job(box, "fetch", "failed", pair="zh-en", message="It was interrupted.")
    name = {"sent_as": "a-file-with-a-name-that-is-as-long-as-names-get-in-our-houses"}
    _insert_job(box, "add", "running", arguments=json.dumps(name))
    page.reload()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.evaluate("document.querySelector('.sending').hidden = false")
    for size in (NARROW, PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        accessible(page)
        fits(page)
