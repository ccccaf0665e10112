"""What templates, sizes and pieces are called."""

import pytest

from sosbox.admin.print_words import piece_name, size_name, template_name
from sosbox.i18n import localizer
from sosbox.printing.catalogue import BUILT_IN, built_in_sizes, built_in_templates
from sosbox.printing.template import each_size, parse_template

ENGLISH = localizer("en")

HEAD = '//! name = "Carta"\n//! [sizes.one]\n//! distance_cm = 20\n'


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("width = 210\n//! height = 297", "A4"),
        ("width = 210\n//! height = 148", "A5, landscape"),
        ("width = 80\n//! height = 60.5", "80 × 60.5 mm"),
        ('width = 100\n//! height = 100\n//! page = "a4"', "100 × 100 mm on A4"),
        ('width = 90\n//! height = 90\n//! page = "a5"\n//! marks = "circle"', "Round 90 mm on A5"),
        ("width = 148\n//! height = 105\n//! folded = true", "A6, folded"),
        ('sheet = "l7160"', "Labels L7160, 21 a sheet"),
        ('sheet = "70x37"', "70 × 37 mm, 24 a sheet"),
        ('sheet = "coasters-95"\n//! marks = "circle"', "Round 95 mm, 6 a sheet"),
        ("width = 62\n//! roll = true", "Roll 62 mm"),
    ],
)
def test_a_size_is_called_as_somebody_would_ask_for_it_in_a_shop(header: str, name: str) -> None:
    template = parse_template("own-carta", f"{HEAD}//! {header}\n".encode(), is_own=True)
    (size,) = template.sizes.values()
    assert size_name(size, ENGLISH) == name


def test_templates_of_the_program_have_names_that_are_translated() -> None:
    for slug, template in built_in_templates().items():
        assert template_name(template, ENGLISH) == BUILT_IN[slug][0] == template.name


def test_an_own_template_is_called_as_its_owner_has_written() -> None:
    written = f'{HEAD.replace("Carta", "Poster")}//! sheet = "l7160"\n'.encode()
    assert template_name(parse_template("own-x", written, is_own=True), ENGLISH) == "Poster"


def test_a_stored_piece_is_named_with_its_size() -> None:
    assert piece_name("leaflet-a5", ENGLISH) == "Door leaflet, A5"
    own = parse_template("own-carta", f'{HEAD}//! sheet = "l7160"\n'.encode(), is_own=True)
    known = each_size({"own-carta": own}) | built_in_sizes()
    assert piece_name("own-carta-one", ENGLISH, known) == "Carta, Labels L7160, 21 a sheet"


def test_a_piece_of_a_template_that_is_gone_has_a_name_still() -> None:
    assert piece_name("own-carta-one", ENGLISH) == "carta-one"
    assert piece_name("broadsheet-a0", ENGLISH) == "broadsheet-a0"
