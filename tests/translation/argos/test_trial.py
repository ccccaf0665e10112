"""The trial of a model in a process of its own; what happens there hurts nobody."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sosbox.i18n import LANGUAGES
from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.model import Trial
from sosbox.translation.argos.packages import ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.trial import make_trial
from sosbox.translation.argos.trial_sentences import OTHERS, SENTENCES
from sosbox.translation.contract import Pair
from tests.support.model_packages import (
    ADDED_AT,
    EN_ES_FILE,
    ES_EN,
    ES_EN_FILE,
    Files,
    add_fake,
    real_files,
    snapshot,
    unpack,
    write_package,
)


def _never() -> bool:
    return False


def _try(folder: Path, pair: Pair = ES_EN) -> Trial:
    return make_trial(threads=1)(folder, pair, _never)


def _saying(program: str, timeout_s: float = 60) -> Callable[[], Trial]:
    """A trial by another program, in place of ours."""
    try_model = make_trial(threads=1, program=[sys.executable, "-c", program], timeout_s=timeout_s)
    return lambda: try_model(Path("none"), ES_EN, _never)


# With real models ---------------------------------------------------------------------------------


def test_a_good_model_is_measured(tmp_path: Path) -> None:
    trial = _try(unpack(real_files(ES_EN_FILE), tmp_path / "package"))

    assert trial.sentences_per_second > 0
    assert 0 < trial.memory_mb < 200
    assert [sample.source for sample in trial.samples] == list(SENTENCES["es"])
    assert trial.samples[0].translation == "The shower in room 204 does not work."
    assert trial.num_failed == 0


def test_a_model_of_other_languages_than_it_says_is_found_out(tmp_path: Path) -> None:
    # English to Spanish under the name of Spanish to English: it makes little of Spanish.
    files = real_files(EN_ES_FILE)
    trial = _try(unpack(files, tmp_path / "package"))

    assert any(sample.flags for sample in trial.samples)


def test_a_language_that_the_box_does_not_speak_is_tried_without_judging(tmp_path: Path) -> None:
    trial = _try(unpack(real_files(ES_EN_FILE), tmp_path / "package"), Pair("pl", "en"))

    assert [sample.source for sample in trial.samples] == list(OTHERS)
    assert trial.num_failed == 0


def _damaged(change: Callable[[Files], None]) -> Files:
    files = real_files(ES_EN_FILE)
    change(files)
    return files


WEIGHTS, VOCABULARY = "model/model.bin", "model/shared_vocabulary.json"


@pytest.mark.parametrize(
    "files",
    [
        _damaged(lambda files: files.update({WEIGHTS: files[WEIGHTS][:5000]})),
        # A size in its first table that would take four thousand million bytes.
        _damaged(lambda files: files.update({WEIGHTS: files[WEIGHTS][:227] + b"\xff" * 9000})),
        _damaged(lambda files: files.update({VOCABULARY: b'["a", "b"]'})),
    ],
)
def test_a_model_that_cannot_be_loaded_changes_nothing(
    store: ModelStore, stick: Path, files: Files
) -> None:
    add_fake(store)
    before = snapshot(store.folder)
    adder = ModelAdder(store, make_trial(threads=1), memory_limit_mb=600)
    with pytest.raises(ModelError, match="damaged"):
        adder.add(write_package(stick, files), now=ADDED_AT)

    assert snapshot(store.folder) == before


# With programs in the place of ours ---------------------------------------------------------------


START = "print('started', flush=True); "


def test_a_trial_that_crashes_is_a_refusal() -> None:
    with pytest.raises(ModelError, match="ended while it was tried"):
        _saying(START + "import os; os.abort()")()


def test_a_trial_that_fails_is_a_refusal() -> None:
    with pytest.raises(ModelError, match="damaged, or made for another program"):
        _saying(START + "print('RuntimeError'); raise SystemExit(1)")()


def test_a_program_that_does_not_even_start_is_not_blamed_on_the_model() -> None:
    with pytest.raises(ModelError, match="could not be tried: exit 1"):
        _saying("raise SystemExit(1)")()


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "yes", "{'x'", "[" * 90_000])
def test_an_answer_that_is_none_is_a_refusal(answer: str) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        _saying(START + f"print({answer!r}[:60000])")()


def test_a_trial_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ModelError, match="took longer"):
        _saying("import time; time.sleep(600)", timeout_s=0.2)()


def test_a_trial_that_talks_too_much_is_ended() -> None:
    with pytest.raises(ModelError, match="took longer"):
        _saying("while True: print('x' * 10000)", timeout_s=0.5)()


def test_a_trial_that_cannot_be_started_is_a_refusal() -> None:
    try_model = make_trial(threads=1, program=["/none/sosbox"])
    with pytest.raises(ModelError, match="could not be tried: No such file"):
        try_model(Path("none"), ES_EN, _never)


def test_a_trial_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    program = f"import time; open({str(begun)!r}, 'w').close(); time.sleep(600)"
    try_model = make_trial(threads=1, program=[sys.executable, "-c", program])
    with pytest.raises(CancelledError):
        try_model(Path("none"), ES_EN, begun.exists)


def test_the_trial_does_not_see_the_options_of_the_box(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOSBOX_SMTP_PASSWORD", "swordfish")
    seen = tmp_path / "seen"
    program = f"import os; open({str(seen)!r}, 'w').write(repr(os.environ))"
    with pytest.raises(ModelError):
        _saying(program)()

    assert "PATH" in seen.read_text()
    assert "swordfish" not in seen.read_text()


def test_what_a_model_lays_claim_to_is_limited(tmp_path: Path) -> None:
    folder = unpack(real_files(ES_EN_FILE), tmp_path / "package")
    program = f"""
from pathlib import Path
from sosbox.translation.argos.trial_run import limit_process
limit_process(Path({str(folder)!r}), 1)
try:
    bytearray(4_000_000_000)
except MemoryError:
    pass
else:
    raise SystemExit(1)
try:
    Path({str(tmp_path / "written")!r}).write_text("x")
except OSError:
    pass
else:
    raise SystemExit(2)
"""
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", program) == 0


# The sentences ------------------------------------------------------------------------------------


def test_there_are_sentences_for_every_language_of_the_box() -> None:
    assert set(SENTENCES) == set(LANGUAGES)
    assert len({len(sentences) for sentences in SENTENCES.values()}) == 1


@pytest.mark.parametrize("language", SENTENCES)
def test_the_sentences_hold_figures_and_a_name(language: str) -> None:
    text = " ".join(SENTENCES[language])

    for wanted in ("204", "9:00", "21:30", "Anna", "García"):
        assert wanted in text


def test_two_trials_do_not_disturb_each_other(tmp_path: Path) -> None:
    folder = unpack(real_files(ES_EN_FILE), tmp_path / "package")
    trials: list[Trial] = []
    threads = [threading.Thread(target=lambda: trials.append(_try(folder))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [trial.num_failed for trial in trials] == [0, 0]
