"""What is needed to print a run, or to look at one before: read from the database, handed to the
press."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sosbox.config import Config
from sosbox.errors import ConflictError
from sosbox.i18n import N_
from sosbox.pieces.codes import piece_url
from sosbox.pieces.rules import TICKET, RunOptions, is_of_house, repeated, stamp
from sosbox.pieces.runs import Run
from sosbox.pieces.templates import FoundTemplate, find_template
from sosbox.places.addresses import own_address, settled_address
from sosbox.places.branding import Branding, load_branding
from sosbox.places.logo import Picture as Logo
from sosbox.printing.layout import PNG_PPI, TICKET_PPI, House, Picture, PieceData, PrintJob, Wifi
from sosbox.printing.paper import page_of

# How wide a picture is that somebody looks at before they print, in dots.
PREVIEW_DOTS = 760
# And one that shows what a template looks like.
SAMPLE_DOTS = 260
_PREVIEW_PIECE_ID = 32**4 - 1
_SAMPLE_TOKEN = "k7m2x9q4k7m2x9q4"  # noqa: S105 - as long as those of access points
NO_ADDRESS = N_(
    "Nobody has settled yet under which address guests reach the box, and every code would carry"
    " it. Please set base_url first."
)
NO_WIFI = N_("The name of the network for guests is missing. Please enter it under Branding.")


def load_run_job(connection: sqlite3.Connection, config: Config, run: Run) -> PrintJob:
    """Everything of a run whose pieces have their numbers. Raises NotFoundError, ConflictError."""
    found = find_template(connection, _subscriber_of(connection, run), run.template)
    branding = load_branding(connection, run.establishment_id)
    if not (is_of_house(found.template) or settled_address(config, branding.base_url)):
        raise ConflictError(NO_ADDRESS)
    rows = {row[0]: row[1:] for row in connection.execute(_PIECES_OF_RUN, (run.id,))}
    base = own_address(config, branding.base_url)
    pieces = []
    for point_id in repeated(run.access_points, run.options.copies):
        piece_id, version, printed_at, code, label, area, token = rows[point_id]
        url = piece_url(f"{base}/p/{token}", piece_id)
        shown = stamp(piece_id, version, printed_at, branding.zone)
        pieces.append(PieceData(code, label, area, url, shown))
    if is_of_house(found.template):
        pieces = [_of_house(branding, run.created_at)] * run.options.copies
    return _job(connection, run.establishment_id, found, branding, run.options, run.format, pieces)


def load_preview_job(
    connection: sqlite3.Connection,
    config: Config,
    *,
    subscriber_id: int,
    establishment_id: int,
    template: str,
    access_points: Sequence[int],
    options: RunOptions,
    now: datetime,
) -> PrintJob:
    """The first page of what would be printed, as a picture, with numbers that nobody has.

    The caller has checked that the establishment is the subscriber's. Raises NotFoundError.
    """
    found = find_template(connection, subscriber_id, template)
    branding = load_branding(connection, establishment_id)
    base = own_address(config, branding.base_url)
    num_shown = found.size.paper.num_places - options.start + 1
    shown_ids = repeated(access_points, options.copies)[:num_shown]
    rows = {
        row[0]: row[1:]
        for row in connection.execute(_POINTS, (establishment_id, json.dumps(shown_ids)))
    }
    shown = stamp(_PREVIEW_PIECE_ID, 1, now, branding.zone)
    pieces = [
        PieceData(code, label, area, piece_url(f"{base}/p/{token}", _PREVIEW_PIECE_ID), shown)
        for code, label, area, token in (rows[point] for point in shown_ids if point in rows)
    ]
    if is_of_house(found.template):
        pieces = [_of_house(branding, now)]
    job = _job(connection, establishment_id, found, branding, options, "png", pieces)
    return _with_dots(job, PREVIEW_DOTS)


def load_sample_job(
    connection: sqlite3.Connection,
    config: Config,
    found: FoundTemplate,
    *,
    establishment_id: int,
    now: datetime,
) -> PrintJob:
    """One piece for a room that may not be there, as a PDF: to try a template out.

    It needs nothing that the house has not settled. Raises NotFoundError.
    """
    branding = load_branding(connection, establishment_id)
    if not branding.wifi_name:
        branding = replace(branding, wifi_name="WiFi")
    piece = _of_house(branding, now)
    if not is_of_house(found.template):
        url = f"{own_address(config, branding.base_url)}/p/{_SAMPLE_TOKEN}"
        shown = stamp(_PREVIEW_PIECE_ID, 1, now, branding.zone)
        piece = PieceData("R-204", "204", "2", piece_url(url, _PREVIEW_PIECE_ID), shown)
    return _job(connection, establishment_id, found, branding, RunOptions(), "pdf", [piece])


def as_sample_picture(job: PrintJob) -> PrintJob:
    """The same as a small picture of the piece alone, whose codes nobody reads."""
    paper = job.paper
    if not (job.size.is_roll or paper.folded):
        paper = replace(page_of(paper.width, paper.height), marks=paper.marks)
    return _with_dots(replace(job, paper=paper, format="png", is_draft=True), SAMPLE_DOTS)


def _with_dots(job: PrintJob, num_dots: int) -> PrintJob:
    dots_per_mm = num_dots / max(job.paper.page_width, job.paper.page_height)
    return replace(job, ppi=dots_per_mm * 25.4)


def _job(
    connection: sqlite3.Connection,
    establishment_id: int,
    found: FoundTemplate,
    branding: Branding,
    options: RunOptions,
    file_format: str,
    pieces: Sequence[PieceData],
) -> PrintJob:
    if found.template.needs == "wifi" and not branding.wifi_name:
        raise ConflictError(NO_WIFI)
    (promise_hours,) = connection.execute(
        "SELECT promise_hours FROM establishments WHERE id = ?", (establishment_id,)
    ).fetchone()
    return PrintJob(
        template=found.template,
        size=found.size,
        paper=options.paper_of(found.size),
        house=house_of(branding, options.languages, promise_hours),
        pieces=tuple(pieces),
        format="png" if file_format == TICKET else file_format,
        ppi=TICKET_PPI if file_format == TICKET else PNG_PPI,
        files=found.files,
    )


def house_of(branding: Branding, languages: tuple[str, ...], promise_hours: int) -> House:
    """The house as paper shows it. languages: none for those that it has settled."""
    return House(
        name=branding.house_name,
        company=branding.company_name,
        website=branding.website,
        service=branding.service_name,
        service_website=branding.service_website,
        languages=languages or branding.languages,
        color=branding.color,
        accent_color=branding.accent_color,
        promise_hours=promise_hours,
        sheets=branding.official_sheets,
        extra=branding.extra_texts,
        logo=_if_there(branding.house_logo),
        company_logo=_if_there(branding.company_logo),
        service_logo=_if_there(branding.service_logo),
        wifi=Wifi(branding.wifi_name, branding.wifi_password) if branding.wifi_name else None,
    )


def _of_house(branding: Branding, now: datetime) -> PieceData:
    day = now.astimezone(branding.zone).date().isoformat()
    return PieceData("", branding.house_name, "", "", day)


def _if_there(logo: Logo | None) -> Picture | None:
    return printed_picture(logo) if logo is not None else None


def printed_picture(logo: Logo) -> Picture:
    """A stored logo as the press takes it."""
    return Picture(logo.data, "svg" if "svg" in logo.type else "png")


def _subscriber_of(connection: sqlite3.Connection, run: Run) -> int:
    row = connection.execute(
        "SELECT subscriber_id FROM establishments WHERE id = ?", (run.establishment_id,)
    ).fetchone()
    return int(row[0])


_PIECES_OF_RUN = """
    SELECT p.access_point_id, p.id, p.version, p.printed_at, a.code, a.label, r.name, a.token
    FROM pieces p JOIN access_points a ON a.id = p.access_point_id JOIN areas r ON r.id = a.area_id
    WHERE p.run_id = ?
"""
_POINTS = """
    SELECT a.id, a.code, a.label, r.name, a.token
    FROM access_points a JOIN areas r ON r.id = a.area_id
    WHERE a.establishment_id = ? AND a.retired_at IS NULL
    AND a.id IN (SELECT value FROM json_each(?))
"""
