"""Texts, dates and numbers in every language."""

import sys
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from sosbox.errors import SosboxError
from sosbox.i18n import LANGUAGES, N_, Localizer, localizer

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALL = list(LANGUAGES)


def _in(es: str, gl: str, en: str) -> list[tuple[str, str]]:
    return [("es", es), ("gl", gl), ("en", en)]


def test_every_language_of_the_list_is_tested_here() -> None:
    assert [language for language, _ in _in("", "", "")] == ALL


@pytest.mark.parametrize(("language", "text"), _in("Enviar", "Enviar", "Send"))
def test_a_message_is_said_in_the_language(language: str, text: str) -> None:
    assert localizer(language)("Send") == text


@pytest.mark.parametrize(
    ("language", "text"), _in("Espere 5 minutos.", "Agarde 5 minutos.", "Wait 5 minutes.")
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
    ],
)
def test_a_plural_has_the_form_of_its_number(language: str, one: str, many: str) -> None:
    _ = localizer(language)
    forms = ("An answer within {num} hour.", "An answer within {num} hours.")
    assert _.plural(*forms, 1) == one
    assert _.plural(*forms, 1440) == many
    assert _.plural(*forms, 0) == many.replace(_.number(1440), "0")


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
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
    _in(
        "Tiene 6 caracteres y caben 5. Acórtelo, por favor.",
        "Ten 6 caracteres e caben 5. Acúrteo, por favor.",
        "This is 6 characters long; 5 fit. Please shorten it.",
    ),
)
def test_an_error_is_said_in_the_language_of_its_reader(language: str, text: str) -> None:
    error = SosboxError(
        "This is {length} characters long; {limit} fit. Please shorten it.", length=6, limit=5
    )
    assert localizer(language).error(error) == text


@pytest.mark.parametrize(("language", "text"), _in("1.234,5", "1.234,5", "1,234.5"))
def test_numbers_have_the_marks_of_the_language(language: str, text: str) -> None:
    assert localizer(language).number(1234.5) == text
    assert localizer(language).number(0) == "0"


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
        "21 de noviembre de 2026, 13:00",
        "21 de novembro de 2026, 13:00",
        "21 November 2026, 13:00",
    ),
)
def test_a_moment_is_told_in_the_time_of_the_place(language: str, text: str) -> None:
    assert localizer(language).moment(NOON, MADRID) == text
    canary = ZoneInfo("Atlantic/Canary")
    assert localizer(language).moment(NOON, canary) == text.replace("13:00", "12:00")


@pytest.mark.parametrize(
    ("language", "text"),
    _in("sáb, 21 nov, 13:00", "sáb., 21 de nov., 13:00", "Sat 21 Nov, 13:00"),
)
def test_a_short_moment_has_a_weekday_and_no_year(language: str, text: str) -> None:
    assert localizer(language).short_moment(NOON, MADRID) == text


@pytest.mark.parametrize(
    ("language", "text"),
    _in(
        "domingo, 22 de noviembre de 2026",
        "domingo, 22 de novembro de 2026",
        "Sunday, 22 November 2026",
    ),
)
def test_a_day_is_the_day_of_the_place(language: str, text: str) -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert localizer(language).day(late, MADRID) == text
    assert localizer(language).day(late, ZoneInfo("UTC")) != text


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
    ],
)
def test_a_duration_has_no_direction(language: str, minutes: str, days: str) -> None:
    _ = localizer(language)
    assert _.duration(timedelta(minutes=20)) == minutes == _.duration(timedelta(minutes=-20))
    assert _.duration(timedelta(days=3)) == days == _.duration(timedelta(days=-3))


@pytest.mark.parametrize("language", ALL)
def test_the_languages_so_far_run_from_left_to_right(language: str) -> None:
    assert localizer(language).direction == "ltr"


@pytest.mark.parametrize("language", ["ar", "he", "fa", "ur"])
def test_a_language_that_runs_from_right_to_left_says_so(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package has a function of the module's name.
    module = sys.modules[Localizer.__module__]
    monkeypatch.setattr(module, "_catalogue", lambda language: NullTranslations())
    assert Localizer(language).direction == "rtl"


@pytest.mark.parametrize("language", ["", "xx", "de", "ES", "es_ES", "../es", "en\n"])
def test_a_language_that_the_program_does_not_speak_is_english(language: str) -> None:
    assert localizer(language).language == "en"
    assert localizer(language)("Send") == "Send"


def test_a_language_without_a_catalogue_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        Localizer("de")


def test_marking_a_message_changes_nothing() -> None:
    assert N_("Send") == "Send"


def test_a_localizer_is_made_once() -> None:
    assert localizer("gl") is localizer("gl")
