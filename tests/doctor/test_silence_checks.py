"""The doctor names places that have fallen silent."""

from pathlib import Path

from sosbox.db import DB
from sosbox.doctor.finding import Severity
from tests.doctor.conftest import examine_box, ids_of
from tests.support.messages import WEEKLY, write_cases
from tests.support.venue import Venue


def write_at_room(data_dir: Path, venue: Venue, *days_ago: float) -> None:
    DB.open(data_dir / "sosbox.db")
    try:
        DB.write_sync(write_cases, venue.room_id, *days_ago)
    finally:
        DB.close()


def test_a_place_that_has_fallen_silent_is_named(
    healthy: Path, venue: Venue, mail_port: int
) -> None:
    write_at_room(healthy, venue, *WEEKLY)
    found = [each for each in examine_box(healthy, mail_port) if each.id == "pieces.silent"]
    assert [each.severity for each in found] == [Severity.WARNING]
    assert "hotel-mar/R-204" in found[0].message


def test_a_place_that_guests_still_write_from_is_not(
    healthy: Path, venue: Venue, mail_port: int
) -> None:
    write_at_room(healthy, venue, 1, *WEEKLY)
    assert "pieces.silent" not in ids_of(examine_box(healthy, mail_port))
