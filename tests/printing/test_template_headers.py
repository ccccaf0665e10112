"""The headers of templates: what they say, and what they may not."""

from dataclasses import replace

import pytest

from sosbox.printing.catalogue import BUILT_IN, built_in_sizes, built_in_templates
from sosbox.printing.template import MAX_SOURCE_BYTES, Template, TemplateError, parse_template

SIZE = "//! [sizes.a5]\n//! width = 148\n//! height = 210\n//! distance_cm = 30\n"
NAME = '//! name = "Ours"\n'
BODY = '#import "kit.typ": *\n#let piece(p) = qr(p, 60mm)\n'


def own(text: str) -> Template:
    return parse_template("ours", text.encode(), is_own=True)


def refusal(text: str) -> TemplateError:
    with pytest.raises(TemplateError) as refused:
        own(text)
    return refused.value


def test_a_header_names_the_template_and_its_sizes() -> None:
    template = own(NAME + '//! about = "For the bar."\n//! languages = 2\n' + SIZE + BODY)

    assert (template.name, template.about, template.languages) == ("Ours", "For the bar.", 2)
    assert list(template.sizes) == ["ours-a5"]
    assert template.sizes["ours-a5"].paper.page_height == 210
    assert template.is_own


def test_the_names_that_the_program_translates_are_those_of_the_headers() -> None:
    assert {
        slug: (template.name, template.about) for slug, template in built_in_templates().items()
    } == BUILT_IN


def test_no_two_sizes_have_the_same_name() -> None:
    num_sizes = sum(len(template.sizes) for template in built_in_templates().values())

    assert len(built_in_sizes()) == num_sizes
    assert all(size_id == size.id for size_id, (_template, size) in built_in_sizes().items())


def test_the_kit_stands_before_a_template_and_lines_are_counted_from_its_own_first() -> None:
    template = own(NAME + SIZE + BODY)
    program, num_kit_lines = template.program(b"#lay-out(piece)")

    lines = program.split(b"\n")
    assert lines[num_kit_lines] == NAME.strip().encode()
    assert b'#import "kit.typ"' not in b"\n".join(lines[num_kit_lines:])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must begin with a header"),
        (BODY, "must begin with a header"),
        (NAME + BODY, "names no size"),
        (SIZE + BODY, "lacks name"),
        (NAME + SIZE.replace("148", '"wide"') + BODY, "wrong in sizes.a5.width"),
        (NAME + SIZE.replace("148", "9") + BODY, "wrong in sizes.a5.width"),
        (NAME + SIZE.replace("148", "1e9") + BODY, "wrong in sizes.a5.width"),
        (NAME + SIZE.replace("148", "nan") + BODY, "wrong in sizes.a5.width"),
        (NAME + SIZE.replace("//! distance_cm = 30\n", "") + BODY, "lacks sizes.a5.distance_cm"),
        (NAME + SIZE.replace("a5", "'../a5'") + BODY, "wrong in sizes"),
        (NAME + '//! [sizes.x]\n//! sheet = "l9999"\n' + BODY, "wrong in sizes.x.sheet"),
        (NAME + "//! languages = 7\n" + SIZE + BODY, "wrong in languages"),
        (NAME + '//! formats = ["exe"]\n' + SIZE + BODY, "wrong in formats"),
        (NAME + '//! formats = [["pdf"]]\n' + SIZE + BODY, "wrong in formats"),
        (NAME + "//! formats = [{}]\n" + SIZE + BODY, "wrong in formats"),
        (NAME + "//! needs = [[1]]\n" + SIZE + BODY, "wrong in needs"),
        (NAME + "//! level = {}\n" + SIZE + BODY, "wrong in level"),
        (NAME + f"//! languages = {'9' * 4000}\n" + SIZE + BODY, "wrong in languages"),
        (NAME + f"//! languages = {'9' * 5000}\n" + SIZE + BODY, "cannot be read"),
        (NAME + f"//! formats = {'[' * 5000}\n" + SIZE + BODY, "cannot be read"),
        ("//! name = 5\n" + SIZE + BODY, "wrong in name"),
        (NAME + "//! sizes = 3\n" + BODY, "wrong in sizes"),
        (NAME + "//! name = \n" + SIZE + BODY, "cannot be read"),
    ],
)
def test_a_header_that_is_wrong_says_where(text: str, said: str) -> None:
    assert said in str(refusal(text))


@pytest.mark.parametrize("written", ["\\u0000", "\\u001b[2J", "a\\nb", "\\u202e"])
def test_a_name_can_be_printed(written: str) -> None:
    error = refusal(f'//! name = "Ours{written}"\n' + SIZE + BODY)

    assert str(error) == (
        "The header of the template has characters in name that cannot be printed."
    )


@pytest.mark.parametrize(
    "line",
    [
        '#import "@preview/cetz:0.3.1"',
        "#import '@local/x:1.0.0'",
        '#import   "other.typ": x',
        '#include "chapter.typ"',
        '#let x = { import "a.typ" }',
        'let y = "@preview/tiaoma:0.2.0"',
    ],
)
def test_nothing_but_the_kit_may_be_imported(line: str) -> None:
    error = refusal(NAME + SIZE + BODY + line + "\n")

    assert error.line == 8
    assert "Line 8: " in str(error)


def test_a_comment_may_speak_of_imports() -> None:
    assert own(NAME + SIZE + BODY + '// import "other.typ" is not possible\n')


def test_a_template_of_a_book_is_refused() -> None:
    assert "larger than 100 KB" in str(refusal(NAME + SIZE + BODY + "a" * MAX_SOURCE_BYTES))


def test_a_template_in_another_encoding_is_refused() -> None:
    with pytest.raises(TemplateError, match="UTF-8"):
        parse_template("ours", (NAME + SIZE + BODY).encode() + b"\xff", is_own=True)


def test_only_plain_single_pieces_go_to_a_print_shop() -> None:
    size = own(NAME + SIZE + BODY).sizes["ours-a5"]

    assert size.may_bleed
    assert not replace(size, paper=replace(size.paper, folded=True)).may_bleed
    assert not replace(size, paper=replace(size.paper, columns=2)).may_bleed
    assert not replace(size, paper=replace(size.paper, page_height=0)).may_bleed
