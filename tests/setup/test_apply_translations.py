"""Fixed words and engines in a set-up file."""

import pytest

from sosbox.setup.changes import Change
from sosbox.setup.document import SetupError, parse_document
from tests.setup.conftest import Apply, Export, Rows

TERM = """
[[glossary]]
establishment = "hotel-mar"
term = "media pensión"
translations = { en = "half board", de = "Halbpension" }
"""
ENGINE = """
[[translation]]
from = "es"
to = "gl"
engine = "argos"
"""


def _term(line: str) -> str:
    return f'[[glossary]]\nestablishment = "hotel-mar"\n{line}\n'


def _engine(source: str, target: str, engine: str) -> str:
    return f'[[translation]]\nfrom = "{source}"\nto = "{target}"\nengine = "{engine}"\n'


def test_a_fixed_word_is_stored_with_its_forms(apply: Apply, rows: Rows) -> None:
    assert apply(TERM) == [Change("glossary", "hotel-mar/media pensión", is_new=True)]
    assert rows("SELECT term, translations FROM glossary_terms") == [
        ("media pensión", '{"de":"Halbpension","en":"half board"}')
    ]
    assert apply(TERM) == []


def test_a_name_needs_no_forms(apply: Apply, rows: Rows) -> None:
    apply(_term('term = "Náutica"'))
    assert rows("SELECT term, translations FROM glossary_terms") == [("Náutica", "{}")]


def test_the_forms_of_a_word_are_replaced(apply: Apply, rows: Rows) -> None:
    apply(TERM)
    (change,) = apply(TERM.replace('de = "Halbpension"', 'fr = "demi-pension"'))
    assert change.keys == ("translations",)
    assert rows("SELECT translations FROM glossary_terms") == [
        ('{"en":"half board","fr":"demi-pension"}',)
    ]


def test_the_engine_of_a_pair_is_stored_and_replaced(apply: Apply, rows: Rows) -> None:
    assert apply(ENGINE) == [Change("translation", "es/gl", is_new=True)]
    assert apply(ENGINE) == []
    apply(_engine("es", "gl", "none"))
    assert rows("SELECT source, target, engine FROM translation_engines") == [("es", "gl", "none")]


def test_both_come_back_in_an_export(apply: Apply, export: Export) -> None:
    apply(TERM + ENGINE)
    text = export()
    assert 'translations.de = "Halbpension"' in text
    assert 'from = "es"\nto = "gl"\nengine = "argos"' in text
    assert apply(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_term(""), r"^glossary\[1\]\.term: is missing"),
        (_term('term = "204"'), r"\.term: has no letters"),
        (_term(f'term = "{"x" * 61}"'), r"\.term: is longer than 60 characters"),
        (_term('term = "a"\ntranslations = "b"'), r"\.translations: must be a table"),
        (_term('term = "a"\ntranslations = { xx = "b" }'), r'\.translations: "xx" is not among'),
        (_term('term = "a"\ntranslations = { en = "" }'), r"\.translations: must not be empty"),
        (_engine("es", "xx", "argos"), r'^translation\[1\]\.to: "xx" is not among the languages'),
        (_engine("es", "gl", "oracle"), r'\.engine: "oracle" is not among argos, apertium, none'),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_key(text: str, message: str) -> None:
    with pytest.raises(SetupError, match=message):
        parse_document(text)


def test_a_language_is_not_translated_into_itself(apply: Apply) -> None:
    with pytest.raises(SetupError, match=r"^translation\[1\]\.to: must be another language"):
        apply(_engine("es", "es", "argos"))


def test_the_words_of_another_house_are_not_counted(apply: Apply) -> None:
    many = "".join(_term(f'term = "word {number} x"') for number in range(201))
    with pytest.raises(SetupError, match="is one too many: 200 are allowed"):
        apply(many)
