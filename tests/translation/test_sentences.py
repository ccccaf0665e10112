"""Texts taken apart into sentences, and put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.translation.contract import Pair
from sosbox.translation.sentences import MAX_CJK_SENTENCE, MAX_SENTENCE, split

# What guests and receptions write; a bar stands where a sentence begins.
APART = [
    ("es", "La habitación está sucia. |Nadie ha venido."),
    ("es", "La habitación está sucia.|Nadie ha venido."),
    ("es", "está sucia. |nadie viene. |gracias"),
    ("es", "¡Qué asco! |¿No limpian nunca? |Gracias."),
    ("es", "¡Hola!|¿Hay alguien?|¡Oigan!"),
    ("es", "¡¿Cómo?! |Nadie me avisó."),
    ("es", "Dijo «ya va». |No vino."),
    ("es", "«Ya va.» |Y no vino."),
    ("es", "Esperé (una hora). |Nada."),
    ("es", "Cerraban a las 10. |Nadie avisó."),
    ("es", "Muy sucia...|Nadie viene"),
    ("es", "Cuesta 12,50 €. |¿Está incluido?"),
    ("es", "Mire www.mar.es. |Escriba a info@mar.es. |Gracias."),
    ("gl", "O cuarto está frío. |Non hai auga quente! |Grazas."),
    ("gl", "Pedimos toallas, sabas, etc. |Ninguén veu."),
    ("ca", "No n’hi ha cap. |Quan vindran?"),
    ("ca", "L’habitació és bruta… |Ningú no ve."),
    ("eu", "Logela zikin dago. |Ez da inor etorri!"),
    ("pt", "O quarto está sujo. |Ninguém veio às 22h. |E agora?"),
    ("pt", "Não há toalhas!!! |Por favor, tragam."),
    ("fr", "La chambre est sale ! |Personne ne vient."),
    ("fr", "« C’est sale. » |Voilà."),
    ("fr", "Où sont les serviettes ? |Merci."),
    ("en", "The tap drips. |It’s been two days!"),
    ("en", "We left at 8 p.m. |Nobody came."),
    ("en", "Is there no water?! |Help me. |Now."),
    ("de", "Zimmer 204. |Niemand kommt."),
    ("de", "Es gibt keine Handtücher, Seife usw. |Bitte helfen Sie."),
    ("de", "„Sofort.“ |Und keiner kam."),
    ("it", "La camera è sporca. |Non c’è acqua calda, ecc. |Grazie!"),
    ("nl", "De kamer is vies. |Er komt niemand om 10.30. |Bedankt."),
    ("ru", "В номере грязно. |Никто не пришёл!"),
    ("ru", "Номер грязный.|Никто не идёт."),
    ("ru", "Нужны полотенца, мыло и т.д. |Спасибо."),
    ("ru", "Скажите им. |Ждём."),
    ("zh", "房间很脏。|没有人来！|怎么办？"),
    ("zh", "房间很脏!|没人来"),
    ("zh", "他说：“马上来。”|没有来。"),
    ("ja", "部屋が汚いです。|タオルがありません！"),
    ("ja", "お湯が出ません。　|すぐ来てください"),
    ("ja", "本当ですか？！|困ります。"),
    ("ar", "الغرفة متسخة. |لا أحد يأتي!"),
    ("ar", "أين المناشف؟ |شكرا."),
    ("ar", "أين المناشف؟|شكرا."),
    ("ar", "الغرفة متسخة.|لا أحد يأتي"),
    ("ar", "الماء بارد۔ |شكرا"),
]
WHOLE = [
    ("es", "El Sr. García y la Sra. Díaz hablaron con el Dr. Núñez."),
    ("es", "Estamos en la hab. 204 desde las 10.30."),
    ("es", "Es la hab. R-204, núm. 3."),
    ("es", "Faltan cosas, p.ej. toallas, jabón, etc. y nadie viene."),
    ("es", "Pues... no sé qué decir."),
    ("es", "Son 1.250,00 EUR por 3 noches."),
    ("es", "Preguntó «¿quién?» y se fue."),
    ("es", "Vive en la Avda. Castelao con J. R. Smith."),
    ("es", "La clave es Hotel.Mar2024 para todos"),
    ("es", "La clave es Hotel_Mar2024! y no va"),
    ("es", "Se lo dije a a.Perez@mar.es ayer"),
    ("es", "Está en https://mar.es/Carta.Nueva?a=1 todo"),
    ("en", "I ❤️ Vigo and this house."),
    ("en", "Mr. Jones is in No. 12 with Mrs. Hill."),
    ("en", "See the wine list, i.e. the one of St. James."),
    ("de", "Am 21. November war z.B. Herr Dr. Müller da."),
    ("de", "Im 3. Stock, z. B. in Nr. 204, ist es ca. 30 Grad."),
    ("de", "Wir brauchen ggf. Handtücher bzw. Seife."),
    ("fr", "M. Dupont et Mme. Petit sont au 3e étage, ch. 12."),
    ("it", "Il Sig. Rossi e la Dott. Bianchi, pag. 3."),
    ("nl", "Dhr. de Vries zit op de 2. verdieping."),
    ("eu", "3. solairuan dago, 2. atea."),
    ("ru", "Это ул. Пушкина, д. 5, кв. 12."),
    ("zh", "价格是3.5万元"),
    ("zh", "那个……不知道"),
    ("ja", "「すぐ行きます。」と言われました。"),
    ("ja", "3.5時間待ちました"),
    ("ar", "تحدثت مع د. محمد أمس"),
]
# A sign of each kind that means something to the splitter.
PIECES = st.sampled_from(
    [
        *("hab", "Sr", "etc", "z", "B", "sucia", "Nadie", "10", "30", "204B", "а", "Никто"),
        *("部屋", "です", "房间", "غرفة", "https://mar.es/a.B", "a@b.es", "é", "\u0301", "\u200d"),
        *(
            ".",
            "...",
            "…",
            "!",
            "?",
            "¿",
            "¡",
            "。",
            "！",
            "？",
            "．",
            "؟",
            "،",
            "۔",
            ",",
            ";",
            ":",
        ),
        *('"', "«", "»", "(", ")", "「", "」", "“", "”", "’", "-", "—", "•", "・", "1.", "2)", "*"),
        *(" ", "  ", "\n", "\r\n", "\t", "\u3000", "\u00a0", "\u2028", "\x85", "\x1c"),
        *("😀", "❤️", "👨‍👩‍👧", "🇪🇸", "1️⃣", ":)", "<3", "→"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


@pytest.mark.parametrize(("language", "marked"), APART)
def test_a_sentence_ends(language: str, marked: str) -> None:
    found = split(marked.replace("|", ""), language)

    assert list(found.sentences) == [sentence.strip() for sentence in marked.split("|")]


@pytest.mark.parametrize(("language", "text"), WHOLE)
def test_no_sentence_ends(language: str, text: str) -> None:
    assert split(text, language).sentences == (text,)


@pytest.mark.parametrize(
    ("text", "sentences", "separators"),
    [
        ("Gracias 😊 Volveremos", ("Gracias", "Volveremos"), ("", " 😊 ", "")),
        ("¡Sucio! 😡😡 Nadie", ("¡Sucio!", "Nadie"), ("", " 😡😡 ", "")),
        ("¡Sucio!😡", ("¡Sucio!",), ("", "😡")),
        ("😀 Hola", ("Hola",), ("😀 ", "")),
        ("Todo bien :) Gracias <3", ("Todo bien", "Gracias"), ("", " :) ", " <3")),
        ("太脏了😡没人来", ("太脏了", "没人来"), ("", "😡", "")),
        ("me 😀 gusta", ("me 😀 gusta",), ("", "")),
    ],
)
def test_emoji_stand_beside_the_sentences(
    text: str, sentences: tuple[str, ...], separators: tuple[str, ...]
) -> None:
    found = split(text)

    assert (found.sentences, found.separators) == (sentences, separators)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Faltan:\n- Toallas\n- Jabón", ("Faltan:", "Toallas", "Jabón")),
        ("1. Agua\n2) Luz\n3.\tGas", ("Agua", "Luz", "Gas")),
        ("• Nada\n  – Poco\n* Algo", ("Nada", "Poco", "Algo")),
        ("・タオル\n・石鹸", ("タオル", "石鹸")),
        ("—Hola\n—Adiós", ("Hola", "Adiós")),
        ("a) Uno\nb) Dos", ("Uno", "Dos")),
        ("1️⃣ Uno\n2️⃣ Dos", ("Uno", "Dos")),
        ("> citado\n>> más", ("citado", "más")),
        ("Sucia\r\nfría\rgris\u2028rota", ("Sucia", "fría", "gris", "rota")),
    ],
)
def test_a_line_is_a_sentence_without_its_bullet(text: str, sentences: tuple[str, ...]) -> None:
    found = split(text, "es")

    assert found.sentences == sentences
    assert found.joined() == text


@pytest.mark.parametrize(
    "text", ["-5 grados", "+34 981 123 456", "*muy* sucio", "204. Sucia", "¿?"]
)
def test_what_only_looks_like_a_bullet_stays(text: str) -> None:
    assert split(text, "es").joined(["x"] * len(split(text, "es").sentences)).startswith("x")


@pytest.mark.parametrize("text", ["", " ", "\n\n", "😀", " 😀👍\n❤️ ", "\u3000", ":)"])
def test_a_text_without_words_has_no_sentences(text: str) -> None:
    found = split(text)

    assert found.sentences == ()
    assert found.joined() == text


@pytest.mark.parametrize("punctuation", [", ", " ", "; ", " - "])
def test_a_run_on_is_cut_where_it_pauses(punctuation: str) -> None:
    text = punctuation.join(["no hay toallas ni jabón"] * 60)

    found = split(text, "es")

    assert all(len(sentence) <= MAX_SENTENCE for sentence in found.sentences)
    assert len(found.sentences) < len(text) / MAX_SENTENCE * 2 + 1
    assert all(sentence.startswith(("no", "ni")) or " " in sentence for sentence in found.sentences)
    assert found.joined() == text


def test_a_price_is_not_cut_at_its_comma() -> None:
    text = " ".join(["12,50"] * 200)

    found = split(text, "es")

    assert set(" ".join(found.sentences).split()) == {"12,50"}


def test_chinese_without_end_is_cut_earlier() -> None:
    found = split("房间很脏没有人来" * 60, "zh")

    assert max(len(sentence) for sentence in found.sentences) <= MAX_CJK_SENTENCE


def test_a_number_in_endless_japanese_is_not_cut() -> None:
    found = split("部" * 148 + "12345" + "屋" * 100, "ja")

    assert any("12345" in sentence for sentence in found.sentences)


def test_a_link_longer_than_a_sentence_is_left_whole() -> None:
    link = "https://mar.es/?q=" + "a" * 600

    assert split(f"{link} Gracias", "es").sentences[0].startswith(link)


def test_a_word_without_end_is_cut_and_put_together_without_a_space() -> None:
    found = split("a" * 1_000, "es")

    assert len(found.sentences) == 3
    assert found.translated(found.sentences, Pair("es", "en")) == "a" * 1_000


@pytest.mark.parametrize("sign", ["a", " ", ".", "-", "。", "😀", ", ", "1.", "\n", "•", "¿", "部"])
def test_a_huge_text_is_taken_apart_too(sign: str) -> None:
    text = sign * 100_000

    assert split(text, "es").joined() == text


@pytest.mark.parametrize(
    ("pair", "text", "translations", "together"),
    [
        ("es-zh", "Sucia. Nadie viene.", ["脏。", "没人来。"], "脏。没人来。"),
        ("es-ja", "Sucia. ¡Nadie!", ["汚い。", "「誰も」"], "汚い。「誰も」"),
        ("es-ja", "Sucia. Nadie.", ["汚い。", "Nadie."], "汚い。 Nadie."),
        ("es-ja", "Sucia.\nNadie.", ["汚い。", "誰も。"], "汚い。\n誰も。"),
        ("es-ja", "Muy sucia 😀 Nadie", ["汚い", "誰も"], "汚い 😀 誰も"),
        ("ja-es", "汚い。誰も。", ["Sucia.", "Nadie."], "Sucia. Nadie."),
        ("ja-es", "汚い。　誰も。", ["Sucia.", "Nadie."], "Sucia. Nadie."),
        ("zh-ar", "脏！没人来。", ["متسخ!", "لا أحد."], "متسخ! لا أحد."),
        ("zh-ru", "脏！😀没人来。", ["Грязно!", "Никого."], "Грязно! 😀 Никого."),
        ("zh-ja", "脏。没人来。", ["汚い。", "誰も。"], "汚い。誰も。"),
        ("es-en", "Sucia.Nadie.", ["Dirty.", "Nobody."], "Dirty. Nobody."),
        ("es-en", "Sucia.  Nadie.", ["Dirty.", "Nobody."], "Dirty.  Nobody."),
        ("es-en", "- Sucia.\n- Nadie.", ["Dirty.", "Nobody."], "- Dirty.\n- Nobody."),
    ],
)
def test_translations_are_put_together_as_the_target_writes(
    pair: str, text: str, translations: list[str], together: str
) -> None:
    found = split(text, Pair.parse(pair).source)

    assert found.translated(translations, Pair.parse(pair)) == together


def test_fewer_translations_than_sentences_are_refused() -> None:
    found = split("Sucia. Nadie.", "es")

    with pytest.raises(ValueError, match="zip"):
        found.joined(["Dirty."])


@given(text=TEXTS, language=st.sampled_from(["es", "de", "zh", "ar", ""]))
def test_any_text_comes_back_byte_for_byte(text: str, language: str) -> None:
    found = split(text, language)

    assert found.joined() == text
    assert len(found.separators) == len(found.sentences) + 1


@given(text=TEXTS, target=st.sampled_from(["en", "zh", "ar"]))
def test_putting_together_loses_no_sentence_and_no_line(text: str, target: str) -> None:
    found = split(text, "es")
    numbered = [f"<{i}>" for i in range(len(found.sentences))]

    together = found.translated(numbered, Pair("es", target))

    places = [together.index(sentence) for sentence in numbered]
    assert places == sorted(places)
    assert len(together.splitlines()) == len(found.joined(numbered).splitlines())


@given(text=TEXTS)
def test_a_sentence_has_no_space_around_it_and_no_line_break_in_it(text: str) -> None:
    for sentence in split(text, "es").sentences:
        assert sentence == sentence.strip()
        assert len(sentence.splitlines()) == 1


@given(text=TEXTS)
def test_between_sentences_stands_nothing_to_translate(text: str) -> None:
    # But for what numbers the lines: "a)".
    separators = "".join(split(text, "es").separators).replace("a)", "")
    assert not any(sign.isalpha() for sign in separators if sign not in "opPODoB")
