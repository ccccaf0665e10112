"""`sosbox doctor`"""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from sosbox.cli.command import FAILED, OK, Command, config_of
from sosbox.doctor.examine import examine
from sosbox.doctor.finding import Finding, Severity, bad
from sosbox.errors import ConfigError
from sosbox.lib.clock import SystemClock


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: Namespace) -> int:
    try:
        findings = examine(config_of(arguments), SystemClock().now())
    except ConfigError as error:
        hint = "`sosbox config` shows the options; correct sosbox.toml or the environment."
        findings = [bad("config.invalid", str(error), hint)]
    is_fine = all(finding.severity is not Severity.BAD for finding in findings)
    if arguments.json:
        rows = [asdict(finding) for finding in findings]
        print(json.dumps({"ok": is_fine, "findings": rows}, indent=2, ensure_ascii=False))
    else:
        _print(findings)
    return OK if is_fine else FAILED


def _print(findings: list[Finding]) -> None:
    for finding in findings:
        print(f"{finding.severity.upper()}  {finding.id}")
        print(f"    {finding.message}")
        print(f"    {finding.hint}")
    if not findings:
        print("everything is as it should be")


COMMAND = Command(
    "doctor",
    "look for what keeps the box from doing its work",
    run,
    add_arguments,
    details="Changes nothing. Ends with 1 when something is bad; a warning alone is no reason.",
)
