"""Texts, dates and numbers in every language."""

import sys
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from sosbox.errors import SosboxError
from sosbox.i18n import CONSOLE_LANGUAGES, LANGUAGES, N_, Localizer, localizer

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALL = list(LANGUAGES)
CONSOLE = list(CONSOLE_LANGUAGES)
ANSWER = ("An answer within {num} hour.", "An answer within {num} hours.")


def _plain(text: str) -> str:
    """Without the marks of direction and the kinds of space that Unicode's data put in."""
    return " ".join(text.replace("\u200f", "").split())


def _in(**texts: str) -> list[tuple[str, str]]:
    """What is said in each language; none may be left out."""
    if list(texts) != ALL:
        raise ValueError("not every language is tested, or in another order than in the list")
    return list(texts.items())


def _in_console(es: str, gl: str, en: str) -> list[tuple[str, str]]:
    return [("es", es), ("gl", gl), ("en", en)]


def test_every_language_of_the_console_is_tested_here() -> None:
    assert [language for language, _ in _in_console("", "", "")] == list(CONSOLE_LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
        es="Enviar",
        gl="Enviar",
        en="Send",
        ca="Envia",
        eu="Bidali",
        pt="Enviar",
        fr="Envoyer",
        de="Senden",
        it="Invia",
        nl="Versturen",
        ru="Отправить",
        zh="发送",
        ja="送信する",
        ar="إرسال",
    ),
)
def test_a_message_is_said_in_the_language(language: str, text: str) -> None:
    assert localizer(language)("Send") == text


@pytest.mark.parametrize("language", [language for language in ALL if language not in CONSOLE])
def test_what_the_console_says_is_english_in_languages_of_guests_alone(language: str) -> None:
    assert localizer(language)("Wait {time}.", time="5") == "Wait 5."


@pytest.mark.parametrize(
    ("language", "text"), _in_console("Espere 5 minutos.", "Agarde 5 minutos.", "Wait 5 minutes.")
)
def test_a_message_takes_its_arguments(language: str, text: str) -> None:
    _ = localizer(language)
    assert _("Wait {time}.", time=_.duration(timedelta(minutes=5))) == text


@pytest.mark.parametrize("language", ALL)
def test_arguments_are_texts_and_no_messages(language: str) -> None:
    _ = localizer(language)
    said = _("{name} added a note", name="{other} %s {0} Send")
    assert "{other} %s {0} Send" in said


@pytest.mark.parametrize("language", ALL)
def test_an_argument_that_is_missing_is_an_error(language: str) -> None:
    with pytest.raises(KeyError):
        localizer(language)("Wait {time}.", hours=3)
    with pytest.raises(KeyError):
        localizer(language).plural("{num} of {all} day", "{num} of {all} days", 2)


@pytest.mark.parametrize("language", ALL)
def test_an_unknown_message_is_said_as_it_is(language: str) -> None:
    assert localizer(language)("Never {heard}", heard="seen") == "Never seen"
    assert localizer(language)("Half a {brace") == "Half a {brace"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("es", "Respuesta en 1 hora.", "Respuesta en 1.440 horas."),
        ("gl", "Resposta en 1 hora.", "Resposta en 1.440 horas."),
        ("en", "An answer within 1 hour.", "An answer within 1,440 hours."),
        ("ca", "Resposta en 1 hora.", "Resposta en 1.440 hores."),
        ("pt", "Resposta em 1 hora.", "Resposta em 1\u00a0440 horas."),
        ("de", "Antwort innerhalb von 1 Stunde.", "Antwort innerhalb von 1.440 Stunden."),
        ("it", "Risposta entro 1 ora.", "Risposta entro 1.440 ore."),
    ],
)
def test_a_plural_has_the_form_of_its_number(language: str, one: str, many: str) -> None:
    _ = localizer(language)
    assert _.plural(*ANSWER, 1) == one
    assert _.plural(*ANSWER, 1440) == many
    assert _.plural(*ANSWER, 0) == many.replace(_.number(1440), "0")


def test_nothing_is_singular_in_french() -> None:
    _ = localizer("fr")
    assert _.plural(*ANSWER, 0) == "Réponse sous 0 heure."
    assert _.plural(*ANSWER, 1) == "Réponse sous 1 heure."
    assert _.plural(*ANSWER, 2) == "Réponse sous 2 heures."


@pytest.mark.parametrize(
    ("language", "num", "words"),
    [
        ("ru", 1, "1 часа"),
        ("ru", 2, "2 часов"),
        ("ru", 11, "11 часов"),
        ("ru", 21, "21 часа"),
        ("ru", 1440, "1\u00a0440 часов"),
        ("ar", 1, "ساعة واحدة (1)"),
        ("ar", 2, "ساعتين (2)"),
        ("ar", 3, "3 ساعات"),
        ("ar", 11, "11 ساعة"),
        ("ar", 103, "103 ساعات"),
        ("eu", 1, "1 orduko"),
        ("eu", 24, "24 orduko"),
        ("ja", 1, "1時間"),
        ("ja", 24, "24時間"),
    ],
)
def test_a_language_has_as_many_forms_of_a_plural_as_it_needs(
    language: str, num: int, words: str
) -> None:
    assert words in localizer(language).plural(*ANSWER, num)


@pytest.mark.parametrize("language", ALL)
def test_a_plural_says_its_number(language: str) -> None:
    _ = localizer(language)
    for num in (0, 1, 2, 3, 11, 24, 100, 1440):
        assert _.number(num) in _.plural(*ANSWER, num)


@pytest.mark.parametrize(
    ("language", "text"),
    _in_console(
        "Ana y Boris también están viendo este caso.",
        "Ana e Boris tamén están a ver este caso.",
        "Ana and Boris are also looking at this.",
    ),
)
def test_a_plural_takes_other_arguments_too(language: str, text: str) -> None:
    _ = localizer(language)
    joint = {"es": "y", "gl": "e", "en": "and"}[language]
    said = _.plural(
        "{names} is also looking at this.",
        "{names} are also looking at this.",
        2,
        names=f"Ana {joint} Boris",
    )
    assert said == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Tiene 6 caracteres y caben 5. Acórtelo, por favor."),
        ("gl", "Ten 6 caracteres e caben 5. Acúrteo, por favor."),
        ("en", "This is 6 characters long; 5 fit. Please shorten it."),
        ("fr", "Votre texte compte 6 caractères, pour 5 au maximum. Veuillez le raccourcir."),
        ("de", "Der Text ist 6 Zeichen lang; 5 sind möglich. Bitte kürzen Sie ihn."),
    ],
)
def test_an_error_is_said_in_the_language_of_its_reader(language: str, text: str) -> None:
    error = SosboxError(
        "This is {length} characters long; {limit} fit. Please shorten it.", length=6, limit=5
    )
    assert localizer(language).error(error) == text


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
        es="1.234,5",
        gl="1.234,5",
        en="1,234.5",
        ca="1.234,5",
        eu="1.234,5",
        pt="1\u00a0234,5",
        fr="1\u202f234,5",
        de="1.234,5",
        it="1.234,5",
        nl="1.234,5",
        ru="1\u00a0234,5",
        zh="1,234.5",
        ja="1,234.5",
        ar="1,234.5",
    ),
)
def test_numbers_have_the_marks_of_the_language(language: str, text: str) -> None:
    assert localizer(language).number(1234.5) == text
    assert localizer(language).number(0) == "0"


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
        es="21 de noviembre de 2026, 13:00",
        gl="21 de novembro de 2026, 13:00",
        en="21 November 2026, 13:00",
        ca="21 de novembre del 2026, 13:00",
        eu="2026(e)ko azaroaren 21(a), 13:00",
        pt="21 de novembro de 2026, 13:00",
        fr="21 novembre 2026 à 13:00",
        de="21. November 2026, 13:00",
        it="21 novembre 2026, 13:00",
        nl="21 november 2026, 13:00",
        ru="21 ноября 2026 г., 13:00",
        zh="2026年11月21日 13:00",
        ja="2026年11月21日 13:00",
        ar="21 نوفمبر 2026، 1:00 م",
    ),
)
def test_a_moment_is_told_in_the_time_of_the_place(language: str, text: str) -> None:
    canary = ZoneInfo("Atlantic/Canary")
    assert _plain(localizer(language).moment(NOON, MADRID)) == text
    assert _plain(localizer(language).moment(NOON + timedelta(hours=1), canary)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
        es="sáb, 21 nov, 13:00",
        gl="sáb., 21 de nov., 13:00",
        en="Sat 21 Nov, 13:00",
        ca="ds., 21 de nov., 13:00",
        eu="aza. 21(a), lr., 13:00",
        pt="sábado, 21/11, 13:00",
        fr="sam. 21 nov. à 13:00",
        de="Sa., 21. Nov., 13:00",
        it="sab 21 nov, 13:00",
        nl="za 21 nov, 13:00",
        ru="сб, 21 нояб., 13:00",
        zh="11月21日周六 13:00",
        ja="11月21日(土) 13:00",
        ar="السبت، 21 نوفمبر، 1:00 م",
    ),
)
def test_a_short_moment_has_a_weekday_and_no_year(language: str, text: str) -> None:
    assert _plain(localizer(language).short_moment(NOON, MADRID)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
        es="domingo, 22 de noviembre de 2026",
        gl="domingo, 22 de novembro de 2026",
        en="Sunday, 22 November 2026",
        ca="diumenge, 22 de novembre del 2026",
        eu="2026(e)ko azaroaren 22(a), igandea",
        pt="domingo, 22 de novembro de 2026",
        fr="dimanche 22 novembre 2026",
        de="Sonntag, 22. November 2026",
        it="domenica 22 novembre 2026",
        nl="zondag 22 november 2026",
        ru="воскресенье, 22 ноября 2026 г.",
        zh="2026年11月22日星期日",
        ja="2026年11月22日日曜日",
        ar="الأحد، 22 نوفمبر 2026",
    ),
)
def test_a_day_is_the_day_of_the_place(language: str, text: str) -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert _plain(localizer(language).day(late, MADRID)) == text
    assert _plain(localizer(language).day(late, ZoneInfo("UTC"))) != text


@pytest.mark.parametrize("language", ALL)
def test_the_hour_that_comes_twice_is_told_as_the_clock_shows_it(language: str) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    told = localizer(language).moment(first, MADRID)
    assert told == localizer(language).moment(first + timedelta(hours=1), MADRID)
    assert "2:30" in told


@pytest.mark.parametrize(
    ("language", "past", "future", "now"),
    [
        ("es", "hace 3 horas", "dentro de 2 días", "ahora mismo"),
        ("gl", "hai 3 horas", "en 2 días", "agora mesmo"),
        ("en", "3 hours ago", "in 2 days", "just now"),
        ("ca", "fa 3 hores", "d’aquí a 2 dies", "ara mateix"),
        ("eu", "duela 3 ordu", "2 egun barru", "oraintxe"),
        ("pt", "há 3 horas", "dentro de 2 dias", "agora mesmo"),
        ("fr", "il y a 3 heures", "dans 2 jours", "à l’instant"),
        ("de", "vor 3 Stunden", "in 2 Tagen", "gerade eben"),
        ("it", "3 ore fa", "tra 2 giorni", "adesso"),
        ("nl", "3 uur geleden", "over 2 dagen", "zojuist"),
        ("ru", "3 часа назад", "через 2 дня", "только что"),
        ("zh", "3小时前", "2天后", "刚刚"),
        ("ja", "3 時間前", "2 日後", "たった今"),
        ("ar", "قبل 3 ساعات", "خلال يومين", "الآن"),
    ],
)
def test_ago_tells_how_long_ago_or_how_soon(
    language: str, past: str, future: str, now: str
) -> None:
    _ = localizer(language)
    assert _.ago(NOON - timedelta(hours=3), NOON) == past
    assert _.ago(NOON + timedelta(days=2), NOON) == future
    for seconds in (-44, 0, 44):
        assert _.ago(NOON + timedelta(seconds=seconds), NOON) == now
    for seconds in (-46, 46):
        assert _.ago(NOON + timedelta(seconds=seconds), NOON) != now


@pytest.mark.parametrize(
    ("language", "minutes", "days"),
    [
        ("es", "20 minutos", "3 días"),
        ("gl", "20 minutos", "3 días"),
        ("en", "20 minutes", "3 days"),
        ("ca", "20 minuts", "3 dies"),
        ("eu", "20 minutu", "3 egun"),
        ("pt", "20 minutos", "3 dias"),
        ("fr", "20 minutes", "3 jours"),
        ("de", "20 Minuten", "3 Tage"),
        ("it", "20 minuti", "3 giorni"),
        ("nl", "20 minuten", "3 dagen"),
        ("ru", "20 минут", "3 дня"),
        ("zh", "20分钟", "3天"),
        ("ja", "20 分", "3 日"),
        ("ar", "20 دقيقة", "3 أيام"),
    ],
)
def test_a_duration_has_no_direction(language: str, minutes: str, days: str) -> None:
    _ = localizer(language)
    assert _plain(_.duration(timedelta(minutes=20))) == minutes
    assert _plain(_.duration(timedelta(days=3))) == days
    assert _.duration(timedelta(minutes=-20)) == _.duration(timedelta(minutes=20))
    assert _.duration(timedelta(days=-3)) == _.duration(timedelta(days=3))


@pytest.mark.parametrize("language", ALL)
def test_arabic_alone_runs_from_right_to_left(language: str) -> None:
    assert localizer(language).direction == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", ["he", "fa", "ur"])
def test_another_language_that_runs_from_right_to_left_would_say_so(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package has a function of the module's name.
    module = sys.modules[Localizer.__module__]
    monkeypatch.setattr(module, "_catalogue", lambda language: NullTranslations())
    assert Localizer(language).direction == "rtl"


@pytest.mark.parametrize("language", ["", "xx", "sv", "ES", "es_ES", "pt-BR", "../es", "en\n"])
def test_a_language_that_the_program_does_not_speak_is_english(language: str) -> None:
    assert localizer(language).language == "en"
    assert localizer(language)("Send") == "Send"


def test_a_language_without_a_catalogue_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        Localizer("sv")


def test_marking_a_message_changes_nothing() -> None:
    assert N_("Send") == "Send"


def test_a_localizer_is_made_once() -> None:
    assert localizer("gl") is localizer("gl")
