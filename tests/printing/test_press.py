"""The press: a process of its own, which can open nothing, and which nobody waits for too long."""

import asyncio
import io
import json
import os
import random
import select
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import segno
from PIL import Image

from sosbox.errors import SosboxError
from sosbox.printing.layout import Picture
from sosbox.printing.press import INTERRUPTED, PictureError, Press, PrintError
from tests.support.print_jobs import (
    FIRST_LINE,
    codes_in,
    job,
    own_job,
    page_url,
    pages_of,
    texts_of,
)

# Starting one takes a second or two, so the tests share it wherever they leave it whole.
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def press(anyio_backend: str) -> AsyncIterator[Press]:
    press = Press()
    yield press
    await press.close()


# What it makes ------------------------------------------------------------------------------------


async def test_a_pdf_has_a_page_for_each_piece_and_its_code(press: Press) -> None:
    printed = await press.print(job("leaflet-a5", num=3))

    assert printed.num_pages == 3
    assert [codes_in(page) for page in pages_of(printed.data)] == [
        [page_url(number)] for number in range(3)
    ]
    assert all(f"R-{200 + number}" in text for number, text in enumerate(texts_of(printed.data)))


async def test_a_picture_is_as_sharp_as_was_asked(press: Press) -> None:
    printed = await press.print(job("code", kind="png", ppi=300))

    with Image.open(io.BytesIO(printed.data)) as picture:
        assert picture.width == round(50 / 25.4 * 300)
        assert codes_in(picture) == [page_url(0)]


async def test_several_pictures_come_as_an_archive_in_the_order_of_their_pages(
    press: Press,
) -> None:
    printed = await press.print(job("code", num=3, kind="png", ppi=150))

    with zipfile.ZipFile(io.BytesIO(printed.data)) as archive:
        assert archive.namelist() == ["001.png", "002.png", "003.png"]
        assert [codes_in(archive.read(name)) for name in archive.namelist()] == [
            [page_url(number)] for number in range(3)
        ]


async def test_the_code_alone_comes_as_drawings_too(press: Press) -> None:
    svg = await press.print(job("code", kind="svg"))
    eps = await press.print(job("code", kind="eps"))

    assert svg.data.startswith(b"<svg")
    assert eps.data.startswith(b"%!PS-Adobe")
    assert eps.num_pages == 1


async def test_progress_grows_and_never_passes_the_whole(press: Press) -> None:
    parts: list[float] = []
    await press.print(job("code", num=5), on_progress=parts.append)

    assert parts == sorted(parts)
    assert 0 < parts[0] <= parts[-1] <= 1


# What it refuses ----------------------------------------------------------------------------------


async def _refusal(press: Press, body: str, **options: float) -> str:
    """What is said of a template of somebody's own; the press works afterwards."""
    with pytest.raises(PrintError) as refused:
        await press.print(own_job(body), **options)
    assert (await press.print(job())).num_pages == 1
    return str(refused.value)


async def test_a_package_whose_name_is_put_together_cannot_be_fetched(press: Press) -> None:
    body = (
        "#let piece(p) = {\n"
        '  let name = str.from-unicode(64) + "preview/cetz:0.3.1"\n'
        '  eval("imp" + "ort \\"" + name + "\\"")\n}'
    )

    assert await _refusal(press, body) == (
        f"Line {FIRST_LINE + 2}: a template can use its own pictures and nothing else."
    )


@pytest.mark.parametrize("path", ["/etc/passwd", "kit.typ", "../../keys/master.key"])
async def test_no_file_of_the_box_can_be_read(press: Press, path: str) -> None:
    body = f'#let piece(p) = {{\n  let found = read("{path}")\n  [#found] + qr(p, width)\n}}'

    assert await _refusal(press, body) == (
        f"Line {FIRST_LINE + 1}: a template can use its own pictures and nothing else."
    )


async def test_a_template_that_takes_all_memory_ends_alone(press: Press) -> None:
    body = '#let piece(p) = {\n  let x = "ab"\n  for _ in range(60) { x = x + x }\n  [#x.len()]\n}'

    assert "too much memory" in await _refusal(press, body)


_ENDLESS = (
    "#let piece(p) = {\n  let n = 0\n  for a in range(100000) { for b in range(100000)"
    " { n = n + calc.rem(a * b, 7) } }\n  [#n]\n}"
)


async def test_a_template_that_never_ends_is_given_up(press: Press) -> None:
    assert await _refusal(press, _ENDLESS, timeout_s=3) == (
        "It took longer than 3 seconds and was given up."
    )


async def test_a_mistake_is_named_with_its_line(press: Press) -> None:
    refusal = await _refusal(press, "#let piece(p) = {\n  qr(p, width)\n  nonsense(p)\n}")

    assert refusal == f"Line {FIRST_LINE + 2}: unknown variable: nonsense"


async def test_a_piece_without_a_code_does_not_leave(press: Press) -> None:
    assert await _refusal(press, "#let piece(p) = [#p.label]") == (
        "There is no QR code on the piece for R-200."
    )


async def test_a_code_that_is_covered_does_not_leave(press: Press) -> None:
    body = (
        "#let piece(p) = {\n  place(top + left, qr(p, 50mm))\n"
        "  place(top + left, dx: 5mm, dy: 5mm, rect(width: 28mm, height: 40mm, fill: white))\n}"
    )

    assert "cannot be read on page 1" in await _refusal(press, body)


async def test_a_code_that_is_crowded_does_not_leave(press: Press) -> None:
    body = (
        "#let piece(p) = {\n  place(top + left, qr(p, 50mm))\n"
        "  place(top + left, dx: 47mm, dy: 5mm, rect(width: 20mm, height: 40mm, fill: black))\n}"
    )

    assert "Something stands too close to the code of R-200" in await _refusal(press, body)


async def test_a_code_too_small_for_its_distance_does_not_leave(press: Press) -> None:
    refusal = await _refusal(press, "#let piece(p) = qr(p, 20mm)")

    assert refusal.startswith("The squares of the code of R-200 are 0.4")
    assert "from 20 cm away they must be 0.8 mm" in refusal


@pytest.mark.parametrize("name", ["ሀገር", "ห้อง", "हिंदी"])
async def test_a_letter_that_no_font_has_is_named(press: Press, name: str) -> None:
    labelled = own_job("#let piece(p) = [#p.label] + qr(p, 50mm)")
    renamed = replace(labelled, pieces=(replace(labelled.pieces[0], label=name),))

    with pytest.raises(PrintError, match="have no letters for") as refused:
        await press.print(renamed)
    assert set(str(refused.value.arguments["signs"])) <= set(name)


async def test_an_address_that_no_code_can_hold_is_refused(press: Press) -> None:
    long = replace(job().pieces[0], url="http://box.example/" + "x" * 3_000)

    with pytest.raises(PrintError, match="too long for a QR code"):
        await press.print(job(pieces=(long,)))


async def test_a_press_that_does_not_start_says_so(tmp_path: Path) -> None:
    missing = Press(program=[str(tmp_path / "nothing")])

    with pytest.raises(PrintError, match="could not start"):
        await missing.print(job())
    with pytest.raises(PictureError, match="could not start"):
        await missing.read_picture(b"x")


async def test_one_that_is_killed_at_work_is_replaced() -> None:
    press = Press()
    await press.warm_up()
    begun = asyncio.Event()
    work = asyncio.create_task(
        press.print(job("code", num=300), on_progress=lambda _part: begun.set())
    )
    await begun.wait()
    os.kill(press.process_id, 9)
    with pytest.raises(PrintError, match="could not be done"):
        await work

    assert (await press.print(job())).num_pages == 1
    await press.close()


# Says nothing, and ends only when it is killed: its standard input stays open.
_NEVER_READY = (sys.executable, "-c", "import sys; sys.stdin.read()")


async def test_closing_ends_a_press_that_is_being_started() -> None:
    press = Press(program=_NEVER_READY)
    work = asyncio.create_task(press.print(job()))
    watched = await _watched(press)
    await press.close()

    with pytest.raises(PrintError, match="interrupted"):
        await work
    assert _has_ended(watched)


async def test_closing_ends_a_press_whose_start_has_only_been_asked_for() -> None:
    press = Press(program=_NEVER_READY)
    work = asyncio.create_task(press.print(job()))
    waiting = asyncio.create_task(press.read_picture(b"x"))
    await asyncio.sleep(0)
    await press.close()

    with pytest.raises(PrintError, match="interrupted"):
        await work
    with pytest.raises(PictureError, match="interrupted"):
        await waiting
    assert not press.process_id


async def test_giving_up_while_it_starts_leaves_no_process() -> None:
    press = Press(program=_NEVER_READY)
    work = asyncio.create_task(press.print(job()))
    watched = await _watched(press)
    work.cancel()

    with pytest.raises(asyncio.CancelledError):
        await work
    assert _has_ended(watched)


async def test_closing_at_work_says_that_it_was_interrupted_and_the_next_one_is_done() -> None:
    press = Press()
    begun = asyncio.Event()
    work = asyncio.create_task(
        press.print(job("code", num=300), on_progress=lambda _part: begun.set())
    )
    await begun.wait()
    await press.close()

    with pytest.raises(PrintError) as interrupted:
        await work
    assert interrupted.value.message == INTERRUPTED
    assert (await press.print(job())).num_pages == 1
    await press.close()


_PARENT = """
import asyncio, json, sys
from sosbox.printing.press import Press

async def main():
    press = Press()
    await press.warm_up()
    requests = press._process._requests
    requests.write(sys.stdin.buffer.readline())
    requests.flush()
    print(press.process_id, flush=True)
    sys.stdin.buffer.read()

asyncio.run(main())
"""


async def test_a_press_at_work_ends_with_a_parent_that_is_killed() -> None:
    request = {"ask": "set", "job": own_job(_ENDLESS).for_press()}
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PARENT), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(json.dumps(request).encode() + b"\n")
    watched = os.pidfd_open(int(await parent.stdout.readline()))
    parent.kill()
    await parent.wait()

    assert await asyncio.to_thread(_has_ended, watched, 60)


async def _watched(press: Press) -> int:
    """The pidfd of its process, once that has been started, ready or not."""
    while not press.process_id:  # noqa: ASYNC110 - nobody is told
        await asyncio.sleep(0)
    return os.pidfd_open(press.process_id)


def _has_ended(watched: int, within_s: float = 0) -> bool:
    """Whether a process has ended, by its pidfd, which is closed."""
    try:
        return bool(select.select([watched], [], [], within_s)[0])
    finally:
        os.close(watched)


async def test_what_is_cancelled_does_not_answer_the_next_one(press: Press) -> None:
    begun = asyncio.Event()
    work = asyncio.create_task(
        press.print(job("code", num=200), on_progress=lambda _part: begun.set())
    )
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work

    assert (await press.print(job("code", num=2))).num_pages == 2


async def test_it_gets_no_secret_of_the_box_and_keeps_few_rights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOSBOX_SMTP_PASSWORD", "swordfish")
    press = Press()
    await press.warm_up()
    process = Path("/proc", str(press.process_id))
    environ = await asyncio.to_thread((process / "environ").read_bytes)
    limits = await asyncio.to_thread((process / "limits").read_text, "ascii")
    oom_score = await asyncio.to_thread((process / "oom_score_adj").read_text, "ascii")
    niceness = os.getpriority(os.PRIO_PROCESS, press.process_id)
    await press.close()

    assert b"swordfish" not in environ
    assert "Max open files            0 " in limits
    assert oom_score.strip() == "1000"
    assert niceness == min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)


# Pictures -----------------------------------------------------------------------------------------


def photo_of(*urls: str, angle: float = 7, with_place: bool = True) -> bytes:
    """As a phone takes one: codes on a wall, not quite straight, with noise and a place in it."""
    dice = random.Random(1)
    wall = Image.effect_noise((2000, 1500), 24).convert("RGB")
    for number, url in enumerate(urls):
        written = io.BytesIO()
        segno.make_qr(url, error="h").save(written, kind="png", scale=12, border=4)
        with Image.open(io.BytesIO(written.getvalue())) as code:
            turned = code.convert("RGBA").rotate(angle, expand=True, fillcolor=(0, 0, 0, 0))
        wall.paste(turned, (150 + number * 800, 300 + dice.randrange(100)), turned)
    exif = Image.Exif()
    if with_place:
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x0110] = "Telephone of Dora"
    taken = io.BytesIO()
    wall.save(taken, "JPEG", quality=70, exif=exif)
    return taken.getvalue()


async def test_the_codes_of_a_photo_are_read_and_nothing_else_is_kept(press: Press) -> None:
    taken = photo_of(page_url(1), page_url(2))
    assert b"Telephone of Dora" in taken

    read = await press.read_picture(taken)

    assert set(read.texts) == {page_url(1), page_url(2)}
    assert len(read.jpeg) <= 250_000
    with Image.open(io.BytesIO(read.jpeg)) as kept:
        assert max(kept.size) <= 1280
        assert not kept.getexif()
    assert b"Telephone" not in read.jpeg


async def test_a_photo_without_a_code_is_a_photo_all_the_same(press: Press) -> None:
    read = await press.read_picture(photo_of())

    assert read.texts == ()
    assert read.jpeg.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", b"\xff\xd8\xff\xe0" + b"\0" * 200, b"GIF89a" + b"\0" * 50, photo_of()[:900]],
)
async def test_what_is_no_photo_is_refused_with_words(press: Press, content: bytes) -> None:
    with pytest.raises(PictureError, match="no photo that can be read"):
        await press.read_picture(content)


async def test_a_photo_that_unpacks_to_too_much_is_refused(press: Press) -> None:
    written = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(written, "PNG")

    with pytest.raises(PictureError):
        await press.read_picture(written.getvalue())
    assert (await press.print(job())).num_pages == 1


async def test_a_file_that_is_too_large_is_not_even_sent(press: Press) -> None:
    with pytest.raises(PictureError, match="larger than 12 MB"):
        await press.read_picture(b"x" * 12_000_001)


async def test_a_logo_that_can_be_drawn_is_fine_and_another_is_refused(press: Press) -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    )
    await press.check_logo(Picture(drawing, "svg"))

    for broken in (Picture(drawing[:40], "svg"), Picture(b"\x89PNG\r\n\x1a\n" + b"x" * 80, "png")):
        with pytest.raises(PictureError, match="cannot be drawn"):
            await press.check_logo(broken)


async def test_errors_of_the_press_are_messages_with_their_arguments(press: Press) -> None:
    with pytest.raises(SosboxError) as refused:
        await press.print(own_job("#let piece(p) = [x]"))

    assert refused.value.message == "There is no QR code on the piece for {name}."
    assert refused.value.arguments == {"name": "R-200"}
    assert json.dumps(refused.value.arguments)
    assert sys.executable not in str(refused.value)
