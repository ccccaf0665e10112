"""Signatures as in the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with


def signed_headers(secret: str, message_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers by which the other side knows who sent this, and that it is not an old copy.

    secret: `whsec_` and base64, as `Keys.webhook_secret` makes it. message_id: without a dot.
    """
    timestamp = str(int(now.timestamp()))
    key = b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }
