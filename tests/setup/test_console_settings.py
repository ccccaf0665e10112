"""What was settled in the console is written out as a set-up file that changes nothing."""

from sosbox.box import Box
from sosbox.db import DB
from sosbox.lib.edition import edition_of
from sosbox.routing.house_actions import change_house
from sosbox.routing.recipient_actions import add_recipient, delete_recipient
from sosbox.routing.rota_actions import add_shift
from sosbox.routing.rule_actions import add_rule
from sosbox.routing.step_actions import add_step
from sosbox.setup.apply import apply_document
from sosbox.setup.document import parse_document
from sosbox.setup.export import export_box
from sosbox.setup.files import SetupFiles
from tests.routing.settings_kit import (
    a_house,
    a_recipient,
    a_rule,
    a_shift,
    a_step,
    recipient_called,
    rule_called,
    settings_of,
)
from tests.support.venue import NOON, Venue


async def _settle(venue: Venue) -> None:
    """Everything that the pages can store."""
    anna = venue.anna
    boss = await recipient_called(anna, "boss")
    rule = await rule_called(anna, "reception")
    noa = await DB.write(
        add_recipient,
        viewer=anna,
        draft=a_recipient(
            "Noa",
            addresses={
                "email": ("noa@mar.example",),
                "sms": ("+34600111222",),
                "webhook": ("https://example.com/hook",),
                "printer": ("192.168.1.50",),
            },
            channels=("sms", "email"),
            next_channel_minutes=10,
        ),
    )
    post = await DB.write(add_recipient, viewer=anna, draft=a_recipient("Night", addresses={}))
    gone = await DB.write(add_recipient, viewer=anna, draft=a_recipient("Gone"))
    for shift in (
        a_shift(noa, weekdays=("mon", "sun")),
        a_shift(weekdays=("tue",), hours=()),
        a_shift(boss.id, weekdays=(), dates=("2026-12-24..2026-12-26", "2026-12-31")),
    ):
        await DB.write(add_shift, viewer=anna, post_id=post, draft=shift)
    conditions = {
        "areas": [venue.reception_id],
        "words": ["ruido", "-música"],
        "without_words": ["broma"],
        "kinds": ["complaint"],
        "languages": ["en"],
        "weekdays": ["mon"],
        "hours": ["22:00-06:30"],
        "dates": ["2026-12-24..2027-01-06"],
        "holidays": False,
        "anonymous": True,
        "origins": ["qr"],
    }
    await DB.write(
        add_rule,
        viewer=anna,
        draft=a_rule(
            post,
            house_id=venue.house_id,
            conditions=conditions,
            left_out=(boss.id,),
            is_stop=True,
            is_safety=True,
            is_sensitive=True,
        ),
    )
    await DB.write(
        add_rule,
        viewer=anna,
        draft=a_rule(conditions={"access_points": [venue.table_id]}, left_out=(boss.id,)),
    )
    await DB.write(add_rule, viewer=anna, draft=a_rule(is_stop=True, is_safety=True))
    step = a_step(noa, repeat_minutes=5, max_times=3, hours=("08:00-22:00",))
    await DB.write(add_step, viewer=anna, draft=step, house_id=venue.house_id)
    await DB.write(add_step, viewer=anna, draft=a_step(post, until="resolved"), rule_id=rule.id)
    settings = await settings_of(anna)
    people = {"fallback": (boss.id,), "report": (boss.id,), "digest": (boss.id,)}
    await DB.write(
        change_house,
        viewer=anna,
        house_id=venue.house_id,
        draft=a_house(**people, digest_at="08:00"),
        edition=edition_of(settings.house(venue.house_id)),
    )
    await DB.write(
        delete_recipient,
        now=NOON,
        viewer=anna,
        recipient_id=gone,
        edition=edition_of(settings.recipient(gone)),
    )


async def test_an_export_of_what_the_console_has_stored_changes_nothing(
    box: Box, venue: Venue
) -> None:
    await _settle(venue)
    before = await settings_of(venue.anna)
    exported = await DB.read(lambda connection: export_box(connection, with_logos=False))
    assert "Gone" not in exported.text
    document = parse_document(exported.text)
    changes = await DB.write(apply_document, document, SetupFiles({}, {}), now=NOON)
    assert [str(change) for change in changes] == []
    assert await settings_of(venue.anna) == before
