"""What runs from left to right inside a text that runs the other way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from sosbox.web.isolates import isolate


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("اتصلوا على +34 986 000 000 الآن", "+34 986 000 000"),
        ("اتصلوا على 986 00 00 00.", "986 00 00 00"),
        ("الإفطار 07:30-10:00.", "07:30-10:00"),
        ("كلمة السر HotelMar2026! شكرا", "HotelMar2026!"),
        ("اكتبوا إلى info@mar.example، شكرا", "info@mar.example"),
        ("انظروا https://mar.example/a.", "https://mar.example/a"),
        ("الغرفة (R-204) باردة", "R-204"),
        ("في 2026-11-21.", "2026-11-21"),
    ],
)
def test_what_belongs_together_is_kept_together(text: str, piece: str) -> None:
    assert isolate(text, "rtl") == text.replace(piece, f'<bdi dir="ltr">{piece}</bdi>')


@pytest.mark.parametrize(
    "text", ["غرفة 204!", "الغرف 204 و205.", "Wi-Fi لا يعمل!", "٢٠٤ غرفة", "Hotel Mar", ""]
)
def test_words_and_single_numbers_stand_where_they_are(text: str) -> None:
    assert isolate(text, "rtl") == text


@pytest.mark.parametrize("direction", ["ltr", "auto"])
def test_a_text_that_runs_from_left_to_right_is_left_alone(direction: str) -> None:
    assert isolate("Call +34 986 000 000", direction) == "Call +34 986 000 000"


def test_markup_is_escaped_inside_and_outside() -> None:
    assert isolate("<b> شكرا <i1>", "rtl") == ('&lt;b&gt; شكرا <bdi dir="ltr">&lt;i1&gt;</bdi>')


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("a1 +-.:()@/<&\n،ش!"), max_size=200))
def test_nothing_is_lost_and_nothing_invented(text: str) -> None:
    shown = str(isolate(text, "rtl"))
    assert shown.replace('<bdi dir="ltr">', "").replace("</bdi>", "") == str(escape(text))
