"""What a translation must hold to be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.translation.contract import Pair
from sosbox.translation.guards import check

GOOD = [
    ("es-en", "La habitación 204 está sucia.", "Room 204 is dirty."),
    ("es-en", "Llevo 3 noches y 2 días.", "I have been here for 2 days and 3 nights."),
    ("es-en", "Faltan dos toallas.", "2 towels are missing."),
    ("es-en", "Faltan 2 toallas.", "Two towels are missing."),
    ("es-en", "Falta 1 toalla.", "A towel is missing."),
    ("es-en", "Pagamos 1250 euros.", "We paid 1,250 euros."),
    ("es-en", "Pagamos 1.250 euros.", "We paid 1250 euros."),
    ("es-fr", "Pagamos 1.250 euros.", "Nous avons payé 1\u202f250 euros."),
    ("es-ja", "El 21 de noviembre.", "11月21日です。"),
    ("ja-en", "11月21日に来ました。", "I came on 21 November."),
    ("eu-ja", "Azaroaren 21ean heldu ginen.", "11月21日に着きました。"),
    ("ru-zh", "Приехали 21 ноября.", "我们11月21日到。"),
    ("zh-es", "我们两个人住204。", "Somos 2 personas en la 204."),
    ("en-ar", "We need 2 towels in 204.", "نحتاج إلى منشفتين في ٢٠٤."),
    ("en-ar", "Room 204 is dirty.", "الغرفة ٢٠٤ متسخة."),
    ("es-zh", "La habitación está muy sucia y no hay toallas.", "房间很脏，没有毛巾。"),
    ("zh-es", "房间很脏，没有毛巾。", "La habitación está muy sucia y no hay toallas."),
    ("ja-de", "すみません。", "Entschuldigen Sie bitte die Störung."),
    ("es-en", "Sí.", "Yes, of course."),
    ("en-de", "OK", "In Ordnung"),
    ("es-en", "Muy, muy sucio.", "Very, very dirty."),
    ("es-en", "No no no no quiero.", "No no no no, I do not want to."),
    ("es-zh", "Jajaja, qué bueno.", "哈哈哈，太好了。"),
    ("es-ja", "Gracias, gracias de verdad.", "ありがとう、ありがとう、本当に。"),
    (
        "es-en",
        "No hay toallas, no hay jabón, no hay agua y no hay luz.",
        "There are no towels, there is no soap, there is no water and there is no light.",
    ),
    ("es-gl", "A sopa está fría.", "A sopa está fría."),
    ("es-ca", "Gràcies per tot.", "Gràcies per tot."),
    ("es-en", "¡Hotel!", "Hotel!"),
    ("es-ja", "WiFi", "WiFi"),
    ("zh-ja", "温泉", "温泉"),
    ("es-ru", "El Wi-Fi no funciona.", "Wi-Fi не работает."),
    ("es-en", "Tengo *hambre*", "I am *hungry*"),
    ("es-en", "Sale <unk> en la tele", "It says <unk> on the TV"),
]
BAD = [
    ("digits", "es-en", "La habitación 204 está sucia.", "The room is dirty."),
    ("digits", "es-en", "La habitación está sucia.", "Room 204 is dirty."),
    ("digits", "es-en", "La habitación 204 está sucia.", "Room 402 is dirty."),
    ("digits", "es-en", "Las habitaciones 204 y 205.", "Rooms 204 and 204."),
    ("digits", "es-en", "Faltan dos toallas.", "3 towels are missing."),
    ("digits", "es-en", "Faltan 20 toallas.", "Two towels are missing."),
    ("digits", "es-ja", "El 21 de noviembre.", "10月21日です。"),
    ("digits", "en-ar", "Room 204 is dirty.", "الغرفة ٢٠٥ متسخة."),
    ("digits", "xx-en", "dos", "2 of them"),
    ("length", "es-en", "Buenas noches, la ducha está rota y nadie viene.", "Hi."),
    ("length", "es-en", "Agua fría.", "The water is cold, said the man who came to see about it."),
    ("length", "es-zh", "No hay agua caliente en la ducha desde ayer por la tarde.", "水。"),
    ("repetition", "es-en", "La cama está rota.", "The bed the bed the bed is broken."),
    ("repetition", "es-en", "Quiero más agua.", "Water water water water."),
    ("repetition", "es-en", "Quiero irme a casa ya.", "I want to go I want to go home."),
    ("repetition", "es-ja", "Quiero otra habitación.", "部屋部屋部屋部屋部屋です。"),
    ("repetition", "es-ja", "Quiero otra habitación.", "別の部屋が別の部屋がいい。"),
    ("repetition", "es-zh", "La sopa está fría, señores.", "冷冷冷冷冷冷冷冷冷"),
    ("repetition", "es-de", "La sopa está fría, señores.", "Suppepepepepepepepe ist kalt."),
    (
        "repetition",
        "es-en",
        "La sopa estaba fría, quiero hablar con alguien cuanto antes, por favor.",
        "I want to eat, but I want to talk, and I want to go, so I want to.",
    ),
    ("marks", "es-en", "Quiero más agua.", "I want more wat@@ er."),
    ("marks", "es-en", "Quiero más agua.", "I want <unk> water."),
    ("marks", "es-en", "Quiero más agua.", "I want ⁇ water."),
    ("marks", "es-en", "Quiero más agua.", "▁I ▁want water."),
    ("marks", "es-en", "Quiero más agua.", "I want water.</s>"),
    ("marks", "es-en", "Quiero más agua.", "__en__ I want water."),
    ("marks", "es-en", "Quiero más agua.", "I don&apos;t want water."),
    ("marks", "es-gl", "Quiero más agua.", "Quero máis *agua."),
    ("marks", "es-gl", "Quiero más agua.", "Quero #máis auga."),
    ("same", "es-en", "La sopa está fría.", "La sopa está fría."),
    ("same", "es-en", "La sopa está fría.", "la sopa está fría"),
    ("same", "es-fr", "Restaurante cerrado", "Restaurante cerrado!"),
    ("same", "zh-ja", "没有人来收拾房间", "没有人来收拾房间"),
    ("same", "es-it", "No hay agua", "No hay agua"),
    ("empty", "es-en", "La sopa está fría.", ""),
    ("empty", "es-en", "La sopa está fría.", " ... !"),
    ("empty", "es-en", "La 204 está fría.", "204"),
    ("script", "es-ja", "La sopa está fría.", "Soup is cold."),
    ("script", "es-zh", "La sopa está fría.", "ソープはつめたいです"),
    ("script", "es-ar", "La sopa está fría.", "The soup is cold."),
    ("script", "es-ru", "La sopa está fría.", "Sup kholodnyy."),
    ("script", "ja-es", "スープが冷たいです。", "汤是凉的，先生。"),
    ("script", "es-ja", "Agua", "Mizu"),
]


@pytest.mark.parametrize(("pair", "source", "output"), GOOD)
def test_a_translation_may_be_shown(pair: str, source: str, output: str) -> None:
    assert check(source, output, Pair.parse(pair)) == frozenset()


@pytest.mark.parametrize(("guard", "pair", "source", "output"), BAD)
def test_a_translation_is_held_back(guard: str, pair: str, source: str, output: str) -> None:
    assert guard in check(source, output, Pair.parse(pair))


def test_every_guard_that_fails_is_named() -> None:
    failed = check("La 204 está fría.", "<unk> <unk> <unk> <unk> <unk> 12", Pair("es", "ja"))

    assert {"digits", "marks", "repetition", "script"} <= failed


LANGUAGES = st.sampled_from(
    ["es", "gl", "en", "ca", "eu", "pt", "fr", "de", "it", "nl", "ru", "zh", "ja", "ar", "xx"]
)
PIECES = st.sampled_from(
    [
        *("agua", "the", "房", "バー", "الماء", "два", "two", "2", "٢", "2026", "1.250", "<unk>"),
        *("@@", "\u0301", "²", "Ⅷ", "१", " ", " ", "\n", "'", "-", "&#39;", "<", "*a"),
    ]
)
SENTENCES = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))


@given(source=SENTENCES, output=SENTENCES, languages=st.tuples(LANGUAGES, LANGUAGES))
def test_guards_never_raise(source: str, output: str, languages: tuple[str, str]) -> None:
    failed = check(source, output, Pair(*languages))

    assert failed <= {"digits", "length", "repetition", "marks", "same", "empty", "script"}


@given(sentence=SENTENCES)
def test_a_sentence_left_as_it_was_loses_no_digit_and_does_not_go_round(sentence: str) -> None:
    failed = check(sentence, sentence, Pair("es", "gl"))

    assert failed <= {"empty"}
