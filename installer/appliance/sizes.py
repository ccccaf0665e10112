"""How large the built program is, by part."""

from collections import Counter
from pathlib import Path

_MB = 1_000_000
# Smaller ones are not listed by name.
_WORTH_NAMING = 2 * _MB


def sizes_by_part(folder: Path) -> Counter[str]:
    """Bytes, by the first part of each path; libraries that stand alone by their own names."""
    sizes: Counter[str] = Counter()
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            part = file.relative_to(folder).parts[0]
            sizes[part.partition(".so")[0] if ".so" in part else part] += file.stat().st_size
    return sizes


def print_sizes(folder: Path, one_file: Path | None) -> None:
    sizes = sizes_by_part(folder)
    small = sum(size for size in sizes.values() if size < _WORTH_NAMING)
    for name, size in sizes.most_common():
        if size >= _WORTH_NAMING:
            print(f"{size / _MB:8.1f} MB  {name}")
    print(f"{small / _MB:8.1f} MB  everything smaller")
    print(f"{sizes.total() / _MB:8.1f} MB  the folder {folder}")
    if one_file is not None:
        print(f"{one_file.stat().st_size / _MB:8.1f} MB  the one file {one_file}")
