"""Sheets as their makers measure them, and where pieces lie."""

import pytest

from sosbox.printing.paper import SHEETS, Paper, folded, in_middle, on_roll, on_sheet, page_of


@pytest.mark.parametrize("name", SHEETS)
def test_all_places_of_a_sheet_lie_on_it_and_beside_each_other(name: str) -> None:
    sheet = SHEETS[name]

    assert sheet.left + (sheet.columns - 1) * sheet.step_x + sheet.width <= sheet.page_width + 0.01
    assert sheet.top + (sheet.rows - 1) * sheet.step_y + sheet.height <= sheet.page_height + 0.01
    assert sheet.step_x >= sheet.width
    assert sheet.step_y >= sheet.height


@pytest.mark.parametrize(
    ("name", "number"),
    [("l7160", 21), ("l7163", 14), ("l4731", 189), ("70x37", 24), ("cards", 10)],
)
def test_sheets_have_as_many_labels_as_their_package_says(name: str, number: int) -> None:
    assert on_sheet(SHEETS[name]).num_places == number


def test_a_sheet_begun_at_a_later_label_needs_more_pages() -> None:
    sheet = on_sheet(SHEETS["l7160"])

    assert sheet.num_pages(21) == 1
    assert sheet.starting_at(2).num_pages(21) == 2
    assert sheet.starting_at(21).num_pages(1) == 1


@pytest.mark.parametrize("place", [0, 22, -1])
def test_a_label_that_the_sheet_has_not_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match="21 places"):
        on_sheet(SHEETS["l7160"]).starting_at(place)


def test_for_a_print_shop_there_is_room_for_bleed_and_marks_all_around() -> None:
    shop = page_of(148, 210).for_print_shop()

    assert (shop.page_width, shop.page_height) == (174, 236)
    assert (shop.left, shop.top, shop.bleed, shop.marks) == (13, 13, 3, "crop")
    assert (shop.width, shop.height) == (148, 210)


def test_a_tent_is_a_page_twice_as_high() -> None:
    assert folded(148, 105).page_height == 210


def test_a_roll_is_as_long_as_what_stands_on_it() -> None:
    assert on_roll(72, margin=2) == Paper(72, 0, 72, 0, left=2, top=2)


def test_a_single_piece_lies_in_the_middle_of_its_page() -> None:
    middle = in_middle(90, 90, (210, 297))

    assert (middle.left, middle.top) == (60, 103.5)
