"""What each condition of a filter finds, and what it leaves alone."""

from typing import Any

import pytest

from sosbox.cases.rules import Hold
from sosbox.routing import filters
from sosbox.routing.filters import (
    CONDITION_NAMES,
    FilterAction,
    TooSlowError,
    compile_checks,
    has_hit,
    judge,
)
from sosbox.routing.word_lists import READY_MADE, ready_made
from tests.support.filtering import OTHER_HOUSE, TABLE, a_filter, a_message, wrote


def _finds(text: str, **conditions: Any) -> bool:
    return has_hit(a_filter(**conditions), a_message(text))


@pytest.mark.parametrize(
    ("words", "text", "is_found"),
    [
        (["casino"], "Visit our CASINO!", True),
        (["casino"], "Visit our casinos", False),
        (["café gratis"], "Cafe  GRATIS para todos", True),
        (["café gratis"], "gratis, el café", False),
        (["casino", "poker"], "a game of poker", True),
        (["casino", "-hotel"], "the casino of the hotel", False),
        (["-hotel"], "the casino", True),
        (["-hotel"], "the hotel", False),
        (["賭場"], "請來我們的賭場", True),
        (["casino"], "", False),
    ],
)
def test_words_are_found_whole_without_regard_to_case_and_accents(
    words: list[str], text: str, is_found: bool
) -> None:
    assert _finds(text, words=words) is is_found


@pytest.mark.parametrize(
    ("languages", "text", "is_found"),
    [
        (["es"], "¡Sois unos GILIPOLLAS!", True),
        (["es"], "you are all idiots", False),
        (["en"], "you are all idiots", True),
        (["gl"], "Vaite á merda", True),
        (["es", "en"], "hijo de puta", True),
        (["es"], "hijo de un amigo", False),
        (["xx"], "anything at all", False),
        (["en"], "The tap drips", False),
    ],
)
def test_offensive_words_are_those_of_the_languages(
    languages: list[str], text: str, is_found: bool
) -> None:
    assert _finds(text, lists=languages) is is_found


@pytest.mark.parametrize(
    "text",
    [
        "El vuelo venía retrasado y la habitación estaba sucia",
        "Un cono de helado de chocolate y un Bloody Mary, por favor",
        "¿Tienen cerdo o pollo? Mi perra duerme en la cama",
        "El cocktail con paja, y las conchas finas del puerto",
        "The cock crows at four, and the donkey answers",
        "Could you spare a spotted dick with custard for Dick?",
        "A habitación é fría e o porco estaba duro",
        "The jerk chicken was great, the room was dirty and disgusting",
        "Somebody has stolen my bag, and a man followed my daughter",
    ],
)
def test_words_that_are_innocent_in_a_hotel_are_not_offensive(text: str) -> None:
    assert not _finds(text, lists=list(READY_MADE))


@pytest.mark.parametrize("language", READY_MADE)
def test_a_ready_made_list_is_of_moderate_size_with_nothing_in_it_twice(language: str) -> None:
    words = ready_made(language)
    assert 40 <= len(words) <= 80
    assert len(set(words)) == len(words)
    assert all(word and word == word.strip() for word in words)


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        ("gratis|descuento", "50 % DESCUENTO", True),
        (r"\b\d{9}\b", "call 600123456 now", True),
        (r"\b\d{9}\b", "room 204", False),
        ("^only$", "line one\nonly", False),
        (r"\p{Han}{2}", "賭場", True),
    ],
)
def test_a_pattern_is_found_anywhere_but_for_case(pattern: str, text: str, is_found: bool) -> None:
    assert _finds(text, pattern=pattern) is is_found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?R)", "a" * 5_000),
        (r"^(([a-z])+.)+[A-Z]([a-z])+$", "foo bar " * 600),
        (r"(?b)(?:aaaaaaaaaaaa){e<=10}", "foo bar " * 600),
        (r"(?(DEFINE)(?P<q>(?&q)))(?&q)", "x"),
    ],
)
def test_a_pattern_that_takes_too_long_finds_nothing_and_is_named(pattern: str, text: str) -> None:
    slow = a_filter(pattern=pattern)
    with pytest.raises(TooSlowError):
        has_hit(slow, a_message(text))
    other = a_filter("mark", words=["a", "foo", "x", "a" * 5_000])
    verdict = judge([slow, other], a_message(text))
    assert verdict.too_slow == (slow,)
    assert verdict.hits == (other,)
    assert verdict.hold is Hold.NONE


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "*",
        "(?P<a>",
        r"\L<names>",
        "a{99999999999999}",
        "(?:(?:a{65535}){65535}){65535}",
        "(?:a{1000}){1000}",
        "(?<n>a)(?&m)",
        "[a-",
        "(" * 490,
        "\\",
    ],
)
def test_what_is_no_pattern_or_would_need_too_much_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_checks({"pattern": pattern}, {})


@pytest.mark.parametrize(
    ("links", "text", "is_found"),
    [
        (1, "see https://example.com/x", True),
        (1, "see www.example.com", True),
        (1, "see bit.ly/abc", True),
        (1, "we booked on booking.com, write to dora@example.com", False),
        (2, "see https://example.com", False),
        (2, "http://a.example http://b.example", True),
        (1, "and/or 1.5/2 and so on...", False),
    ],
)
def test_links_are_counted(links: int, text: str, is_found: bool) -> None:
    assert _finds(text, links=links) is is_found


@pytest.mark.parametrize(
    ("times", "text", "is_found"),
    [
        (5, "Helloooooo", True),
        (5, "a a a a a", True),
        (5, "Hello there", False),
        (3, "buy buy buy it now", True),
        (3, "Buy our watches. BUY them! Buy", True),
        (3, "the tap, the bed and the door are broken in the bathroom", False),
        (5, "12 12 12", False),
        (4, "!!!!", True),
    ],
)
def test_repetition_is_found_in_a_row_or_as_half_of_the_text(
    times: int, text: str, is_found: bool
) -> None:
    assert _finds(text, repeated=times) is is_found


def test_the_same_text_again_is_found_within_its_window() -> None:
    same = a_filter(same_within_minutes=10)
    assert has_hit(same, a_message("Buy now!", wrote(9, "buy  NOW!")))
    assert not has_hit(same, a_message("Buy now!", wrote(11, "Buy now!")))
    assert not has_hit(same, a_message("Buy now!", wrote(1, "Buy now")))
    assert not has_hit(same, a_message("Buy now!", wrote(1, "Buy now!", house=OTHER_HOUSE)))
    assert not has_hit(same, a_message("Buy now!"))


def test_a_text_that_is_alike_is_found_to_the_percent_that_was_asked_for() -> None:
    before = wrote(5, "Cheap watches number 4, come and buy")
    text = "Cheap watches number 5, come and buy"
    assert has_hit(a_filter(similar=90, similar_within_minutes=10), a_message(text, before))
    assert not has_hit(a_filter(similar=99, similar_within_minutes=10), a_message(text, before))
    assert not has_hit(a_filter(similar=90, similar_within_minutes=4), a_message(text, before))
    other = wrote(5, "The soup was cold and the waiter was rude")
    assert not has_hit(a_filter(similar=90, similar_within_minutes=10), a_message(text, other))


def test_short_texts_are_not_alike_by_chance() -> None:
    alike = a_filter(similar=60, similar_within_minutes=10)
    assert not has_hit(alike, a_message("Thanks", wrote(5, "Thanky")))
    assert has_hit(alike, a_message("Thanks", wrote(5, "thanks")))


@pytest.mark.parametrize(
    ("contact", "is_found"),
    [
        ({"email": "Spam@Example.com"}, True),
        ({"email": "dora@example.com"}, False),
        ({"phone": "+34 600 123 456"}, True),
        ({"phone": "600123456"}, True),
        ({"phone": "600 123 457"}, False),
        ({}, False),
    ],
)
def test_a_sender_is_known_by_address_or_number(contact: dict[str, str], is_found: bool) -> None:
    known = a_filter(contacts=["spam@example.com", "0034600123456"])
    assert has_hit(known, a_message("Hello", **contact)) is is_found


def test_what_is_written_under_a_receipt_is_found_by_the_reference_of_the_case() -> None:
    receipt = a_filter(receipts=["2DF7-K9MX"])
    assert has_hit(receipt, a_message())
    assert not has_hit(receipt, a_message(reference="AAAA-AAAA"))


def test_places_are_those_that_were_chosen() -> None:
    assert has_hit(a_filter(access_points=[TABLE]), a_message(point=TABLE))
    assert not has_hit(a_filter(access_points=[TABLE]), a_message())


def test_a_burst_counts_the_messages_of_one_place_this_one_included() -> None:
    burst = a_filter(burst=3, burst_minutes=10)
    assert has_hit(burst, a_message("c", wrote(1, "b"), wrote(9, "a")))
    assert not has_hit(burst, a_message("c", wrote(1, "b")))
    assert not has_hit(burst, a_message("c", wrote(1, "b"), wrote(11, "a")))
    assert not has_hit(burst, a_message("c", wrote(1, "b"), wrote(9, "a", point=TABLE)))


def test_all_conditions_must_hold() -> None:
    both = a_filter(words=["casino"], links=1)
    assert has_hit(both, a_message("casino https://casino.example"))
    assert not has_hit(both, a_message("casino"))
    assert not has_hit(both, a_message("https://example.com"))


def test_a_filter_without_conditions_finds_nothing() -> None:
    assert not has_hit(a_filter(), a_message())


def test_a_filter_of_another_establishment_finds_nothing() -> None:
    assert not has_hit(a_filter(establishment_id=OTHER_HOUSE, words=["tap"]), a_message())
    assert has_hit(a_filter(establishment_id=1, words=["tap"]), a_message())


@pytest.mark.parametrize(
    ("actions", "hold"),
    [
        ([], Hold.NONE),
        (["mark"], Hold.NONE),
        (["mark", "digest"], Hold.DIGEST),
        (["digest", "quarantine", "mark"], Hold.HELD),
        (["mark", "quarantine"], Hold.HELD),
    ],
)
def test_quarantine_beats_the_digest_and_the_digest_beats_a_mark(
    actions: list[str], hold: Hold
) -> None:
    wanted = [a_filter(action, words=["tap"]) for action in actions]
    verdict = judge(wanted, a_message())
    assert verdict.hold is hold
    assert [found.action for found in verdict.hits] == [FilterAction(name) for name in actions]


@pytest.mark.parametrize("name", CONDITION_NAMES)
def test_every_condition_is_explained_where_the_set_up_looks(name: str) -> None:
    assert f"`{name}`" in str(filters.__doc__)
