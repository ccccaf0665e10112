"""Places and accounts: whether guests can write and somebody can answer."""

from collections.abc import Iterator

from sosbox.doctor.finding import Finding, Patient, bad, counted, listed, warning


def check_places(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    sql = "SELECT count(*) FROM access_points WHERE retired_at IS NULL"
    if not patient.connection.execute(sql).fetchone()[0]:
        yield bad(
            "places.none",
            "There are no access points: guests have nowhere to write from.",
            "Describe the establishment in a file and run `sosbox apply FILE.toml`.",
        )


def check_base_url(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None or patient.config.base_url:
        return
    rows = patient.connection.execute(
        "SELECT slug FROM establishments WHERE base_url = '' ORDER BY slug"
    ).fetchall()
    if rows:
        yield warning(
            "base-url.missing",
            f"No address is set for {listed([row[0] for row in rows])}:"
            " printed codes and links in notices may not work.",
            "Set base_url of the establishment to the address that phones reach the box under.",
        )


def check_accounts(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    rows = patient.connection.execute(
        "SELECT s.slug FROM subscribers s WHERE NOT EXISTS (SELECT 1 FROM accounts a"
        " WHERE a.subscriber_id = s.id AND a.disabled_at IS NULL AND a.password_hash != ''"
        " AND a.role != 'auditor') ORDER BY s.slug"
    ).fetchall()
    if rows:
        yield bad(
            "accounts.none",
            f"Nobody can log in and answer for {listed([row[0] for row in rows])}.",
            "Add an account with `sosbox create-account`, or give one a password_file.",
        )
    rows = patient.connection.execute(
        "SELECT a.email FROM accounts a WHERE a.role = 'agent' AND a.disabled_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM account_areas l WHERE l.account_id = a.id)"
        " ORDER BY a.email"
    ).fetchall()
    if rows:
        yield warning(
            "accounts.agent-without-area",
            f"{counted(len(rows), 'agent has', 'agents have')} no area and so see no case:"
            f" {listed([row[0] for row in rows])}.",
            "List their areas in the set-up file.",
        )
