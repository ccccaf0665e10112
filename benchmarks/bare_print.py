"""Setting pages with typst and nothing else: `python -m benchmarks.bare_print < job`.

The job is what the press would be handed. Its pieces are set with an empty picture in the place of
the code, and nothing is checked. Prints the seconds that it took.
"""

import json
import sys
import time

import typst

from sosbox.printing.codes import QrCode, make_code
from sosbox.printing.typesetter import FONTS, kit_data


class _NoCode(QrCode):
    def svg(self) -> str:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def main() -> None:
    job = json.load(sys.stdin)
    fonts = typst.Fonts(False, False, [str(FONTS)])
    typst.compile(b'#text(font: "Noto Sans")[a]', font_paths=fonts, format="svg")
    # Blank, and as large as the true ones.
    codes = [make_code(piece["url"], job["level"]) for piece in job["pieces"]]
    blank = [_NoCode(code.text, code.rows) for code in codes]
    begun = time.perf_counter()
    data = kit_data(job, blank)
    pdf = typst.compile(
        job["program"].encode(),
        font_paths=fonts,
        sys_inputs={"job": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    print(time.perf_counter() - begun, len(pdf))


if __name__ == "__main__":
    main()
