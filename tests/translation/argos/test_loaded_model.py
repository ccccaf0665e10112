"""A real model in memory: the phrasebook of the tree, which knows some sentences word for word."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sosbox.translation.argos import loaded_model as module
from sosbox.translation.argos.loaded_model import LoadedModel
from sosbox.translation.phrasebook.examples import EXAMPLES
from tests.support.model_packages import ES_EN_FILE, real_files, unpack


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(real_files(ES_EN_FILE), tmp_path_factory.mktemp("package"))


@pytest.fixture
def model(folder: Path) -> Iterator[LoadedModel]:
    model = LoadedModel(folder, threads=2)
    yield model
    model.close()


def test_every_sentence_gets_its_translation_in_its_place(model: LoadedModel) -> None:
    sentences = [example.es for example in EXAMPLES]

    assert model.translate(sentences) == [example.en for example in EXAMPLES]


def test_many_sentences_keep_their_order(model: LoadedModel) -> None:
    # More than one batch for each thread, of all lengths.
    examples = [*EXAMPLES, *reversed(EXAMPLES)] * 5

    assert model.translate([each.es for each in examples]) == [each.en for each in examples]


def test_nothing_is_asked_for_nothing(model: LoadedModel) -> None:
    assert model.translate([]) == []
    assert model.translate(["", "   ", "No podemos dormir.", ""]) == [
        "",
        "",
        "We cannot sleep.",
        "",
    ]


def test_a_sentence_that_is_very_long_is_translated_to_its_end(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It would be cut in the middle of a word.
    num = len(model._tokenizer.encode("Muchas gracias.")) + 2
    monkeypatch.setattr(module, "MAX_SOURCE_TOKENS", num)

    assert model.translate(["Muchas gracias. Muchas gracias."]) == [
        "Thank you very much. Thank you very much."
    ]


def test_a_word_without_end_is_cut_all_the_same(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_SOURCE_TOKENS", 5)
    (text,) = model.translate(["x" * 50])

    assert isinstance(text, str)


def test_a_sentence_without_end_is_no_error(model: LoadedModel) -> None:
    for sentence in ("a" * 500, "ducha " * 250, "部屋" * 100, "🙂" * 50, "\0\n\t x"):
        (text,) = model.translate([sentence])
        assert isinstance(text, str)


def test_a_translation_that_goes_round_in_circles_ends(model: LoadedModel) -> None:
    # Outside of its phrasebook a model may never come to an end by itself.
    sentences = ["zxcv qwer asdf " * 3, "¿¿¿¿", "7 7 7 7 7 7 7"]
    for sentence, text in zip(sentences, model.translate(sentences), strict=True):
        num_tokens = len(model._tokenizer.encode(sentence))
        assert len(model._tokenizer.encode(text)) <= 2 * num_tokens + 24 + 1


def test_several_threads_may_ask_at_once(model: LoadedModel) -> None:
    wrong = []

    def ask() -> None:
        for example in EXAMPLES:
            if model.translate([example.es]) != [example.en]:
                wrong.append(example)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_as_many_threads_as_there_are_cores(folder: Path) -> None:
    assert LoadedModel(folder, threads=0).translate(["No podemos dormir."]) == ["We cannot sleep."]


def _with_prefix(folder: Path, tmp_path: Path, prefix: str) -> Path:
    copy = unpack(real_files(ES_EN_FILE), tmp_path / "prefixed")
    about = json.loads((copy / "metadata.json").read_text())
    (copy / "metadata.json").write_text(json.dumps(about | {"target_prefix": prefix}))
    return copy


def test_a_prefix_is_for_the_model_alone(folder: Path, tmp_path: Path) -> None:
    # Any piece that it knows will do: the translation begins with it, and then goes on.
    prefixed = LoadedModel(_with_prefix(folder, tmp_path, "▁We"), threads=1)

    assert prefixed.translate(["No podemos dormir.", "Muchas gracias."])[0] == "cannot sleep."


def test_without_a_prefix_nothing_is_taken_away(folder: Path, tmp_path: Path) -> None:
    plain = LoadedModel(_with_prefix(folder, tmp_path, ""), threads=1)

    assert plain.translate(["No podemos dormir."]) == ["We cannot sleep."]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model/model.bin", b""),
        ("model/model.bin", bytes(100_000)),
        ("model/model.bin", b"\xff" * 100_000),
        ("model/shared_vocabulary.json", b"{"),
        ("model/config.json", b'{"bos_token": 5}'),
        ("sentencepiece.model", b"no model"),
    ],
)
def test_a_damaged_file_is_found_when_it_is_loaded(
    tmp_path: Path, name: str, content: bytes
) -> None:
    files = real_files(ES_EN_FILE) | {name: content}
    with pytest.raises((RuntimeError, ValueError, IndexError, OSError)):
        LoadedModel(unpack(files, tmp_path / "package"), threads=1)
