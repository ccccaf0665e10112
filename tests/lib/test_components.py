"""What a program says of its libraries, from what is installed and from what was stored."""

from importlib import metadata
from pathlib import Path

import pytest

from sosbox.lib import components
from sosbox.lib.components import (
    Component,
    installed_components,
    load_components,
    store_components,
)


def _release(folder: Path, name: str, version: str, *lines: str, **files: str) -> None:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    head = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines]
    (info / "METADATA").write_text("\n".join(head) + "\n")
    for file, text in files.items():
        (info / file).write_text(text)
    names = ["METADATA", "RECORD", *files]
    (info / "RECORD").write_text("".join(f"{info.name}/{each},,\n" for each in names))


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose releases are the only ones that are installed."""
    monkeypatch.setattr(
        components.metadata,
        "distribution",
        lambda name: (
            next(iter(metadata.Distribution.discover(name=name, path=[str(tmp_path)])), None)
            or _refuse(name)
        ),
    )
    return tmp_path


def _refuse(name: str) -> None:
    raise metadata.PackageNotFoundError(name)


def test_what_a_library_needs_is_named_with_it_whatever_its_name_is_written_like(
    releases: Path,
) -> None:
    _release(releases, "hotel", "1.0", "Requires-Dist: Room.Service>=2", "License-Expression: MIT")
    _release(releases, "room_service", "2.1", "License-Expression: BSD-3-Clause")

    found = [(each.name, each.version, each.license) for each in installed_components("hotel")]
    assert found == [("hotel", "1.0", "MIT"), ("room_service", "2.1", "BSD-3-Clause")]


def test_two_that_need_each_other_are_named_once(releases: Path) -> None:
    _release(releases, "bell", "1", "Requires-Dist: desk")
    _release(releases, "desk", "1", "Requires-Dist: bell")

    assert [each.name for each in installed_components("bell")] == ["bell", "desk"]


def test_extras_what_is_not_installed_and_what_is_left_out_are_not_inside(releases: Path) -> None:
    needs = ("desk; extra == 'lobby'", "lift; sys_platform == 'win32'", "pool")
    _release(releases, "bell", "1", *(f"Requires-Dist: {need}" for need in needs))
    _release(releases, "desk", "1")
    _release(releases, "pool", "1", "Requires-Dist: water")
    _release(releases, "water", "1")

    assert [each.name for each in installed_components("bell", ["pool"])] == ["bell"]


def test_texts_of_licences_are_read_and_others_are_not(releases: Path) -> None:
    _release(releases, "bell", "1", LICENSE="ring it", NOTICE="by A", entry_points="x")

    (bell,) = installed_components("bell")
    assert bell.texts == {"LICENSE": "ring it", "NOTICE": "by A"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["License: MIT License", "Classifier: License :: OSI Approved :: Apache X"], "Apache X"),
        (["Classifier: License :: OSI Approved", "License: ISC"], "ISC"),
        (["License: Be kind."], "Be kind."),
        ([], ""),
    ],
)
def test_older_ways_to_name_a_licence_are_understood(
    releases: Path, lines: list[str], expected: str
) -> None:
    _release(releases, "bell", "1", *lines)

    assert installed_components("bell")[0].license == expected


def test_a_text_that_is_gone_or_unreadable_is_left_out(releases: Path) -> None:
    _release(releases, "bell", "1", LICENSE="ring it", COPYING="x")
    folder = releases / "bell-1.dist-info"
    (folder / "LICENSE").unlink()
    (folder / "COPYING").write_bytes(b"\xff\xfe\xff")

    assert installed_components("bell")[0].texts == {}


def test_what_is_stored_is_what_is_loaded(tmp_path: Path) -> None:
    inside = [Component("a", "1", "MIT", {"LICENSE": "señal"}), Component("b", "2", "")]
    store_components(inside, tmp_path)

    assert load_components(tmp_path) == inside


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=components.INDEX):
        load_components(tmp_path)
