"""Words with a fixed form in each language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.translation.contract import Pair
from sosbox.translation.glossary import EMPTY_GLOSSARY, MAX_TERM, Glossary, Term, TermFinder

HOUSE = Glossary(
    (
        Term("Náutica", {"en": "Nautica Restaurant", "ja": "ナウティカ", "zh": "航海餐厅"}),
        Term("bar", {"ja": "バー", "zh": "酒吧", "ru": "бар", "ar": "البار"}),
        Term("bar de la piscina", {"en": "Pool Bar"}),
        Term("Sala 2", {"en": "Room Two"}),
        Term("R&B!", {}),
    )
)


def forms(text: str, pair: str, glossary: Glossary = HOUSE) -> list[tuple[str, str]]:
    """What was found in the text, and its form in the target language."""
    found = TermFinder(glossary, Pair.parse(pair)).find(text)
    return [(text[term.start : term.end], term.form) for term in found]


@pytest.mark.parametrize(
    ("pair", "text", "found"),
    [
        ("es-en", "Cené en la Náutica.", [("Náutica", "Nautica Restaurant")]),
        ("en-es", "At the Nautica Restaurant!", [("Nautica Restaurant", "Náutica")]),
        ("es-ja", "La Náutica y el bar", [("Náutica", "ナウティカ"), ("bar", "バー")]),
        ("ja-es", "ナウティカで食べました", [("ナウティカ", "Náutica")]),
        ("zh-es", "我们在航海餐厅吃饭", [("航海餐厅", "Náutica")]),
        ("ja-zh", "ナウティカです", [("ナウティカ", "航海餐厅")]),
        ("es-gl", "Na Náutica", [("Náutica", "Náutica")]),
        ("ru-es", "Где бар?", [("бар", "bar")]),
        ("ar-es", "أين البار؟", [("البار", "bar")]),
    ],
)
def test_a_term_has_the_form_of_the_target_both_ways(
    pair: str, text: str, found: list[tuple[str, str]]
) -> None:
    assert forms(text, pair) == found


@pytest.mark.parametrize(
    "text", ["náutica", "NÁUTICA", "nÁutica", "¡Náutica!", "(Náutica)", "«Náutica»"]
)
def test_large_and_small_letters_are_the_same(text: str) -> None:
    assert [form for _, form in forms(text, "es-en")] == ["Nautica Restaurant"]


@pytest.mark.parametrize(
    ("pair", "text"),
    [
        ("es-en", "La Nautica sin acento"),
        ("es-en", "Náuticas"),
        ("es-en", "SuperNáutica"),
        ("es-en", "Náutica_2"),
        ("es-en", "Náutica2"),
        ("es-en", "la barra, un barco, Zanzíbar"),
        ("es-en", "Sala 21"),
        ("es-en", "bar\u0301"),
        ("ja-es", "バーベキュー"),
        ("ja-es", "スーパーバー"),
        ("ja-es", "バーー"),
        ("ru-es", "бары и самбар"),
        ("ar-es", "والبار"),
    ],
)
def test_a_term_never_matches_inside_another_word(pair: str, text: str) -> None:
    assert forms(text, pair) == []


def test_of_two_terms_in_one_place_the_longest_is_taken() -> None:
    assert forms("En el bar de la piscina", "es-en") == [("bar de la piscina", "Pool Bar")]


def test_a_line_of_more_spaces_is_the_same_term() -> None:
    assert forms("El BAR de  la\u00a0piscina", "es-en") == [("BAR de  la\u00a0piscina", "Pool Bar")]


def test_latin_terms_are_found_between_japanese_letters() -> None:
    glossary = Glossary((Term("Spa", {}),))

    assert forms("明日Spaに行きます", "ja-es", glossary) == [("Spa", "Spa")]


def test_signs_in_a_term_mean_nothing_but_themselves() -> None:
    glossary = Glossary((Term("a.b", {"en": "x"}), Term("(c)*", {"en": "y"}), Term("[d", {})))

    assert forms("acb a.b c (c)* [d", "es-en", glossary) == [
        ("a.b", "x"),
        ("(c)*", "y"),
        ("[d", "[d"),
    ]


def test_of_two_terms_written_alike_the_first_counts() -> None:
    glossary = Glossary((Term("Mar", {"en": "Sea"}), Term("MAR", {"en": "Ocean"})))

    assert forms("mar", "es-en", glossary) == [("mar", "Sea")]


@pytest.mark.parametrize(
    "term",
    [
        Term("", {}),
        Term("  ", {"en": "x"}),
        Term("a" * (MAX_TERM + 1), {"en": "x"}),
        Term("mar", {"en": "x" * (MAX_TERM + 1)}),
        Term("mar", {"en": "  "}),
    ],
)
def test_an_empty_or_endless_term_is_passed_over(term: Term) -> None:
    text = f"mar {term.term} mar"

    assert forms(text, "es-en", Glossary((term,))) == []


def test_a_term_of_sixty_letters_is_found() -> None:
    assert forms("a" * MAX_TERM, "es-en", Glossary((Term("a" * MAX_TERM, {"en": "x"}),)))


def test_without_terms_nothing_is_found() -> None:
    assert forms("La Náutica", "es-en", EMPTY_GLOSSARY) == []


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["bar", "Náutica", "İstanbul", "straße", "バー", "大", "ẞ", "\u0301", "K", "ſ"]
    ),
)
TERMS = st.builds(Term, WORDS, st.dictionaries(st.sampled_from(["es", "en"]), WORDS, max_size=2))


@given(
    terms=st.lists(TERMS, max_size=6),
    words=st.lists(WORDS, max_size=8),
    between=st.sampled_from([" ", "", ", "]),
)
def test_with_any_glossary_places_lie_in_the_text_one_after_the_other(
    terms: list[Term], words: list[str], between: str
) -> None:
    text = between.join(words)

    found = list(TermFinder(Glossary(tuple(terms)), Pair("es", "en")).find(text))

    places = [place for term in found for place in (term.start, term.end)]
    assert places == sorted(places)
    assert all(0 <= term.start < term.end <= len(text) for term in found)
    assert {term.form for term in found} <= {term.form("en").strip() for term in terms}


@given(term=st.text(min_size=1, max_size=20).filter(lambda text: text.strip()))
def test_any_term_that_stands_alone_is_found(term: str) -> None:
    found = forms(f" {term} ", "es-en", Glossary((Term(term, {"en": "x"}),)))

    assert ("x" in {form for _, form in found}) or term[0].isspace() or term[-1].isspace()
