"""A box with nothing wrong, and the doctor who looks at it."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sosbox.channels.catcher import MailCatcher
from sosbox.config import load_config
from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.doctor.examine import examine
from sosbox.doctor.finding import Finding
from sosbox.setup.apply import apply_document
from sosbox.setup.document import parse_document
from sosbox.setup.files import SetupFiles
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from tests.support.model_packages import add_fake
from tests.support.venue import NOON

# Makes the cast complete: people who can log in and, in the bar, somebody who is told.
COMPLETION = """
[[establishment]]
slug = "bar-otto"
base_url = "http://otto.example"
fallback = ["otto"]
[[establishment]]
slug = "hotel-mar"
fallback = ["boss"]
[[recipient]]
subscriber = "otto"
slug = "otto"
name = "Otto"
email = ["otto@otto.example"]
[[rule]]
subscriber = "otto"
slug = "all"
notify = ["otto"]
"""


@pytest.fixture
def mail_port() -> Iterator[int]:
    catcher = MailCatcher()
    catcher.start()
    yield catcher.port
    catcher.stop()


@pytest.fixture(scope="session")
def made_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the houses need, made once and copied for every test."""
    store = ModelStore(tmp_path_factory.mktemp("made") / "models")
    for pair in ("es-en", "en-es", "gl-en", "en-gl"):
        add_fake(store, Pair.parse(pair))
    return store.folder


@pytest.fixture
def healthy(data_dir: Path, made_models: Path) -> Path:
    """The data folder of a box with nothing wrong."""
    shutil.copytree(made_models, data_dir / "models")
    apply_text(data_dir, COMPLETION)
    run_sql(
        data_dir,
        "INSERT INTO backups (made_at, file, num_bytes, proven_at) VALUES (?, 'x', 1, ?)",
        NOON,
        NOON,
    )
    run_sql(data_dir, "UPDATE box SET recovery_sheet_at = ?", NOON)
    run_sql(data_dir, "UPDATE accounts SET password_hash = 'x'")
    data_dir.chmod(0o700)
    (data_dir / "sosbox.db").chmod(0o600)
    return data_dir


def apply_text(data_dir: Path, text: str) -> None:
    DB.open(data_dir / "sosbox.db")
    try:
        DB.write_sync(apply_document, parse_document(text), SetupFiles({}, {}), now=NOON)
    finally:
        DB.close()


def run_sql(data_dir: Path, statement: str, *arguments: object) -> None:
    with closing(connect(data_dir / "sosbox.db")) as connection:
        connection.execute(statement, arguments)


def examine_box(data_dir: Path, mail_port: int, **options: str) -> list[Finding]:
    environ = {
        "SOSBOX_SMTP_HOST": "127.0.0.1",
        "SOSBOX_SMTP_PORT": str(mail_port),
        "SOSBOX_SMTP_TLS": "none",
        "SOSBOX_SMTP_FROM": "sosbox@mar.example",
        **options,
    }
    return examine(load_config(data_dir, environ), NOON)


def ids_of(findings: list[Finding]) -> list[str]:
    return [finding.id for finding in findings]
