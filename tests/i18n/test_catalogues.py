"""The catalogues are complete, and the checker sees when they are not."""

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from sosbox.i18n.catalogues import compile_all, main, po_path, problems, update
from sosbox.i18n.extraction import extract
from sosbox.i18n.localizer import CONSOLE_LANGUAGES, DOMAIN, LANGUAGES, SOURCE_LANGUAGE

TRANSLATIONS = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
CONSOLE = [language for language in TRANSLATIONS if language in CONSOLE_LANGUAGES]
GUESTS_ALONE = [language for language in TRANSLATIONS if language not in CONSOLE_LANGUAGES]
# The signs of other scripts that stand for each of those that messages end with.
SAME_ENDS = {":": ":：", "…": "…", "?": "?？؟", ".": ".。．"}

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
    """A package with one message, for guests."""
    folder = tmp_path / "package"
    (folder / "web").mkdir(parents=True)
    (folder / "admin").mkdir()
    (folder / "web" / "page.py").write_text('_("Wait {time}.")\n', "utf-8")
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


def _say(package: Path, place: str, code: str) -> None:
    (package / place / "page.py").write_text(f"{code}\n", "utf-8")


def _catalogue(language: str, locales: Path | None = None) -> Catalog:
    with (po_path(language, locales) if locales else po_path(language)).open("rb") as file:
        return read_po(file)


def _texts(message: Message) -> list[tuple[str, str]]:
    """Every form of a translation, beside the message."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[-1], text) for text in message.string or ()]


def _lines_of(language: str, lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(f"{language}: ")]


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
    (package / "web" / "other.py").write_text('N_("Something new")\n', "utf-8")
    expected = [f"{language}: not translated: 'Something new'" for language in TRANSLATIONS]
    assert list(problems(package, locales)) == expected
    update(package, locales)
    assert list(problems(package, locales)) == expected


def test_what_guests_read_is_wanted_in_every_language(package: Path, locales: Path) -> None:
    _say(package, "web", '_("Come in")')
    update(package, locales)
    expected = [f"{language}: not translated: 'Come in'" for language in TRANSLATIONS]
    assert list(problems(package, locales)) == expected


def test_what_the_console_says_is_wanted_in_its_languages_alone(
    package: Path, locales: Path
) -> None:
    _say(package, "admin", '_("Settings")')
    update(package, locales)
    expected = [f"{language}: not translated: 'Settings'" for language in CONSOLE]
    assert list(problems(package, locales)) == expected
    assert all(_catalogue(language, locales).get("Settings") for language in CONSOLE)
    assert not any(_catalogue(language, locales).get("Settings") for language in GUESTS_ALONE)


def test_what_both_read_is_wanted_in_every_language(package: Path, locales: Path) -> None:
    _say(package, "admin", '_("Wait {time}.")')
    update(package, locales)
    assert list(problems(package, locales)) == []
    for language in TRANSLATIONS:
        message = _catalogue(language, locales).get("Wait {time}.")
        assert message is not None
        files = {file for file, _ in message.locations}
        assert ("package/admin/page.py" in files) == (language in CONSOLE)
        assert "package/web/page.py" in files


def test_what_moves_into_the_console_is_no_longer_used_in_the_other_languages(
    package: Path, locales: Path
) -> None:
    (package / "web" / "page.py").rename(package / "admin" / "page.py")
    expected = [f"{language}: no longer used: 'Wait {{time}}.'" for language in GUESTS_ALONE]
    assert list(problems(package, locales)) == expected
    update(package, locales)
    assert list(problems(package, locales)) == []


def test_every_notice_is_said_in_every_language() -> None:
    """Recipients choose among all languages, whatever channel they are told on."""
    for language in TRANSLATIONS:
        catalogue = _catalogue(language)
        for text in ("Nobody has answered yet:", "The guest has written again:", "Danger"):
            assert catalogue.get(text), (language, text)


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
    _say(package, "web", '_("Come in")')
    for language in TRANSLATIONS:
        assert f"{language}: no longer used: 'Wait {{time}}.'" in list(problems(package, locales))
    update(package, locales)
    for language in TRANSLATIONS:
        assert "Espere" not in po_path(language, locales).read_text("utf-8")


@pytest.mark.parametrize(("language", "num_forms"), [("ja", 1), ("es", 2), ("ru", 3), ("ar", 6)])
def test_every_form_of_a_plural_is_checked(
    package: Path, locales: Path, language: str, num_forms: int
) -> None:
    _say(package, "web", '_.plural("{num} day", "{num} days", 2)')
    update(package, locales)
    path = po_path(language, locales)
    empty = path.read_text("utf-8")

    def found(forms: list[str]) -> list[str]:
        text = empty
        for number, form in enumerate(forms):
            assert f'msgstr[{number}] ""' in text
            text = text.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "{form}"')
        path.write_text(text, "utf-8")
        return _lines_of(language, list(problems(package, locales)))

    complete = [f"{{num}} día {number}" for number in range(num_forms)]
    assert f"msgstr[{num_forms}]" not in empty
    assert found(complete) == []
    for number in range(num_forms):
        for wrong, problem in [
            ("", "not translated"),
            ("un día", "other placeholders"),
            ("{num} {día}", "other placeholders"),
            ("{num día", "a brace without the other"),
        ]:
            forms = [*complete[:number], wrong, *complete[number + 1 :]]
            assert found(forms) == [f"{language}: {problem}: '{{num}} day'"]


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
    assert '"Plural-Forms: nplurals=' in header
    assert _catalogue(language).plural_forms == get_plural(language).plural_forms
    for word in ("fuzzy", "EMAIL", "NAME", "AUTHOR", "ORGANIZATION", "Date", "Copyright", "Team"):
        assert word not in header


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_what_stands_at_the_end_of_a_message(language: str) -> None:
    """A colon, an ellipsis, a question: what follows in a page relies on them."""
    for message in _catalogue(language):
        for said, text in _texts(message) if message.id else ():
            assert text == text.strip()
            for end, same in SAME_ENDS.items():
                assert text.endswith(tuple(same)) == said.endswith(end), text


def test_no_line_of_french_begins_with_a_sign_that_belongs_to_the_word_before() -> None:
    for message in _catalogue("fr"):
        for _, text in _texts(message) if message.id else ():
            assert not re.search("[^\u00a0][:;?!](?!//)", text), text
