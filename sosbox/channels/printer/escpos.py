"""Slips as commands that receipt printers understand, and what their status bytes mean.

ESC/POS, https://download4.epson.biz/sec_pubs/pos/reference_en/escpos/
"""

from io import BytesIO

from PIL import Image

_INITIALIZE = b"\x1b@"
_PICTURE = b"\x1dv0\x00"
# Feeds to the knife, 3 mm beyond, and cuts all but a bridge, so that the slip does not fall.
_CUT = b"\x1dVB\x18"
# Printers with little memory take no tall picture at once; in bands it looks the same.
_BAND_ROWS = 128
# What is darker than this is printed: most of the grey edges of letters, or fine strokes break up.
_DARK = 170

# DLE EOT n, answered at once whatever is being printed: 4 asks for the paper, 2 why it is offline.
ASK_PAPER = b"\x10\x04\x04"
ASK_OFFLINE_CAUSE = b"\x10\x04\x02"
# Every answer has the bits 0xx1xx10; what has others is something else, as XON.
_FIXED_BITS, _FIXED_VALUE = 0b10010011, 0b00010010
_PAPER_END = 0b01100000
_COVER_OPEN, _FAULT = 0b00000100, 0b01000000
# Real-time commands are obeyed even in the middle of a picture: one would be answered, another
# opens the cash drawer.
_REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")


def slip_commands(png: bytes) -> bytes:
    """Everything that prints a picture and cuts the paper. Eight dots of it are a millimetre."""
    with Image.open(BytesIO(png)) as picture:
        dark = picture.convert("L").point(_is_dark, mode="1")
    row_bytes = (dark.width + 7) // 8
    dots = _without_commands(dark.tobytes())
    commands = [_INITIALIZE]
    for top in range(0, dark.height, _BAND_ROWS):
        num_rows = min(_BAND_ROWS, dark.height - top)
        size = row_bytes.to_bytes(2, "little") + num_rows.to_bytes(2, "little")
        band = dots[top * row_bytes : (top + num_rows) * row_bytes]
        commands += [_PICTURE, size, band]
    return b"".join([*commands, _CUT])


def is_status(byte: int) -> bool:
    """Whether this byte answers a question."""
    return byte & _FIXED_BITS == _FIXED_VALUE


def has_no_paper(paper_status: int) -> bool:
    return bool(paper_status & _PAPER_END)


def is_open(offline_cause: int) -> bool:
    return bool(offline_cause & _COVER_OPEN)


def has_fault(offline_cause: int) -> bool:
    return bool(offline_cause & _FAULT)


def _is_dark(brightness: float) -> int:
    return 255 if brightness < _DARK else 0


def _without_commands(dots: bytes) -> bytes:
    """The dots with one more in each place that would be taken for a command."""
    for command in _REAL_TIME:
        dots = dots.replace(command, bytes([command[0] | 0x20, command[1]]))
    return dots
