"""Icons and pictograms: the same drawings, small and large."""

import pytest

from sosbox.ui.icons import icon, pictogram


@pytest.mark.parametrize("name", ["send", "answer", "arrow-back", "write", "read", "logout"])
def test_what_points_along_the_line_turns_with_the_direction_of_reading(name: str) -> None:
    assert 'class="icon turns"' in icon(name)
    assert 'class="pictogram turns"' in pictogram(name)


@pytest.mark.parametrize("name", ["check", "clock", "lock", "search", "phone", "reopen"])
def test_what_is_the_same_for_every_reader_does_not_turn(name: str) -> None:
    assert "turns" not in icon(name)


def test_without_a_label_it_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in pictogram("write")
    assert 'role="img" aria-label="Write &amp; send"' in pictogram("write", "Write & send")


def test_a_drawing_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        pictogram("elephant")
