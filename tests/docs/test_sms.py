"""What the pages say of SMS works as it stands there."""

import json
from pathlib import Path

from sosbox.channels.sms.channel import SmsChannel
from sosbox.config import load_config
from sosbox.keys import load_keys
from tests.docs.pages import INSTALLER
from tests.support.notices import notice
from tests.support.web_receiver import WebReceiver


async def test_the_example_of_another_gateway_sends(tmp_path: Path) -> None:
    (example,) = [block for block in INSTALLER.blocks("toml") if "sms_http_url" in block]
    phone = WebReceiver()
    phone.start()
    try:
        options = example.replace("192.168.1.50:8080", f"127.0.0.1:{phone.port}")
        (tmp_path / "sosbox.toml").write_text(options, "utf-8")
        channel = SmsChannel(load_config(tmp_path, {}), load_keys(tmp_path))
        await channel.send(notice(address="+34 600 123 456", text='"Frío"'))
        await channel.close()
    finally:
        phone.stop()

    (posted,) = phone.posted
    body = json.loads(posted.body)
    assert body["phoneNumbers"] == ["+34600123456"]
    assert body["message"].startswith('R-204 "Frío"')
    assert posted.headers["authorization"].startswith("Basic ")
