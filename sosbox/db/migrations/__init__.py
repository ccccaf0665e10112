"""The migrations, in order. New ones are added at the end and never changed after a release."""

from sosbox.db.migrations import (
    m0001_first,
    m0002_response,
    m0003_languages,
    m0004_paper,
    m0005_backup,
)
from sosbox.db.migrations.runner import Migration, check_schema, migrate

MIGRATIONS: tuple[Migration, ...] = (
    Migration("0001_first", m0001_first.forwards),
    Migration("0002_response", m0002_response.forwards),
    Migration("0003_languages", m0003_languages.forwards),
    Migration("0004_paper", m0004_paper.forwards),
    Migration("0005_backup", m0005_backup.forwards),
)

__all__ = ["MIGRATIONS", "Migration", "check_schema", "migrate"]
