"""Elena, a new owner, sets up who is told of what, by the pages alone and without scripts."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from sosbox.dispatch.preview import facts_of_place, preview
from sosbox.routing.queries import load_rule_sets
from tests.browser.conftest import DESK, PHONE
from tests.support.server import RunningBox, sosbox
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
MADRID = ZoneInfo("Europe/Madrid")

# A house with nobody to be told yet, as an installer leaves it.
HOUSE = """
[[subscriber]]
slug = "sol"
name = "Hoteles Sol"

[[establishment]]
slug = "hotel-sol"
subscriber = "sol"
name = "Hotel Sol"
timezone = "Europe/Madrid"

[[area]]
establishment = "hotel-sol"
slug = "rooms"
name = "Rooms"

[[area]]
establishment = "hotel-sol"
slug = "spa"
name = "Spa"

[[area]]
establishment = "hotel-sol"
slug = "restaurant"
name = "Restaurant"

[[access_point]]
establishment = "hotel-sol"
area = "rooms"
code = "S-101"
label = "Room 101"

[[access_point]]
establishment = "hotel-sol"
area = "spa"
code = "S-SPA"
label = "Pool"

[[access_point]]
establishment = "hotel-sol"
area = "restaurant"
code = "S-T1"
label = "Table 1"

[[account]]
email = "elena@sol.example"
name = "Elena"
subscriber = "sol"
role = "owner"
password_file = "password"
"""

DAY = "noa@sol.example"
NIGHT = "brais@sol.example"
CHRISTMAS = "marta@sol.example"
SPA = "spa@sol.example"
KITCHEN = "kitchen@sol.example"
ELENA = "elena@sol.example"
DUTY = "+34600111222"

# 2026-11-23 is a Monday. Where, when, what is written: who is told at once.
MESSAGES = [
    ("S-101", "2026-11-23 10:00", "The tap drips", {DAY}),
    ("S-101", "2026-11-23 07:00", "No towels", {DAY}),
    ("S-101", "2026-11-23 06:59", "No towels", {NIGHT}),
    ("S-101", "2026-11-23 22:59", "The key does not work", {DAY}),
    ("S-101", "2026-11-23 23:00", "The key does not work", {NIGHT}),
    ("S-101", "2026-11-29 03:30", "The heating is off", {NIGHT}),
    ("S-101", "2026-12-24 23:30", "Feliz Navidad", {CHRISTMAS}),
    ("S-101", "2026-12-25 06:30", "No hot water", {CHRISTMAS}),
    ("S-101", "2026-12-25 12:00", "No hot water", {DAY}),
    ("S-101", "2026-11-23 23:30", "Mucho RUIDO arriba", {NIGHT, DUTY}),
    ("S-101", "2026-11-23 12:00", "Mucho ruido arriba", {DAY}),
    ("S-101", "2026-11-24 02:00", "Hay humo en el pasillo", {DUTY, ELENA}),
    ("S-T1", "2026-11-24 14:00", "¡FUEGO en la cocina!", {DUTY, ELENA}),
    ("S-SPA", "2026-11-24 12:00", "The water is cold", {SPA}),
    ("S-SPA", "2026-11-29 19:59", "The water is cold", {SPA}),
    ("S-SPA", "2026-11-23 12:00", "The door is locked", {DAY}),
    ("S-SPA", "2026-11-23 23:30", "I forgot my watch", {NIGHT}),
    ("S-T1", "2026-11-24 14:00", "The soup is cold", {KITCHEN}),
    ("S-T1", "2026-11-24 23:30", "Gracias por todo", {KITCHEN}),
    ("S-T1", "2026-11-24 14:00", "El camarero de la cocina fue grosero", {ELENA}),
]


@pytest.fixture(scope="module")
def house(running: RunningBox) -> None:
    path = running.data_dir / "sol.toml"
    path.write_text(HOUSE, "utf-8")
    sosbox("apply", str(path), "--data", str(running.data_dir))


@pytest.fixture
def elena(running: RunningBox, house: None, open_page: Open) -> Page:
    page = open_page(f"{running.url}/admin/settings", viewport=PHONE, java_script_enabled=False)
    page.get_by_label("E-mail").fill(ELENA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Who is told, and when")).to_be_visible()
    return page


def _save(page: Page, button: str = "Save") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("It is stored, and holds from now on.")).to_be_visible()


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Settings").get_by_role("link", name=name).click()


def _group(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


def _choose(page: Page, group: str, *names: str) -> None:
    for name in names:
        _group(page, group).get_by_label(name, exact=True).check()


def _add_recipient(page: Page, name: str, *, email: str = "", sms: str = "") -> None:
    _tab(page, "Recipients")
    page.get_by_role("link", name="Add a recipient").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail addresses").fill(email)
    page.get_by_label("Numbers for SMS").fill(sms)
    _save(page)


def _add_shift(
    page: Page, who: str, start: str, end: str, *, day: str = "", last_day: str = ""
) -> None:
    """Every day, or an exception from `day` to `last_day`."""
    summary = "Add an exception for some dates" if day else "Add a shift"
    step = page.locator("details", has_text=summary)
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    if day:
        step.get_by_role("group", name="On these dates").get_by_label("from").first.fill(day)
        step.get_by_role("group", name="On these dates").get_by_label("until").first.fill(last_day)
    else:
        for box in step.get_by_role("group", name="On these days").get_by_role("checkbox").all():
            box.check()
    step.get_by_role("group", name="At these hours").get_by_label("from").first.fill(start)
    step.get_by_role("group", name="At these hours").get_by_label("until").first.fill(end)
    step.get_by_role("group", name="Who is there").get_by_label(who).check()
    step.get_by_role("button", name="Add").click()
    expect(page.get_by_text("It is stored, and holds from now on.")).to_be_visible()


def _add_rule(
    page: Page,
    *tell: str,
    areas: tuple[str, ...] = (),
    words: str = "",
    weekdays: tuple[str, ...] = (),
    hours: tuple[str, str] | None = None,
    leave_out: tuple[str, ...] = (),
    stop: bool = False,
) -> None:
    _tab(page, "Rules")
    page.get_by_role("link", name="Add a rule").click()
    _choose(page, "from these areas", *areas)
    if words:
        page.get_by_text("depending on what it says").click()
        page.get_by_label("says one of these words").fill(words)
    if weekdays or hours:
        page.get_by_text("depending on when it is written").click()
        _choose(page, "on these days", *weekdays)
    if hours:
        group = _group(page, "at these hours")
        group.get_by_label("from").first.fill(hours[0])
        group.get_by_label("until").first.fill(hours[1])
    _choose(page, "tell", *tell)
    if leave_out:
        page.get_by_text("More: leave somebody out").click()
        _choose(page, "do not tell, whatever other rules say", *leave_out)
    if stop:
        page.get_by_label("Stop here").check()
    _save(page)


def _told(running: RunningBox, code: str, at: str, text: str) -> set[str]:
    """Whom the box would tell at once, at which address."""
    moment = datetime.fromisoformat(at).replace(tzinfo=MADRID)
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        (point,) = connection.execute(
            "SELECT id FROM access_points WHERE code = ?", (code,)
        ).fetchone()
        facts = facts_of_place(connection, point, text=text)
        book = load_rule_sets(connection.execute)[facts.subscriber_id]
    return {one.address for one in preview(book, facts, moment).reached if not one.after_minutes}


def test_a_new_owner_sets_a_house_up_and_twenty_messages_reach_whom_they_should(
    running: RunningBox, elena: Page, open_page: Open, fits: Check, accessible: Check
) -> None:
    page = elena
    # The page says where to begin.
    expect(page.get_by_text("Begin with the people")).to_be_visible()
    _add_recipient(page, "Noa", email=DAY)
    _add_recipient(page, "Brais", email=NIGHT)
    _add_recipient(page, "Marta", email=CHRISTMAS)
    _add_recipient(page, "Spa team", email=SPA)
    _add_recipient(page, "Kitchen", email=KITCHEN)
    _add_recipient(page, "Elena", email=ELENA)
    _add_recipient(page, "Duty manager", sms="600 111 222")
    _add_recipient(page, "Reception")

    # Reception becomes a post with a day, a night, and one Christmas.
    page.get_by_role("listitem").filter(has_text="Reception").get_by_role(
        "link", name="Rota"
    ).click()
    _add_shift(page, "Noa", "07:00", "23:00")
    _add_shift(page, "Brais", "23:00", "07:00")
    expect(page.get_by_text("Every hour of the week is covered.")).to_be_visible()
    _add_shift(page, "Marta", "23:00", "07:00", day="2026-12-24", last_day="2026-12-26")
    expect(page.get_by_text("24 Dec 2026 – 26 Dec 2026, 23:00–07:00")).to_be_visible()

    open_days = ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    _add_rule(page, "Duty manager", "Elena", words="fuego, humo, incendio", stop=True)
    _add_rule(page, "Elena", words="camarero", leave_out=("Kitchen",))
    _add_rule(page, "Spa team", areas=("Spa",), weekdays=open_days, stop=True)
    _add_rule(page, "Reception", areas=("Rooms", "Spa"))
    _add_rule(page, "Duty manager", words="ruido", hours=("22:00", "08:00"))
    _add_rule(page, "Kitchen", areas=("Restaurant",))
    expect(
        page.get_by_text(
            "When a message comes from Spa and is written from Tuesday to Sunday, tell Spa team,"
            " and stop there."
        )
    ).to_be_visible()

    # The page says what is still missing, and leads there.
    _tab(page, "Overview")
    page.get_by_role("link", name="Choose who is told then").click()
    _choose(page, "When no rule finds anybody", "Elena")
    _save(page)
    page.get_by_role("link", name="Say what happens then").click()
    page.get_by_role("link", name="Add a step").click()
    page.get_by_label("after so many minutes").fill("20")
    _choose(page, "tell", "Duty manager")
    _save(page)
    expect(
        page.get_by_text("If nobody has opened the case after 20 minutes, tell Duty manager.")
    ).to_be_visible()
    _tab(page, "Overview")
    expect(page.get_by_text("Try it out")).to_be_visible()

    for code, at, text, expected in MESSAGES:
        assert _told(running, code, at, text) == expected, (code, at, text)

    # The same, as Elena sees it.
    page.get_by_role("link", name="Who gets this now?").first.click()
    page.get_by_label("Where").select_option(label="Pool (S-SPA)")
    page.get_by_label("Day").fill("2026-11-23")
    page.get_by_label("Time").fill("23:30")
    page.get_by_label("What the guest writes").fill("I forgot my watch")
    page.get_by_role("button", name="Who gets this?").click()
    answer = page.get_by_role("region", name="Pool, Mon 23 Nov, 23:30")
    expect(answer.get_by_text("Brais for Reception")).to_be_visible()
    expect(answer.get_by_text(DUTY)).to_be_visible()
    expect(page.get_by_text("It is for other days of the week.")).to_be_visible()

    _look_at_every_page(running, page, open_page, fits, accessible)


def _look_at_every_page(
    running: RunningBox, elena: Page, open_page: Open, fits: Check, accessible: Check
) -> None:
    """All pages of the settings, as they are now, narrow and wide; axe needs scripts."""
    addresses = _addresses(elena)
    assert len(addresses) >= 13, addresses
    page = open_page(f"{running.url}/admin", viewport=DESK)
    page.get_by_label("E-mail").fill(ELENA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    for address in addresses:
        page.goto(f"{running.url}{address}")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        for size in (NARROW, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            accessible(page)
            fits(page)


def _addresses(page: Page) -> list[str]:
    """One of each kind of page, found by following the links from the overview."""
    root = "/admin/settings"
    kinds: dict[str, str] = {root: root}
    waiting = [root]
    while waiting:
        page.goto(page.url.partition("/admin")[0] + waiting.pop())
        for link in page.locator("main a:not([download]), nav a").all():
            target = (link.get_attribute("href") or "").partition("#")[0]
            kind = "/".join("N" if part.isdigit() else part for part in target.split("/"))
            if kind.startswith(root) and "/filters" not in kind and kind not in kinds:
                kinds[kind] = target
                waiting.append(target)
    return list(kinds.values())


def test_what_cannot_be_stored_is_said_beside_its_field_on_a_phone(
    elena: Page, fits: Check
) -> None:
    page = elena
    _tab(page, "Recipients")
    page.goto(page.url.partition("?")[0] + "/new")
    page.get_by_label("Name").fill("Rita")
    page.get_by_label("E-mail addresses").fill("rita at home")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Nothing was stored yet.")).to_be_visible()
    expect(page.get_by_text("“rita at home” does not look like an e-mail address.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Rita")
    expect(page.get_by_label("E-mail addresses")).to_have_value("rita at home")
    expect(page.get_by_label("E-mail addresses")).to_have_attribute("aria-invalid", "true")
