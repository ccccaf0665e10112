"""`sosbox config`"""

import json
from argparse import ArgumentParser, Namespace

from sosbox.cli.command import OK, Command, config_of
from sosbox.config import Setting

HIDDEN = "********"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    settings = list(config.settings.values())
    if arguments.json:
        rows = [
            {
                "name": setting.option.name,
                "value": _shown(setting),
                "source": setting.source,
                "is_secret": setting.option.is_secret,
                "help": setting.option.help,
            }
            for setting in settings
        ]
        print(json.dumps({"data": str(config.data_dir), "options": rows}, indent=2))
        return OK
    print(f"data folder: {config.data_dir}")
    width = max(len(setting.option.name) for setting in settings)
    for setting in settings:
        value = json.dumps(_shown(setting), ensure_ascii=False)
        print(f"{setting.option.name:{width}}  {value:24}  {setting.source}")
    return OK


def _shown(setting: Setting) -> object:
    return HIDDEN if setting.option.is_secret and setting.value else setting.value


COMMAND = Command(
    "config",
    "show every option, its value and where it came from",
    run,
    add_arguments,
    details="An option comes from the environment (SOSBOX_ and its name in capitals), else from\n"
    "sosbox.toml in the data folder, else from what the console has set (console.toml).\n"
    "SOSBOX_…_FILE names a file that holds the value.",
)
