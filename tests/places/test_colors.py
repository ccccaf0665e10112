"""Colours that can be read on paper, and what is offered instead of those that cannot."""

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.errors import SosboxError
from sosbox.places.colors import (
    LEAST_TEXT_CONTRAST,
    WHITE,
    contrast,
    darkened,
    read_accent_color,
    read_color,
)

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "ratio"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#777777", 4.48), ("#767676", 4.54), ("#0b5c6b", 7.62)],
)
def test_contrast_is_counted_as_the_guidelines_do(one: str, ratio: float) -> None:
    assert contrast(one, WHITE) == pytest.approx(ratio, abs=0.01)
    assert contrast(WHITE, one) == contrast(one, WHITE)


@pytest.mark.parametrize("typed", ["#0b5c6b", "0B5C6B", "  #0B5C6b "])
def test_a_colour_is_kept_in_one_spelling(typed: str) -> None:
    assert read_color(typed) == "#0b5c6b"


def test_a_short_colour_is_written_out() -> None:
    assert read_color("#045") == "#004455"


def test_no_colour_is_one_as_well() -> None:
    assert (read_color(" "), read_accent_color("")) == ("", "")


@pytest.mark.parametrize("typed", ["red", "#12345", "#1234567", "#ggg", "rgb(1,2,3)", "#١٢٣"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(SosboxError, match="a colour like #0b5c6b"):
        read_color(typed)


def test_a_colour_that_is_too_light_is_refused_with_one_that_would_do() -> None:
    with pytest.raises(SosboxError) as caught:
        read_color("#2a9d8f")
    assert str(caught.value) == (
        "White letters on #2a9d8f would be hard to read: the contrast is 3.3, and it must be at"
        " least 4.5. #238478 would do."
    )
    assert read_color("#238478") == "#238478"


def test_an_accent_may_be_lighter_but_not_pale() -> None:
    assert read_accent_color("#2a9d8f") == "#2a9d8f"
    with pytest.raises(SosboxError, match="hardly be seen on white paper"):
        read_accent_color("#e8a33d")


def test_a_contrast_that_just_fails_does_not_look_as_if_it_were_enough() -> None:
    with pytest.raises(SosboxError, match=r"the contrast is 4\.4, and it must be at least 4\.5"):
        read_color("#777777")


@given(COLORS)
def test_whatever_is_suggested_will_do_and_has_the_same_hue(color: str) -> None:
    suggestion = darkened(color, LEAST_TEXT_CONTRAST)
    assert read_color(suggestion) == suggestion
    if contrast(color, WHITE) >= LEAST_TEXT_CONTRAST:
        assert suggestion == color
        return
    before, after = (
        colorsys.rgb_to_hls(*(int(each[at : at + 2], 16) / 255 for at in (1, 3, 5)))
        for each in (color, suggestion)
    )
    assert after[1] < before[1]
    if before[2] > 0.1 and 0.02 < before[1] < 0.98:
        assert abs((before[0] - after[0] + 0.5) % 1 - 0.5) < 0.05


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_colour_that_can_be_read_or_refused(typed: str) -> None:
    try:
        color = read_color(typed)
    except SosboxError:
        return
    assert color == "" or contrast(color, WHITE) >= LEAST_TEXT_CONTRAST
