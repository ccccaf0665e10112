"""The press itself: reads requests from its standard input, one a line, and answers on its standard
output. What it is given may come from anywhere, so it gives up nearly everything that a process can
do before it reads the first.
"""

import contextlib
import ctypes
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from sosbox.errors import SosboxError
from sosbox.lib.memory import address_space_bytes, give_back_what_is_large, share_one_arena
from sosbox.printing.layout import House, PieceData, PrintJob
from sosbox.printing.pictures import check_drawable, decoded, read_photo
from sosbox.printing.press import STARTED, TOO_MUCH
from sosbox.printing.template import FOLDER, parse_template
from sosbox.printing.typesetter import Typesetter, picture_for_kit

# Beyond what it has laid claim to once it is ready. 500 leaflets take a third of it.
MEMORY_BYTES = 1_000_000_000
_NICENESS = 10
_PR_SET_PDEATHSIG = 1


def run_press() -> int:
    """Works until its standard input ends; returns the exit code."""
    _end_with_parent()
    # What one job has taken is there for the next.
    share_one_arena()
    give_back_what_is_large()
    answers = sys.stdout.buffer
    typesetter = Typesetter()
    typesetter.warm_up()
    _rehearse(typesetter)
    _give_up_rights()
    answers.write(STARTED)
    answers.flush()
    for line in sys.stdin.buffer:
        _answer(answers, *_worked(typesetter, json.loads(line), answers))
    return 0


def _worked(
    typesetter: Typesetter, request: Mapping[str, Any], answers: BinaryIO
) -> tuple[dict[str, Any], bytes]:
    def tell(part: float) -> None:
        _answer(answers, {"kind": "progress", "part": part})

    try:
        if request["ask"] == "set":
            data, num_pages = typesetter.set(request["job"], tell)
            return {"kind": "done", "num_pages": num_pages}, data
        if request["ask"] == "read":
            texts, jpeg = read_photo(decoded({"data": request["picture"]}))
            return {"kind": "done", "texts": texts}, jpeg
        check_drawable(json.dumps(picture_for_kit(request["picture"])))
        return {"kind": "done"}, b""
    except SosboxError as error:
        return {"kind": "error", "message": error.message, "arguments": error.arguments}, b""
    except MemoryError:
        return {"kind": "error", "message": TOO_MUCH, "arguments": {}}, b""


def _answer(answers: BinaryIO, head: dict[str, Any], data: bytes = b"") -> None:
    answers.write(json.dumps({**head, "num_bytes": len(data)}).encode() + b"\n" + data)
    answers.flush()


def _rehearse(typesetter: Typesetter) -> None:
    """Does everything once: libraries load their parts when they first need them, and files cannot
    be opened later."""
    template = parse_template("code", (FOLDER / "code.typ").read_bytes(), is_own=False)
    (size,) = template.sizes.values()
    house = House("a", "b", "", "c", "", ("en",), "#000000", "#000000", 48)
    piece = PieceData("1", "2", "3", "http://sosbox.example/p/1", "")
    job = PrintJob(template, size, size.paper, house, (piece,), "png")
    picture, _num_pages = typesetter.set(job.for_press(), lambda _part: None)
    typesetter.set(replace(job, format="eps").for_press(), lambda _part: None)
    with Image.open(io.BytesIO(picture)) as opened:
        for kind in ("JPEG", "PNG", "WEBP"):
            written = io.BytesIO()
            opened.convert("RGB").save(written, kind)
            read_photo(written.getvalue())
    check_drawable(json.dumps({"type": "svg", "text": '<svg xmlns="http://www.w3.org/2000/svg"/>'}))


def _end_with_parent() -> None:
    """Whatever it is at: a template that never ends would outlive a parent that is killed.

    Linux counts the thread that started the press as its parent; that one lives as long as the
    `Press`. A parent that is gone by now shows as the end of the standard input.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))


def _give_up_rights() -> None:
    """From here on no file and no socket can be opened, and memory is limited."""
    with contextlib.suppress(OSError):
        # Guests come first, and where memory runs out the press goes before what answers them.
        os.nice(_NICENESS)
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    memory = address_space_bytes() + MEMORY_BYTES
    for limit, value in (
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, memory),
    ):
        resource.setrlimit(limit, (value, value))
