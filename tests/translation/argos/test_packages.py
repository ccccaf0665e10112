"""Adding a model from a file: what is sound is taken, what is not changes nothing."""

import io
import json
import os
import shutil
import stat
import struct
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sosbox.errors import SosboxError
from sosbox.translation.argos import archive as archive_module
from sosbox.translation.argos import packages as packages_module
from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.model import Sample, Trial
from sosbox.translation.argos.packages import Watcher, remove_model
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from tests.support.model_packages import (
    ADDED_AT,
    EN_ES,
    ES_EN,
    TRIAL,
    FakeTrial,
    Files,
    add_fake,
    make_adder,
    package_files,
    snapshot,
    write_package,
    zipped,
)

MB = 1_000_000


@pytest.fixture(scope="module")
def made_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = ModelStore(tmp_path_factory.mktemp("made") / "models")
    add_fake(store, ES_EN, "0.9")
    add_fake(store, EN_ES)
    return store.folder


@pytest.fixture
def stocked(store: ModelStore, made_models: Path) -> ModelStore:
    """A store with the pair that the packages are of, and another one."""
    shutil.copytree(made_models, store.folder)
    return store


def _refusal(store: ModelStore, path: Path, trial: FakeTrial | None = None) -> str:
    """What is said of a file that is refused; nothing has changed then."""
    before = snapshot(store.folder)
    revision = store.revision()
    with pytest.raises(ModelError) as caught:
        make_adder(store, trial).add(path, now=ADDED_AT)
    assert snapshot(store.folder) == before
    assert store.revision() == revision
    return str(caught.value)


def _refusal_of(store: ModelStore, stick: Path, files: Files) -> str:
    return _refusal(store, write_package(stick, files))


# What is taken ----------------------------------------------------------------------------------


def test_a_sound_model_is_there_with_all_that_is_known_of_it(
    store: ModelStore, stick: Path
) -> None:
    path = write_package(stick, package_files(version="1.7"))
    added = make_adder(store).add(path, now=ADDED_AT)

    (model,) = store.models()
    assert model == added.model
    assert added.before is None
    assert (model.pair, model.version, model.added_at) == (ES_EN, "1.7", ADDED_AT)
    assert (model.licence, model.trial) == ("CC BY 4.0", TRIAL)
    assert "by somebody" in model.attribution
    assert len(model.sha256) == 64
    assert (model.folder / "model/model.bin").read_bytes().startswith(b"weights of es-en 1.7")
    assert store.is_whole(model)


def test_a_model_is_tried_before_it_replaces_the_one_that_is_there(
    stocked: ModelStore, stick: Path
) -> None:
    seen: list[str] = []
    trial = FakeTrial(during=lambda: seen.append(stocked.models()[1].version))
    added = make_adder(stocked, trial).add(write_package(stick, package_files()), now=ADDED_AT)

    assert seen == ["0.9"]
    assert added.before is not None
    assert added.before.version == "0.9"
    assert [model.version for model in stocked.versions(ES_EN)] == ["1.0", "0.9"]


def test_only_what_a_model_needs_is_unpacked(store: ModelStore, stick: Path) -> None:
    more = {"stanza/es/tokenize.pt": b"pickle", "model/deeper/file": b"x", "notes.txt": b"x"}
    path = write_package(stick, package_files() | more)
    model = make_adder(store).add(path, now=ADDED_AT).model

    assert sorted(snapshot(model.folder)) == [
        "README.md",
        "about.json",
        "metadata.json",
        "model",
        "model/config.json",
        "model/model.bin",
        "model/shared_vocabulary.json",
        "sentencepiece.model",
    ]


def test_the_file_itself_is_only_read(store: ModelStore, stick: Path) -> None:
    path = write_package(stick, package_files())
    path.chmod(0o400)
    stick.chmod(0o500)
    before = path.read_bytes()
    make_adder(store).add(path, now=ADDED_AT)
    stick.chmod(0o700)

    assert path.read_bytes() == before
    assert list(stick.iterdir()) == [path]


@pytest.mark.parametrize(
    "names",
    [
        ("shared_vocabulary.txt",),
        ("source_vocabulary.json", "target_vocabulary.json"),
        ("source_vocabulary.txt", "target_vocabulary.txt"),
    ],
)
def test_vocabularies_of_older_models_are_known(
    store: ModelStore, stick: Path, names: tuple[str, ...]
) -> None:
    files = package_files()
    del files["model/shared_vocabulary.json"], files["model/config.json"]
    files |= {f"model/{name}": b"[]" for name in names}

    assert make_adder(store).add(write_package(stick, files), now=ADDED_AT).is_new


def test_a_model_with_the_other_tokenizer_is_taken(store: ModelStore, stick: Path) -> None:
    files = package_files()
    files["bpe.model"] = files.pop("sentencepiece.model")
    model = make_adder(store).add(write_package(stick, files), now=ADDED_AT).model

    assert (model.folder / "bpe.model").exists()


def test_the_same_file_is_added_once(store: ModelStore, stick: Path) -> None:
    path = write_package(stick, package_files())
    first = make_adder(store).add(path, now=ADDED_AT)
    trial = FakeTrial()
    again = make_adder(store, trial).add(path, now=ADDED_AT)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.model == first.model
    assert trial.tried == []


def test_the_same_file_mends_a_model_that_was_damaged(store: ModelStore, stick: Path) -> None:
    path = write_package(stick, package_files())
    damaged = make_adder(store).add(path, now=ADDED_AT).model
    (damaged.folder / "model/model.bin").write_bytes(b"nothing")
    mended = make_adder(store).add(path, now=ADDED_AT)

    assert mended.is_new
    assert store.is_whole(store.models()[0])
    assert store.versions(ES_EN) == [mended.model]


def test_progress_grows_to_its_end(store: ModelStore, stick: Path) -> None:
    parts: list[float] = []
    path = write_package(stick, package_files())
    make_adder(store).add(path, now=ADDED_AT, watcher=Watcher(on_progress=parts.append))

    assert parts == sorted(parts)
    assert len(parts) > 3
    assert 0 < parts[0] < parts[-1] <= 1


@pytest.mark.parametrize(
    ("readme", "licence"),
    [
        ("Licence: CC0 1.0 Universal", "CC0 1.0"),
        ("## License\nMIT License", "MIT"),
        ("Licensed under CC-BY-SA 4.0. The data is CC BY 3.0.", "CC BY-SA 4.0"),
        ("Released under the GPLv3 license.", "GPL 3"),
        ("Licensed under the Apache License, Version 2.0", "Apache 2.0"),
        ("The data comes from MIT and others.", ""),
        ("The licence is that of my heart.", ""),
        ("", ""),
    ],
)
def test_the_licence_is_read_where_it_is_said(
    store: ModelStore, stick: Path, readme: str, licence: str
) -> None:
    files = package_files() | {"README.md": readme.encode()}
    model = make_adder(store).add(write_package(stick, files), now=ADDED_AT).model

    assert model.licence == licence
    assert model.attribution == readme


def test_the_licence_may_be_said_in_the_description_or_a_file(
    store: ModelStore, stick: Path
) -> None:
    files = package_files(license="CC BY-NC 4.0")
    assert make_adder(store).add(write_package(stick, files), now=ADDED_AT).model.licence == (
        "CC BY-NC 4.0"
    )
    files = package_files(version="2") | {
        "LICENSE": b"MIT License\n\nPermission ...",
        "README.md": b"",
    }
    assert make_adder(store).add(write_package(stick, files), now=ADDED_AT).model.licence == "MIT"


# Files that are something else --------------------------------------------------------------------


def test_a_file_that_is_not_there_is_refused(stocked: ModelStore, stick: Path) -> None:
    assert _refusal(stocked, stick / "none.argosmodel") == "There is no such file."


def test_a_folder_is_refused(stocked: ModelStore, stick: Path) -> None:
    assert "This is no file" in _refusal(stocked, stick)


def test_a_pipe_is_refused_without_waiting_for_it(stocked: ModelStore, stick: Path) -> None:
    os.mkfifo(stick / "pipe")

    assert "This is no file" in _refusal(stocked, stick / "pipe")


def test_a_device_is_refused(stocked: ModelStore) -> None:
    assert "This is no file" in _refusal(stocked, Path("/dev/zero"))


def test_a_file_that_is_too_large_is_refused(stocked: ModelStore, stick: Path) -> None:
    path = stick / "large.argosmodel"
    with path.open("wb") as file:
        file.truncate(archive_module.MAX_FILE_BYTES + 1)

    assert "larger than 1 GB" in _refusal(stocked, path)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"%PDF-1.7 no model at all", b"\0" * 5000, b"PK\x05\x06", b"PK\x05\x06" * 9],
)
def test_what_is_no_archive_is_refused(stocked: ModelStore, stick: Path, content: bytes) -> None:
    path = stick / "wrong.argosmodel"
    path.write_bytes(content)

    assert "This is no model" in _refusal(stocked, path)


def test_an_archive_without_files_is_refused(stocked: ModelStore, stick: Path) -> None:
    assert "This is no model" in _refusal_of(stocked, stick, {})


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(stocked: ModelStore, stick: Path, part: float) -> None:
    content = zipped(package_files())
    path = stick / "cut.argosmodel"
    path.write_bytes(content[: int(len(content) * part)])

    assert "cut off" in _refusal(stocked, path)


def test_a_file_with_a_damaged_part_is_refused(stocked: ModelStore, stick: Path) -> None:
    files = package_files() | {"model/model.bin": os.urandom(100_000)}
    content = bytearray(zipped(files))
    content[len(content) // 2] ^= 0xFF
    path = stick / "damaged.argosmodel"
    path.write_bytes(content)

    assert _refusal(stocked, path) == "The file is damaged. Copy it once more."


def test_an_office_document_is_refused(stocked: ModelStore, stick: Path) -> None:
    path = stick / "letter.argosmodel"
    path.write_bytes(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, ""))

    assert "[Content_Types].xml" in _refusal(stocked, path)


def test_a_foreign_folder_in_the_file_is_refused(stocked: ModelStore, stick: Path) -> None:
    files = {f"translate-es_en-1_0/{name}": data for name, data in package_files().items()}
    path = stick / "two.argosmodel"
    path.write_bytes(zipped(files | {"holidays/beach.jpg": b"x"}, ""))

    assert "holidays" in _refusal(stocked, path)


def test_two_models_in_one_file_are_refused(stocked: ModelStore, stick: Path) -> None:
    files = {f"one/{name}": data for name, data in package_files().items()}
    files |= {f"two/{name}": data for name, data in package_files(EN_ES).items()}
    path = stick / "two.argosmodel"
    path.write_bytes(zipped(files, ""))

    assert "two" in _refusal(stocked, path)


# Files that are made to do harm -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "model/../../evil.txt",
        "../../../../etc/cron.d/evil",
        "/etc/evil",
        "..\\evil.txt",
        "model\\evil.txt",
        "C:/evil.txt",
        "C:\\evil.txt",
        "//server/share/evil",
        "./evil.txt",
        "model//evil.txt",
        "evil\0.txt",
        "evil\n.txt",
        "evil\u202etxt",
        "x" * 300,
    ],
)
@pytest.mark.parametrize("in_folder", [True, False])
def test_a_name_that_leads_out_of_the_folder_is_refused(
    stocked: ModelStore, stick: Path, tmp_path: Path, name: str, *, in_folder: bool
) -> None:
    path = stick / "evil.argosmodel"
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in package_files().items():
            archive.writestr(f"package/{each}", data)
        info = zipfile.ZipInfo("placeholder")
        # Past ZipInfo's own cleaning.
        info.filename = f"package/{name}" if in_folder else name
        archive.writestr(info, b"evil")
    everything = sorted(tmp_path.rglob("*"))

    assert "leads out of its folder" in _refusal(stocked, path)
    assert sorted(tmp_path.rglob("*")) == everything


def _with_entry(path: Path, name: str, mode: int, content: bytes = b"/etc/passwd") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in package_files().items():
            archive.writestr(f"package/{each}", data)
        info = zipfile.ZipInfo(f"package/{name}")
        info.create_system = 3
        info.external_attr = mode << 16
        archive.writestr(info, content)
    return path


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK]
)
def test_links_and_devices_are_refused(stocked: ModelStore, stick: Path, kind: int) -> None:
    path = _with_entry(stick / "link.argosmodel", "model/link", kind | 0o777)

    assert "neither a file nor a folder" in _refusal(stocked, path)


def test_rights_in_the_file_are_not_kept(store: ModelStore, stick: Path) -> None:
    path = _with_entry(stick / "x.argosmodel", "model/run", stat.S_IFREG | 0o6777, b"#!/bin/sh")
    model = make_adder(store).add(path, now=ADDED_AT).model

    assert not (model.folder / "model/run").stat().st_mode & 0o7111


@pytest.mark.parametrize("names", [("model/x", "model/x"), ("model/x", "model/X")])
def test_the_same_name_twice_is_refused(
    stocked: ModelStore, stick: Path, names: tuple[str, str]
) -> None:
    path = stick / "twice.argosmodel"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in [*package_files().items(), *((name, b"x") for name in names)]:
            archive.writestr(f"package/{name}", data)

    assert "same name" in _refusal(stocked, path)


def test_a_bomb_is_refused_before_it_is_unpacked(stocked: ModelStore, stick: Path) -> None:
    files = package_files() | {"model/model.bin": bytes(30 * MB)}
    path = write_package(stick, files)
    assert path.stat().st_size < MB

    assert "made to fill disks" in _refusal(stocked, path)


def test_many_files_that_are_too_large_together_are_refused(
    stocked: ModelStore, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "MAX_UNPACKED_BYTES", MB)
    files = package_files() | {f"model/{number}": os.urandom(100_000) for number in range(11)}

    assert "made to fill disks" in _refusal_of(stocked, stick, files)


def test_a_bomb_that_lies_about_its_size_is_refused(stocked: ModelStore, stick: Path) -> None:
    files = package_files() | {"model/model.bin": bytes(3 * MB)}
    content = zipped(files)
    lie = (1000).to_bytes(4, "little")
    path = stick / "lie.argosmodel"
    path.write_bytes(content.replace((3 * MB).to_bytes(4, "little"), lie))

    # zipfile reads no more than is promised, and then the checksum is wrong.
    assert _refusal(stocked, path) == "The file is damaged. Copy it once more."


def test_files_that_share_their_bytes_are_refused(stocked: ModelStore, stick: Path) -> None:
    content = zipped(package_files() | {"model/a": os.urandom(5000), "model/b": os.urandom(5000)})
    archive = zipfile.ZipFile(io.BytesIO(content))
    a, b = (archive.getinfo(f"translate-es_en-1_0/model/{name}") for name in "ab")
    at = content.rindex(b"translate-es_en-1_0/model/b") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    shared = bytearray(content)
    shared[at + 42 : at + 46] = struct.pack("<I", a.header_offset)
    assert a.header_offset < b.header_offset
    path = stick / "overlap.argosmodel"
    path.write_bytes(shared)

    assert _refusal(stocked, path) == "The file is damaged. Copy it once more."


def test_too_many_files_are_refused(stocked: ModelStore, stick: Path) -> None:
    files = package_files() | {f"model/{number}": b"" for number in range(200)}

    assert "more than 200 files" in _refusal_of(stocked, stick, files)


def test_a_table_of_contents_without_end_is_never_read(stocked: ModelStore, stick: Path) -> None:
    content = bytearray(zipped(package_files()))
    at = content.rindex(b"PK\x05\x06")
    content[at + 12 : at + 16] = (1 << 30).to_bytes(4, "little")
    path = stick / "table.argosmodel"
    path.write_bytes(content)

    assert "This is no model" in _refusal(stocked, path)


def test_an_archive_of_the_largest_kind_is_refused(stocked: ModelStore, stick: Path) -> None:
    content = zipped(package_files())
    at = content.rindex(b"PK\x05\x06")
    path = stick / "zip64.argosmodel"
    path.write_bytes(content[:at] + b"PK\x06\x07" + bytes(16) + content[at:])

    assert "more than 200 files" in _refusal(stocked, path)


@pytest.mark.parametrize(("bit", "words"), [(0x1, "password"), (0x40, "password")])
def test_a_file_that_is_locked_is_refused(
    stocked: ModelStore, stick: Path, bit: int, words: str
) -> None:
    content = bytearray(zipped(package_files()))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= bit
    path = stick / "locked.argosmodel"
    path.write_bytes(content)

    assert words in _refusal(stocked, path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_ways_of_packing_are_refused(stocked: ModelStore, stick: Path, method: int) -> None:
    path = stick / "packed.argosmodel"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in package_files().items():
            archive.writestr(f"package/{name}", data)

    assert "packed in a way" in _refusal(stocked, path)


# Packages that are no models ----------------------------------------------------------------------


def _without(name: str) -> Files:
    files = package_files()
    del files[name]
    return files


def _with(name: str, content: bytes) -> Files:
    return package_files() | {name: content}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (_without("metadata.json"), "no metadata.json"),
        (_without("sentencepiece.model"), "no sentencepiece.model"),
        (_without("model/model.bin"), "no model/model.bin"),
        (_without("model/shared_vocabulary.json"), "no model/shared_vocabulary.json"),
        (_with("model/model.bin", b""), "model/model.bin is empty"),
        (_with("sentencepiece.model", b""), "sentencepiece.model is empty"),
        (_with("model/config.json", b"{"), "model/config.json in the file cannot be understood"),
        (_with("model/config.json", b"[]"), "cannot be understood"),
        (_with("metadata.json", b""), "cannot be understood"),
        (_with("metadata.json", b"[]"), "cannot be understood"),
        (_with("metadata.json", b"null"), "cannot be understood"),
        (_with("metadata.json", b"\xff\xfe\0"), "cannot be understood"),
        (_with("metadata.json", b"[" * 50_000), "cannot be understood"),
        (_with("metadata.json", b'{"x": "' + b"x" * MB + b'"}'), "too large"),
        (package_files(type="sbd"), 'of the kind "sbd"'),
        (package_files(type=["translate"]), "does not translate"),
        (package_files(from_code="xx"), '"xx" is no language'),
        (package_files(from_code="spa"), '"spa" is no language'),
        (package_files(from_code=None), '"None" is no language'),
        (package_files(to_code=7), '"7" is no language'),
        (package_files(to_code="../en"), "is no language"),
        (package_files(to_code="EN"), '"EN" is no language'),
        (package_files(to_code="es"), "the same language"),
        (package_files(package_version="1.0/../.."), "is no version"),
        (package_files(package_version="x" * 50), "is no version"),
        (package_files(target_prefix=["x"]), "cannot be understood"),
        (package_files(target_prefix="x" * 100), "cannot be understood"),
    ],
)
def test_a_package_that_is_no_model_is_refused(
    stocked: ModelStore, stick: Path, files: Files, words: str
) -> None:
    assert words in _refusal_of(stocked, stick, files)


def test_one_half_of_two_vocabularies_is_refused(stocked: ModelStore, stick: Path) -> None:
    files = _without("model/shared_vocabulary.json") | {"model/source_vocabulary.json": b"[]"}

    assert "shared_vocabulary" in _refusal_of(stocked, stick, files)


# Models that are no use ---------------------------------------------------------------------------


def test_a_model_that_fails_its_trial_is_refused(stocked: ModelStore, stick: Path) -> None:
    trial = FakeTrial(problem=ModelError("It fell over."))

    assert _refusal(stocked, write_package(stick, package_files()), trial) == "It fell over."


def test_a_model_that_writes_nonsense_is_refused(stocked: ModelStore, stick: Path) -> None:
    samples = tuple(Sample("Hola.", "the the the", flags) for flags in [("repetition",)] * 2 + [()])
    trial = FakeTrial(Trial(100.0, 5, samples))

    said = _refusal(stocked, write_package(stick, package_files()), trial)
    assert said == "The model writes nonsense: of 3 sentences, 2 came out wrong."


def test_a_model_with_a_weak_sentence_is_taken_and_says_so(store: ModelStore, stick: Path) -> None:
    samples = (Sample("Hola.", "Hello."), Sample("204", "", ("digits",)))
    trial = FakeTrial(Trial(100.0, 5, samples))
    model = make_adder(store, trial).add(write_package(stick, package_files()), now=ADDED_AT).model

    assert model.samples[1].flags == ("digits",)


def test_a_model_that_takes_more_memory_than_there_is_is_refused(
    stocked: ModelStore, stick: Path
) -> None:
    trial = FakeTrial(replace(TRIAL, memory_mb=401, working_mb=200))

    said = _refusal(stocked, write_package(stick, package_files()), trial)
    assert "601 MB" in said
    assert "600 MB" in said


# When the box cannot ------------------------------------------------------------------------------


def test_a_disk_that_would_be_full_is_found_before(
    stocked: ModelStore, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(stick)._replace(free=50 * MB)
    monkeypatch.setattr(packages_module.shutil, "disk_usage", lambda _path: usage)

    said = _refusal(stocked, write_package(stick, package_files()))
    assert "50 MB are free" in said


@pytest.mark.parametrize("num_written", [1, 2, 5])
def test_a_disk_that_is_full_in_the_middle_leaves_nothing(
    stocked: ModelStore, stick: Path, monkeypatch: pytest.MonkeyPatch, num_written: int
) -> None:
    synced: list[int] = []

    def full(fd: int) -> None:
        synced.append(fd)
        if len(synced) > num_written:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive_module.os, "fsync", full)

    assert _refusal(stocked, write_package(stick, package_files())) == "The disk is full."


def test_a_folder_that_cannot_be_written_is_named(
    store: ModelStore, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.folder.parent.joinpath("models").write_text("a file where the folder should be")
    with pytest.raises(ModelError) as caught:
        make_adder(store).add(write_package(stick, package_files()), now=ADDED_AT)

    assert "folder of the models cannot be written" in str(caught.value)


def test_a_stick_that_is_pulled_out_leaves_nothing(
    stocked: ModelStore, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> bytes:
        raise OSError(5, "Input/output error")

    path = write_package(stick, package_files())
    monkeypatch.setattr(zipfile.ZipExtFile, "read", gone)

    assert _refusal(stocked, path) == "The file cannot be read: Input/output error"


@pytest.mark.parametrize("after", [0, 2, 5])
def test_whoever_stops_waiting_finds_all_as_it_was(
    stocked: ModelStore, stick: Path, after: int
) -> None:
    before = snapshot(stocked.folder)
    asked: Iterator[int] = iter(range(1000))
    watcher = Watcher(is_cancelled=lambda: next(asked) >= after)
    with pytest.raises(CancelledError):
        make_adder(stocked).add(
            write_package(stick, package_files()), now=ADDED_AT, watcher=watcher
        )

    assert snapshot(stocked.folder) == before


def test_every_refusal_is_an_error_with_a_sentence() -> None:
    assert issubclass(ModelError, SosboxError)
    assert str(CancelledError()).endswith(".")


# Removing, trying again ---------------------------------------------------------------------------


def test_a_model_is_removed_with_the_version_before_it(stocked: ModelStore, stick: Path) -> None:
    make_adder(stocked).add(write_package(stick, package_files()), now=ADDED_AT)
    remove_model(stocked, ES_EN)

    assert [model.pair for model in stocked.models()] == [EN_ES]
    assert stocked.strangers() == []
    assert not (stocked.folder / "es-en").exists()


def test_a_model_that_is_not_there_cannot_be_removed(stocked: ModelStore) -> None:
    before = snapshot(stocked.folder)
    with pytest.raises(ModelError, match="There is no model"):
        remove_model(stocked, Pair("gl", "en"))

    assert snapshot(stocked.folder) == before


def test_a_model_may_be_tried_again(store: ModelStore) -> None:
    model = add_fake(store)
    faster = replace(TRIAL, sentences_per_second=500.0)
    tried = make_adder(store, FakeTrial(faster)).try_again(model)

    assert tried.sentences_per_second == 500.0
    assert store.models() == [tried]
    assert store.is_whole(tried)


def test_a_model_that_cannot_be_loaded_any_more_stays_and_is_marked(store: ModelStore) -> None:
    model = add_fake(store)
    broken = FakeTrial(problem=ModelError("It fell over."))
    with pytest.raises(ModelError, match="fell over"):
        make_adder(store, broken).try_again(model)
    assert store.models() == [model]
    assert store.is_broken(model)

    make_adder(store).try_again(model)
    assert not store.is_broken(model)


def test_a_model_that_was_removed_meanwhile_is_not_written_about(store: ModelStore) -> None:
    model = add_fake(store)
    trial = FakeTrial(during=lambda: remove_model(store, ES_EN))
    with pytest.raises(ModelError, match="replaced or removed"):
        make_adder(store, trial).try_again(model)

    assert store.models() == []


def test_the_description_that_the_library_reads_is_plain(store: ModelStore, stick: Path) -> None:
    files = package_files(from_name="Español", languages=[{"code": "x"}], target_prefix=">>es<<")
    model = make_adder(store).add(write_package(stick, files), now=ADDED_AT).model
    about = json.loads((model.folder / "metadata.json").read_bytes().decode("ascii"))

    assert about["target_prefix"] == ">>es<<"
    assert "languages" not in about
