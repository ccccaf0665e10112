"""Takes the pictures of the README and the guides: `make screenshots`.

With names, `python -m docs.make_screenshots guest-form receipt`, only these are written.

A box with the demonstration hotel is started in a temporary folder. A few guests write on the real
pages, the staff answers in the real console, and Chromium photographs what they see. One thing is
done by hand: cases are moved into the past, so that some of them are late.
"""

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from sosbox.channels.catcher import MailCatcher
from sosbox.cli.demo import prepare_demo
from sosbox.setup.demo import DEMO_LOGIN
from sosbox.web.demo_mail import CAUGHT_MAIL_FOLDER
from tests.support.server import RunningBox, sosbox

PICTURES = Path(__file__).parent / "pictures"
MAX_BYTES = 180_000
# What the guests' phones are told; Chromium finds the box behind it.
HOST = "sos.mardefora.example"
ADDRESS = f"http://{HOST}"
PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=660)
# Wide enough for a mail, and as high as one.
MAIL = ViewportSize(width=760, height=780)
MANAGER = "manager@mardefora.example"
AGENT = "agent@mardefora.example"
WAIT_S = 20


@dataclass(frozen=True)
class Guest:
    """What one of them writes, and how long ago.

    more: what is filled in beside the text, by the label of the field.
    """

    place: str
    text: str
    ago: timedelta
    kind: str = ""
    remedy: str = ""
    contact: tuple[tuple[str, str], ...] = ()
    language: str = "en"


SHOWER = Guest(
    "HAB-204",
    "There is no hot water in our room. The shower in room 204 does not work.",
    timedelta(minutes=50),
    kind="Complaint",
    remedy="Hot water before dinner.",
)
SOUP = Guest(
    "MESA-7",
    "La sopa llegó fría y tardaron 40 minutos en cambiarla. Nadie pidió disculpas.",
    timedelta(hours=53),
)
THANKS = Guest(
    "SPA-1", "Grazas á rapaza da piscina: atopou o anel da miña nai!", timedelta(hours=30)
)
NOISE = Guest(
    "HAB-201",
    "The air conditioning makes a lot of noise at night. We cannot sleep.",
    timedelta(hours=45),
    contact=(("Name", "Dora Keller"), ("E-mail", "dora.keller@example.com")),
)
SHADE = Guest(
    "TERR-1",
    "Mehr Sonnenschirme auf der Terrasse, bitte. Mittags gibt es keinen Schatten.",
    timedelta(hours=21),
    kind="Suggestion",
)
LOCKERS = Guest(
    "SPA-2",
    "The music is very loud. Can you bring us clean towels?",
    timedelta(minutes=4),
    kind="Complaint",
    remedy="A locker that locks.",
)
# What the filter of the demonstration against advertising finds.
ADVERTS = (
    Guest(
        "MESA-7",
        "Win a cruise for two! https://cruises.example/win – only today, only for guests of this"
        " hotel: https://cruises.example/today",
        timedelta(hours=5),
    ),
    Guest(
        "TERR-1",
        "Cheap watches, the same as in the shops. http://watches.example/a http://watches.example/b",
        timedelta(minutes=12),
    ),
)
# What the models of the demonstration can translate.
TAP = Guest(
    "HAB-201",
    "The tap in the bathroom is leaking again. Can you bring us clean towels?",
    timedelta(minutes=9),
)
# In three scripts and both directions of reading.
TOWELS = Guest(
    "HAB-201",
    "Faltan dúas toallas no baño. Poden subilas antes das oito?",
    timedelta(minutes=3),
    language="gl",
)
AIR = Guest(
    "HAB-204",
    "エアコンの音が大きくて眠れません。別の部屋に替えていただけますか。",
    timedelta(minutes=2),
    language="ja",
)
WIFI = Guest(
    "HAB-201",
    "Wi-Fi لا يعمل في الغرفة منذ الصباح. هاتفي +34 600 123 456",
    timedelta(minutes=1),
    language="ar",
)
# The order in which they are filed is the one in which they were written.
GUESTS = (SOUP, NOISE, THANKS, SHADE, SHOWER, LOCKERS)
# Reads English, unlike most of the others.
SPA_TEAM = "spa@mardefora.example"


@dataclass(frozen=True)
class Filed:
    case_id: int
    receipt: str


class Studio:
    """A box that runs, and browsers that look at it."""

    def __init__(self, running: RunningBox, browser: Browser) -> None:
        self._running = running
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def open(
        self, path: str, viewport: ViewportSize = PHONE, locale: str = "en-GB", **options: Any
    ) -> Page:
        """A page in a browser of its own."""
        sharp = 2 if viewport is PHONE else 1
        context = self._browser.new_context(
            viewport=viewport,
            locale=locale,
            device_scale_factor=sharp,
            reduced_motion="reduce",
            timezone_id="Europe/Madrid",
            **options,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.goto(ADDRESS + path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def path_of(self, place: str) -> str:
        return "/p/" + self._running.page_of(place).rpartition("/")[2]

    def file(self, guest: Guest, *, is_held: bool = False) -> Filed:
        """The guest writes on the page of the place and gets a receipt.

        is_held: a filter finds it, so that nobody is told.
        """
        page = self.open(self.path_of(guest.place) + f"?lang={guest.language}")
        page.locator("#text").fill(guest.text)
        if guest.kind or guest.remedy or guest.contact:
            page.get_by_text("Add more, if you like").click()
        if guest.kind:
            page.get_by_label(guest.kind).check()
        if guest.remedy:
            page.get_by_label("What would put it right?").fill(guest.remedy)
        for label, value in guest.contact:
            page.get_by_label(label).fill(value)
        page.locator("button[type=submit]").click()
        page.wait_for_url("**/t/*")
        case_id = self._wait_until(_HELD if is_held else _TOLD)
        self._move_back(case_id, guest.ago)
        return Filed(case_id, page.url.removeprefix(ADDRESS))

    def log_in(self, email: str, viewport: ViewportSize, **options: Any) -> Page:
        page = self.open("/admin/login", viewport, **options)
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(self._password())
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin")
        return page

    def mail_to(self, address: str) -> str:
        """The path of the newest caught mail to somebody."""
        folder = self._running.data_dir / CAUGHT_MAIL_FOLDER
        line = f"\r\nTo: {address}\r\n".encode()
        names = [path.stem for path in sorted(folder.glob("*.eml")) if line in path.read_bytes()]
        return f"/demo/mail/{names[-1]}"

    def print_pieces(self, template: str) -> None:
        """Pieces for all access points, as from the command line."""
        out = self._running.data_dir / "all.pdf"
        words = ("print", "--template", template, "--all", "--out", str(out))
        sosbox(*words, "--data", str(self._running.data_dir))

    def _password(self) -> str:
        return (self._running.data_dir / "demo-password").read_text("utf-8").strip()

    def _wait_until(self, query: str) -> int:
        """Waits until something holds for the newest case, and returns its id."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            with self._database() as connection:
                case_id, is_done = connection.execute(query).fetchone()
            if is_done:
                return int(case_id)
            time.sleep(0.1)
        raise SystemExit("the worker does not do its work")

    def _move_back(self, case_id: int, delta: timedelta) -> None:
        moments = {
            ("cases", "id"): ("filed_at", "promise_due_at", "legal_due_at"),
            ("messages", "case_id"): ("created_at",),
            ("deliveries", "case_id"): ("created_at", "last_attempt_at", "sent_at"),
        }
        with self._database() as connection:
            for (table, key), columns in moments.items():
                for column in columns:
                    connection.execute(
                        f"UPDATE {table} SET {column} = moved({column}, ?) WHERE {key} = ?",
                        (delta.total_seconds(), case_id),
                    )
            connection.commit()

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        path = self._running.data_dir / "sosbox.db"
        with closing(sqlite3.connect(path, timeout=WAIT_S)) as connection:
            connection.create_function("moved", 2, _moved)
            yield connection


# Everybody has had a notice, or the message is in quarantine.
_TOLD = """
    SELECT c.id, count(d.id) AND count(d.id) = count(d.id) FILTER (WHERE d.state = 'sent')
    FROM cases c LEFT JOIN deliveries d ON d.case_id = c.id
    GROUP BY c.id ORDER BY c.id DESC LIMIT 1
"""
_HELD = "SELECT id, is_quarantined FROM cases ORDER BY id DESC LIMIT 1"


def _moved(moment: str | None, seconds: float) -> str | None:
    if moment is None:
        return None
    return (datetime.fromisoformat(moment) - timedelta(seconds=seconds)).isoformat(" ")


def take_pictures(studio: Studio) -> None:
    """The whole story, photographed on the way."""
    place = studio.path_of(SHOWER.place)
    photograph(studio.open(f"{place}?lang=en"), "guest-form")
    photograph(studio.open(place, color_scheme="dark"), "guest-form-dark")
    photograph(studio.open(place, locale="es-ES"), "guest-form-es")
    filed = {guest: studio.file(guest) for guest in GUESTS}
    photograph(studio.open(filed[SHOWER].receipt), "receipt")
    photograph(studio.open(studio.mail_to(SPA_TEAM), MAIL), "mail")

    photograph(studio.open("/admin/login", MAIL), "login")
    manager = studio.log_in(MANAGER, DESK)
    agent = studio.log_in(AGENT, DESK)
    thank(manager, filed[THANKS])
    answer(
        manager,
        filed[SHADE],
        "Danke! Vier weitere Schirme stehen ab Freitag auf der Terrasse.",
        "de",
    )
    work_on_noise(agent, filed[NOISE])
    answer(
        agent,
        filed[SHOWER],
        "We are sorry. The boiler of your floor was off and is on again. Please let the water run"
        " for a minute. If it stays cold, write here and we come up.",
    )
    photograph(studio.open(filed[SHOWER].receipt), "receipt-answered")

    owner = studio.log_in(DEMO_LOGIN, DESK)
    photograph(owner, "inbox")
    show(owner, filed[NOISE])
    photograph(owner, "case")
    owner.goto(f"{ADDRESS}/admin/settings/rules")
    photograph(owner, "settings-rules")
    ask_who_gets_noise(owner)
    photograph(owner, "settings-who")
    dark = studio.log_in(DEMO_LOGIN, DESK, color_scheme="dark")
    show(dark, filed[NOISE])
    photograph(dark, "case-dark")
    phone = studio.log_in(DEMO_LOGIN, PHONE)
    show(phone, filed[NOISE])
    photograph(phone, "case-phone")
    for advert in ADVERTS:
        studio.file(advert, is_held=True)
    owner.goto(f"{ADDRESS}/admin/quarantine")
    photograph(owner, "quarantine")
    try_filter(owner)
    photograph(owner, "filter")
    take_pictures_of_languages(studio)
    tap = studio.file(TAP)
    answer(agent, tap, "Lo sentimos. El técnico va de camino. Le traemos toallas limpias.", "es")
    photograph(translated(studio.open(tap.receipt)), "receipt-translated")
    show(owner, tap)
    photograph(owner, "case-translated")
    owner.goto(f"{ADDRESS}/admin/settings/languages")
    photograph(owner, "settings-languages")
    take_pictures_of_paper(studio, owner, phone)


def take_pictures_of_languages(studio: Studio) -> None:
    """The pages of guests whose phones are set to Galician, Japanese and Arabic; easy words."""
    place = studio.path_of(AIR.place)
    photograph(studio.open(place, locale="gl-ES"), "guest-form-gl")
    photograph(studio.open(place, locale="ja-JP"), "guest-form-ja")
    photograph(studio.open(place, locale="ar"), "guest-form-ar")
    photograph(studio.open(f"{place}?easy=1"), "guest-form-easy")
    photograph(studio.open(studio.file(TOWELS).receipt, locale="gl-ES"), "receipt-gl")
    photograph(studio.open(studio.file(AIR).receipt, locale="ja-JP"), "receipt-ja")
    photograph(studio.open(studio.file(WIFI).receipt, locale="ar"), "receipt-ar")


def take_pictures_of_paper(studio: Studio, owner: Page, phone: Page) -> None:
    """Printing, with the picture of what comes out; a stop of a round on a phone."""
    owner.goto(f"{ADDRESS}/admin/settings/print?what=leaflet-a5")
    owner.locator("#places").get_by_text("Planta 2", exact=True).click()
    owner.locator("img[src*=preview]").last.wait_for()
    owner.wait_for_load_state("networkidle")
    photograph(owner, "settings-print")
    owner.goto(f"{ADDRESS}/admin/settings/branding")
    photograph(owner, "settings-branding")
    studio.print_pieces("leaflet-a6")
    phone.goto(f"{ADDRESS}/admin/rounds")
    phone.get_by_role("button", name="Begin the round").click()
    phone.get_by_text("Scan the code").wait_for()
    photograph(phone, "round-stop")


def show(page: Page, filed: Filed) -> None:
    page.goto(f"{ADDRESS}/admin/cases/{filed.case_id}")


def answer(page: Page, filed: Filed, text: str, language: str = "en") -> None:
    show(page, filed)
    page.get_by_label("Answer to the guest").fill(text)
    page.locator("#answer-language").select_option(language)
    page.get_by_role("button", name="Send to the guest").click()
    page.get_by_text("Your answer is with the guest.").wait_for()


def thank(page: Page, filed: Filed) -> None:
    answer(page, filed, "Moitas grazas por contalo! Xa llo dixemos a Noa.", "gl")
    page.get_by_text("Resolve", exact=True).click()
    page.get_by_label("What was the outcome?").fill("Noa sabe que lle están agradecidos.")
    page.get_by_role("button", name="Resolve with this outcome").click()
    page.get_by_text("The case is resolved.").wait_for()


def translated(page: Page) -> Page:
    """A receipt, once the answer on it is translated."""
    deadline = time.monotonic() + WAIT_S
    while not page.locator(".original").count():
        if time.monotonic() > deadline:
            raise SystemExit("the worker does not translate")
        page.wait_for_timeout(500)
        page.reload()
    return page


def ask_who_gets_noise(page: Page) -> None:
    """At night, so that the rota has a say; with what becomes of it in sight."""
    page.goto(f"{ADDRESS}/admin/settings/who")
    page.get_by_label("Where").select_option(label="Habitación 201 (HAB-201)")
    page.get_by_label("Time").fill("23:30")
    page.get_by_label("What the guest writes").fill("There is a lot of noise next door.")
    page.get_by_role("button", name="Who gets this?").click()
    page.get_by_role("heading", name="Why").wait_for()
    page.locator("#answer").scroll_into_view_if_needed()


def try_filter(page: Page) -> None:
    """The filter against advertising, and what it would have caught."""
    page.goto(f"{ADDRESS}/admin/settings/filters")
    page.get_by_role("link", name="Change advertising").click()
    page.get_by_role("link", name="What would this filter have caught").click()
    page.get_by_role("heading", name="What would this filter have caught").wait_for()


def work_on_noise(page: Page, filed: Filed) -> None:
    show(page, filed)
    page.get_by_role("button", name="Take it").click()
    page.get_by_text("The case has changed hands.").wait_for()
    page.get_by_role("button", name="Mark as in progress").click()
    page.get_by_text("The state has changed.").wait_for()
    page.get_by_text("Add a note for colleagues").click()
    page.get_by_label("Note", exact=True).fill(
        "It is the ventilation of the laundry. The technician comes tomorrow; 305 is free tonight."
    )
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("Your note is kept.").wait_for()


def photograph(page: Page, name: str) -> None:
    """Writes docs/pictures/NAME.png: what fits on the screen, without a cursor in a field."""
    if sys.argv[1:] and name not in sys.argv[1:]:
        return
    page.evaluate("document.activeElement?.blur()")
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    num_bytes = path.stat().st_size
    print(f"{num_bytes / 1000:6.0f} kB  {path.name}")
    if num_bytes > MAX_BYTES:
        raise SystemExit(f"{path} is larger than {MAX_BYTES // 1000} kB")


@contextmanager
def running_demo(data_dir: Path) -> Iterator[RunningBox]:
    """The demonstration hotel, served from a folder; its mail is caught there."""
    data_dir.mkdir(mode=0o700)
    prepare_demo(data_dir, ADDRESS)
    catcher = MailCatcher(data_dir / CAUGHT_MAIL_FOLDER)
    catcher.start()
    env = {"SOSBOX_DEMO": "1", "SOSBOX_SMTP_FROM": "sosbox@mardefora.example"}
    running = RunningBox(data_dir, catcher.port, env)
    try:
        running.start()
        yield running
        running.stop()
    finally:
        running.kill()
        catcher.stop()


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise SystemExit("Chromium is missing: apt-get install chromium")


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="sosbox-pictures-") as folder,
        running_demo(Path(folder) / "data") as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{running.port}"],
        )
        studio = Studio(running, browser)
        try:
            take_pictures(studio)
        finally:
            studio.close()
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
