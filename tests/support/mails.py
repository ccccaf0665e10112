"""Mails as people write them who answer a notice."""

from email.message import EmailMessage

ADDRESS = "answers@mar.example"
TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcde"


def mail(
    text: str = "Paco is on his way", *, to: str = f"answers+{TOKEN}@mar.example", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"] = "Marta <marta@mar.example>"
    message["To"] = to
    message["Message-ID"] = "<1@mar.example>"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
