"""A stop of a round: what should hang there, what the box says of a code, and what is noted."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import UPLOAD, Visit
from sosbox.admin.forms import as_id, path_id, read_query
from sosbox.admin.round_page import load_report
from sosbox.admin.rounds_page import ROUNDS, Progress, rounds_page
from sosbox.admin.settings_context import REFUSALS
from sosbox.admin.small_uploads import (
    MAX_SMALL_UPLOAD_BYTES,
    SmallUpload,
    read_small_upload,
)
from sosbox.admin.typed import Typed
from sosbox.db import DB
from sosbox.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
)
from sosbox.i18n import N_
from sosbox.printing.press import MAX_PICTURE_BYTES, PictureError, Press, ReadPicture
from sosbox.rounds.actions import FindingDraft, record_finding, require_walking
from sosbox.rounds.queries import (
    PointName,
    RoundView,
    Stop,
    load_reading,
    name_point,
    read_code,
    read_typed,
    settled_ids,
)
from sosbox.rounds.rules import MAX_NOTE, Found, Judgement, Reading, judge, next_stop
from sosbox.staff.rules import Viewer
from sosbox.ui.pages import see_other

# What an address says that was seen: "12-34", access point and piece; or one of these.
_SEEN = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_NONE_OF_OURS = "other"
_STRANGE_ADDRESS = "address"
_NO_CODE = "none"
# As many codes as somebody can have in one picture and still mean something by it.
_MAX_SEEN = 6
_NO_SUCH_CODE = N_("No place has this code, and no piece this number. Please look again.")


@dataclass(frozen=True)
class Sighting:
    """A code that was seen at a stop. name: of the place that it belongs to, None for one of
    somebody else; is_on_round: whether that place is a stop of this round; saw: for addresses."""

    judgement: Judgement
    name: PointName | None
    is_on_round: bool
    saw: str


@dataclass(frozen=True)
class Here:
    """Where somebody stands on a round. number: of the stop, from 1."""

    round: RoundView
    progress: Progress
    stop: Stop
    number: int

    @property
    def order(self) -> list[int]:
        return [stop.point.id for stop in self.progress.stops]

    @property
    def next_id(self) -> int | None:
        """The stop that follows in the building, looked at or not."""
        return self._beside(1)

    @property
    def previous_id(self) -> int | None:
        return self._beside(-1)

    def _beside(self, step: int) -> int | None:
        place = self.number - 1 + step
        return self.order[place] if 0 <= place < len(self.order) else None


@get("/{round_id:str}/stops/{point_id:str}")
async def show_stop(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    round_id: FromPath[str],
    point_id: FromPath[str],
) -> Response[bytes]:
    number = path_id(round_id)
    try:
        return await _page(request, visit, number, path_id(point_id))
    except (ForbiddenError, ConflictError):
        # Somebody else walks it, or it is finished: there is one page of it all.
        return see_other(f"{ROUNDS}/{number}")


@post(
    "/{round_id:str}/stops/{point_id:str}/scan",
    opt=UPLOAD,
    request_max_body_size=MAX_SMALL_UPLOAD_BYTES,
)
async def take_scan(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    round_id: FromPath[str],
    point_id: FromPath[str],
) -> Response[bytes]:
    """Reads a picture or what was typed, and shows what it is; nothing is noted yet."""
    number, point = path_id(round_id), path_id(point_id)
    typed = Typed({})
    try:
        upload = await _sent(request, visit)
        typed = Typed(upload.fields)
        here = await _load(visit, number, point)
        saw = await _seen(request, visit, here, upload)
    except (*REFUSALS, PictureError) as error:
        return await _page(request, visit, number, point, typed, _beside("picture", error))
    return see_other(f"{ROUNDS}/{number}/stops/{point}?saw={saw}")


@post(
    "/{round_id:str}/stops/{point_id:str}",
    opt=UPLOAD,
    request_max_body_size=MAX_SMALL_UPLOAD_BYTES,
)
async def take_finding(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    round_id: FromPath[str],
    point_id: FromPath[str],
) -> Response[bytes]:
    number, point = path_id(round_id), path_id(point_id)
    typed = Typed({})
    try:
        upload = await _sent(request, visit)
        typed = Typed(upload.fields)
        await _load(visit, number, point)
        draft = await _draft(request, typed, upload)
        await DB.write(
            record_finding,
            now=visit.now,
            viewer=visit.viewer,
            round_id=number,
            point_id=point,
            draft=draft,
        )
    except (*REFUSALS, PictureError) as error:
        return await _page(request, visit, number, point, typed, _beside("photo", error))
    return see_other(await _way_on(visit, number, point))


async def _sent(request: Request[Any, Any, Any], visit: Visit) -> SmallUpload:
    return await read_small_upload(request, visit, max_file_bytes=MAX_PICTURE_BYTES, max_files=1)


def _beside(field: str, error: SosboxError) -> SosboxError:
    """What is wrong with a picture stands beside its field."""
    return InvalidFieldsError({field: error}) if isinstance(error, PictureError) else error


async def _read_picture(
    request: Request[Any, Any, Any], upload: SmallUpload, field: str
) -> ReadPicture | None:
    """What the press makes of a picture; None when none was sent. Raises PictureError."""
    files = upload.files.get(field, [])
    if not files:
        return None
    press: Press = request.app.state.press
    return await press.read_picture(files[0].data)


# Scanning -----------------------------------------------------------------------------------------


async def _seen(
    request: Request[Any, Any, Any], visit: Visit, here: Here, upload: SmallUpload
) -> str:
    """What was scanned, as addresses say it. Raises InvalidFieldsError, PictureError."""
    viewer, config, house_id = visit.viewer, visit.box.config, here.round.house_id
    text = Typed(upload.fields)["typed"].strip()
    picture = await _read_picture(request, upload, "picture")
    if picture is not None:
        texts = picture.texts
        readings = await DB.read(
            lambda connection: [read_code(connection, config, viewer, each) for each in texts]
        )
        return _as_seen(readings)
    if not text:
        problem = SosboxError("Please take a picture of the code, or type what stands on it.")
        raise InvalidFieldsError({"picture": problem})
    reading = await DB.read(
        lambda connection: read_typed(connection, config, viewer, house_id, text)
    )
    if reading.access_point_id is None and reading.has_own_address:
        raise InvalidFieldsError({"typed": SosboxError(_NO_SUCH_CODE)})
    return _as_seen([reading])


def _as_seen(readings: Sequence[Reading]) -> str:
    """Of several codes those that are ours: beside them hang those of the wifi and of menus."""
    if not readings:
        return _NO_CODE
    ours = dict.fromkeys(
        f"{each.access_point_id}-{each.piece.id if each.piece else 0}"
        if each.has_own_address
        else _STRANGE_ADDRESS
        for each in readings
        if each.access_point_id is not None or not each.has_own_address
    )
    return ".".join([*ours][:_MAX_SEEN]) or _NONE_OF_OURS


def _sightings(
    connection: sqlite3.Connection, viewer: Viewer, here: Here, saw: str
) -> list[Sighting]:
    found = []
    for text in saw.split(".")[:_MAX_SEEN]:
        ids = _SEEN.fullmatch(text)
        if text == _NONE_OF_OURS:
            reading = Reading(None)
        elif text == _STRANGE_ADDRESS:
            reading = Reading(None, has_own_address=False)
        elif ids is not None:
            reading = load_reading(connection, viewer, int(ids[1]), int(ids[2]))
        else:
            continue
        point_id = reading.access_point_id
        name = None if point_id is None else name_point(connection, point_id)
        judged = judge(here.stop.point.id, here.stop.pieces, reading)
        found.append(Sighting(judged, name, point_id in here.order, text))
    return found


# Noting -------------------------------------------------------------------------------------------


async def _draft(
    request: Request[Any, Any, Any], typed: Typed, upload: SmallUpload
) -> FindingDraft:
    """Raises NotFoundError, PictureError."""
    try:
        finding = Found(typed["finding"])
    except ValueError:
        raise NotFoundError("There is no such finding.") from None
    picture = await _read_picture(request, upload, "photo")
    return FindingDraft(
        finding,
        piece_id=as_id(typed["piece"]) or None,
        found_id=as_id(typed["found"]) or None,
        note=typed["note"],
        photo=picture.jpeg if picture is not None else None,
    )


async def _way_on(visit: Visit, round_id: int, point_id: int) -> str:
    """Where to go after something was noted: on when nothing is open here any more."""
    here = await _load(visit, round_id, point_id)
    address = f"{ROUNDS}/{round_id}"
    if not here.stop.is_settled:
        return f"{address}/stops/{point_id}?done=found"
    ahead = next_stop(here.order, settled_ids(here.progress.stops), point_id)
    if ahead is None:
        return f"{address}?after={point_id}"
    return f"{address}/stops/{ahead}?after={point_id}"


# Showing ------------------------------------------------------------------------------------------


async def _load(visit: Visit, round_id: int, point_id: int) -> Here:
    """A stop of a round that the visitor walks.

    Raises NotFoundError, ForbiddenError, and ConflictError once the round is finished.
    """
    report = await load_report(visit, round_id)
    require_walking(report.round, visit.viewer)
    for number, stop in enumerate(report.progress.stops, 1):
        if stop.point.id == point_id:
            return Here(report.round, report.progress, stop, number)
    raise NotFoundError("There is no such stop on this round.")


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    round_id: int,
    point_id: int,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    here = await _load(visit, round_id, point_id)
    query = read_query(request)
    saw = query.get("saw", "") or (typed["saw"] if typed else "")
    viewer = visit.viewer
    sightings = await DB.read(lambda connection: _sightings(connection, viewer, here, saw))
    right = {each.judgement.reading.piece for each in sightings if each.judgement.is_right}
    right_ids = {piece.id for piece in right if piece is not None}
    after_id = as_id(query.get("after", ""))
    return await rounds_page(
        request,
        visit,
        "round_stop.html",
        refusal=refusal,
        zone=here.round.zone,
        here=here,
        round=here.round,
        stop=here.stop,
        progress=here.progress,
        sightings=sightings,
        saw=saw,
        is_without_code=saw == _NO_CODE,
        right_ids=right_ids,
        # What was scanned comes first.
        pieces=sorted(here.stop.pieces, key=lambda piece: piece.id not in right_ids),
        after=next((each for each in here.progress.stops if each.point.id == after_id), None),
        typed=typed or Typed({}),
        max_note=MAX_NOTE,
    )
