"""What `make appliance` says of the size of each part."""

from pathlib import Path

import pytest

from installer.appliance.sizes import print_sizes, sizes_by_part


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, size in (
        ("sosbox.bin", 3_000_000),
        ("typst/typst.abi3.so", 5_000_000),
        ("typst/data/font", 1_000_000),
        ("libz.so.1", 100_000),
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bytes(size))
    (tmp_path / "libz.so").symlink_to("libz.so.1")
    return tmp_path


def test_a_part_is_all_of_its_folder_and_a_link_is_nothing(folder: Path) -> None:
    assert sizes_by_part(folder) == {
        "sosbox.bin": 3_000_000,
        "typst": 6_000_000,
        "libz": 100_000,
    }


def test_the_largest_part_is_named_first_and_small_ones_together(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_sizes(folder, None)

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines] == ["6.0", "3.0", "0.1", "9.1"]
    assert lines[0][2] == "typst"
