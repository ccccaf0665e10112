"""`sosbox webhook-secret`"""

from argparse import ArgumentParser, Namespace

from sosbox.channels.webhook.address import webhook_problem
from sosbox.cli.command import OK, Command, UsageError, config_of, keys_of


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="exactly as it stands in the set-up")


def run(arguments: Namespace) -> int:
    problem = webhook_problem(arguments.url)
    if problem:
        raise UsageError("the address {problem}", problem=problem)
    print(keys_of(config_of(arguments)).webhook_secret(arguments.url))
    return OK


COMMAND = Command(
    "webhook-secret",
    "print what a webhook checks signatures with",
    run,
    add_arguments,
    details="The secret belongs to this box and this address. Give it to nobody but the program\n"
    "that receives the webhooks.",
)
