"""What the doctor finds about models, and about languages that nobody translates."""

import shutil
from pathlib import Path

import pytest

from sosbox.doctor import translation_checks as module
from sosbox.doctor.finding import Finding, Severity
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from tests.doctor.conftest import apply_text, examine_box, ids_of, run_sql
from tests.support.model_packages import ES_EN, add_fake, snapshot

GL_EN = Pair("gl", "en")
WEIGHTS = "model/model.bin"


@pytest.fixture(autouse=True)
def no_apertium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed on this computer."""
    monkeypatch.setattr(
        "sosbox.translation.apertium.engine.InstalledModes.working", lambda _self: {}
    )


@pytest.fixture
def store(healthy: Path) -> ModelStore:
    return ModelStore(healthy / "models")


def _the_finding(healthy: Path, mail_port: int) -> Finding:
    (finding,) = examine_box(healthy, mail_port)
    return finding


# Models -------------------------------------------------------------------------------------------


def test_models_that_are_whole_are_no_finding(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    before = snapshot(store.folder)

    assert examine_box(healthy, mail_port) == []
    assert snapshot(store.folder) == before


@pytest.mark.parametrize("change", ["damaged", "missing", "not loaded"])
def test_a_model_that_is_broken_is_found(
    healthy: Path, mail_port: int, store: ModelStore, change: str
) -> None:
    (model,) = store.versions(ES_EN)
    if change == "damaged":
        (model.folder / WEIGHTS).write_bytes(b"half")
    elif change == "missing":
        (model.folder / WEIGHTS).unlink()
    else:
        store.mark_broken(model, is_broken=True)
    finding = _the_finding(healthy, mail_port)

    assert (finding.id, finding.severity) == ("models.broken", Severity.BAD)
    assert "es-en 1.0" in finding.message
    assert ("cannot be loaded" in finding.message) is (change == "not loaded")


def test_the_version_before_that_is_used_instead_is_named(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    store.mark_broken(add_fake(store, version="2.0"), is_broken=True)
    finding = _the_finding(healthy, mail_port)

    assert (finding.id, finding.severity) == ("models.last-good", Severity.WARNING)
    assert "es-en 2.0" in finding.message
    assert "1.0, which was there before it" in finding.message


def test_a_version_before_that_is_broken_too_is_no_help(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    (older,) = store.versions(ES_EN)
    store.mark_broken(add_fake(store, version="2.0"), is_broken=True)
    (older.folder / WEIGHTS).write_bytes(b"half")

    assert _the_finding(healthy, mail_port).id == "models.broken"


def test_what_lies_among_the_models_is_named(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    (store.folder / "translate-es_en-1_0").mkdir()
    finding = _the_finding(healthy, mail_port)

    assert (finding.id, finding.severity) == ("models.strangers", Severity.WARNING)
    assert "translate-es_en-1_0" in finding.message


def test_a_folder_that_cannot_be_read_is_found(
    healthy: Path, mail_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root, who runs these tests, may read everything.
    monkeypatch.setattr(module.os, "access", lambda path, _mode: path.name != "models")

    assert "models.unreadable" in ids_of(examine_box(healthy, mail_port))


@pytest.mark.parametrize(("free", "ids"), [(10**9, []), (10**8, ["models.disk"])])
def test_a_full_disk_of_the_models_alone_is_found(
    healthy: Path,
    mail_port: int,
    store: ModelStore,
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    ids: list[str],
) -> None:
    usage = shutil.disk_usage
    stat = Path.stat

    def other_disk(path: Path, **more: bool) -> object:
        found = stat(path, **more)
        return found if path != store.folder else type(found)((*found[:2], 12345, *found[3:]))

    monkeypatch.setattr(Path, "stat", other_disk)
    monkeypatch.setattr(
        module.shutil,
        "disk_usage",
        lambda path: usage(path)._replace(free=free) if path == store.folder else usage(path),
    )

    assert ids_of(examine_box(healthy, mail_port)) == ids


# Languages ----------------------------------------------------------------------------------------


def test_a_language_without_a_model_is_a_warning_for_each_house(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    shutil.rmtree(store.folder / "gl-en")
    finding = _the_finding(healthy, mail_port)

    assert (finding.id, finding.severity) == ("translations.missing", Severity.WARNING)
    assert finding.message == (
        "Hotel Mar: 2 pairs of languages are not translated. These models are missing: gl-en."
    )
    assert "guest_languages" in finding.hint


def test_a_box_without_models_is_warned_and_nothing_worse(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    shutil.rmtree(store.folder)
    findings = examine_box(healthy, mail_port)

    assert ids_of(findings) == ["translations.missing"] * 2
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert "es-en" in findings[0].message
    assert not store.folder.exists()


def test_apertium_is_an_answer_too(
    healthy: Path, mail_port: int, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(store.folder / "en-gl")
    assert ids_of(examine_box(healthy, mail_port)) == ["translations.missing"]
    monkeypatch.setattr(
        "sosbox.translation.apertium.engine.InstalledModes.working",
        lambda _self: {Pair("es", "gl"): None},
    )

    assert examine_box(healthy, mail_port) == []


def test_what_the_owner_does_not_want_translated_is_not_missed(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    shutil.rmtree(store.folder / "en-gl")
    run_sql(
        healthy,
        "INSERT INTO translation_engines (source, target, engine) VALUES ('es', 'gl', 'none')",
    )

    assert examine_box(healthy, mail_port) == []


def test_a_recipient_of_another_language_needs_models_as_well(
    healthy: Path, mail_port: int
) -> None:
    apply_text(healthy, '[[recipient]]\nsubscriber = "mar"\nslug = "boss"\nlanguage = "de"\n')
    finding = _the_finding(healthy, mail_port)

    assert "en-de" in finding.message


def test_a_language_that_no_guest_chooses_is_not_needed(
    healthy: Path, mail_port: int, store: ModelStore
) -> None:
    shutil.rmtree(store.folder / "gl-en")
    shutil.rmtree(store.folder / "en-gl")
    apply_text(healthy, '[[establishment]]\nslug = "hotel-mar"\nguest_languages = ["es", "en"]\n')

    assert examine_box(healthy, mail_port) == []
