"""What templates are given besides their own."""

from markupsafe import Markup

from sosbox.ui.pages import fill


def test_an_argument_is_isolated_from_the_words_around_it() -> None:
    assert fill("من {company}.", company="Hotel Mar") == "من <bdi>Hotel Mar</bdi>."


def test_neither_the_text_nor_an_argument_can_be_markup() -> None:
    filled = fill("<b>{name}</b>", name="<script>")
    assert isinstance(filled, Markup)
    assert filled == "&lt;b&gt;<bdi>&lt;script&gt;</bdi>&lt;/b&gt;"


def test_braces_of_an_argument_stay_as_they_are() -> None:
    assert fill("{name}", name="{name}{0}") == "<bdi>{name}{0}</bdi>"
