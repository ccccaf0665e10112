"""Preparing the demonstration: the first start and the ones after it."""

from pathlib import Path

from sosbox.cli.demo import prepare_demo
from tests.cli.conftest import Command


def test_the_next_start_keeps_everything_but_the_address(sosbox: Command, tmp_path: Path) -> None:
    first = prepare_demo(tmp_path, "http://192.168.1.10:8080")
    before = sosbox("export", "--data", tmp_path).out
    again = prepare_demo(tmp_path, "http://10.0.0.5:9000")
    after = sosbox("export", "--data", tmp_path).out

    assert again.password == first.password
    token = first.guest.removeprefix("http://192.168.1.10:8080/p/")
    assert again.guest == f"http://10.0.0.5:9000/p/{token}"
    assert after == before.replace("http://192.168.1.10:8080", "http://10.0.0.5:9000")


def test_what_was_changed_in_the_demonstration_stays(sosbox: Command, tmp_path: Path) -> None:
    prepare_demo(tmp_path, "http://192.168.1.10:8080")
    changed = tmp_path / "changed.toml"
    changed.write_text('[[establishment]]\nslug = "hotel-mar-de-fora"\nname = "Hotel Novo"\n')
    sosbox("apply", changed, "--data", tmp_path)
    prepare_demo(tmp_path, "http://192.168.1.10:8080")

    assert "Hotel Novo" in sosbox("export", "--data", tmp_path).out


def test_the_demonstration_leaves_the_doctor_the_mail_and_most_languages(
    sosbox: Command, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    prepare_demo(tmp_path, "http://192.168.1.10:8080")

    out = sosbox("doctor", "--data", tmp_path).out
    assert [line.split()[1] for line in out.splitlines() if not line.startswith(" ")] == [
        "backup.none",
        "backup.no-sheet",
        "mail.not-configured",
        "translations.missing",
    ]
