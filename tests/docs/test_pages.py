"""What the pages show and point to is there, and works."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sosbox.cli import COMMANDS, make_parser
from sosbox.config import load_config
from sosbox.printing.catalogue import built_in_sizes, built_in_templates
from tests.cli.conftest import Command
from tests.docs.pages import DOCS, INSTALLER, OWNER, PAGES, PRINTING, README, ROOT, Docs

PICTURES = DOCS / "pictures"
# What makes them, each naming those that it makes.
SCRIPTS = (DOCS / "make_screenshots.py", DOCS / "make_print_pictures.py")
MAX_PICTURE_BYTES = 180_000
UNIT = ROOT / "systemd" / "sosbox.service"
# As systemd-analyze counts: 100 is a service without any protection.
MAX_EXPOSURE = 20
# What somebody makes who adds a channel or a language.
EXAMPLES = {"sosbox/channels/folder/", "sosbox/i18n/locales/ar/LC_MESSAGES/sosbox.po"}


# Links and pictures -----------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Docs) -> None:
    for link in page.links():
        name, _, anchor = link.partition("#")
        target = (page.path.parent / name).resolve() if name else page.path
        assert target.exists(), link
        if anchor:
            assert anchor in Docs(target).anchors(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_tree_that_is_named_is_there(page: Docs) -> None:
    tops = "sosbox|tests|docs|benchmarks|requirements|systemd|installer"
    named = {code for code in page.code() if re.fullmatch(rf"(?:{tops})/[\w./-]*", code)}

    assert {name for name in named - EXAMPLES if not (ROOT / name).exists()} == set()


def test_every_page_is_in_the_index() -> None:
    linked = set(Docs(DOCS / "README.md").links())
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}

    assert pages <= linked


def test_pictures_are_small_shown_and_made_by_a_script() -> None:
    scripts = "".join(script.read_text("utf-8") for script in SCRIPTS)
    shown = {Path(link).name for page in PAGES for link in page.links()}
    pictures = sorted(PICTURES.glob("*"))

    assert {path.suffix for path in pictures} == {".png"}
    assert [path.name for path in pictures if path.stat().st_size > MAX_PICTURE_BYTES] == []
    assert [path.name for path in pictures if path.name not in shown] == []
    assert [path.name for path in pictures if f'"{path.stem}")' not in scripts] == []


def test_every_size_that_can_be_printed_is_explained_with_its_distance() -> None:
    rows = [line for line in PRINTING.text.splitlines() if line.startswith("|")]
    for size_id, (template, size) in built_in_sizes().items():
        (row,) = [row for row in rows if f"`{size_id}`" in row]
        assert template.needs == "sheets" or f"{size.distance_cm:.0f}" in row, size_id


def test_every_template_is_shown() -> None:
    shown = {Path(link).stem for link in PRINTING.links()}

    assert {f"print-{slug}" for slug in built_in_templates()} <= shown


def test_the_two_commands_stand_at_the_top_of_the_readme() -> None:
    top = README.text.partition("\n## ")[0]

    assert "`make run`" in top
    assert "`make test`" in top


# Examples ---------------------------------------------------------------------------------------


def _examples_of_set_up() -> list[str]:
    return [block for block in OWNER.blocks("toml") if "[[" in block]


def test_the_examples_of_the_set_up_file_can_be_applied_one_after_the_other(
    sosbox: Command, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    (tmp_path / "new-password").write_text("a quite new password\n")
    for name in ("elena-password", "desk-password"):
        (tmp_path / name).write_text("a long enough password\n")
    last = []
    for number, example in enumerate(_examples_of_set_up()):
        path = tmp_path / f"{number}.toml"
        path.write_text(example, "utf-8")
        last.append(sosbox("apply", path, "--data", data_dir).out.splitlines()[-1])

    assert last == [
        "added account recepcion@hotel-sol.example",
        "added access_point hotel-sol/HAB-205",
        "changed account recepcion@hotel-sol.example: password_file",
    ]


def test_the_example_leaves_the_doctor_the_mail_and_the_languages(
    sosbox: Command, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    for name in ("elena-password", "desk-password"):
        (tmp_path / name).write_text("a long enough password\n")
    (tmp_path / "setup.toml").write_text(_examples_of_set_up()[0], "utf-8")
    sosbox("apply", tmp_path / "setup.toml", "--data", data_dir)

    found = sosbox("doctor", "--data", data_dir).out.splitlines()
    assert [line for line in found if not line.startswith(" ")] == [
        "WARNING  backup.none",
        "WARNING  backup.no-sheet",
        "BAD  mail.not-configured",
        "WARNING  translations.missing",
    ]


@pytest.mark.parametrize("page", [OWNER, INSTALLER], ids=lambda page: page.name)
def test_the_examples_of_options_are_understood(page: Docs, tmp_path: Path) -> None:
    (example,) = [block for block in page.blocks("toml") if "smtp_host" in block]
    password = tmp_path / "smtp-password"
    password.write_text("swordfish\n")
    example = example.replace("/var/lib/sosbox/smtp-password", str(password))
    (tmp_path / "sosbox.toml").write_text(example, "utf-8")

    config = load_config(tmp_path, {})
    assert config.smtp_host
    assert config.smtp_password == "swordfish"


# The service ------------------------------------------------------------------------------------


def test_the_unit_starts_a_command_that_exists() -> None:
    (command,) = re.findall(r"^ExecStart=(\S+) (.*)$", UNIT.read_text("utf-8"), re.MULTILINE)

    assert command[0] in INSTALLER.text
    assert make_parser(COMMANDS).parse_args(command[1].split()).command.name == "serve"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_the_service_may_do_little() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MAX_EXPOSURE}", UNIT],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-200:] + done.stderr
