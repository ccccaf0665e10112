"""The trial of a model, started by whoever adds one."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from sosbox.cli.command import FAILED, OK, Command
from sosbox.translation.argos.trial import STARTED, TRY_MODEL
from sosbox.translation.argos.trial_run import limit_process, run_trial
from sosbox.translation.contract import Pair


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--pair", type=Pair.parse, required=True)
    parser.add_argument("--threads", type=int, required=True)


def run(arguments: Namespace) -> int:
    limit_process(arguments.folder, arguments.threads)
    print(STARTED.decode(), end="", flush=True)
    try:
        trial = run_trial(arguments.folder, arguments.pair, threads=arguments.threads)
    except Exception as error:
        # Whatever is wrong with the model: the parent says it in words.
        print(type(error).__name__)
        return FAILED
    print(json.dumps(asdict(trial)))
    return OK


COMMAND = Command(TRY_MODEL, "the trial of a model", run, add_arguments)
