"""Makes the fonts of `sosbox/printing/fonts` from Debian's: `python -m tools.build_fonts`.

Needs fonttools, and Debian's packages fonts-noto-core and fonts-noto-cjk; no part of `make`. All of
these fonts are under the SIL Open Font License, as the file beside them says.

Of Chinese and Japanese fonts only the characters of the national standards are kept (GB 2312 and
JIS X 0208): a tenth of the size.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FONTS = Path(__file__).parent.parent / "sosbox" / "printing" / "fonts"
NOTO = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

# Latin with all that Europe writes, Greek, Cyrillic, and the signs of texts.
_EUROPE = ",".join(
    (
        *("U+0000-052F", "U+1E00-1FFF", "U+2000-206F", "U+2070-20CF", "U+2100-214F"),
        *("U+2190-2193", "U+2200-22FF", "U+25CC", "U+FB00-FB06"),
    )
)
# Number in the collection, and the codec that knows the characters.
_EAST_ASIAN = {"NotoSansJP-Regular.otf": (0, "euc_jp"), "NotoSansSC-Regular.otf": (2, "gb2312")}
_WIDE_SIGNS = "　、。〈〉《》「」『』【】〔〕〜・ー々〆〇！（），．：；？［］｛｝～–—…“”‘’"


def main() -> int:
    for name in ("NotoSans-Regular", "NotoSans-Bold", "NotoSerifDisplay-Regular"):
        _subset(NOTO / f"{name}.ttf", FONTS / f"{name}.ttf", f"--unicodes={_EUROPE}")
    for name in ("NotoSansArabic-Regular", "NotoSansArabic-Bold"):
        _subset(NOTO / f"{name}.ttf", FONTS / f"{name}.ttf", "--unicodes=*")
    for name, (number, codec) in _EAST_ASIAN.items():
        characters = FONTS / "characters.txt"
        characters.write_text("".join(_characters(codec)) + _WIDE_SIGNS, "utf-8")
        _subset(CJK, FONTS / name, f"--text-file={characters}", f"--font-number={number}")
        characters.unlink()
    return 0


def _characters(codec: str) -> Iterator[str]:
    """All that a standard of two bytes a character knows, and ASCII."""
    yield from map(chr, range(0x20, 0x7F))
    for lead in range(0xA1, 0xFF):
        for trail in range(0xA1, 0xFF):
            try:
                yield bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue


def _subset(source: Path, target: Path, *options: str) -> None:
    subprocess.run(
        [
            *(sys.executable, "-m", "fontTools.subset", str(source), f"--output-file={target}"),
            *options,
            "--layout-features=*",
            "--name-IDs=*",
            "--notdef-outline",
            "--no-hinting",
            "--drop-tables+=DSIG",
        ],
        check=True,
    )
    print(f"{target.stat().st_size / 1000:7.0f} kB  {target.name}")


if __name__ == "__main__":
    sys.exit(main())
