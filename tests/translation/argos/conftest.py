"""A store of models in a temporary folder."""

from pathlib import Path

import pytest

from sosbox.translation.argos.store import ModelStore


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder from which models are added."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder
