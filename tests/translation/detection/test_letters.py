"""What the script alone says."""

import pytest

from sosbox.translation.detection.letters import by_script, has_foreign_letters_alone


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "お湯が出ません"),
        ("ja", "エアコン故障中"),
        ("ja", "Wi-Fiが繋がらない"),
        ("zh", "房间没有热水"),
        ("zh", "WiFi密码是多少"),
        ("ru", "Wi-Fi не работает"),
        ("ar", "الواي فاي wifi لا يعمل"),
    ],
)
def test_a_script_says_which_language_it_is(language: str, text: str) -> None:
    found = by_script(text, "es")

    assert found is not None
    assert found.language == language
    assert found.confidence >= 0.7


@pytest.mark.parametrize(
    "text", ["", "no hay agua", "Soy Иван, no hay agua", "I love 東京 and its hotels"]
)
def test_latin_letters_with_a_foreign_word_say_nothing(text: str) -> None:
    assert by_script(text, "ja") is None


@pytest.mark.parametrize(
    ("text", "page", "language"),
    [
        ("故障中", "ja", "ja"),
        ("故障中", "zh", "zh"),
        ("故障中", "", "zh"),
        ("没有热水", "ja", "zh"),
    ],
)
def test_signs_that_japanese_has_too_are_japanese_on_a_japanese_page(
    text: str, page: str, language: str
) -> None:
    found = by_script(text, page)

    assert found is not None
    assert found.language == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Немає гарячої води"),
        ("ru", "Няма гореща вода, ѝ студено, љубов"),
        ("ar", "آب گرم نداریم و چای"),
    ],
)
def test_a_neighbour_that_shares_the_script_is_not_relied_on(language: str, text: str) -> None:
    found = by_script(text, "")

    assert found is not None
    assert found.language == language
    assert found.confidence < 0.7


@pytest.mark.parametrize(
    ("text", "is_foreign"),
    [
        ("뜨거운 물이 안 나와요", True),
        ("ไม่มีน้ำร้อน", True),
        ("Δεν υπάρχει ζεστό νερό", True),
        ("no hay αβγ", False),
        ("habitación", False),
        ("", False),
    ],
)
def test_scripts_that_no_language_of_the_box_has_are_seen(text: str, *, is_foreign: bool) -> None:
    assert has_foreign_letters_alone(text) == is_foreign
