"""Numbers that are written as words, in the box's languages. Pure.

Engines write "dos toallas" as "2 towels" and "21 November" as "11月21日": neither is a lost digit.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from sosbox.translation.scripts import UNSPACED

# From zero on, of each number the words for it, with a slash between them.
_WORDS = {
    "es": "cero un/uno/una/primer/primero/primera dos/segundo/segunda/ambos tres/tercer/tercero"
    "/tercera cuatro/cuarto/cuarta cinco/quinto/quinta seis siete ocho nueve diez once doce",
    "gl": "cero un/unha/primeiro/primeira dous/dúas/segundo/segunda/ambos tres/terceiro/terceira"
    " catro/cuarto/cuarta cinco/quinto/quinta seis sete oito nove dez once doce",
    "ca": "zero un/una/primer/primera dos/dues/segon/segona tres/tercer/tercera quatre/quart/quarta"
    " cinc/cinquè/cinquena sis set vuit nou deu onze dotze",
    "pt": "zero um/uma/primeiro/primeira dois/duas/segundo/segunda/ambos três/terceiro/terceira"
    " quatro/quarto/quarta cinco/quinto/quinta seis/meia sete oito nove dez onze doze",
    "en": "zero one/a/an/first/once/single two/second/twice/both/double/couple three/third four"
    "/fourth five/fifth six seven eight nine ten eleven twelve/dozen",
    "fr": "zéro un/une/premier/première deux/deuxième/second/seconde trois/troisième quatre"
    "/quatrième cinq/cinquième six sept huit neuf dix onze douze",
    "de": "null ein/eins/eine/einen/einem/einer/erste/ersten/erster/einmal zwei/zweite/zweiten"
    "/zweimal/beide drei/dritte/dritten vier/vierte/vierten fünf/fünfte/fünften sechs sieben acht"
    " neun zehn elf zwölf",
    "it": "zero un/uno/una/primo/prima due/secondo/seconda tre/terzo/terza quattro/quarto/quarta"
    " cinque/quinto/quinta sei sette otto nove dieci undici dodici",
    "nl": "nul een/één/eerste twee/tweede/beide drie/derde vier/vierde vijf/vijfde zes zeven acht"
    " negen tien elf twaalf",
    "eu": "zero bat/lehen/lehenengo bi/bigarren hiru/hirugarren lau/laugarren bost/bosgarren sei"
    " zazpi zortzi bederatzi hamar hamaika hamabi",
    "ru": "ноль один/одна/одно/одного/одной/одну/первый/первая/первого/первом два/две/двух/двумя"
    "/второй/вторая/втором три/трёх/трех/третий/третья/третьем четыре/четырёх/четырех/четвёртый"
    "/четвертый пять/пяти/пятый шесть/шести семь/семи восемь/восьми девять/девяти десять/десяти"
    " одиннадцать/одиннадцати двенадцать/двенадцати",
    "ar": "صفر واحد/واحدة/الأول/الأولى اثنان/اثنين/اثنتان/اثنتين/الثاني/الثانية/مرتين/ليلتين"
    "/منشفتين/يومين/ساعتين/شخصين ثلاثة/ثلاث/الثالث/الثالثة أربعة/أربع/الرابع/الرابعة خمسة/خمس"
    "/الخامس/الخامسة ستة/ست سبعة/سبع ثمانية/ثماني/ثمان تسعة/تسع عشرة/عشر",
    "zh": "零/〇 一 二/两/兩/双 三 四 五 六 七 八 九 十 十一 十二",
    "ja": "零/ゼロ 一/ひとつ/ひとり 二/ふたつ/ふたり/両 三/みっつ 四/よっつ 五/いつつ 六 七 八 九"
    " 十 十一 十二",
}
_WORD = re.compile(r"[^\W\d_]+")


class _Vocabulary(NamedTuple):
    """words: word -> number. months: the beginning of a word -> number."""

    words: dict[str, int]
    months: dict[str, int]


def numbers_in_words(text: str, language: str) -> Counter[int]:
    """How often each number from 0 to 12 may be meant by a word of the text, as far as is known."""
    vocabulary = _vocabulary(language)
    folded = text.lower()
    if language in UNSPACED:
        return Counter(
            {
                number: count
                for word, number in (vocabulary.words | vocabulary.months).items()
                if (count := folded.count(word))
            }
        )
    numbers: Counter[int] = Counter()
    for word in _WORD.findall(folded):
        if word in vocabulary.words:
            numbers[vocabulary.words[word]] += 1
        for beginning, number in vocabulary.months.items():
            if word.startswith(beginning):
                numbers[number] += 1
    return numbers


@lru_cache(maxsize=64)
def _vocabulary(language: str) -> _Vocabulary:
    words = {
        word: number
        for number, words in enumerate(_WORDS.get(language, "").split())
        for word in words.split("/")
    }
    return _Vocabulary(words, _months(language))


def _months(language: str) -> dict[str, int]:
    try:
        names = Locale.parse(language).months["format"]["wide"]
    except (UnknownLocaleError, ValueError):
        return {}
    # Cases end in other letters: ноября, ноябре; azaroa, azaroaren.
    return {
        (name[:-1] if len(name) > 4 else name).lower(): number for number, name in names.items()
    }
