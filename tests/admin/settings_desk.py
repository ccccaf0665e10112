"""Settings in Hotel Mar to walk through, and what forms carry."""

import re
from dataclasses import dataclass
from html import unescape

from sosbox.db import DB, Transaction
from sosbox.pieces.rules import RunOptions
from sosbox.pieces.tables import OwnTemplate, PrintRun
from sosbox.pieces.templates import OWN
from sosbox.places.translation_settings import keep_term
from sosbox.routing.filter_actions import add_filter
from sosbox.routing.recipient_actions import add_recipient
from sosbox.routing.rota_actions import add_shift
from sosbox.routing.step_actions import add_step
from tests.routing.settings_kit import (
    a_filter,
    a_recipient,
    a_shift,
    a_step,
    recipient_called,
    rule_called,
)
from tests.support.console import Browser, field_of
from tests.support.pictures import make_png
from tests.support.print_jobs import HEAD
from tests.support.venue import NOON, Venue

SETTINGS = "/admin/settings"


@dataclass(frozen=True)
class Desk:
    """Ids: Noa stands in the rota of the post Nocturna; the house has a step that tells Anna."""

    house_id: int
    rule_id: int
    desk_id: int
    boss_id: int
    noa_id: int
    night_id: int
    shift_id: int
    step_id: int
    filter_id: int
    term_id: int
    area_id: int
    point_id: int
    run_id: int
    template: str

    @property
    def path_values(self) -> dict[str, int | str]:
        """For the paths of routes."""
        return {
            "house_id": self.house_id,
            "rule_id": self.rule_id,
            "recipient_id": self.night_id,
            "shift_id": self.shift_id,
            "step_id": self.step_id,
            "filter_id": self.filter_id,
            "term_id": self.term_id,
            "area_id": self.area_id,
            "point_id": self.point_id,
            "run_id": self.run_id,
            "template": self.template,
        }


def _hang_logos(tx: Transaction) -> None:
    tx.sql(
        "UPDATE establishments SET logo = ?, logo_type = 'image/png' WHERE slug = 'hotel-mar'",
        make_png(),
    )
    tx.sql(
        "UPDATE subscribers SET logo = ?1, logo_type = 'image/png', service_logo = ?1,"
        " service_logo_type = 'image/png' WHERE slug = 'mar'",
        make_png(),
    )


RUN_FILE = "1-leaflet-a5.pdf"
OWN_TEMPLATE = HEAD + "#let piece(p) = qr-at(p, 10mm, 10mm, 40mm)\n"


def _print_once(tx: Transaction, venue: Venue) -> int:
    """A run that is done; its file is for who needs it to write."""
    options = RunOptions().as_json()
    return tx.insert(
        PrintRun,
        establishment_id=venue.house_id,
        account_id=venue.anna.account_id,
        template="leaflet-a5",
        access_points=f"[{venue.room_id}]",
        options=options,
        format="pdf",
        state="done",
        file=RUN_FILE,
        num_pages=1,
        created_at=NOON,
        finished_at=NOON,
    )


def _draw_template(tx: Transaction, venue: Venue) -> str:
    """A template of the company's own; returns the slug that all of them begin with."""
    tx.insert(
        OwnTemplate,
        subscriber_id=venue.subscriber_id,
        slug="carta",
        source=OWN_TEMPLATE,
        account_id=venue.anna.account_id,
        stored_at=NOON,
    )
    return f"{OWN}carta"


async def furnish(venue: Venue) -> Desk:
    await DB.write(_hang_logos)
    boss = await recipient_called(venue.anna, "boss")
    noa = await DB.write(add_recipient, viewer=venue.anna, draft=a_recipient("Noa"))
    night = await DB.write(
        add_recipient, viewer=venue.anna, draft=a_recipient("Nocturna", addresses={})
    )
    shift = await DB.write(add_shift, viewer=venue.anna, post_id=night, draft=a_shift(noa))
    step = await DB.write(
        add_step, viewer=venue.anna, draft=a_step(boss.id), house_id=venue.house_id
    )
    return Desk(
        house_id=venue.house_id,
        rule_id=(await rule_called(venue.anna, "reception")).id,
        desk_id=(await recipient_called(venue.anna, "desk")).id,
        boss_id=boss.id,
        noa_id=noa,
        night_id=night,
        shift_id=shift,
        step_id=step,
        filter_id=await DB.write(
            add_filter, now=NOON, viewer=venue.anna, draft=a_filter(words=["Nocturna"])
        ),
        term_id=await DB.write(
            keep_term,
            viewer=venue.anna,
            house_id=venue.house_id,
            term_id=None,
            term="Nocturna",
            translations={},
        ),
        area_id=venue.reception_id,
        point_id=venue.room_id,
        run_id=await DB.write(_print_once, venue),
        template=await DB.write(_draw_template, venue),
    )


async def edition_on(browser: Browser, path: str) -> str:
    """What the form on a page says that it was made from."""
    return field_of((await browser.get(path)).text, "edition")


def said(page: str) -> str:
    """The words of a page, without its tags."""
    words = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
    return " ".join(unescape(words).split())
