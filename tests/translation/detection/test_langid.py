"""What helps the model with the texts that guests write, and what holds when it is missing."""

from pathlib import Path

import pytest

from sosbox.translation.detection import langid
from sosbox.translation.detection.langid import LangidDetector


@pytest.fixture(scope="module")
def detector() -> LangidDetector:
    return LangidDetector()


# Close languages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("gl", "moi ben"),
        ("es", "muy bien"),
        ("pt", "muito bem"),
        ("ca", "molt be"),
        ("gl", "non hai papel"),
        ("es", "no hay papel"),
        ("pt", "nao tem papel"),
        ("ca", "no hi ha paper"),
        ("gl", "unha noite sen auga"),
        ("es", "una noche sin agua"),
        ("pt", "uma noite sem agua"),
        ("it", "una notte senza acqua"),
        ("gl", "A XENTE DA HABITACION DO LADO"),
        ("es", "LA GENTE DE LA HABITACION DE AL LADO"),
        ("nl", "de kamer is te koud"),
        ("de", "das zimmer ist zu kalt"),
    ],
)
def test_a_few_words_are_enough_without_accents_too(
    detector: LangidDetector, language: str, text: str
) -> None:
    assert detector.detect(text).language == language


# What is no language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "no funciona la ducha https://www.thehotel.example/the-room/with-a-view",
        "no funciona la ducha, the.guest.with.the.key@the-hotel.example",
        "no funciona la ducha @the_hotel_with_the_view #the_best_of_the_best",
        "HAB-204B no funciona la ducha 10:30h 12/07 MAR2024",
        "no funciona 😡😡 la ducha 🚿",
    ],
)
def test_links_addresses_codes_and_emoji_are_not_read(detector: LangidDetector, text: str) -> None:
    assert detector.detect(text).language == "es"


def test_a_text_in_two_languages_is_of_the_one_that_says_more(detector: LangidDetector) -> None:
    assert detector.detect("Hello, no hay agua caliente en la habitación").language == "es"
    assert detector.detect("Hola, there is no hot water in the room").language == "en"


# The page -----------------------------------------------------------------------------------------


def test_where_words_leave_a_doubt_the_page_decides(detector: LangidDetector) -> None:
    text = "cheira a tabaco no corredor"

    assert detector.detect(text, page_language="gl").language == "gl"
    assert detector.detect(text, page_language="pt").language == "pt"


def test_where_words_leave_none_the_page_changes_nothing(detector: LangidDetector) -> None:
    text = "Non hai auga quente na habitación"

    assert detector.detect(text, page_language="es") == detector.detect(text)


def test_a_page_that_does_not_fit_at_all_is_not_believed(detector: LangidDetector) -> None:
    assert detector.detect("toilet wont flush", page_language="eu").language == "en"


def test_somebody_on_a_japanese_page_may_write_english(detector: LangidDetector) -> None:
    assert detector.detect("no hot water", page_language="ja").language == "en"


@pytest.mark.parametrize(
    "text", ["Nie ma ciepłej wody w pokoju", "Není teplá voda v pokoji", "Ei ole lämmintä vettä"]
)
def test_a_language_that_the_box_does_not_speak_is_not_relied_on(
    detector: LangidDetector, text: str
) -> None:
    assert detector.detect(text).confidence < langid.RELIABLE


# Without the model --------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_without_its_model_it_goes_by_words_and_scripts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    content: bytes | None,
) -> None:
    path = tmp_path / "model.npz.xz"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(langid, "MODEL_FILE", str(path))
    detector = LangidDetector()

    assert detector.detect("non hai papel").language == "gl"
    assert detector.detect("お湯が出ません").language == "ja"
    assert detector.detect("WIFI", page_language="fr").language == "fr"
    assert len(caplog.records) == 1
