"""`sosbox sms-address`"""

from argparse import Namespace

from sosbox.channels.sms.hooks import HTTP_INBOUND_PATH, http_inbound_secret
from sosbox.cli.command import OK, Command, config_of, keys_of
from sosbox.places.addresses import own_address


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    secret = http_inbound_secret(keys_of(config))
    print(f"{own_address(config)}{HTTP_INBOUND_PATH}/{secret}")
    return OK


COMMAND = Command(
    "sms-address",
    "print where a phone used as gateway posts the SMS that it gets",
    run,
    details="As JSON or as a form, with the fields from, text and, if there is one, id. Whoever\n"
    "knows the address can write as anybody: keep it secret.",
)
