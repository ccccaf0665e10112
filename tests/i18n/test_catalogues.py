"""The catalogues are complete, and the checker sees when they are not."""

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from sosbox.i18n.catalogues import compile_all, main, po_path, problems, update
from sosbox.i18n.extraction import extract
from sosbox.i18n.localizer import DOMAIN, LANGUAGES, SOURCE_LANGUAGE

TRANSLATIONS = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]

CODE = """
_("Wait {time}.", time=time)
line = f"{_('Reference')}: {N_('Inside')}"
raise NotFoundError(
    "There is no such"
    " case."
)
super().__init__("The same for {name}", name=name)
_.plural("{num} word", "{num} words", 3)
self("just now")
"""
NO_MESSAGES = '''
_(title)
_(f"made of {parts}")
N_("")
SetupError("only for the command line")
_.plural("one alone", some_plural)
print("not for readers")
"""_("in a text")"""
# _("in a comment")
'''
TEMPLATE = """
{% extends "page.html" %}
<p title="{{ _('Title') }}">{{ _("Hello {name}", name=name) }}</p>
{{ _.plural("{num} day", "{num} days", num) }} {{ _(dynamic) }} {{ say("no message") }}
{% if error %}{{ _("Please check") ~ "not this" }}{% endif %}
{# {{ _("in a comment") }} #}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one message."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "page.py").write_text('_("Wait {time}.")\n', "utf-8")
    return folder


@pytest.fixture
def locales(package: Path, tmp_path: Path) -> Path:
    """Catalogues for that package in which the message is translated."""
    folder = tmp_path / "locales"
    update(package, folder)
    for language in TRANSLATIONS:
        _translate(folder, language, "Espere {time}.")
    return folder


def _translate(locales: Path, language: str, text: str) -> None:
    path = po_path(language, locales)
    head = path.read_text("utf-8").rpartition("msgstr ")[0]
    path.write_text(f'{head}msgstr "{text}"\n', "utf-8")


def _ids(folder: Path) -> set[object]:
    return {message.id for message in extract(folder) if message.id}


def test_every_message_is_translated_into_every_language() -> None:
    assert list(problems()) == []


def test_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "the catalogues are complete\n"


@pytest.mark.parametrize("arguments", [[], ["extract"], ["--help"]])
def test_an_unknown_command_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "update | compile | check" in capsys.readouterr().err


def test_messages_are_found_in_code(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(CODE, "utf-8")
    assert _ids(tmp_path) == {
        "Wait {time}.",
        "Reference",
        "Inside",
        "There is no such case.",
        "The same for {name}",
        ("{num} word", "{num} words"),
        "just now",
    }


def test_what_is_no_message_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(NO_MESSAGES, "utf-8")
    (tmp_path / "page.html").write_text("{{ _('outside of the templates') }}", "utf-8")
    assert _ids(tmp_path) == set()


@pytest.mark.parametrize("name", ["page.html", "mail.txt"])
def test_messages_are_found_in_templates(tmp_path: Path, name: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / name).write_text(TEMPLATE, "utf-8")
    expected = {"Title", "Hello {name}", ("{num} day", "{num} days"), "Please check"}
    assert _ids(tmp_path) == expected


def test_every_plural_of_the_program_is_found() -> None:
    plurals = {
        message.id[0] for message in extract(po_path("es").parents[4]) if message.pluralizable
    }
    assert "An answer within {num} hour." in plurals
    assert "{num} attempt" in plurals


def test_a_complete_catalogue_has_no_problem(package: Path, locales: Path) -> None:
    assert list(problems(package, locales)) == []


def test_a_catalogue_that_is_not_there_lacks_everything(package: Path, tmp_path: Path) -> None:
    found = list(problems(package, tmp_path / "nowhere"))
    assert found == [f"{language}: not translated: 'Wait {{time}}.'" for language in TRANSLATIONS]


def test_an_untranslated_message_is_reported(package: Path, locales: Path) -> None:
    _translate(locales, "gl", "")
    assert list(problems(package, locales)) == ["gl: not translated: 'Wait {time}.'"]


def test_a_new_message_is_reported_before_and_after_the_update(
    package: Path, locales: Path
) -> None:
    (package / "other.py").write_text('N_("Something new")\n', "utf-8")
    expected = [f"{language}: not translated: 'Something new'" for language in TRANSLATIONS]
    assert list(problems(package, locales)) == expected
    update(package, locales)
    assert list(problems(package, locales)) == expected


@pytest.mark.parametrize(
    "text", ["Espere.", "Espere {tiempo}.", "Espere {time} {time2}.", "Espere {}.", "{{time}}"]
)
def test_another_placeholder_is_reported(package: Path, locales: Path, text: str) -> None:
    _translate(locales, "es", text)
    assert list(problems(package, locales)) == ["es: other placeholders: 'Wait {time}.'"]


@pytest.mark.parametrize("text", ["Espere {time.", "Espere time}.", "Espere {time}. {"])
def test_half_a_placeholder_is_reported(package: Path, locales: Path, text: str) -> None:
    _translate(locales, "es", text)
    assert list(problems(package, locales)) == ["es: a brace without the other: 'Wait {time}.'"]


def test_a_fuzzy_translation_is_none(package: Path, locales: Path) -> None:
    path = po_path("es", locales)
    path.write_text(path.read_text("utf-8").replace("#, python", "#, fuzzy, python"), "utf-8")
    assert list(problems(package, locales)) == ["es: not translated: 'Wait {time}.'"]


def test_a_message_that_nobody_says_any_more_is_reported_until_the_update(
    package: Path, locales: Path
) -> None:
    (package / "page.py").write_text('_("Come in")\n', "utf-8")
    assert "es: no longer used: 'Wait {time}.'" in list(problems(package, locales))
    update(package, locales)
    assert "Espere" not in po_path("es", locales).read_text("utf-8")


def test_every_form_of_a_plural_is_checked(package: Path, locales: Path) -> None:
    (package / "page.py").write_text('_.plural("{num} day", "{num} days", 2)\n', "utf-8")
    update(package, locales)
    path = po_path("es", locales)
    empty = path.read_text("utf-8")
    for singular, plural, expected in [
        ("{num} día", "{num} días", []),
        ("{num} día", "", ["es: not translated: '{num} day'"]),
        ("{num} día", "muchos días", ["es: other placeholders: '{num} day'"]),
        ("un día", "{num} días", ["es: other placeholders: '{num} day'"]),
    ]:
        text = empty.replace('msgstr[0] ""', f'msgstr[0] "{singular}"')
        path.write_text(text.replace('msgstr[1] ""', f'msgstr[1] "{plural}"'), "utf-8")
        assert [line for line in problems(package, locales) if line[:2] == "es"] == expected


def test_updating_again_changes_nothing(package: Path, locales: Path) -> None:
    update(package, locales)
    before = [po_path(language, locales).read_bytes() for language in TRANSLATIONS]
    update(package, locales)
    assert [po_path(language, locales).read_bytes() for language in TRANSLATIONS] == before
    assert list(problems(package, locales)) == []


def test_compiled_catalogues_are_the_same_every_time(package: Path, locales: Path) -> None:
    compile_all(locales)
    file = po_path("es", locales).with_suffix(".mo")
    before = file.read_bytes()
    compile_all(locales)
    assert file.read_bytes() == before
    assert gettext.translation(DOMAIN, locales, ["es"]).gettext("Wait {time}.") == "Espere {time}."


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_headers_name_the_language_its_plurals_and_nobody(language: str) -> None:
    header = po_path(language).read_text("utf-8").partition("\n\n")[0]
    assert f'"Language: {language}\\n"' in header
    assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in header
    for word in ("fuzzy", "EMAIL", "NAME", "AUTHOR", "ORGANIZATION", "Date", "Copyright", "Team"):
        assert word not in header


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_what_stands_at_the_end_of_a_message(language: str) -> None:
    """A colon, an ellipsis, a question: what follows in a page relies on them."""
    with po_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if not message.id or message.pluralizable:
            continue
        text = str(message.string)
        assert text == text.strip()
        for end in (":", "…", "?", "."):
            assert text.endswith(end) == str(message.id).endswith(end), text
