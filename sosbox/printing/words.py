"""What stands on paper for guests, in every language; the names of the built-in templates."""

from collections.abc import Sequence

from sosbox.i18n import N_, localizer

# Short, for it is printed large.
LETS_TALK = N_("Let’s talk")

_TEXTS = {
    "scan": N_(
        "Scan this code with your phone and send us your opinions, complaints or recommendations."
    ),
    "scan_short": N_("Scan and write to us"),
    "easy": N_("No app and no account. Anonymous, if you like."),
    "right_person": N_("It reaches at once the person who can put it right."),
    "join": N_("Join our wifi"),
    "write": N_("Write to us"),
    "network": N_("Network"),
    "password": N_("Password"),
    "no_password": N_("No password is needed."),
}
_SHEETS = N_("Official complaint sheets are available here.")
_SHEETS_OF_REGION = N_("Official complaint sheets are available here ({region}).")
_SHEETS_TITLE = N_("Official complaint sheets")
_SHEETS_HOW = N_("Ask any member of the staff for one: you get it at once and free of charge.")
# As the set-up keeps that there are some, without saying whose.
_WITHOUT_REGION = "yes"


def texts_of(language: str, promise_hours: int, sheets: str) -> dict[str, str]:
    """The texts of one language by their keys. sheets: a region, "yes" or nothing."""
    _ = localizer(language)
    texts = {key: _(text) for key, text in _TEXTS.items()}
    texts["promise"] = _.plural(
        "We answer within {num} hour.", "We answer within {num} hours.", promise_hours
    )
    texts["sheets_title"] = _(_SHEETS_TITLE)
    texts["sheets_how"] = _(_SHEETS_HOW)
    if sheets:
        is_named = sheets != _WITHOUT_REGION
        texts["sheets"] = _(_SHEETS_OF_REGION, region=sheets) if is_named else _(_SHEETS)
    return texts


def headline(languages: Sequence[str]) -> list[dict[str, str]]:
    """ "Hablemos…" and "Let’s talk": how the first two say it, once where they say the same."""
    said: dict[str, str] = {}
    for language in dict.fromkeys([*languages, "en"]):
        said.setdefault(localizer(language)(LETS_TALK), language)
    first, *others = said.items()
    shown = [(f"{first[0]}…", first[1]), others[0]] if others else [first]
    return [{"text": text, "language": language} for text, language in shown]
