"""The models on the disk: what is seen of them, whatever else lies there and whenever it stops."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from sosbox.translation.argos import store as store_module
from sosbox.translation.argos.errors import ModelError
from sosbox.translation.argos.model import ABOUT_FILE
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from tests.support.model_packages import (
    ADDED_AT,
    EN_ES,
    ES_EN,
    add_fake,
    make_adder,
    package_files,
    snapshot,
    write_package,
)


def _versions(store: ModelStore) -> list[str]:
    return [model.version for model in store.versions(ES_EN)]


# Reading ------------------------------------------------------------------------------------------


def test_a_box_without_models_has_none(store: ModelStore) -> None:
    assert store.models() == []
    assert store.versions(ES_EN) == []
    assert store.strangers() == []
    assert not store.folder.exists()


def test_models_are_listed_by_their_pair(store: ModelStore) -> None:
    for pair in (ES_EN, Pair("gl", "en"), EN_ES):
        add_fake(store, pair)

    assert [str(model.pair) for model in store.models()] == ["en-es", "es-en", "gl-en"]


def test_reading_changes_nothing(store: ModelStore) -> None:
    model = add_fake(store)
    before = snapshot(store.folder)
    moments = {path: path.stat().st_mtime_ns for path in store.folder.rglob("*")}
    store.models(), store.versions(ES_EN), store.strangers(), store.revision()
    store.is_whole(model), store.is_broken(model)

    assert snapshot(store.folder) == before
    assert {path: path.stat().st_mtime_ns for path in store.folder.rglob("*")} == moments


def test_what_does_not_belong_there_is_named_and_left_alone(store: ModelStore) -> None:
    add_fake(store)
    (store.folder / "holidays").mkdir()
    (store.folder / "holidays/beach.jpg").write_bytes(b"x")
    (store.folder / "translate-es_en-1_0").mkdir()
    (store.folder / "readme.txt").write_text("x")
    (store.folder / "fr-en").write_text("a file with the name of a pair")
    (store.folder / "de-en").symlink_to("es-en")
    (store.folder / "es-en/notes").mkdir()
    (store.folder / "es-en/000009").mkdir()

    assert [model.pair for model in store.models()] == [ES_EN]
    assert store.strangers() == [
        "de-en",
        "es-en/000009",
        "es-en/notes",
        "fr-en",
        "holidays",
        "readme.txt",
        "translate-es_en-1_0",
    ]
    add_fake(store, version="2.0")
    assert _versions(store) == ["2.0", "1.0"]
    assert (store.folder / "holidays/beach.jpg").exists()


def test_its_own_folders_are_no_strangers(store: ModelStore) -> None:
    add_fake(store)
    for folder in (store.incoming_folder, store.downloads_folder, store.staging_folder):
        folder.mkdir()

    assert store.strangers() == []


_GOOD = {"size_bytes": 5, "sha256": "0" * 64}


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"pair": "en-es"},
        {"pair": "../../etc"},
        {"pair": 5},
        {"version": "1.0/.."},
        {"size_bytes": "5"},
        {"size_bytes": -5},
        {"size_bytes": True},
        {"sha256": "short"},
        {"licence": None},
        {"added_at": "yesterday"},
        {"added_at": "2026-11-21T12:00:00"},
        {"trial": None},
        {"trial": {"sentences_per_second": "fast", "memory_mb": 5, "samples": []}},
        {"trial": {"sentences_per_second": float("inf"), "memory_mb": 5, "samples": []}},
        {"trial": {"sentences_per_second": 5, "memory_mb": 5.5, "samples": []}},
        {"trial": {"sentences_per_second": 5, "memory_mb": 5, "samples": ["x"]}},
        {"trial": {"sentences_per_second": 5, "memory_mb": 5, "samples": []}},
        {"files": []},
        {"files": {"../../keys/box.key": _GOOD}},
        {"files": {"/etc/passwd": _GOOD}},
        {"files": {"model/model.bin": {"size_bytes": 5, "sha256": "no"}}},
    ],
)
def test_a_model_whose_description_was_changed_is_a_stranger(
    store: ModelStore, change: dict[str, object]
) -> None:
    model = add_fake(store)
    about = json.loads((model.folder / ABOUT_FILE).read_text())
    (model.folder / ABOUT_FILE).write_text(json.dumps(about | change))

    assert store.models() == []
    assert store.strangers() == ["es-en/000001"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 90_000, b"x" * 300_000]
)
def test_a_description_that_is_none_makes_a_stranger(store: ModelStore, content: bytes) -> None:
    model = add_fake(store)
    (model.folder / ABOUT_FILE).write_bytes(content)

    assert store.models() == []
    assert store.strangers() == ["es-en/000001"]


def test_a_version_that_is_a_stranger_leaves_the_one_before(store: ModelStore) -> None:
    add_fake(store, version="1.0")
    newer = add_fake(store, version="2.0")
    (newer.folder / ABOUT_FILE).unlink()

    assert _versions(store) == ["1.0"]


def test_a_file_that_was_changed_is_found(store: ModelStore) -> None:
    model = add_fake(store)
    assert store.is_whole(model)
    weights = model.folder / "model/model.bin"
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + b"x")
    assert not store.is_whole(model)
    weights.unlink()
    assert not store.is_whole(model)


def test_a_model_that_cannot_be_loaded_is_remembered(store: ModelStore) -> None:
    model = add_fake(store)
    store.mark_broken(model, is_broken=True)
    assert ModelStore(store.folder).is_broken(model)
    assert store.is_whole(model)
    store.mark_broken(model, is_broken=False)
    assert not store.is_broken(model)


def test_a_mark_on_a_model_that_is_gone_is_no_error(store: ModelStore) -> None:
    model = add_fake(store)
    store.mark_broken(replace(model, folder=store.folder / "gone"), is_broken=True)


def test_the_revision_tells_what_has_come_and_gone(store: ModelStore) -> None:
    seen = [store.revision()]
    add_fake(store)
    seen.append(store.revision())
    add_fake(store, EN_ES)
    seen.append(store.revision())
    add_fake(store, version="2.0")
    seen.append(store.revision())
    with store.changing() as change:
        change.remove(ES_EN)
    seen.append(store.revision())

    assert len(set(seen)) == len(seen)
    assert store.revision() == seen[-1]
    assert ModelStore(store.folder).revision() == seen[-1]


# Changing -----------------------------------------------------------------------------------------


def test_the_last_good_version_is_kept_and_older_ones_go(store: ModelStore) -> None:
    for version in ("1.0", "2.0", "3.0"):
        add_fake(store, version=version)

    assert _versions(store) == ["3.0", "2.0"]
    assert store.strangers() == []


def test_a_broken_version_is_not_the_one_that_is_kept(store: ModelStore) -> None:
    add_fake(store, version="1.0")
    store.mark_broken(add_fake(store, version="2.0"), is_broken=True)
    add_fake(store, version="3.0")

    assert _versions(store) == ["3.0", "1.0"]


def test_a_damaged_version_is_not_the_one_that_is_kept(store: ModelStore) -> None:
    add_fake(store, version="1.0")
    damaged = add_fake(store, version="2.0")
    (damaged.folder / "model/model.bin").write_bytes(b"half")
    add_fake(store, version="3.0")

    assert _versions(store) == ["3.0", "1.0"]


def test_another_pair_is_not_touched(store: ModelStore) -> None:
    other = add_fake(store, EN_ES)
    before = snapshot(other.folder)
    add_fake(store)
    with store.changing() as change:
        change.remove(ES_EN)

    assert snapshot(other.folder) == before


def test_what_a_crash_has_left_is_cleaned_by_the_next_change(store: ModelStore) -> None:
    add_fake(store)
    half = store.staging_folder / "tmpabc/model"
    half.mkdir(parents=True)
    (half / "model.bin").write_bytes(b"half of it")
    (store.folder / "fr-en").mkdir()  # made, and the version never came
    with store.changing():
        pass

    assert not store.staging_folder.exists()
    assert not (store.folder / "fr-en").exists()
    assert [model.pair for model in store.models()] == [ES_EN]


@pytest.mark.parametrize("step", range(1, 13))
def test_a_process_that_is_killed_while_adding_leaves_the_old_or_the_new(
    store: ModelStore, stick: Path, step: int
) -> None:
    add_fake(store, version="1.0")
    path = write_package(stick, package_files(version="2.0"))
    done = subprocess.run([sys.executable, "-c", _KILLED, str(store.folder), str(path), str(step)])
    now = store.versions(ES_EN)

    assert done.returncode == -signal.SIGKILL
    assert now[0].version in ("1.0", "2.0")
    assert all(store.is_whole(model) for model in now)
    assert now[-1].version == "1.0"
    with store.changing():
        pass
    assert not store.staging_folder.exists()
    assert store.strangers() == []


# Dies at the n-th moment at which something reaches the disk.
_KILLED = """
import os, signal, sys
from pathlib import Path
from sosbox.translation.argos.store import ModelStore
from tests.support.model_packages import ADDED_AT, make_adder

left = int(sys.argv[3])
def dies(call):
    def wrapped(*arguments):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments)
    return wrapped
os.fsync = dies(os.fsync)
Path.rename = dies(Path.rename)
make_adder(ModelStore(Path(sys.argv[1]))).add(Path(sys.argv[2]), now=ADDED_AT)
"""


def test_one_changes_the_models_at_a_time(store: ModelStore) -> None:
    order = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with store.changing():
            order.append("second")

    with store.changing():
        thread = threading.Thread(target=second)
        thread.start()
        assert begun.wait(10)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]


def test_somebody_who_takes_too_long_is_not_waited_for(
    store: ModelStore, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_fake(store)
    monkeypatch.setattr(store_module, "LOCK_TIMEOUT_S", 0)
    with (store.folder / ".lock").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="Another model is being added"):
            make_adder(store).add(write_package(stick, package_files(version="2.0")), now=ADDED_AT)

    assert _versions(store) == ["1.0"]


def test_models_may_lie_on_another_disk(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "large-disk").mkdir()
    store.folder.symlink_to(tmp_path / "large-disk")
    add_fake(store)

    assert os.listdir(tmp_path / "large-disk/es-en") == ["000001"]
    assert _versions(store) == ["1.0"]
