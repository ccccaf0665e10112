"""What comes through a translation as it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.translation.contract import Pair
from sosbox.translation.glossary import EMPTY_GLOSSARY, Glossary, Term
from sosbox.translation.protection import Protected, Protector

NUMBER = re.compile(r"\d{4}")
NAUTICA = Glossary((Term("Náutica", {"en": "Nautica Restaurant", "ja": "ナウティカ"}),))

# Sentences with what must come through between ‹ and ›.
KEPT = [
    ("es", "Mire ‹https://mar.es/carta?a=1&b=2›, por favor."),
    ("es", "Mire ‹www.hotelmar.es›."),
    ("es", "Está en ‹hotelmar.es/carta› y en la puerta"),
    ("es", "Escriba a ‹recep.mar+1@hotelmar.es›."),
    ("es", "La clave es ‹Hotel_Mar2024!› desde ayer"),
    ("es", "La clave wifi:‹Mar2024› no va"),
    ("es", "La clave ‹P@ss#word› no va"),
    ("es", "El código es ‹MAR-2041b›, creo"),
    ("es", "Estoy en la ‹R-204› sin luz"),
    ("es", "Estoy en la ‹204B› sin luz"),
    ("es", "Vivo en el ‹3.º B› sin luz"),
    ("es", "Ayer a las ‹10.30› no había nadie"),
    ("es", "Desde las ‹22:15h› hay ruido"),
    ("es", "Abre de ‹10:30-12:00› solo"),
    ("es", "Pagué ‹12,50 €› por un café"),
    ("es", "Pagué ‹€12.50› por un café"),
    ("es", "Pagué ‹1.250,00 EUR› por todo"),
    ("es", "Llame al ‹+34 981 123 456› ya"),
    ("es", "Llegamos el ‹21/11/2026› tarde"),
    ("es", "Soy ‹@dora_mar› en redes"),
    ("es", "Lo puse con ‹#hotelmar› ayer"),
    ("es", "Me 😀 gusta".replace("😀", "‹😀›")),
    ("es", "El Sr. ‹García López› no vino"),
    ("es", "La Sra. ‹de la Fuente› no vino"),
    ("es", "Hable con Doña ‹Ana› ya"),
    ("es", "Somos de ‹B&B› del centro"),
    ("gl", "Falou co Sr. ‹Núñez› ás ‹10.30› onte"),
    ("ca", "És a les ‹21:30› o més tard"),
    ("eu", "Goizeko ‹10:30›ean itxita zegoen"),
    ("pt", "Falei com a Sra. ‹Conceição› ontem"),
    ("pt", "Às ‹22h15› ainda havia barulho"),
    ("fr", "M. ‹Dupont› est venu à ‹10h30› hier"),
    ("fr", "Mme ‹Petit-Jean› n’est pas venue"),
    ("en", "Mr. ‹O’Hara› left at ‹10:30 pm› sharp"),
    ("de", "Herr ‹Müller› Handtücher fehlen"),
    ("de", "Frau Dr. ‹von der Leyen› war da"),
    ("it", "Il Sig. ‹Rossi› paga ‹8,00 €› a notte"),
    ("nl", "Mevrouw ‹van den Berg› belde om ‹10.30› uur"),
    ("ru", "Господин ‹Иванов› в номере ‹204Б› ждёт"),
    ("zh", "密码是‹Hotel_Mar2024›请告诉我"),
    ("zh", "请看‹https://mar.es/a›谢谢"),
    ("ja", "部屋は‹R-204›です"),
    ("ja", "‹10:30›に来てください"),
    ("ar", "الساعة‹10:30› ولا أحد هنا"),
    ("ar", "كلمة السر ‹Hotel_Mar2024› لا تعمل"),
]
# What engines translate, or copy, better than they carry a placeholder.
LEFT = [
    ("es", "Faltan 2 toallas en la 204 y 15% de agua"),
    ("es", "Ceno a las 8 pm y/o a las 9"),
    ("es", "Estoy en la 2ª planta"),
    ("es", "está sucio.no hay toallas"),
    ("es", "Esto es *muy* feo"),
    ("es", "don nadie y doña perfecta"),
    ("en", "On the 2nd floor, a 24-hour wait for 100ml"),
    ("en", "Don’t call me Mister"),
    ("fr", "Au 3e étage, pendant 24h"),
    ("de", "Ein 5-Sterne-Hotel mit 3-Bett-Zimmer"),
    ("eu", "204an nago"),
    ("ru", "На 5-м этаже 3 дня"),
    ("zh", "我要3000元"),
    ("ja", "3階です"),
]


def protect(
    sentence: str,
    source: str = "es",
    target: str = "en",
    *,
    names: frozenset[str] = frozenset(),
    glossary: Glossary = EMPTY_GLOSSARY,
) -> Protected:
    return Protector(Pair(source, target), glossary, names).protect(sentence)


@pytest.mark.parametrize(("language", "marked"), KEPT)
def test_it_comes_through_unchanged(language: str, marked: str) -> None:
    sentence = marked.replace("‹", "").replace("›", "")

    protected = protect(sentence, language, "en" if language != "en" else "es")

    assert list(protected.kept.values()) == re.findall("‹(.*?)›", marked)
    assert NUMBER.sub("#", protected.text) == re.sub("‹.*?›", "#", marked)
    assert protected.restore(protected.text).text == sentence


@pytest.mark.parametrize(("language", "sentence"), LEFT)
def test_it_is_left_to_the_engine(language: str, sentence: str) -> None:
    assert protect(sentence, language, "en" if language != "en" else "es").text == sentence


def test_neighbours_share_a_number() -> None:
    protected = protect("Sin luz en R-204, R-205 y el 21/11/2026 10.30 en R-206.")

    assert list(protected.kept.values()) == ["R-204, R-205", "21/11/2026 10.30", "R-206"]


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Vino Ana María con Ana", ["Ana María", "Ana"]),
        ("La ana y Anabel no son Ana.", ["Ana"]),
        ("Ana-Belén sí es Ana", ["Ana", "Ana"]),
        ("El Sr. Ana López no vino", ["Ana López"]),
        ("En 7 habla el del 7", []),
    ],
)
def test_names_stand_as_words_of_their_own(sentence: str, kept: list[str]) -> None:
    names = frozenset({"Ana", "Ana María", "7", "E", " ", ""})

    assert list(protect(sentence, names=names).kept.values()) == kept


def test_a_name_in_japanese_needs_no_spaces() -> None:
    protected = protect("昨日田中さんが来ました", "ja", "es", names=frozenset({"田中"}))

    assert list(protected.kept.values()) == ["田中"]


def test_a_term_within_a_password_stays() -> None:
    glossary = Glossary((Term("Mar", {"en": "Sea"}),))

    protected = protect("La clave de Mar es Mar-2024", glossary=glossary)

    assert protected.unchanged() == "La clave de Sea es Mar-2024"


def test_a_digit_beside_a_term_goes_with_it() -> None:
    protected = protect("今日ナウティカ5で食べました", "ja", "es", glossary=NAUTICA)

    assert list(protected.kept.values()) == ["Náutica5"]


@pytest.mark.parametrize(
    "sentence", ["204", "R-204", "10.30 😀", "https://mar.es", "...", "12,50 €", "7301", "Náutica"]
)
def test_a_sentence_of_nothing_else_has_no_words(sentence: str) -> None:
    assert not protect(sentence, glossary=NAUTICA).has_words


@pytest.mark.parametrize(
    "output",
    [
        "The key is 7301, room 7338.",
        "Room 7338: 7301",
        "The key is 7,301, room 7 338.",
        "The key is 7.301, room 7\u202f338.",
        "密码是７３０１，房间７３３８。",
        "كلمة السر ٧٣٠١ والغرفة ۷۳۳۸",
        "7301ean eta 7338-a",
    ],
)
def test_numbers_are_found_however_an_engine_writes_them(output: str) -> None:
    protected = protect("La clave es abc1, cuarto R-204.")

    restored = protected.restore(output)

    assert restored.is_whole
    assert "abc1" in restored.text
    assert "R-204" in restored.text
    assert not re.search(r"\d", restored.bare)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "The key is 7301.",
        "The key is 7301, room 7301.",
        "7301 7338 7338",
        "73017338",
        "The key is 7302, room 7338.",
        "The key is 17301, room 7338.",
        "On the 7301st, room 7338.",
        "73 key 01, room 7338",
        "sieben 301, 7338",
    ],
)
def test_what_an_engine_loses_doubles_or_breaks_is_noticed(output: str) -> None:
    protected = protect("La clave es abc1, cuarto R-204.")

    assert not protected.restore(output).is_whole


@pytest.mark.parametrize("own", ["7301", "7.301", "７３０１", "٧٣٠١", "73 01", "17301", "73012"])
def test_a_number_of_the_sentence_is_not_taken_for_a_placeholder(own: str) -> None:
    protected = protect(f"Son {own} euros en abc1 y nada más")

    assert "7301" not in protected.kept
    assert protected.restore(protected.text).text == protected.original


def test_sentences_that_differ_in_what_is_kept_alone_are_one_for_the_engine() -> None:
    assert protect("Sin luz en R-204.").text == protect("Sin luz en R-305.").text


PIECES = st.sampled_from(
    [
        *("clave", "Náutica", "Ana", "Sr.", "García", "de la", "R-204", "abc1", "10.30", "12,50 €"),
        *(
            "7301",
            "7338",
            "７３０１",
            "٧",
            "5",
            "a@b.es",
            "https://x.es",
            "@a",
            "#b",
            "😀",
            "❤️",
            ":)",
        ),
        *(
            " ",
            " ",
            "  ",
            ",",
            ", ",
            "-",
            "/",
            ".",
            "!",
            "_",
            "部屋",
            "バー",
            "房",
            "غرفة",
            "é",
            "\u0301",
        ),
    ]
)
SENTENCES = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))
NAMES = st.frozensets(
    st.one_of(st.text(max_size=5), st.sampled_from(["Ana", "房", "R-2"])), max_size=4
)


@given(sentence=SENTENCES, names=NAMES, source=st.sampled_from(["es", "de", "ja", "ar"]))
def test_any_sentence_comes_back_byte_for_byte(
    sentence: str, names: frozenset[str], source: str
) -> None:
    protected = protect(sentence, source, names=names)

    restored = protected.restore(protected.text)

    assert restored.text == protected.unchanged() == sentence
    assert restored.is_whole


@given(sentence=SENTENCES, names=NAMES)
def test_whatever_order_an_engine_puts_them_in_each_is_there_once(
    sentence: str, names: frozenset[str]
) -> None:
    protected = protect(sentence, names=names)
    numbers = list(protected.kept)
    backwards = iter(reversed(numbers))
    pattern = "|".join(numbers) or "(?!)"
    output = re.sub(f"(?<!\\d)(?:{pattern})(?!\\d)", lambda _: next(backwards), protected.text)

    restored = protected.restore(output)

    assert restored.is_whole
    rest = iter(reversed(list(protected.kept.values())))
    expected = re.sub(f"(?<!\\d)(?:{pattern})(?!\\d)", lambda _: next(rest), protected.text)
    assert restored.text == expected


@given(sentence=SENTENCES, output=st.one_of(st.text(), SENTENCES))
def test_whatever_an_engine_says_restoring_never_raises(sentence: str, output: str) -> None:
    protected = protect(sentence, glossary=NAUTICA)

    restored = protected.restore(output)

    if protected.kept and not any(number in output for number in protected.kept):
        assert restored.is_whole is False or restored.text != output


@given(sentence=SENTENCES)
def test_what_the_engine_gets_and_what_is_kept_are_all_of_the_sentence(sentence: str) -> None:
    protected = protect(sentence)
    letters = [sign for sign in protected.bare if not sign.isspace()]

    assert all(sign in sentence for sign in letters)
    assert all(value in sentence for value in protected.kept.values())
