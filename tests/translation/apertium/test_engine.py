"""Pipelines that are kept, ended, and started anew when their programs misbehave."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sosbox.translation.apertium.engine import PACKAGES, ApertiumTranslator
from sosbox.translation.contract import Pair, TranslationError
from tests.support.apertium import ES_GL, FakeApertium, is_alive

GL_ES = ES_GL.reverse
# Programs that will never answer are waited for so long.
IMPATIENT_S = 0.2


@pytest.fixture
def fake(tmp_path: Path) -> FakeApertium:
    return FakeApertium.install(tmp_path / "apertium")


@pytest.fixture
def engine(fake: FakeApertium) -> Iterator[ApertiumTranslator]:
    engine = fake.translator()
    yield engine
    engine.close()


@pytest.fixture
def impatient(fake: FakeApertium) -> Iterator[ApertiumTranslator]:
    engine = fake.translator(timeout_s=IMPATIENT_S)
    yield engine
    engine.close()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


# Starting and ending ----------------------------------------------------------------------------


def test_nothing_runs_before_it_is_used(engine: ApertiumTranslator, fake: FakeApertium) -> None:
    assert engine.pairs() == {ES_GL, GL_ES}
    assert engine.health().is_ready
    assert fake.started() == []


def test_what_was_started_is_asked_again(engine: ApertiumTranslator, fake: FakeApertium) -> None:
    assert engine.translate(ES_GL, ["No hay agua"]) == ["No hay auga"]
    assert engine.translate(ES_GL, ["Hola", "Hola agua"]) == ["Ola", "Ola auga"]
    assert len(fake.started()) == 2
    assert "running: es-gl" in engine.health().detail


def test_a_blank_sentence_starts_nothing(engine: ApertiumTranslator, fake: FakeApertium) -> None:
    assert engine.translate(ES_GL, ["", " \n"]) == ["", " \n"]
    assert fake.started() == []


def test_sentences_larger_than_what_a_pipe_holds_come_through(engine: ApertiumTranslator) -> None:
    sentences = [f"agua {number} " + "x" * 2000 for number in range(200)]

    assert engine.translate(ES_GL, sentences) == [
        sentence.replace("agua", "auga") for sentence in sentences
    ]


def test_after_closing_no_process_is_left(engine: ApertiumTranslator, fake: FakeApertium) -> None:
    engine.translate(ES_GL, ["Hola"])
    engine.translate(GL_ES, ["Hola"])
    engine.close()

    assert len(fake.started()) == 4
    assert [pid for pid in fake.started() if is_alive(pid)] == []
    with pytest.raises(TranslationError):
        engine.translate(ES_GL, ["Hola"])


def test_what_nobody_has_used_for_a_while_ends_and_starts_again(fake: FakeApertium) -> None:
    clock = Clock()
    engine = fake.translator(idle_s=900, monotonic=clock)
    engine.translate(ES_GL, ["Hola"])
    clock.now = 500
    engine.translate(GL_ES, ["Hola"])

    clock.now = 1000
    engine.end_idle()
    first, second = fake.started()[:2], fake.started()[2:]
    assert not any(map(is_alive, first))
    assert all(map(is_alive, second))
    assert engine.translate(ES_GL, ["Hola"]) == ["Ola"]
    engine.close()


def test_of_too_many_directions_the_one_that_was_used_longest_ago_ends(
    fake: FakeApertium,
) -> None:
    clock = Clock()
    fake.add_mode("es-pt")
    engine = fake.translator(max_running=2, monotonic=clock)
    for clock.now, pair in enumerate(("es-gl", "gl-es", "es-gl", "es-pt")):
        engine.translate(Pair.parse(pair), ["Hola"])

    assert "running: es-gl, es-pt" in engine.health().detail
    assert sum(map(is_alive, fake.started())) == 4
    engine.close()


def test_a_package_that_was_replaced_is_used_from_then_on(
    engine: ApertiumTranslator, fake: FakeApertium
) -> None:
    engine.translate(ES_GL, ["Hola"])
    (fake.modes_dir / "es-gl.mode").unlink()
    fake.add_mode("spa-glg", f"lt-proc '{fake.folder}'")

    assert engine.translate(ES_GL, ["Hola"]) == ["Ola"]
    assert sum(map(is_alive, fake.started())) == 1


# What the programs are given ----------------------------------------------------------------------


def test_the_programs_see_nothing_of_the_environment_of_the_box(
    engine: ApertiumTranslator, fake: FakeApertium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOSBOX_SMTP_PASSWORD", "secret")
    engine.translate(ES_GL, ["Hola"])

    assert fake.environment() <= {"PATH", "LC_ALL", "LC_CTYPE"}


def test_the_programs_write_no_files_and_leave_no_dump(
    engine: ApertiumTranslator, fake: FakeApertium
) -> None:
    engine.translate(ES_GL, ["Hola"])

    for pid in fake.started():
        lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
        limits = {line[:25].strip(): line[25:].split()[0] for line in lines}
        assert limits["Max core file size"] == "0"
        assert limits["Max file size"] == "0"
        assert limits["Max address space"] == str(1 << 30)


# Programs that misbehave --------------------------------------------------------------------------


def test_a_program_that_was_killed_is_started_anew_with_all_others(
    engine: ApertiumTranslator, fake: FakeApertium
) -> None:
    engine.translate(ES_GL, ["Hola"])
    fake.kill()

    assert engine.translate(ES_GL, ["No hay agua"]) == ["No hay auga"]
    assert len(fake.started()) == 4
    assert [is_alive(pid) for pid in fake.started()] == [False, False, True, True]
    assert engine.health().problem == ""


MISBEHAVIOUR = [
    "ends at once",
    "ends",
    "is silent",
    "dribbles",
    "answers twice",
    "loses the end",
    "writes no UTF-8",
    "leaves marks",
]


@pytest.mark.parametrize("how", MISBEHAVIOUR)
def test_programs_that_misbehave_twice_are_given_up_and_ended(
    impatient: ApertiumTranslator, fake: FakeApertium, how: str
) -> None:
    fake.behave(how)
    with pytest.raises(TranslationError):
        impatient.translate(ES_GL, ["Hola", "No hay agua"])

    assert [pid for pid in fake.started() if is_alive(pid)] == []
    health = impatient.health()
    assert not health.is_ready
    assert health.problem
    assert "failing: es-gl" in health.detail


@pytest.mark.parametrize("how", MISBEHAVIOUR)
def test_once_they_behave_again_it_translates_again(fake: FakeApertium, how: str) -> None:
    impatient, engine = fake.translator(timeout_s=IMPATIENT_S), fake.translator()
    fake.behave(how)
    for each in (impatient, impatient):
        with pytest.raises(TranslationError):
            each.translate(ES_GL, ["Hola"])
    impatient.close()
    fake.behave("fine")

    assert engine.translate(ES_GL, ["Hola"]) == ["Ola"]
    assert engine.health().is_ready
    engine.close()


def test_one_direction_that_fails_leaves_the_others_alone(
    engine: ApertiumTranslator, fake: FakeApertium
) -> None:
    fake.behave("ends at 7")
    with pytest.raises(TranslationError):
        engine.translate(ES_GL, ["Hola", "7", "Hola"])

    assert engine.translate(GL_ES, ["Hola"]) == ["Ola"]
    assert engine.translate(ES_GL, ["Hola", "8", "Hola"]) == ["Ola", "8", "Ola"]
    assert engine.health().is_ready


def test_what_was_written_is_neither_in_an_error_nor_in_the_log(
    engine: ApertiumTranslator, fake: FakeApertium, caplog: pytest.LogCaptureFixture
) -> None:
    fake.behave("ends")
    with pytest.raises(TranslationError) as caught:
        engine.translate(ES_GL, ["secret"])

    assert "secret" not in str(caught.value) + caplog.text
    assert "es-gl" in caplog.text


# What is missing ----------------------------------------------------------------------------------


def test_one_who_has_not_installed_it_is_told_how(tmp_path: Path) -> None:
    engine = ApertiumTranslator(tmp_path / "none", program_path=str(tmp_path))

    health = engine.health()
    assert engine.pairs() == frozenset()
    assert not health.is_ready
    assert health.problem
    assert health.detail == f"apt-get install {' '.join(PACKAGES)}"


def test_a_program_that_is_missing_is_named(engine: ApertiumTranslator, fake: FakeApertium) -> None:
    fake.add_mode("spa-cat", "lt-proc a | lrx-proc b")

    health = engine.health()
    assert health.is_ready
    assert health.problem
    assert "programs not installed: lrx-proc" in health.detail
    with pytest.raises(TranslationError):
        engine.translate(Pair("es", "ca"), ["Hola"])


def test_a_program_that_cannot_be_run_is_an_error_of_translation(
    engine: ApertiumTranslator, fake: FakeApertium
) -> None:
    (fake.bin_dir / "cg-proc").write_text("#!/no/such/interpreter\n")
    with pytest.raises(TranslationError):
        engine.translate(ES_GL, ["Hola"])

    assert [pid for pid in fake.started() if is_alive(pid)] == []
